/**
 * `observed`: a repository that somebody else writes to; the archives that appear in it are the evidence.
 *
 * A run is a look. It fails when nothing can be seen, at once; how long ago the newest archive appeared is the
 * collector's to judge, by the archive's time and never by the look's. A repository that somebody works in
 * right now cannot be looked at, which is no failure: the look is skipped, and the next one comes.
 */

import type { RecoveryPoint } from '../../proto/run.ts';
import type { ObservedJob, RepositorySpec } from '../config/job-spec.ts';
import { isCheckpoint } from '../tools/archive-name.ts';
import {
  holdsFile,
  type ListedArchive,
  listArchivesArgv,
  listKindsArgv,
  listOriginArgv,
  parseOrigin,
} from '../tools/borg.ts';
import {
  accessOf,
  archivesSeen,
  borgStep,
  CONFIRM,
  explain,
  LIST_STDOUT_BYTES_MAX,
  lockLook,
} from './borg-steps.ts';
import type { Conclusion, Engine, EngineContext, ProcessSeen, ProcessStep, Seen, Step } from './types.ts';
import { failed, NO_STATS, processSeen } from './types.ts';

const ORIGIN = 'origin';
const KINDS = 'kinds';
/** Two bytes an entry: more than so many entries are never all folders. */
const KINDS_BYTES_MAX = 64 * 1024;
/** Whoever works in the repository goes first; the next look is not far. */
const LOCK_WAIT_MS = 60_000;
/** What one look reports as new; the daily inventory brings all. */
const NEW_POINTS_MAX = 100;

export const observed: Engine<ObservedJob> = {
  kind: 'observed',

  validate(raw) {
    return raw.archive_prefix !== undefined && raw.archive_glob !== undefined
      ? [{ key: 'archive_glob', allowed: 'archive_prefix or archive_glob, not both' }]
      : [];
  },

  plan(spec, context, seen): Step | null {
    if (context.borg === null) return null;
    const list = processSeen(seen, CONFIRM);
    if (!list) return listStep(spec, context);
    const repository = patient(spec.repository);
    const look = archivesSeen(list, repository);
    if ('problem' in look) return lockLook(repository, list, seen);
    const newest = newestOf(backups(look.archives), context.startedAtMs);
    if (!newest) return null;
    if (!processSeen(seen, ORIGIN))
      return borgStep(repository, context, {
        id: ORIGIN,
        argv: listOriginArgv(accessOf(repository), newest.name),
        about: 'looking who made the newest archive',
      });
    if (processSeen(seen, KINDS)) return null;
    return borgStep(repository, context, {
      id: KINDS,
      argv: listKindsArgv(accessOf(repository), newest.name),
      about: 'looking whether the newest archive holds a file',
      stdoutBytesMax: KINDS_BYTES_MAX,
      stopWhenCut: true,
    });
  },

  outcome(spec, context, seen): Conclusion {
    if (context.borg === null) return failed(context.borgProblem ?? 'borg is not installed.');
    const list = processSeen(seen, CONFIRM);
    if (!list) return failed('The run ended before the repository was looked at.');
    const repository = patient(spec.repository);
    const look = archivesSeen(list, repository);
    if ('problem' in look) return unseen(list, repository, look.problem, seen);
    return judge(spec, context, backups(look.archives), seen);
  },

  sources: (spec) => (spec.archives === '*' ? [] : [`archives ${spec.archives}`]),

  // Every look is one.
  inventory: () => null,
};

function patient(repository: RepositorySpec): RepositorySpec {
  return { ...repository, lockWaitMs: Math.min(repository.lockWaitMs, LOCK_WAIT_MS) };
}

function listStep(spec: ObservedJob, context: EngineContext): ProcessStep {
  const repository = patient(spec.repository);
  return borgStep(repository, context, {
    id: CONFIRM,
    argv: listArchivesArgv(accessOf(repository), spec.archives),
    about: 'looking at the archives in the repository',
    stdoutBytesMax: LIST_STDOUT_BYTES_MAX,
  });
}

function backups(archives: ListedArchive[]): ListedArchive[] {
  return archives.filter(({ name }) => !isCheckpoint(name));
}

/** The newest that can be: one that is dated in the future says nothing about when it was made. */
function newestOf(archives: ListedArchive[], nowMs: number): ListedArchive | null {
  const dated = archives.filter(({ createdAtMs }) => createdAtMs <= nowMs);
  const among = dated.length > 0 ? dated : archives;
  return among.reduce<ListedArchive | null>(
    (newest, one) => (newest === null || one.createdAtMs >= newest.createdAtMs ? one : newest),
    null,
  );
}

function unseen(
  list: ProcessSeen,
  repository: RepositorySpec,
  problem: string,
  seen: readonly Seen[],
): Conclusion {
  const { exitCode, signal } = list;
  if (list.startError !== null || exitCode === 0) return failed(problem, { exitCode, signal });
  const { code, reason } = explain(list, repository, seen);
  const conclusion = failed(reason, { exitCode, signal });
  return code === 'lock-timeout' ? { ...conclusion, outcome: 'skipped' } : conclusion;
}

function judge(
  spec: ObservedJob,
  context: EngineContext,
  archives: ListedArchive[],
  seen: readonly Seen[],
): Conclusion {
  const { repository } = spec;
  const points = archives.map(
    (archive): RecoveryPoint => ({
      repository: repository.name,
      name: archive.name,
      id: archive.id,
      subject: '',
      createdAtMs: archive.createdAtMs,
      sizeBytes: 0,
    }),
  );
  const newest = newestOf(archives, context.startedAtMs);
  if (!newest) {
    const which = spec.archives === '*' ? 'no archive' : `no archive named ${spec.archives}`;
    return failed(`Repository ${repository.name} holds ${which}; nothing can be restored from it.`, {
      exitCode: 0,
      inventory: points,
    });
  }
  const made = processSeen(seen, ORIGIN);
  const origin = made && made.exitCode === 0 ? parseOrigin(made.stdout) : null;
  if (origin === null) return unreadable(newest, made, repository, points, seen);
  const kinds = processSeen(seen, KINDS);
  if (kinds === null || (kinds.exitCode !== 0 && !kinds.stdoutCut))
    return unreadable(newest, kinds, repository, points, seen);
  if (!kinds.stdoutCut && !holdsFile(kinds.stdout))
    return failed(
      `The newest archive ${newest.name} holds no file: see what was to be saved, and whether it was there (a file system that was not mounted).`,
      { exitCode: 0, inventory: points },
    );
  const sinceMs = Math.min(context.startedAtMs - spec.longestSilenceMs, newest.createdAtMs);
  const recent = points
    .filter(({ createdAtMs }) => createdAtMs >= sinceMs)
    .toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  return {
    outcome: 'succeeded',
    exitCode: 0,
    signal: null,
    reason: said(newest, archives.length, origin, context.startedAtMs),
    recoveryPoints: recent.slice(-NEW_POINTS_MAX),
    stats: NO_STATS,
    warnings: [],
    warningsTotal: 0,
    inventory: points,
  };
}

/** The archive is in the list, and a look at itself came to nothing. */
function unreadable(
  { name }: ListedArchive,
  step: ProcessSeen | null,
  repository: RepositorySpec,
  inventory: RecoveryPoint[],
  seen: readonly Seen[],
): Conclusion {
  const { code, reason } = step
    ? explain(step, repository, seen)
    : { code: '', reason: 'It was not looked at.' };
  const conclusion = failed(`The newest archive ${name} cannot be read: ${reason}`, {
    exitCode: step?.exitCode ?? 0,
    signal: step?.signal ?? null,
    inventory,
  });
  // Somebody went in between, and goes first.
  return code === 'lock-timeout' ? { ...conclusion, outcome: 'skipped' } : conclusion;
}

function said(
  newest: ListedArchive,
  count: number,
  origin: { hostname: string; username: string; comment: string },
  nowMs: number,
): string {
  const at = `${new Date(newest.createdAtMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const by = origin.username === '' ? '' : ` by ${origin.username}`;
  const on = origin.hostname === '' ? '' : ` on ${origin.hostname}`;
  const comment = origin.comment === '' ? '' : ` ("${origin.comment}")`;
  const future = newest.createdAtMs > nowMs ? ', which is in the future' : '';
  return `${count} ${count === 1 ? 'archive' : 'archives'}; the newest, ${newest.name}, was made${by}${on} ${at}${future}${comment}.`;
}
