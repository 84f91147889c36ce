/** Whether a repository is the one it was, and as safe as its configuration says. Pure. */
import type { RepositorySeen } from '../../proto/messages.ts';
import { shortId } from '../../proto/repository.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import type { NamedRepository } from '../tools/borg-repository.ts';

/** The collector hears of a repository that stays as it is this often: a row that is never renewed looks forgotten. */
export const REPORT_EVERY_MS = 86_400_000;

/** Why a repository is looked at before anything is sent to it. */
export type RepositoryDoubt =
  /** borg named another id where a known one was expected. */
  | { type: 'replaced'; borgId: string; encryption: string }
  /** It is not encrypted, and its configuration names a passphrase. */
  | { type: 'unencrypted' }
  /** borg knew it at another place, and asked whether that is right. */
  | { type: 'moved'; accepted: boolean };

export interface KnownRepository {
  /** What it is trusted to be; null until borg has named it. */
  seen: RepositorySeen | null;
  /** When the collector was last told. */
  reportedAtMs: number;
  doubt: RepositoryDoubt | null;
}

export type RepositoryJudgement =
  /** `report`: the collector does not know it like this yet, or has not heard of it for long. */
  { use: true; report: boolean } | { use: false; doubt: RepositoryDoubt; reason: string };

/** @param sent whether something was sent to it already, for the sentence. */
export function judgeRepository(
  spec: Pick<RepositorySpec, 'name' | 'location' | 'unencrypted'>,
  known: KnownRepository | null,
  found: NamedRepository,
  sent: boolean,
  nowMs: number,
): RepositoryJudgement {
  const expected = known?.seen ?? null;
  const { name, location } = spec;
  if (expected !== null && expected.borgId !== found.borgId) {
    const what = sent
      ? 'What this run made went there and counts for nothing; nothing more is sent.'
      : 'Nothing was sent there.';
    return {
      use: false,
      doubt: { type: 'replaced', borgId: found.borgId, encryption: found.encryption },
      reason:
        `Another repository than before is at ${location}: expected was ${shortId(expected.borgId)}, found is ` +
        `${shortId(found.borgId)}. ${what} Find out who replaced it, and put the right one back; if the new one is ` +
        `meant, run backproof-agent key accept ${name}.`,
    };
  }
  if (found.encryption === 'none' && !spec.unencrypted) {
    return {
      use: false,
      doubt: { type: 'unencrypted' },
      reason:
        `The repository at ${location} is not encrypted although repository ${name} has a passphrase. ` +
        'Whoever holds the storage can read it. Make an encrypted one (backproof-agent key new, --init), or set ' +
        'unencrypted: true in place of the passphrase if it is meant.',
    };
  }
  const same = expected?.encryption === found.encryption;
  const isOld = nowMs - (known?.reportedAtMs ?? 0) >= REPORT_EVERY_MS;
  return { use: true, report: !same || isOld || known?.doubt !== null };
}

/** What a person takes on with `key accept`, or why there is nothing to take. */
export function acceptance(
  spec: Pick<RepositorySpec, 'name' | 'location'>,
  known: KnownRepository | null,
):
  | { accepted: true; reason: string; now: { seen: NamedRepository } | { doubt: RepositoryDoubt } }
  | { accepted: false; reason: string } {
  const doubt = known?.doubt ?? null;
  const { name, location } = spec;
  if (doubt === null)
    return { accepted: false, reason: `nothing about repository ${name} waits to be accepted` };
  switch (doubt.type) {
    case 'replaced':
      return {
        accepted: true,
        now: { seen: { borgId: doubt.borgId, encryption: doubt.encryption } },
        reason: `${shortId(doubt.borgId)} is repository ${name} at ${location} from now on`,
      };
    case 'moved':
      return {
        accepted: true,
        now: { doubt: { type: 'moved', accepted: true } },
        reason: `the next run tells borg that repository ${name} has moved to ${location}`,
      };
    case 'unencrypted':
      return {
        accepted: false,
        reason: `repository ${name} is not encrypted: say so in the configuration (unencrypted: true), or make another`,
      };
  }
}

/** Whether what is remembered and what is configured differ in whose the repository is. */
export function ownedDifferently(known: RepositorySeen | null, heldFor: string): boolean {
  return known !== null && known.heldFor !== heldFor;
}
