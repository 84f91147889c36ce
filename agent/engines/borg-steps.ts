/** What the engines that write into a borg repository have in common: access, names, steps, evidence. Pure. */
import type { RecoveryPoint } from '../../proto/run.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import { isArchiveOf } from '../tools/archive-name.ts';
import {
  type BorgAccess,
  borgEnvironment,
  type CreatedArchive,
  type ListedArchive,
  listArchivesArgv,
  localFolder,
  parseArchives,
  parseCreated,
} from '../tools/borg.ts';
import { type BorgFailure, explainBorgFailure } from '../tools/borg-failure.ts';
import type { EngineContext, Inventory, LookStep, ProcessSeen, ProcessStep, Seen } from './types.ts';
import { lookSeen } from './types.ts';

/** `borg create --json` prints a few kilobytes, plus its own command line. */
export const CREATE_STDOUT_BYTES_MAX = 4 * 1024 * 1024;
/** Some 200 bytes an archive. */
export const LIST_STDOUT_BYTES_MAX = 32 * 1024 * 1024;

export const LOCK_LOOK = 'lock';
export const CONFIRM = 'confirm';

export function accessOf(repository: RepositorySpec): BorgAccess {
  return {
    program: repository.program,
    location: repository.location,
    encrypted: !repository.unencrypted,
    lockWaitMs: repository.lockWaitMs,
    uploadBytesPerSecond: repository.uploadBytesPerSecond,
    checkpointEveryMs: repository.checkpointEveryMs,
    sshCommand: repository.sshCommand,
    remotePath: repository.remotePath,
  };
}

/**
 * `db1-shop-2026-11-22T00:10:00.000Z`, the beginning of every archive of a run. With the host, because hosts
 * may share a repository and have jobs of the same name.
 */
export function archiveNameOf(host: string, job: string, startedAtMs: number): string {
  return `${host}-${job}-${new Date(startedAtMs).toISOString()}`;
}

/** Which archives may be a job's own; with their comments where another host and job make the same names. */
export function archivesOf(host: string, job: string): { glob: string; comments: boolean } {
  const beginning = `${host}-${job}-`;
  return { glob: `${beginning}*`, comments: beginning.split('-').length > 3 };
}

/** Beside the dumps of a run lies what they hold; it is no recovery point of its own. */
export const MANIFEST_SUFFIX = '-manifest';

export function isManifest(archive: string): boolean {
  return archive.endsWith(`Z${MANIFEST_SUFFIX}`);
}

const created = new WeakMap<ProcessSeen, CreatedArchive | null>();

/**
 * The archive a `borg create` reported, null when it reported none. Read once: a plan is asked after every step,
 * and with 1,000 databases it would parse half a million answers.
 */
export function createdBy(step: ProcessSeen): CreatedArchive | null {
  let archive = created.get(step);
  if (archive === undefined) {
    archive = parseCreated(step.stdout);
    created.set(step, archive);
  }
  return archive;
}

export function borgStep(
  repository: RepositorySpec,
  context: Pick<EngineContext, 'environment'>,
  part: Pick<ProcessStep, 'id' | 'argv' | 'about'> & Partial<ProcessStep>,
): ProcessStep {
  return {
    type: 'process',
    env: borgEnvironment(context.environment, accessOf(repository)),
    needsPassphrase: !repository.unencrypted,
    reads: 'borg',
    sources: [],
    stdoutBytesMax: CREATE_STDOUT_BYTES_MAX,
    ...part,
  };
}

/**
 * The evidence: a new process asks the repository itself what is there now.
 * @param name the archive, or the beginning of the archives, of this run.
 */
export function confirmStep(
  repository: RepositorySpec,
  context: EngineContext,
  job: string,
  name: string,
): ProcessStep {
  const { glob, comments } = context.inventoryDue
    ? archivesOf(context.host, job)
    : { glob: `${name}*`, comments: false };
  return borgStep(repository, context, {
    id: CONFIRM,
    argv: listArchivesArgv(accessOf(repository), glob, comments),
    about: 'looking at the archive in the repository',
    stdoutBytesMax: LIST_STDOUT_BYTES_MAX,
  });
}

/** All recovery points of a job, outside a run. */
export function inventoryOfJob(
  { name, repository }: { name: string; repository: RepositorySpec },
  { host, environment }: Pick<EngineContext, 'host' | 'environment'>,
  subjectOf: (archive: string) => string,
): Inventory {
  const { glob, comments } = archivesOf(host, name);
  const step = borgStep(
    repository,
    { environment },
    {
      id: CONFIRM,
      argv: listArchivesArgv(accessOf(repository), glob, comments),
      about: 'looking at all archives of the job',
      stdoutBytesMax: LIST_STDOUT_BYTES_MAX,
    },
  );
  const read = (seen: ProcessSeen) => {
    const look = archivesSeen(seen, repository);
    return 'archives' in look ? inventoryOf(host, name, repository, look.archives, subjectOf) : null;
  };
  return { step, read };
}

/** The archives seen in the repository, or the sentence that says why they could not be seen. */
export function archivesSeen(
  confirm: ProcessSeen | null,
  repository: RepositorySpec,
): { archives: ListedArchive[] } | { problem: string } {
  if (confirm === null) return { problem: 'The repository was not looked at.' };
  if (confirm.startError !== null) return { problem: `${confirm.startError}.` };
  const archives = confirm.exitCode === 0 && !confirm.stdoutCut ? parseArchives(confirm.stdout) : null;
  return archives ? { archives } : { problem: explain(confirm, repository, []).reason };
}

/** Who holds the lock is worth a look where the repository is a folder of this machine. */
export function lockLook(
  repository: RepositorySpec,
  step: ProcessSeen,
  seen: readonly Seen[],
): LookStep | null {
  const folder = localFolder(repository.location);
  if (folder === null || lookSeen(seen, LOCK_LOOK)) return null;
  if (explain(step, repository, []).code !== 'lock-timeout') return null;
  return { type: 'look', id: LOCK_LOOK, paths: [], mounts: [], folders: [], lockedRepository: folder };
}

/** Why a borg process did not do what it should. */
export function explain(step: ProcessSeen, repository: RepositorySpec, seen: readonly Seen[]): BorgFailure {
  if (step.startError !== null) return { code: 'not-started', reason: `${step.startError}.` };
  if (step.signal !== null) {
    const kernel = step.signal === 'SIGKILL' ? '; the kernel does that when memory runs out (see dmesg)' : '';
    return { code: 'signal', reason: `borg was ended by ${step.signal} from outside${kernel}.` };
  }
  return explainBorgFailure(step.said, step.exitCode, {
    repository: repository.name,
    location: repository.location,
    lockHolders: lookSeen(seen, LOCK_LOOK)?.lockHolders ?? [],
    lockWaitMs: repository.lockWaitMs,
  });
}

export function inventoryOf(
  host: string,
  job: string,
  repository: RepositorySpec,
  archives: ListedArchive[],
  subjectOf: (archive: string) => string,
): RecoveryPoint[] {
  return archives
    .filter((archive) => isArchiveOf(host, job, archive) && !isManifest(archive.name))
    .map((archive) => ({
      repository: repository.name,
      name: archive.name,
      id: archive.id,
      subject: subjectOf(archive.name),
      createdAtMs: archive.createdAtMs,
      sizeBytes: 0,
    }));
}
