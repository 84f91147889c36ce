/**
 * `postgres-pitr` through pgBackRest: base backups of a PostgreSQL cluster, a full one when the last is a week
 * old, otherwise an incremental one. Its WAL arrives by itself, by archive_command; watch/wal.ts looks at that.
 */
import type { RecoveryPoint } from '../../proto/run.ts';
import type { PgBackRestJob } from '../config/job-spec.ts';
import {
  type BackupSet,
  type BackupType,
  backupArgv,
  infoArgv,
  type PgBackRestAccess,
  parseInfo,
  STANZA_NO_BACKUPS,
  STANZA_OK,
  type StanzaInfo,
} from '../tools/pgbackrest.ts';
import { asUser, POSTGRES_USER } from '../tools/run-as.ts';
import {
  type Conclusion,
  type EngineContext,
  ended,
  failed,
  type PitrAdapter,
  type ProcessSeen,
  type ProcessStep,
  processSeen,
} from './types.ts';

const BEFORE = 'before';
const BACKUP = 'backup';
const CONFIRM = 'confirm';
/** Some 600 bytes a backup. */
const INFO_BYTES_MAX = 8 * 1024 * 1024;
/** A little less than a week, so that a run each night makes the seventh night's a full one. */
const FULL_EVERY_MS = 6.5 * 86_400_000;

export const pgBackRestBackups: PitrAdapter<PgBackRestJob> = {
  plan(spec, context, seen) {
    const before = processSeen(seen, BEFORE);
    if (!before) return infoStep(spec, context, BEFORE, 'looking at the stanza');
    const info = infoOf(before, spec);
    if (info === null || problemOf(info, spec) !== null) return null;
    if (!processSeen(seen, BACKUP)) return backupStep(spec, context, typeOf(info, context.startedAtMs));
    if (processSeen(seen, BACKUP)!.exitCode !== 0) return null;
    return processSeen(seen, CONFIRM) ? null : infoStep(spec, context, CONFIRM, 'looking at the new backup');
  },

  outcome(spec, _context, seen) {
    const before = processSeen(seen, BEFORE);
    if (!before) return failed('pgBackRest was not asked.');
    const info = infoOf(before, spec);
    if (info === null) return failed(unanswered(before, spec), ended(before));
    const problem = problemOf(info, spec);
    if (problem !== null) return failed(problem, ended(before));
    const backup = processSeen(seen, BACKUP);
    if (!backup) return failed('No backup was begun.');
    if (backup.exitCode !== 0) return failed(complaint(backup), ended(backup));
    return judge(spec, info, backup, processSeen(seen, CONFIRM));
  },

  sources: (spec) => [`stanza ${spec.store.stanza}`],

  inventory: (spec, context) => ({
    step: infoStep(spec, context, CONFIRM, 'looking at the backups'),
    read: (seen) => {
      const info = infoOf(seen, spec);
      return info && problemOf(info, spec) === null ? info.backups.map((one) => pointOf(one, spec)) : null;
    },
  }),
};

type Surroundings = Pick<EngineContext, 'environment' | 'isRoot'>;

function accessOf(
  { store: { program, stanza, configFile } }: PgBackRestJob,
  { isRoot }: Surroundings,
): PgBackRestAccess {
  return { program, stanza, configFile, prefix: asUser(POSTGRES_USER, isRoot) };
}

function step(context: Surroundings, part: Pick<ProcessStep, 'id' | 'argv' | 'about'>): ProcessStep {
  return {
    type: 'process',
    env: { ...context.environment, LC_ALL: 'C.UTF-8' },
    needsPassphrase: false,
    reads: 'text',
    sources: [],
    stdoutBytesMax: INFO_BYTES_MAX,
    ...part,
  };
}

function infoStep(spec: PgBackRestJob, context: Surroundings, id: string, about: string): ProcessStep {
  return step(context, { id, argv: infoArgv(accessOf(spec, context)), about });
}

function backupStep(spec: PgBackRestJob, context: EngineContext, type: BackupType): ProcessStep {
  const { baseBackup } = context;
  const argv =
    baseBackup.length > 0 ? [...baseBackup, spec.name, type] : backupArgv(accessOf(spec, context), type);
  return { ...step(context, { id: BACKUP, argv, about: `${type} backup` }), stdoutBytesMax: 0 };
}

/** Full ones anew each week: what builds on a backup is lost with it. */
function typeOf({ backups }: StanzaInfo, nowMs: number): BackupType {
  const newestFull = backups.filter(({ type }) => type === 'full').at(-1);
  return newestFull && nowMs - newestFull.startedAtMs < FULL_EVERY_MS ? 'incr' : 'full';
}

function infoOf(seen: ProcessSeen, spec: PgBackRestJob): StanzaInfo | null {
  return seen.exitCode === 0 && !seen.stdoutCut ? parseInfo(seen.stdout, spec.store.stanza) : null;
}

function problemOf({ code, message }: StanzaInfo, { store: { stanza } }: PgBackRestJob): string | null {
  if (code === STANZA_OK || code === STANZA_NO_BACKUPS) return null;
  const create = `pgbackrest --stanza=${stanza} stanza-create`;
  if (code === 1)
    return `The repository has no stanza ${stanza}: is it mounted and is the name right? If it is new, run: ${create}.`;
  return `pgBackRest cannot use stanza ${stanza} (status ${code}: ${message}).`;
}

function unanswered(seen: ProcessSeen, { store: { stanza } }: PgBackRestJob): string {
  if (seen.startError !== null) return `${seen.startError}; install pgbackrest.`;
  return `pgBackRest did not say what stanza ${stanza} holds. ${complaint(seen)}`;
}

/** The line that says why. */
function complaint(seen: ProcessSeen): string {
  if (seen.startError !== null) return `${seen.startError}.`;
  if (seen.signal !== null) return `pgBackRest was ended by ${seen.signal} from outside.`;
  // What asks the unit for the backup says what kept it from being made.
  const refusal = seen.said.plain.at(-1)?.match(/^backproof-agent: (.+)$/)?.[1];
  if (refusal !== undefined) return `No backup was made: ${refusal}.`;
  const line = seen.said.plain.find((one) => /\bERROR: \[\d+\]/.test(one)) ?? seen.said.plain.at(-1);
  const said = line === undefined ? 'it said nothing' : line.replace(/^.*?ERROR: /, '').trim();
  return `pgBackRest ended with exit code ${seen.exitCode}: ${said}.`;
}

function judge(
  spec: PgBackRestJob,
  before: StanzaInfo,
  backup: ProcessSeen,
  confirm: ProcessSeen | null,
): Conclusion {
  const after = confirm && infoOf(confirm, spec);
  if (!after)
    return failed('pgBackRest reported a backup, but it could not be seen in the repository.', ended(backup));
  const known = new Set(before.backups.map(({ label }) => label));
  const made = after.backups.filter(({ label }) => !known.has(label)).at(-1);
  if (!made)
    return failed(
      `pgBackRest reported a backup, but stanza ${spec.store.stanza} holds none that was not there before.`,
      ended(backup),
    );
  const evidence: Conclusion = {
    ...failed('', ended(backup)),
    outcome: 'succeeded',
    recoveryPoints: [pointOf(made, spec)],
    stats: {
      ...failed('').stats,
      originalBytes: made.sizeBytes,
      compressedBytes: made.addedBytes,
      deduplicatedBytes: made.addedBytes,
    },
    inventory: after.backups.map((one) => pointOf(one, spec)),
  };
  if (made.hasErrors)
    return {
      ...evidence,
      outcome: 'failed',
      reason: `Backup ${made.label} was made, but pgBackRest found broken pages in the cluster: see its log and check the server's disk.`,
    };
  return {
    ...evidence,
    reason: `${made.type} backup ${made.label} of stanza ${spec.store.stanza}, seen in the repository.`,
  };
}

function pointOf(backup: BackupSet, { store: { stanza } }: PgBackRestJob): RecoveryPoint {
  return {
    repository: stanza,
    name: backup.label,
    id: backup.label,
    subject: '',
    createdAtMs: backup.stoppedAtMs,
    sizeBytes: backup.sizeBytes,
  };
}
