/**
 * Whether a repository's key keeps what it is for: encrypted, and one customer's alone. Pure.
 *
 * Judged by borg's own id of a repository, because names and paths are whatever a host calls them. Two
 * conditions, an alert each: unencrypted, told to the customer whose it is; and shared between customers,
 * told to none of them, because it names the other.
 */
import { isReadable, shortId } from '../../proto/repository.ts';
import type { Verdict } from '../assurances/types.ts';
import type { RepositoryRow } from '../store/types.ts';

export interface KeyFinding {
  /** 'repository:CUSTOMER/ID' or 'repository:ID'. */
  subject: string;
  /** Null when several use it. */
  host: string | null;
  /** Null when it concerns several: nobody who sees one customer's things may see it. */
  customer: string | null;
  verdict: Pick<Verdict, 'rule' | 'reason'>;
}

/** Hosts named in a reason. */
const NAMED_MAX = 4;

/** @param rows of this borg id and of others at the same places, the first seen first. */
export function judgeKeys(borgId: string, rows: readonly RepositoryRow[]): KeyFinding[] {
  const mine = rows.filter((row) => row.borgId === borgId);
  const owners = [...new Set(mine.map((row) => row.owner))];
  const users = mine.filter((row) => row.inUse);
  return [...owners.map((owner) => encryptionOf(borgId, owner, users)), sharing(borgId, users, rows)];
}

function encryptionOf(borgId: string, owner: string, users: readonly RepositoryRow[]): KeyFinding {
  const own = users.filter((row) => row.owner === owner);
  const readable = own.filter((row) => isReadable(row.encryption));
  const about = {
    subject: `repository:${owner}/${shortId(borgId)}`,
    host: theOnly(own.map((row) => row.host)),
    customer: owner,
  };
  if (readable.length === 0) {
    const reason = own.length === 0 ? unused(borgId) : `Repository ${named(own)} is encrypted.`;
    return { ...about, verdict: { rule: null, reason } };
  }
  return {
    ...about,
    verdict: {
      rule: 'key_unsafe',
      reason:
        `Repository ${named(readable)} is not encrypted (borg calls it "${readable[0]!.encryption}"): whoever ` +
        'holds the storage can read it. Make an encrypted one (backproof-agent key new NAME --init) and back up there.',
    },
  };
}

function sharing(
  borgId: string,
  users: readonly RepositoryRow[],
  rows: readonly RepositoryRow[],
): KeyFinding {
  const about = { subject: `repository:${shortId(borgId)}`, host: null, customer: null };
  const owners = [...new Set(users.map((row) => row.owner))];
  if (owners.length > 1) {
    const reason =
      `Customers ${owners.join(' and ')} use one repository, and so one key: ${named(users)}. ` +
      'Whoever has the key reads what both keep in it. Give each customer a repository and a passphrase of its own.';
    return { ...about, verdict: { rule: 'key_unsafe', reason } };
  }
  const before = users.length === 0 ? [] : strangersAt(borgId, users, rows);
  if (before.length > 0) {
    const reason =
      `Customers ${before[0]!.owner} and ${owners[0]} back up to the same place, ${before[0]!.location}: ` +
      `${named([before[0]!, users[0]!])}. Either one repository took the place of the other, or both can reach ` +
      'what the other keeps there. Give each customer a place of its own.';
    return { ...about, verdict: { rule: 'key_unsafe', reason } };
  }
  const reason = users.length === 0 ? unused(borgId) : `Repository ${named(users)} belongs to one customer.`;
  return { ...about, verdict: { rule: null, reason } };
}

/** Other customers' repositories that were at this one's place before it: the later one speaks for both. */
function strangersAt(
  borgId: string,
  users: readonly RepositoryRow[],
  rows: readonly RepositoryRow[],
): RepositoryRow[] {
  const places = new Set(users.map((row) => row.location));
  const strangers = rows.filter(
    (row) => row.inUse && row.borgId !== borgId && places.has(row.location) && row.owner !== users[0]!.owner,
  );
  const first = rows.find((row) => users.includes(row) || strangers.includes(row));
  return first !== undefined && strangers.includes(first) ? strangers : [];
}

function theOnly(names: string[]): string | null {
  const distinct = new Set(names);
  return distinct.size === 1 ? names[0]! : null;
}

function unused(borgId: string): string {
  return `No job uses the repository ${shortId(borgId)} any more.`;
}

/** `main of web1 (ssh://...)`, as many as a reader wants. */
function named(rows: readonly RepositoryRow[]): string {
  const texts = rows.slice(0, NAMED_MAX).map((row) => `${row.name} of ${row.host} (${row.location})`);
  const more = rows.length - texts.length;
  return `${texts.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
