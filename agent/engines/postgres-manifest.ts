/**
 * The manifest of a PostgreSQL dump: dump-guard counts its rows while it flows, and a psql that holds the snapshot in
 * which pg_dump works counts in that (see manifest-questions.ts). Pure.
 */
import { tableKey } from '../tools/guard-words.ts';
import type { DatabaseManifest } from '../tools/manifest.ts';
import { ANSWER_END, psqlSessionArgv } from '../tools/postgres.ts';
import {
  countText,
  objectsText,
  openSnapshotText,
  type PostgresTable,
  parseCounts,
  parseObjects,
  parseSnapshot,
  parseTables,
  plainNames,
  releaseText,
  tablesText,
} from '../tools/postgres-manifest.ts';
import { dumpOf, type Part } from './dump-parts.ts';
import {
  type Counting,
  type CountLanguage,
  countBesideStep,
  countedManifest,
  countStep,
  type OtherRows,
  openAnswer,
  openStep,
  otherRows,
} from './manifest-questions.ts';
import { CONNECT_SECONDS, type PostgresSource } from './postgres-source.ts';
import type { AskStep, EngineContext, ProcessSeen } from './types.ts';

type Processes = ReadonlyMap<string, ProcessSeen>;

function languageOf(source: PostgresSource | null): CountLanguage<PostgresTable> {
  return {
    argv: (part) => (source ? psqlSessionArgv(source.bin, source.connection, part.subject) : []),
    env: { PGCONNECT_TIMEOUT: CONNECT_SECONDS },
    answerEnd: ANSWER_END,
    open: openSnapshotText(),
    isOpen: (answer) => parseSnapshot(answer) !== null,
    release: releaseText(),
    objects: objectsText,
    tables: tablesText,
    counts: (_, tables, sums, withinMs) => countText(tables, sums, withinMs),
    parseObjects,
    parseTables,
    parseCounts,
  };
}

const countingOf = (
  source: PostgresSource | null,
  part: Part,
  attempt: number,
  processes: Processes,
): Counting<PostgresTable> => ({
  language: languageOf(source),
  part,
  attempt,
  processes,
  inDump: (table) => dumpOf(part, processes)?.dump.said.guard.rows.get(tableKey(...plainNames(table))),
});

/** Before a dump: the snapshot it is to be made in. Null when that was asked. */
export function snapshotStep(
  source: PostgresSource,
  context: EngineContext,
  part: Part,
  attempt: number,
  processes: Processes,
): AskStep | null {
  return openStep(countingOf(source, part, attempt, processes), context);
}

/** Null when there is none: the dump is made in a snapshot of its own, without a manifest. */
export function snapshotOf(part: Part, attempt: number, processes: Processes): string | null {
  const answer = openAnswer(countingOf(null, part, attempt, processes));
  return answer?.exitCode === 0 ? parseSnapshot(answer.stdout) : null;
}

/** While a dump runs: the next question about what is in it, null when there is none for now. */
export function besideStep(
  source: PostgresSource,
  context: EngineContext,
  part: Part,
  attempt: number,
  processes: Processes,
  elapsedMs: number,
): AskStep | null {
  return countBesideStep(countingOf(source, part, attempt, processes), context, elapsedMs);
}

/** After a dump: the next question about what is in it, null when there is none or no time for it. */
export function manifestStep(
  source: PostgresSource,
  context: EngineContext,
  part: Part,
  attempt: number,
  processes: Processes,
  dumpMs: number,
): AskStep | null {
  return countStep(countingOf(source, part, attempt, processes), context, dumpMs);
}

/** What is known of a database whose dump is made, null when nothing is. */
export function databaseManifest(part: Part, processes: Processes): DatabaseManifest | null {
  return countedManifest(newestOf(part, processes), 'same');
}

/** Where a dump that was made and its server contradict each other. */
export function rowsContradicted(part: Part, processes: Processes): OtherRows[] {
  return otherRows(newestOf(part, processes));
}

function newestOf(part: Part, processes: Processes): Counting<PostgresTable> {
  return countingOf(null, part, dumpOf(part, processes)?.attempt ?? 1, processes);
}
