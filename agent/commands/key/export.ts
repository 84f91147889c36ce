/** `backproof-agent key export REPOSITORY FILE|-`: the key for safekeeping, as borg itself writes it. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../proto/clock.ts';
import { messageOf, UserError } from '../../../proto/errors.ts';
import type { RepositorySpec } from '../../config/job-spec.ts';
import { accessOf, explain } from '../../engines/borg-steps.ts';
import { readPassphrase } from '../../process/passphrase.ts';
import { NO_ARCHIVE } from '../../tools/archive-name.ts';
import { listArchivesArgv } from '../../tools/borg.ts';
import { exportKeyArgv } from '../../tools/borg-key.ts';
import { becomeAgentUser } from './agent-user.ts';
import { askBorg } from './ask-borg.ts';
import { keyContext, repositoryNamed } from './context.ts';

const OWNER_ONLY = 0o600;
const STANDARD_OUTPUT = '-';
/** A person waits; a backup may run for hours. */
const LOCK_WAIT_MS = 5_000;

export interface ExportKeyOptions {
  configFile: string;
  repository: string;
  /** '-': standard output. */
  file: string;
  paper: boolean;
}

/**
 * @param print the key, where it goes to standard output.
 * @param say what a person has to know, beside it.
 * @throws UserError when the file exists, borg gives no key, or the passphrase does not open the repository.
 */
export async function exportKey(
  options: ExportKeyOptions,
  clock: Clock,
  print: (text: string) => void,
  say: (text: string) => void,
): Promise<void> {
  const context = await keyContext(options.configFile, false);
  const repository = repositoryNamed(context, options.repository);
  // Opened before root becomes the agent's user: the key goes where the caller may write, not the agent.
  const handle = options.file === STANDARD_OUTPUT ? null : openNew(options.file);
  let done = false;
  try {
    becomeAgentUser(context.config.dataDir);
    const folder = mkdtempSync(join(tmpdir(), 'backproof-key-'));
    let key: string;
    try {
      const file = join(folder, 'key');
      const argv = exportKeyArgv(accessOf(repository), file, options.paper);
      const seen = await askBorg(repository, argv, undefined, context.variables, clock);
      if (seen.exitCode !== 0)
        throw new UserError(`No key was exported: ${explain(seen, repository, []).reason}`);
      key = readFileSync(file, 'utf8');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    if (handle === null) print(key.trimEnd());
    else writeSync(handle, key);
    done = true;
  } finally {
    if (handle !== null) closeSync(handle);
    if (handle !== null && !done) removeEmpty(options.file);
  }
  const { passphraseFile } = repository;
  const opens = await whetherItOpens(repository, context.variables, clock);
  if (handle !== null) say(`${options.file}: the key of repository ${repository.name}.`);
  say(
    'It is of use only together with the passphrase, by which it is encrypted. Keep a copy of the passphrase too ' +
      `(${passphraseFile ?? 'from passphrase_command'}), and not at the same place: whoever has both reads every ` +
      'archive, and without them nobody does. borg key import brings the key back.',
  );
  if (opens !== null)
    throw new UserError(
      `The key was exported, and this host's passphrase was not seen to open it: ${opens}`,
      {
        next: 'keep no passphrase that does not open the repository: backproof-agent key drill',
      },
    );
}

/** borg exports a key without asking for its passphrase. Null when it opens, otherwise why that was not seen. */
async function whetherItOpens(
  repository: RepositorySpec,
  variables: Record<string, string>,
  clock: Clock,
): Promise<string | null> {
  if (repository.unencrypted) return null;
  const passphrase = await readPassphrase(repository, variables, clock, () => {});
  if ('problem' in passphrase) return `${passphrase.problem}.`;
  const held = { ...repository, lockWaitMs: LOCK_WAIT_MS };
  const argv = listArchivesArgv(accessOf(held), NO_ARCHIVE);
  const seen = await askBorg(repository, argv, passphrase.secret, variables, clock);
  return seen.exitCode === 0 ? null : explain(seen, held, []).reason;
}

function openNew(file: string): number {
  try {
    return openSync(file, 'wx', OWNER_ONLY);
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UserError(
      exists
        ? `${file} exists already; an exported key is never overwritten`
        : `${file} cannot be written: ${messageOf(error)}`,
      { next: 'name another file', exitCode: 2, cause: error },
    );
  }
}

/** Best effort: who was root may no longer be allowed to. */
function removeEmpty(file: string): void {
  try {
    rmSync(file);
  } catch {
    // An empty file says as much.
  }
}
