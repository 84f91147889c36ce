/** `backproof-agent key new REPOSITORY [--init]`: a passphrase nobody has chosen, and the repository it opens. */
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../../proto/clock.ts';
import { messageOf, UserError } from '../../../proto/errors.ts';
import type { RepositorySpec } from '../../config/job-spec.ts';
import { secretProblem } from '../../config.ts';
import { accessOf, explain } from '../../engines/borg-steps.ts';
import { localFolder } from '../../tools/borg.ts';
import { initArgv, type KeyPlace } from '../../tools/borg-key.ts';
import { agentUser, becomeAgentUser, type Owner } from './agent-user.ts';
import { askBorg } from './ask-borg.ts';
import { keyContext, repositoryNamed } from './context.ts';

/** More than borg's key has bits: guessing the passphrase is no shorter way. */
const PASSPHRASE_BYTES = 32;
const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;

export interface NewKeyOptions {
  configFile: string;
  repository: string;
  /** Null: the passphrase only. */
  init: KeyPlace | null;
}

/** @throws UserError when there is something already, or borg makes no repository. */
export async function newKey(
  options: NewKeyOptions,
  clock: Clock,
  print: (text: string) => void,
): Promise<void> {
  const context = await keyContext(options.configFile, false);
  const { dataDir } = context.config;
  const repository = repositoryNamed(context, options.repository);
  const file = passphraseFileOf(repository);
  if (!existsSync(file)) {
    writeSecret(file, randomBytes(PASSPHRASE_BYTES).toString('base64url'), agentUser(dataDir));
    print(`${file}: a new passphrase for repository ${repository.name}, readable by the agent alone.`);
  } else if (options.init === null) {
    throw new UserError(`${file} exists already; a passphrase is never overwritten`, {
      next: `move it away if it is really not needed any more, or make the repository with it: backproof-agent key new ${repository.name} --init`,
    });
  } else print(`${file} exists already and is used as it is.`);
  if (options.init === null) {
    print(
      `next: backproof-agent key new ${repository.name} --init makes the repository at ${repository.location}`,
    );
    return;
  }
  becomeAgentUser(dataDir);
  const problem = secretProblem(file);
  if (problem) throw new UserError(`passphrase_file is ${problem.found}`, { next: problem.allowed });
  const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  const argv = initArgv(accessOf(repository), options.init);
  const seen = await askBorg(repository, argv, secret, context.variables, clock);
  if (seen.exitCode !== 0) {
    throw new UserError(`No repository was made: ${explain(seen, repository, []).reason}`, {
      next: `correct that, then run this again; the passphrase stays in ${file}`,
    });
  }
  print(`${repository.location}: a new encrypted repository.`);
  for (const line of afterwards(repository, options.init)) print(line);
}

function passphraseFileOf({ name, passphraseFile, unencrypted }: RepositorySpec): string {
  if (passphraseFile !== null) return passphraseFile;
  throw new UserError(
    unencrypted
      ? `repository ${name} is said to be unencrypted`
      : `the passphrase of repository ${name} comes from its passphrase_command`,
    {
      next: unencrypted
        ? 'put passphrase_file in the place of unencrypted, then run this again'
        : 'make it where that command finds it, or set passphrase_file instead',
      exitCode: 2,
    },
  );
}

/** Never over a file that is there; on the disk when it returns. Throws UserError. */
function writeSecret(file: string, secret: string, owner: Owner | null): void {
  try {
    const folder = dirname(file);
    const made = mkdirSync(folder, { recursive: true, mode: FOLDER_OWNER_ONLY });
    if (made !== undefined && owner) chownSync(folder, owner.uid, owner.gid);
    const handle = openSync(file, 'wx', OWNER_ONLY);
    try {
      writeSync(handle, `${secret}\n`);
      // By the handle: the folder may be the agent's, and what it puts there meanwhile is not given to it.
      if (owner) fchownSync(handle, owner.uid, owner.gid);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw new UserError(`${file} cannot be made: ${messageOf(error)}`, {
      next: 'run this as root (sudo), or as a user that may write there',
      cause: error,
    });
  }
}

function afterwards({ name, location }: RepositorySpec, place: KeyPlace): string[] {
  const where =
    place === 'repository' ? 'in the repository' : 'on this host alone, and lost with it unless exported';
  const path = localFolder(location) ?? 'PATH';
  return [
    `Its key is ${where}. Without key and passphrase nobody can restore anything, so keep both elsewhere now:`,
    `  backproof-agent key export ${name} FILE`,
    'So that this host can add archives and remove none, let its ssh key on the storage host do no more than:',
    `  command="borg serve --append-only --restrict-to-path ${path}",restrict`,
    'Then show that it works: backproof-agent key drill',
  ];
}
