/**
 * What a dump's database holds, asked of a session that was opened before the dump and holds its snapshot: counts
 * of objects, counts of rows, checksums of a few tables, for a small share of the time that the dump takes, and
 * beside it as far as that goes. How a database system is asked is its language. Pure.
 */
import type { Counted, DatabaseManifest, TableToCount } from '../tools/manifest.ts';
import type { Part } from './dump-parts.ts';
import type { AskStep, EngineContext, ProcessSeen } from './types.ts';

/** How a database system is asked, and how its answers read. */
export interface CountLanguage<Table extends TableToCount> {
  /** The client program, which reads questions from its standard input. */
  argv(part: Part): string[];
  /** Added to the environment of the client. */
  env: Record<string, string>;
  /** The line that ends every answer. */
  answerEnd: string;
  /** The first question: from here on the session sees one snapshot. */
  open: string;
  /** Whether its answer says that it does. */
  isOpen(answer: string): boolean;
  /** The last question. */
  release: string;
  objects(part: Part): string;
  tables(part: Part): string;
  counts(part: Part, tables: readonly Table[], sums: boolean, withinMs: number): string;
  /** These are null where the answer is none. */
  parseObjects(answer: string): Record<string, number> | null;
  parseTables(answer: string): Table[] | null;
  /** Or why nothing was counted: `it took too long`. */
  parseCounts(answer: string, tables: readonly Table[]): { counted: Counted<Table>[] } | { problem: string };
}

/** A database whose dump is to be made, is being made or was made. */
export interface Counting<Table extends TableToCount> {
  language: CountLanguage<Table>;
  part: Part;
  /** Each attempt has a snapshot of its own, and what was counted in another is of no use. */
  attempt: number;
  processes: ReadonlyMap<string, ProcessSeen>;
  /** How many rows of a table the dump was seen to hold, once it is made; null where dumps do not show that. */
  inDump: ((table: Table) => number | undefined) | null;
}

/** Of a dump's duration. */
const SHARE = 0.06;
/** Of that, where only the server counts rows: counts by then, and checksums with what is left. */
const ROWS_PART = 5 / 6;
/** Of what is left of it, where dumps show their rows: what a checksum may take. Counts, as second witness, come last. */
const SUM_PART = 1 / 2;
/** What even the smallest dump gets for it. */
const BUDGET_MS_MIN = 500;
/** Tables counted by one question. */
const BATCH_TABLES_MAX = 200;
const BATCH_BYTES_MAX = 64 * 1024 * 1024;
/** Tables with checksums, of each database; which ones changes from day to day. */
const SUMS_MAX = 10;
/** A fast dump: while one runs, at least the time that it would take counts as its duration. */
const DUMP_BYTES_PER_MS = 200_000;
/** Counting at half of what memory allows, and slow hashing: what will not do in the time left is not begun. */
const COUNT_BYTES_PER_MS = 1_000_000;
const SUM_BYTES_PER_MS = 50_000;
const DAY_MS = 86_400_000;
/** A question about catalogues; those about tables have a time of their own. */
const ANSWER_WITHIN_MS = 120_000;
/** What the server needs beyond its statement_timeout to say so. */
const TIMEOUT_GRACE_MS = 15_000;
/** Tables with their names. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

/** Before a dump: the session it is to be counted in. Null when that was asked. */
export function openStep<T extends TableToCount>(one: Counting<T>, context: EngineContext): AskStep | null {
  if (openAnswer(one)) return null;
  return ask(one, context, { id: openId(one), text: one.language.open });
}

/** What the session's first question was answered; null when there is no session. */
export function openAnswer<T extends TableToCount>(one: Counting<T>): ProcessSeen | null {
  return one.processes.get(openId(one)) ?? null;
}

/** The last answer of the session, null when it was not asked. */
export function releaseAnswer<T extends TableToCount>(one: Counting<T>): ProcessSeen | null {
  return answerOf(one, RELEASE) ?? null;
}

/** While a dump runs: the next question about what is in it, null when there is none or no time for it yet. */
export function countBesideStep<T extends TableToCount>(
  one: Counting<T>,
  context: EngineContext,
  elapsedMs: number,
): AskStep | null {
  if (!isOpen(one)) return null;
  const expectedMs = sizeOf(tablesOf(one) ?? []) / DUMP_BYTES_PER_MS;
  const next = nextQuestion(one, context, Math.max(elapsedMs, expectedMs));
  return next === null || next === 'lost' ? null : ask(one, context, next);
}

/** After a dump: the next question for which there still is time, and then the end of the session. */
export function countStep<T extends TableToCount>(
  one: Counting<T>,
  context: EngineContext,
  dumpMs: number,
): AskStep | null {
  if (releaseAnswer(one) || !isOpen(one)) return null;
  const next = nextQuestion(one, context, dumpMs);
  if (next === 'lost') return null;
  const release = { id: id(one, RELEASE), text: one.language.release, last: true };
  return ask(one, context, next ?? release);
}

function isOpen<T extends TableToCount>(one: Counting<T>): boolean {
  const open = openAnswer(one);
  return open?.exitCode === 0 && one.language.isOpen(open.stdout);
}

function sizeOf(tables: readonly TableToCount[]): number {
  return tables.reduce((sum, { bytes }) => sum + bytes, 0);
}

type Question = Pick<AskStep, 'id' | 'text'> & Partial<AskStep>;

/** Null when all is asked that there is time for; 'lost' when the client has ended, and its snapshot with it. */
function nextQuestion<T extends TableToCount>(
  one: Counting<T>,
  context: EngineContext,
  lastsMs: number,
): Question | 'lost' | null {
  const { language, part } = one;
  const objects = answerOf(one, OBJECTS);
  if (!objects) return { id: id(one, OBJECTS), text: language.objects(part) };
  const tables = answerOf(one, TABLES);
  if (objects.exitCode === 0 && !tables) return { id: id(one, TABLES), text: language.tables(part) };
  if (tables?.exitCode !== 0) return 'lost';
  const known = tablesOf(one);
  if (!known) return null;
  const asked = questionsAsked(one, known);
  if (asked.some((answer) => answer.exitCode !== 0)) return 'lost';
  const budgetMs = Math.max(BUDGET_MS_MIN, lastsMs * SHARE);
  const spentMs = [objects, tables, ...asked].reduce((sum, { tookMs }) => sum + (tookMs ?? 0), 0);
  const leftMs = budgetMs - spentMs;
  if (one.inDump) return nextSum(one, known, context, leftMs * SUM_PART) ?? nextCount(one, known, leftMs);
  return nextCount(one, known, budgetMs * ROWS_PART - spentMs) ?? nextSum(one, known, context, leftMs);
}

function nextCount<T extends TableToCount>(one: Counting<T>, known: T[], leftMs: number): Question | null {
  for (const [index, batch] of batches(known).entries()) {
    if (answerOf(one, count(index))) continue;
    const isAffordable = leftMs > 0 && sizeOf(batch) <= leftMs * COUNT_BYTES_PER_MS;
    return isAffordable ? counting(one, count(index), batch, false, leftMs) : null;
  }
  return null;
}

function nextSum<T extends TableToCount>(
  one: Counting<T>,
  known: T[],
  context: EngineContext,
  leftMs: number,
): Question | null {
  const asked = sumsAsked(one, known);
  if (asked.length >= SUMS_MAX) return null;
  const day = Math.floor(context.startedAtMs / DAY_MS);
  const empty = new Set(countedOf(one, known).flatMap(({ table, rows }) => (rows === 0 ? table : [])));
  const [next] = known
    .filter((table) => table.bytes > 0 && table.bytes <= leftMs * SUM_BYTES_PER_MS)
    .filter((table) => !empty.has(table) && !asked.includes(table))
    .map((table) => ({ table, turn: drawn(table.name, day) }))
    .sort((a, b) => a.turn - b.turn);
  return next && leftMs > 0 ? counting(one, sumOf(next.table), [next.table], true, leftMs) : null;
}

function counting<T extends TableToCount>(
  one: Counting<T>,
  what: string,
  tables: readonly T[],
  sums: boolean,
  leftMs: number,
): Question {
  const withinMs = Math.ceil(leftMs) + TIMEOUT_GRACE_MS;
  return { id: id(one, what), text: one.language.counts(one.part, tables, sums, leftMs), withinMs };
}

/** What is known of a database whose dump is made, null when nothing is. */
export function countedManifest<T extends TableToCount>(
  one: Counting<T>,
  snapshot: DatabaseManifest['snapshot'],
): DatabaseManifest | null {
  const objects = answerOf(one, OBJECTS);
  const counts = objects?.exitCode === 0 ? one.language.parseObjects(objects.stdout) : null;
  const known = tablesOf(one);
  if (!counts || !known) return null;
  const onServer = rowsOnServer(one, known);
  const rows = new Map(
    known.flatMap((table) => {
      const count = onServer.get(table) ?? one.inDump?.(table);
      return count === undefined ? [] : [[table, count] as const];
    }),
  );
  return {
    name: one.part.subject,
    snapshot,
    objects: counts,
    rows: Object.fromEntries([...rows].map(([{ name }, count]) => [name, count])),
    checksums: Object.fromEntries(
      summedOf(one, known).map((sum) => [sum.table.name, { rows: sum.rows, sum: sum.sum! }]),
    ),
    leftOut: leftOut(one, known, (table) => rows.has(table)),
  };
}

/** A table of which a dump holds other rows than its server. */
export interface OtherRows {
  table: string;
  inDump: number;
  onServer: number;
}

/** What the server counted in a dump's own snapshot is the second witness of what that dump holds. */
export function otherRows<T extends TableToCount>(one: Counting<T>): OtherRows[] {
  return [...rowsOnServer(one, tablesOf(one) ?? [])].flatMap(([table, onServer]) => {
    const inDump = one.inDump?.(table) ?? onServer;
    return inDump === onServer ? [] : [{ table: table.name, inDump, onServer }];
  });
}

function rowsOnServer<T extends TableToCount>(one: Counting<T>, known: T[]): Map<T, number> {
  return new Map([...countedOf(one, known), ...summedOf(one, known)].map(({ table, rows }) => [table, rows]));
}

function tablesOf<T extends TableToCount>(one: Counting<T>): T[] | null {
  const tables = answerOf(one, TABLES);
  return tables?.exitCode === 0 && !tables.stdoutCut ? one.language.parseTables(tables.stdout) : null;
}

function leftOut<T extends TableToCount>(
  one: Counting<T>,
  known: T[],
  hasRows: (table: T) => boolean,
): Record<string, string> {
  return Object.fromEntries(
    batches(known).flatMap((batch, index) => {
      const answer = answerOf(one, count(index));
      const why = answer
        ? (resultOf(one, answer, batch).problem ?? 'it was emptied or rewritten meanwhile')
        : 'no time was left of its share of the dump';
      return batch.filter((table) => !hasRows(table)).map(({ name }) => [name, why]);
    }),
  );
}

function countedOf<T extends TableToCount>(one: Counting<T>, known: T[]): Counted<T>[] {
  return batches(known).flatMap((batch, index) => {
    const answer = answerOf(one, count(index));
    return answer ? resultOf(one, answer, batch).counted : [];
  });
}

function summedOf<T extends TableToCount>(one: Counting<T>, known: T[]): Counted<T>[] {
  return sumsAsked(one, known).flatMap(
    (table) => resultOf(one, answerOf(one, sumOf(table))!, [table]).counted,
  );
}

function resultOf<T extends TableToCount>(
  one: Counting<T>,
  answer: ProcessSeen,
  tables: readonly T[],
): { counted: Counted<T>[]; problem: string | null } {
  if (answer.exitCode !== 0) return { counted: [], problem: 'the server gave no answer' };
  const result = one.language.parseCounts(answer.stdout, tables);
  return 'counted' in result ? { ...result, problem: null } : { ...result, counted: [] };
}

function sumsAsked<T extends TableToCount>(one: Counting<T>, known: T[]): T[] {
  return known.filter((table) => answerOf(one, sumOf(table)) !== undefined);
}

function questionsAsked<T extends TableToCount>(one: Counting<T>, known: T[]): ProcessSeen[] {
  const asked = [...batches(known).map((_, index) => count(index)), ...sumsAsked(one, known).map(sumOf)];
  return asked.flatMap((what) => answerOf(one, what) ?? []);
}

/** Small tables by the hundred, large ones by themselves. */
function batches<T extends TableToCount>(tables: readonly T[]): T[][] {
  const made: T[][] = [];
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

function ask<T extends TableToCount>(one: Counting<T>, context: EngineContext, question: Question): AskStep {
  return {
    type: 'ask',
    session: openId(one),
    argv: one.language.argv(one.part),
    env: { ...one.language.env, ...context.environment, LC_ALL: 'C.UTF-8' },
    until: one.language.answerEnd,
    last: false,
    withinMs: ANSWER_WITHIN_MS,
    stdoutBytesMax: ANSWER_BYTES_MAX,
    about: `${one.part.subject}: counting what is in the dump`,
    ...question,
  };
}

const OBJECTS = 'objects';
const TABLES = 'tables';
const RELEASE = 'release';
const count = (index: number) => `count ${index}`;
const sumOf = (table: TableToCount) => `sum ${table.oid}`;

type Any = Pick<Counting<never>, 'part' | 'attempt' | 'processes'>;
const answerOf = (one: Any, what: string) => one.processes.get(id(one, what));
const openId = (one: Any) => `snapshot ${one.attempt} ${one.part.archive}`;
const id = ({ part, attempt }: Any, what: string) =>
  `${what}${attempt === 1 ? '' : ' again'} ${part.archive}`;
