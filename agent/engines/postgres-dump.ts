/**
 * `postgres-dump`: every database of a PostgreSQL server, and its globals, each into a borg archive of its
 * own (see dump-parts.ts).
 */

import type { PostgresDumpJob } from '../config/job-spec.ts';
import { chooseDatabases } from '../decide/choose-databases.ts';
import { parseCreated } from '../tools/borg.ts';
import { dumpArgv, dumpGlobalsArgv, explainPostgresFailure } from '../tools/postgres.ts';
import { conflictsSince } from '../tools/postgres-facts.ts';
import { inventoryOfJob } from './borg-steps.ts';
import { concludeDumps, dumpFindings, dumpSources, refusedBy } from './dump-conclusion.ts';
import {
  askBeside,
  type DumpHooks,
  databasePart,
  dumpOf,
  GLOBALS,
  globalsPart,
  judgeParts,
  type Part,
  planParts,
  saidOf,
  subjectOf,
} from './dump-parts.ts';
import { named, unlistedRemark, vanishedRemark } from './dump-words.ts';
import {
  besideStep,
  databaseManifest,
  manifestStep,
  rowsContradicted,
  snapshotOf,
  snapshotStep,
} from './postgres-manifest.ts';
import {
  CONNECT_SECONDS,
  factsOf,
  factsStep,
  findSource,
  type PostgresSource,
  placeOf,
} from './postgres-source.ts';
import type { Conclusion, Engine, EngineContext, ProcessSeen, Seen, Step } from './types.ts';
import { failed, processesSeen } from './types.ts';

export const postgresDump: Engine<PostgresDumpJob> = {
  kind: 'postgres-dump',

  validate: dumpFindings,

  plan(spec, context, seen): Step | null {
    if (context.borg === null) return null;
    const found = findSource(spec, context, seen);
    if ('step' in found) return found.step;
    if ('refused' in found) return null;
    const { source } = found;
    return planParts(spec, context, partsOf(spec, context, source), seen, hooksOf(context, source, seen));
  },

  meanwhile(spec, context, seen, step, elapsedMs) {
    const found = findSource(spec, context, seen);
    if (!('source' in found)) return null;
    const parts = partsOf(spec, context, found.source);
    return askBeside(parts, step, elapsedMs, hooksOf(context, found.source, seen));
  },

  outcome(spec, context, seen): Conclusion {
    if (context.borg === null) return failed(context.borgProblem ?? 'borg is not installed.');
    const found = findSource(spec, context, seen);
    if ('step' in found) return failed('The server was not asked for its databases.');
    if ('source' in found) return judge(spec, context, found.source, seen);
    return refusedBy(found.refused, found.question);
  },

  sources: dumpSources,

  inventory: (spec, context) => inventoryOfJob(spec, context, subjectOf),
};

/** Globals first: without roles no database is restored as it was. */
function partsOf(spec: PostgresDumpJob, context: EngineContext, source: PostgresSource): Part[] {
  const { bin, connection, facts } = source;
  const env = { PGCONNECT_TIMEOUT: CONNECT_SECONDS };
  return [
    globalsPart(spec, context, {
      command: dumpGlobalsArgv(bin, connection, facts.superuser),
      env,
      form: 'postgres-sql',
    }),
    ...chosen(spec, source).dump.map((database) =>
      databasePart(spec, context, database, 'dump', {
        command: dumpArgv(bin, connection, database, null),
        env,
        form: 'postgres-custom',
      }),
    ),
  ];
}

/** A snapshot before each dump, questions about it afterwards, and a second attempt after a conflict. */
function hooksOf(context: EngineContext, source: PostgresSource, seen: readonly Seen[]): Required<DumpHooks> {
  const processes = processesSeen(seen);
  const isDatabase = (part: Part) => part.subject !== GLOBALS;
  return {
    before: (part, attempt) =>
      isDatabase(part) ? snapshotStep(source, context, part, attempt, processes) : null,
    command(part, attempt) {
      const snapshot = isDatabase(part) ? snapshotOf(part, attempt, processes) : null;
      if (snapshot === null) return part.command;
      return dumpArgv(source.bin, source.connection, part.subject, snapshot);
    },
    meanwhile: (part, attempt, elapsedMs) =>
      isDatabase(part) ? besideStep(source, context, part, attempt, processes, elapsedMs) : null,
    after: (part, attempt, dump) =>
      isDatabase(part) ? manifestStep(source, context, part, attempt, processes, dump.tookMs ?? 0) : null,
    retry(part, dump) {
      if (!isDatabase(part)) return false;
      const look = processes.get(lookId(part));
      if (!look) return factsStep(source.bin, source.connection, context, lookId(part));
      return CONFLICT.test(saidOf(dump)) || conflictsDuring(part, source, processes) !== '';
    },
    manifest: {
      engine: 'postgres',
      serverVersion: source.facts.version,
      of: (part) => (isDatabase(part) ? databaseManifest(part, processes) : null),
    },
  };
}

/** How the server is right after a dump that failed. */
const lookId = (part: Part) => `server after ${part.archive}`;

/** What English servers say; others are known by their counters alone. */
const CONFLICT = /due to conflict with recovery/;
const SNAPSHOT_LOST = /snapshot/i;

function conflictsDuring(
  part: Part,
  source: PostgresSource,
  processes: ReadonlyMap<string, ProcessSeen>,
): string {
  const after = factsOf(processes.get(lookId(part)) ?? null);
  return after ? conflictsSince(source.facts, after, part.subject) : '';
}

function chosen(spec: PostgresDumpJob, { facts }: PostgresSource) {
  const { unlisted, ...rest } = chooseDatabases(facts.databases, spec.databases, spec.excludes);
  // Every server has it; it is worth a word only when somebody keeps something in it.
  return { ...rest, unlisted: unlisted.filter((name) => name !== 'postgres' || facts.postgresIsUsed) };
}

function judge(
  spec: PostgresDumpJob,
  context: EngineContext,
  source: PostgresSource,
  seen: readonly Seen[],
): Conclusion {
  const processes = processesSeen(seen);
  const all = partsOf(spec, context, source);
  const vanished = all.filter((part) => hasVanished(spec, part, processes));
  const parts = all.filter((part) => !vanished.includes(part));
  const judged = judgeParts(
    spec,
    context,
    parts,
    seen,
    (said, part) => explainFailure(said, part, source, processes),
    (part) => doubt(part, processes),
  );
  const { excluded, unlisted } = chosen(spec, source);
  return concludeDumps({
    judged,
    problems: [],
    remarks: [
      source.insteadOf,
      clientRemark(source),
      unlistedRemark(unlisted),
      vanishedRemark(vanished.map(({ subject }) => subject)),
      ...parts.map((part) => conflictRemark(part, source, processes)),
      manifestRemark(parts, processes),
    ],
    warnings: [],
    parts: parts.length,
    databases: parts.length - 1,
    excluded,
    alongside: 'globals',
    server: source.name,
  });
}

/** Dropped between the listing and its dump, as the server says itself; one that is listed by name is missed. */
function hasVanished(
  spec: PostgresDumpJob,
  part: Part,
  processes: ReadonlyMap<string, ProcessSeen>,
): boolean {
  const after = factsOf(processes.get(lookId(part)) ?? null);
  const last = dumpOf(part, processes);
  const made = last !== null && parseCreated(last.dump.stdout) !== null;
  return spec.databases === 'all' && after !== null && !made && !after.databases.includes(part.subject);
}

function explainFailure(
  said: string,
  part: Part,
  source: PostgresSource,
  processes: ReadonlyMap<string, ProcessSeen>,
): string {
  const conflicts = conflictsDuring(part, source, processes);
  const counted = conflicts === '' ? '' : ` (pg_stat_database_conflicts: ${conflicts})`;
  // The session that holds the snapshot is ended by the same conflict, and may be so first.
  if (CONFLICT.test(said) || (conflicts !== '' && SNAPSHOT_LOST.test(said)))
    return `the dump was cancelled twice because it conflicted with what the replica replays${counted}; set hot_standby_feedback = on there, or raise max_standby_streaming_delay.`;
  const place = placeOf(source.connection);
  return `${explainPostgresFailure(said, place)}${conflicts === '' ? '' : ` Conflicts with recovery meanwhile: ${conflicts}.`}`;
}

/** Whole by its form, and yet without what the server holds. */
function doubt(part: Part, processes: ReadonlyMap<string, ProcessSeen>): string | null {
  const [first, ...others] = part.subject === GLOBALS ? [] : rowsContradicted(part, processes);
  if (!first) return null;
  const { table, inDump, onServer } = first;
  const more = others.length > 0 ? ` (other tables that differ: ${others.length})` : '';
  return `${part.subject}: the dump holds ${inDump} rows of ${table}, and the server counted ${onServer} in the same snapshot${more}; do not rely on this dump: see what stands between pg_dump and the server, look at the table with pg_amcheck (a broken index miscounts), and run the job again.`;
}

function conflictRemark(
  part: Part,
  source: PostgresSource,
  processes: ReadonlyMap<string, ProcessSeen>,
): string {
  const last = dumpOf(part, processes);
  if (last === null || last.attempt === 1 || parseCreated(last.dump.stdout) === null) return '';
  const conflicts = conflictsDuring(part, source, processes) || 'not counted';
  return `${part.subject} was dumped at the second attempt: the first was cancelled by a conflict with recovery (pg_stat_database_conflicts: ${conflicts}).`;
}

/** A dump without a manifest is good, but what it held cannot be held against what is restored of it. */
function manifestRemark(parts: readonly Part[], processes: ReadonlyMap<string, ProcessSeen>): string {
  const without = parts.filter(
    (part) =>
      part.subject !== GLOBALS &&
      parseCreated(dumpOf(part, processes)?.dump.stdout ?? '') !== null &&
      databaseManifest(part, processes) === null,
  );
  if (without.length === 0) return '';
  return `What ${named(without.map(({ subject }) => subject))} held could not be counted in the snapshot of the dump; the log says why.`;
}

function clientRemark({ facts, clientMajor }: PostgresSource): string {
  if (clientMajor === facts.major) return '';
  return `The dumps are made by pg_dump ${clientMajor} from a PostgreSQL ${facts.version}, and restoring them there may fail: install postgresql-client-${facts.major}.`;
}
