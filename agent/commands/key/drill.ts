/**
 * `backproof-agent key drill`: shows that each repository opens with its own passphrase, and with no other that
 * this host knows: not another customer's, not a random one. Writes nothing.
 */

import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../proto/clock.ts';
import { printable } from '../../../proto/printable.ts';
import type { RepositorySpec } from '../../config/job-spec.ts';
import { accessOf, explain } from '../../engines/borg-steps.ts';
import { readPassphrase } from '../../process/passphrase.ts';
import { NO_ARCHIVE } from '../../tools/archive-name.ts';
import { listArchivesArgv } from '../../tools/borg.ts';
import { parseNamedRepository } from '../../tools/borg-repository.ts';
import { table } from '../output.ts';
import { becomeAgentUser } from './agent-user.ts';
import { askBorg } from './ask-borg.ts';
import { type KeyContext, keyContext } from './context.ts';

/** A running backup is not waited for: the drill can be held again. */
const LOCK_WAIT_MS = 5_000;
const RANDOM_BYTES = 32;

export interface Trial {
  /** 'its own passphrase', 'the passphrase of globex (repository shop)', 'a random passphrase'. */
  with: string;
  expected: 'opens' | 'refused';
  /** 'unknown': borg could not even try. */
  found: 'opens' | 'refused' | 'unknown';
  /** What borg said when it is not as expected, otherwise ''. */
  reason: string;
}

export interface Drill {
  repository: string;
  customer: string;
  location: string;
  /** borg's word, null when it could not be opened. */
  encryption: string | null;
  trials: Trial[];
  holds: boolean;
}

interface Secret {
  name: string;
  customer: string;
  passphrase: { secret: string } | { problem: string } | null;
}

/** @returns the exit code: 1 when a repository opened for the wrong one, or not for the right one. */
export async function drillKeys(
  options: { configFile: string; json: boolean },
  clock: Clock,
  print: (text: string) => void,
): Promise<0 | 1> {
  const context = await keyContext(options.configFile);
  becomeAgentUser(context.config.dataDir);
  const secrets: Secret[] = [];
  for (const repository of context.repositories) {
    const passphrase = repository.unencrypted
      ? null
      : await readPassphrase(repository, context.variables, clock, () => {});
    secrets.push({ name: repository.name, customer: ownerOf(repository, context), passphrase });
  }
  const drills: Drill[] = [];
  for (const [index, repository] of context.repositories.entries()) {
    const held = { ...repository, lockWaitMs: LOCK_WAIT_MS };
    drills.push(await drill(held, secrets[index]!, secrets, context, clock));
  }
  print(options.json ? JSON.stringify(drills, null, 2) : printable(textOf(drills)));
  return drills.length > 0 && drills.every((one) => one.holds) ? 0 : 1;
}

function ownerOf(repository: RepositorySpec, { customer }: KeyContext): string {
  return repository.customer ?? customer;
}

async function drill(
  repository: RepositorySpec,
  own: Secret,
  secrets: Secret[],
  { variables }: KeyContext,
  clock: Clock,
): Promise<Drill> {
  const { name, location } = repository;
  const about = { repository: name, customer: own.customer, location };
  if (own.passphrase === null) {
    const reason = 'It is not encrypted, as its configuration says: it opens for everybody who reaches it.';
    const open: Trial = { with: 'any passphrase', expected: 'refused', found: 'opens', reason };
    return { ...about, encryption: 'none', trials: [open], holds: false };
  }
  let encryption: string | null = null;
  const argv = listArchivesArgv(accessOf(repository), NO_ARCHIVE);
  const attempt = async (
    whose: string,
    expected: Trial['expected'],
    passphrase: NonNullable<Secret['passphrase']>,
  ): Promise<Trial> => {
    if ('problem' in passphrase)
      return { with: whose, expected, found: 'unknown', reason: `${passphrase.problem}.` };
    const seen = await askBorg(repository, argv, passphrase.secret, variables, clock);
    const named = parseNamedRepository(seen.stdout);
    if (named) {
      encryption = named.encryption;
      const reason = expected === 'opens' ? '' : 'It opens although it must not.';
      return { with: whose, expected, found: 'opens', reason };
    }
    const { code, reason } = explain(seen, repository, []);
    const found = code === 'wrong-passphrase' ? 'refused' : 'unknown';
    return { with: whose, expected, found, reason: found === expected ? '' : reason };
  };
  const trials = [await attempt('its own passphrase', 'opens', own.passphrase)];
  for (const other of secrets) {
    if (other.customer === own.customer || other.passphrase === null) continue;
    const whose = `the passphrase of ${other.customer} (repository ${other.name})`;
    trials.push(await attempt(whose, 'refused', other.passphrase));
  }
  const random = { secret: randomBytes(RANDOM_BYTES).toString('base64url') };
  trials.push(await attempt('a random passphrase', 'refused', random));
  return { ...about, encryption, trials, holds: trials.every(({ expected, found }) => expected === found) };
}

function textOf(drills: Drill[]): string {
  if (drills.length === 0) return 'No repository is configured, so nothing was shown.';
  const rows = drills.flatMap(({ repository, customer, trials }) =>
    trials.map((trial) => [
      trial.expected === trial.found ? 'ok' : 'FAILURE',
      repository,
      customer,
      trial.with,
      trial.found === 'unknown' ? 'could not be tried' : trial.found,
      trial.reason,
    ]),
  );
  const broken = drills.filter(({ holds }) => !holds).length;
  const summary =
    broken === 0
      ? 'Every repository opens for its own passphrase alone.'
      : `${broken} of ${drills.length} repositories: not as it should be.`;
  return `${table([['', 'repository', 'customer', 'tried with', 'found', ''], ...rows])}\n\n${summary}`;
}
