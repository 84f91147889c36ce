/**
 * The manifest of a PostgreSQL dump: a psql holds the snapshot in which pg_dump works, and afterwards counts in
 * it, for a small share of the time that the dump took. Pure.
 */
import type { DatabaseManifest } from '../tools/manifest.ts';
import { psqlSessionArgv } from '../tools/postgres.ts';
import {
  ANSWER_END,
  type Counted,
  countText,
  objectsText,
  openSnapshotText,
  parseCounts,
  parseObjects,
  parseSnapshot,
  parseTables,
  releaseText,
  type TableToCount,
  tablesText,
} from '../tools/postgres-manifest.ts';
import type { Part } from './dump-parts.ts';
import { CONNECT_SECONDS, type PostgresSource } from './postgres-source.ts';
import type { AskStep, EngineContext, ProcessSeen } from './types.ts';

/** Shares of a dump's duration: counting rows, and then checksums with what is left. */
const ROWS_SHARE = 0.05;
const ALL_SHARE = 0.08;
/** What even the smallest dump gets for it. */
const BUDGET_MS_MIN = 300;
/** Tables counted by one question. */
const BATCH_TABLES_MAX = 200;
const BATCH_BYTES_MAX = 256 * 1024 * 1024;
/** Tables with checksums, of each database; which ones changes from day to day. */
const SUMS_MAX = 10;
/** A slow estimate of how fast rows are hashed; a table that will not do in the time left is not begun. */
const SUM_BYTES_PER_MS = 50_000;
const DAY_MS = 86_400_000;
/** A question about catalogues; those about tables have a time of their own. */
const ANSWER_WITHIN_MS = 120_000;
/** What the server needs beyond its statement_timeout to say so. */
const TIMEOUT_GRACE_MS = 15_000;
/** Tables with their names. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

type Processes = ReadonlyMap<string, ProcessSeen>;

/** Before a dump: the snapshot it is to be made in. Null when that was asked. */
export function snapshotStep(
  source: PostgresSource,
  context: EngineContext,
  part: Part,
  attempt: number,
  processes: Processes,
): AskStep | null {
  const id = snapshotId(part, attempt);
  if (processes.has(id)) return null;
  return ask(source, context, part, attempt, { id, text: openSnapshotText() });
}

/** Null when there is none: the dump is made in a snapshot of its own, without a manifest. */
export function snapshotOf(part: Part, attempt: number, processes: Processes): string | null {
  const answer = processes.get(snapshotId(part, attempt));
  return answer?.exitCode === 0 ? parseSnapshot(answer.stdout) : null;
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
  const release = id(part, 'release');
  if (processes.has(release) || snapshotOf(part, attempt, processes) === null) return null;
  const next = nextQuestion(part, context, processes, dumpMs);
  if (next === 'lost') return null;
  return ask(source, context, part, attempt, next ?? { id: release, text: releaseText(), last: true });
}

type Question = Pick<AskStep, 'id' | 'text'> & Partial<AskStep>;

/** Null when all is asked that there is time for; 'lost' when psql has ended, and its snapshot with it. */
function nextQuestion(
  part: Part,
  context: EngineContext,
  processes: Processes,
  dumpMs: number,
): Question | 'lost' | null {
  const objects = processes.get(id(part, 'objects'));
  if (!objects) return { id: id(part, 'objects'), text: objectsText() };
  const tables = processes.get(id(part, 'tables'));
  if (objects.exitCode === 0 && !tables) return { id: id(part, 'tables'), text: tablesText() };
  if (tables?.exitCode !== 0) return 'lost';
  const known = tables.stdoutCut ? null : parseTables(tables.stdout);
  if (!known) return null;
  const asked = questionsAsked(part, processes, known);
  if (asked.some((answer) => answer.exitCode !== 0)) return 'lost';
  const budgetMs = Math.max(BUDGET_MS_MIN, dumpMs * ALL_SHARE);
  const spentMs = [objects, tables, ...asked].reduce((sum, { tookMs }) => sum + (tookMs ?? 0), 0);
  return (
    nextCount(part, processes, known, budgetMs * (ROWS_SHARE / ALL_SHARE) - spentMs) ??
    nextSum(part, processes, known, context, budgetMs - spentMs)
  );
}

function nextCount(part: Part, processes: Processes, known: TableToCount[], leftMs: number): Question | null {
  for (const [index, batch] of batches(known).entries()) {
    if (!processes.has(id(part, `count ${index}`)))
      return leftMs > 0 ? counting(part, `count ${index}`, batch, false, leftMs) : null;
  }
  return null;
}

function nextSum(
  part: Part,
  processes: Processes,
  known: TableToCount[],
  context: EngineContext,
  leftMs: number,
): Question | null {
  const asked = sumsAsked(part, processes, known);
  if (asked.length >= SUMS_MAX) return null;
  const day = Math.floor(context.startedAtMs / DAY_MS);
  const [next] = countedOf(part, processes, known)
    .filter(({ table, rows }) => rows > 0 && table.bytes <= leftMs * SUM_BYTES_PER_MS)
    .filter(({ table }) => !asked.includes(table))
    .sort((a, b) => drawn(a.table.name, day) - drawn(b.table.name, day));
  return next && leftMs > 0 ? counting(part, `sum ${next.table.oid}`, [next.table], true, leftMs) : null;
}

function counting(
  part: Part,
  what: string,
  tables: readonly TableToCount[],
  sums: boolean,
  leftMs: number,
): Question {
  const withinMs = Math.ceil(leftMs) + TIMEOUT_GRACE_MS;
  return { id: id(part, what), text: countText(tables, sums, leftMs), withinMs };
}

/** What is known of a database whose dump is made, null when nothing is. */
export function databaseManifest(part: Part, processes: Processes): DatabaseManifest | null {
  const objects = processes.get(id(part, 'objects'));
  const counts = objects?.exitCode === 0 ? parseObjects(objects.stdout) : null;
  const tables = processes.get(id(part, 'tables'));
  const known = tables?.exitCode === 0 && !tables.stdoutCut ? parseTables(tables.stdout) : null;
  if (!counts || !known) return null;
  const counted = countedOf(part, processes, known);
  const sums = sumsAsked(part, processes, known).flatMap(
    (table) => resultOf(processes.get(id(part, `sum ${table.oid}`))!, [table]).counted,
  );
  return {
    name: part.subject,
    snapshot: 'same',
    objects: counts,
    rows: Object.fromEntries(counted.map(({ table, rows }) => [table.name, rows])),
    checksums: Object.fromEntries(sums.map(({ table, rows, sum }) => [table.name, { rows, sum: sum! }])),
    leftOut: leftOut(part, processes, known, counted),
  };
}

function leftOut(
  part: Part,
  processes: Processes,
  known: TableToCount[],
  counted: Counted[],
): Record<string, string> {
  const have = new Set(counted.map(({ table }) => table.oid));
  return Object.fromEntries(
    batches(known).flatMap((batch, index) => {
      const answer = processes.get(id(part, `count ${index}`));
      const why = answer
        ? (resultOf(answer, batch).problem ?? 'it was emptied or rewritten meanwhile')
        : 'no time was left of its share of the dump';
      return batch.filter(({ oid }) => !have.has(oid)).map(({ name }) => [name, why]);
    }),
  );
}

function countedOf(part: Part, processes: Processes, known: TableToCount[]): Counted[] {
  return batches(known).flatMap((batch, index) => {
    const answer = processes.get(id(part, `count ${index}`));
    return answer ? resultOf(answer, batch).counted : [];
  });
}

function resultOf(
  answer: ProcessSeen,
  tables: readonly TableToCount[],
): { counted: Counted[]; problem: string | null } {
  if (answer.exitCode !== 0) return { counted: [], problem: 'the server gave no answer' };
  const result = parseCounts(answer.stdout, tables);
  return 'counted' in result ? { ...result, problem: null } : { ...result, counted: [] };
}

function sumsAsked(part: Part, processes: Processes, known: TableToCount[]): TableToCount[] {
  return known.filter(({ oid }) => processes.has(id(part, `sum ${oid}`)));
}

function questionsAsked(part: Part, processes: Processes, known: TableToCount[]): ProcessSeen[] {
  const counts = batches(known).map((_, index) => `count ${index}`);
  const sums = sumsAsked(part, processes, known).map(({ oid }) => `sum ${oid}`);
  return [...counts, ...sums].flatMap((what) => processes.get(id(part, what)) ?? []);
}

/** Small tables by the hundred, large ones by themselves. */
function batches(tables: readonly TableToCount[]): TableToCount[][] {
  const made: TableToCount[][] = [];
  let bytes = 0;
  for (const table of tables) {
    const last = made.at(-1);
    if (last && last.length < BATCH_TABLES_MAX && bytes + table.bytes <= BATCH_BYTES_MAX) {
      last.push(table);
      bytes += table.bytes;
    } else {
      made.push([table]);
      bytes = table.bytes;
    }
  }
  return made;
}

/** Another order every day, the same for everybody who looks (FNV-1a). */
function drawn(name: string, day: number): number {
  let hash = 0x811c9dc5;
  for (const sign of `${day} ${name}`) hash = Math.imul(hash ^ sign.codePointAt(0)!, 0x01000193);
  return hash >>> 0;
}

function ask(
  source: PostgresSource,
  context: EngineContext,
  part: Part,
  attempt: number,
  question: Question,
): AskStep {
  return {
    type: 'ask',
    session: snapshotId(part, attempt),
    argv: psqlSessionArgv(source.bin, source.connection, part.subject),
    env: { PGCONNECT_TIMEOUT: CONNECT_SECONDS, ...context.environment, LC_ALL: 'C.UTF-8' },
    until: ANSWER_END,
    last: false,
    withinMs: ANSWER_WITHIN_MS,
    stdoutBytesMax: ANSWER_BYTES_MAX,
    about: `${part.subject}: counting what is in the dump`,
    ...question,
  };
}

const snapshotId = (part: Part, attempt: number) => id(part, `snapshot ${attempt}`);
const id = (part: Part, what: string) => `${what} ${part.archive}`;
