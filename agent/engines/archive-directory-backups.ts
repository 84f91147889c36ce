/**
 * `postgres-pitr` with a plain archive directory: a base backup by pg_basebackup, streamed into a borg archive
 * through dump-guard, and beside it, once it was whole, an archive whose name says which WAL it needs
 * (tools/pitr-archives.ts). The WAL itself is sent by watch/archive-directory-repository.ts.
 */
import type { RecoveryPoint } from '../../proto/run.ts';
import type { ArchiveDirectoryJob } from '../config/job-spec.ts';
import { makerOf } from '../tools/archive-name.ts';
import {
  createFromCommandArgv,
  createFromStdinArgv,
  type ListedArchive,
  listArchivesArgv,
} from '../tools/borg.ts';
import type { BackupSpan } from '../tools/guard-words.ts';
import { BASE_SUFFIX, basesIn, spanSuffix } from '../tools/pitr-archives.ts';
import { chooseClient, explainPostgresFailure, newestClient } from '../tools/postgres.ts';
import {
  baseBackupArgv,
  type ClusterFacts,
  clusterFactsArgv,
  parseClusterFacts,
  writeNeeds,
} from '../tools/postgres-base.ts';
import { lastSegmentBefore, parseLsn, segmentName } from '../tools/wal.ts';
import {
  accessOf,
  archiveNameOf,
  archivesOf,
  archivesSeen,
  borgStep,
  CONFIRM,
  confirmStep,
  createdBy,
  explain,
  LIST_STDOUT_BYTES_MAX,
  lockLook,
} from './borg-steps.ts';
import { isCommandFailure, saidOf } from './dump-parts.ts';
import { CONNECT_SECONDS, placeOf } from './postgres-source.ts';
import {
  type Conclusion,
  type EngineContext,
  ended,
  failed,
  type PitrAdapter,
  type ProcessSeen,
  type ProcessStep,
  processSeen,
  type Seen,
  type Step,
} from './types.ts';

const SERVER = 'server';
const BASE = 'base';
const NEEDS = 'needs';
/** A few lines. */
const FACTS_BYTES_MAX = 1024 * 1024;
const ANSWER_WITHIN_MS = 60_000;
/** backup_manifest, which says what a base backup needs, came with 13. */
const MAJOR_MIN = 13;

export const archiveDirectoryBackups: PitrAdapter<ArchiveDirectoryJob> = {
  plan(spec, context, seen): Step | null {
    if (context.borg === null) return null;
    const server = processSeen(seen, SERVER);
    if (!server) return serverStep(spec, context);
    const found = clusterOf(spec, context, server);
    if ('refused' in found) return null;
    const base = processSeen(seen, BASE);
    if (!base) return baseStep(spec, context, found.bin);
    if (createdBy(base) === null) return lockLook(spec.store.repository, base, seen);
    const needs = needsOf(base, found.facts);
    if (needs === null) return null;
    const stamp = processSeen(seen, NEEDS);
    if (!stamp) return needsStep(spec, context, found.facts, needs);
    if (createdBy(stamp) === null) return lockLook(spec.store.repository, stamp, seen);
    if (processSeen(seen, CONFIRM)) return null;
    return confirmStep(spec.store.repository, context, spec.name, runName(spec, context));
  },

  outcome(spec, context, seen): Conclusion {
    if (context.borg === null) return failed(context.borgProblem ?? 'borg is not installed.');
    const server = processSeen(seen, SERVER);
    if (!server) return failed('The server was not asked.');
    const found = clusterOf(spec, context, server);
    if ('refused' in found) return failed(found.refused, ended(server));
    const base = processSeen(seen, BASE);
    if (!base) return failed('No base backup was begun.');
    return judge(spec, context, found.facts, base, seen);
  },

  sources: ({ store }) => [store.directory],

  inventory(spec, context) {
    const { repository } = spec.store;
    const { glob, comments } = archivesOf(context.host, spec.name);
    const step = borgStep(repository, context, {
      id: CONFIRM,
      argv: listArchivesArgv(accessOf(repository), glob, comments),
      about: 'looking at all archives of the job',
      stdoutBytesMax: LIST_STDOUT_BYTES_MAX,
    });
    const read = (seen: ProcessSeen) => {
      const look = archivesSeen(seen, repository);
      return 'archives' in look ? pointsOf(spec, context, look.archives) : null;
    };
    return { step, read };
  },
};

function runName({ name }: ArchiveDirectoryJob, { host, startedAtMs }: EngineContext): string {
  return archiveNameOf(host, name, startedAtMs);
}

function serverStep({ connection }: ArchiveDirectoryJob, context: EngineContext): ProcessStep {
  const client = newestClient(context.postgresBins);
  return {
    type: 'process',
    id: SERVER,
    // Without any, the step says that it is not installed.
    argv: clusterFactsArgv(client?.bin ?? '', connection),
    env: { PGCONNECT_TIMEOUT: CONNECT_SECONDS, ...context.environment, LC_ALL: 'C.UTF-8' },
    needsPassphrase: false,
    reads: 'text',
    sources: [],
    stdoutBytesMax: FACTS_BYTES_MAX,
    withinMs: ANSWER_WITHIN_MS,
    about: 'asking the server what it is',
  };
}

/** What is backed up and with which programs, or why not. */
function clusterOf(
  { connection }: ArchiveDirectoryJob,
  { postgresBins }: EngineContext,
  server: ProcessSeen,
): { facts: ClusterFacts; bin: string } | { refused: string } {
  const place = placeOf(connection);
  const facts = server.exitCode === 0 && !server.stdoutCut ? parseClusterFacts(server.stdout) : null;
  if (!facts) {
    if (server.startError !== null) return { refused: `${server.startError}; install postgresql-client.` };
    return { refused: explainPostgresFailure(server.said.plain.join('\n'), place) };
  }
  if (facts.major < MAJOR_MIN)
    return {
      refused: `The server at ${place} is PostgreSQL ${facts.version}, whose base backups do not say which WAL they need; that came with ${MAJOR_MIN}.`,
    };
  if (facts.tablespaces.length > 0)
    return {
      refused: `The cluster at ${place} has tablespaces outside of its data directory (${facts.tablespaces.join(', ')}), and pg_basebackup cannot stream those; use engine pgbackrest.`,
    };
  const client = chooseClient(postgresBins, facts.major);
  if (!client)
    return {
      refused: `The server at ${place} is PostgreSQL ${facts.version}, newer than the client programs here; install postgresql-client-${facts.major}.`,
    };
  return { facts, bin: client.bin };
}

function baseStep(spec: ArchiveDirectoryJob, context: EngineContext, bin: string): ProcessStep {
  const { repository } = spec.store;
  const archive = {
    name: `${runName(spec, context)}-${BASE_SUFFIX}`,
    maker: makerOf(context.host, spec.name),
  };
  const command = [...context.dumpGuard, 'postgres-base', '--', ...baseBackupArgv(bin, spec.connection)];
  const argv = createFromCommandArgv(accessOf(repository), context.borg!, archive, 'base.tar', command);
  const step = borgStep(repository, context, { id: BASE, argv, about: 'base backup' });
  return { ...step, env: { PGCONNECT_TIMEOUT: CONNECT_SECONDS, ...step.env } };
}

interface Needs {
  first: string;
  last: string;
  span: BackupSpan;
}

/** The WAL that a base backup needs, as the guard read it out of it; null when it said nothing. */
function needsOf(base: ProcessSeen, { segmentBytes }: ClusterFacts): Needs | null {
  const { span } = base.said.guard;
  if (!span) return null;
  const [start, stop] = [parseLsn(span.start), parseLsn(span.stop)];
  if (start === null || stop === null) return null;
  const { timeline } = span;
  const name = (index: number) => segmentName({ timeline, index }, segmentBytes);
  return {
    first: name(Math.floor(start / segmentBytes)),
    last: name(lastSegmentBefore(stop, segmentBytes)),
    span,
  };
}

function needsStep(
  spec: ArchiveDirectoryJob,
  context: EngineContext,
  facts: ClusterFacts,
  { first, last, span }: Needs,
): ProcessStep {
  const { repository } = spec.store;
  const { systemIdentifier } = facts;
  const suffix = spanSuffix({ kind: 'needs', systemIdentifier, first, last });
  const archive = { name: `${runName(spec, context)}-${suffix}`, maker: makerOf(context.host, spec.name) };
  return borgStep(repository, context, {
    id: NEEDS,
    argv: createFromStdinArgv(accessOf(repository), context.borg!, archive, 'needs.json'),
    stdin: writeNeeds({ ...facts, ...span, first, last }),
    about: 'storing which WAL the base backup needs',
  });
}

function judge(
  spec: ArchiveDirectoryJob,
  context: EngineContext,
  facts: ClusterFacts,
  base: ProcessSeen,
  seen: readonly Seen[],
): Conclusion {
  const { repository } = spec.store;
  const made = createdBy(base);
  if (!made) return failed(failureOf(spec, base, seen), ended(base));
  const needs = needsOf(base, facts);
  const { bytes: sizeBytes } = base.said.guard;
  if (!needs || sizeBytes === null)
    return failed('borg reported the base backup, but nothing was seen that says it is whole.', ended(base));
  const stamp = processSeen(seen, NEEDS);
  if (!stamp) return failed('The run ended before it was stored which WAL the base backup needs.');
  const stamped = createdBy(stamp);
  if (!stamped)
    return failed(
      `Which WAL the base backup needs could not be stored. ${explain(stamp, repository, seen).reason}`,
      ended(stamp),
    );
  const look = archivesSeen(processSeen(seen, CONFIRM), repository);
  if ('problem' in look)
    return failed(`borg reported a base backup, but it could not be seen in the repository: ${look.problem}`);
  const missing = [made, stamped].find(({ id }) => !look.archives.some((archive) => archive.id === id));
  if (missing)
    return failed(`borg reported the archive ${missing.name}, but the repository does not hold it.`);
  return {
    ...failed('', ended(base)),
    outcome: 'succeeded',
    reason: `Base backup of PostgreSQL ${facts.version} at ${placeOf(spec.connection)}, seen in the repository; it needs the WAL from ${needs.first} to ${needs.last}.`,
    recoveryPoints: [pointOf(spec, made, sizeBytes)],
    stats: made.stats,
    inventory: pointsOf(spec, context, look.archives),
  };
}

function pointOf(
  { store }: ArchiveDirectoryJob,
  { name, id, createdAtMs }: ListedArchive,
  sizeBytes: number,
): RecoveryPoint {
  return { repository: store.repository.name, name, id, subject: '', createdAtMs, sizeBytes };
}

function pointsOf(
  spec: ArchiveDirectoryJob,
  { host }: Pick<EngineContext, 'host'>,
  archives: readonly ListedArchive[],
): RecoveryPoint[] {
  return basesIn(host, spec.name, archives).map(({ archive }) => pointOf(spec, archive, 0));
}

/** Why borg made no archive. */
function failureOf(
  { connection, store }: ArchiveDirectoryJob,
  base: ProcessSeen,
  seen: readonly Seen[],
): string {
  if (!isCommandFailure(base)) return explain(base, store.repository, seen).reason;
  const { problem } = base.said.guard;
  if (problem !== null) return `No base backup was made: ${problem}`;
  return `No base backup was made. ${explainBaseBackup(saidOf(base), placeOf(connection))}`;
}

function explainBaseBackup(said: string, place: string): string {
  if (/must be superuser or replication role|no pg_hba\.conf entry for replication/.test(said))
    return `PostgreSQL at ${place} does not let this role make base backups: give it the attribute REPLICATION, and a line for the database "replication" in pg_hba.conf.`;
  if (/max_wal_senders|number of requested standby connections exceeds/.test(said))
    return `PostgreSQL at ${place} has no free connection for a base backup: raise max_wal_senders.`;
  return explainPostgresFailure(said, place);
}
