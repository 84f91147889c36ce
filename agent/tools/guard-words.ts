/** What dump-guard says on its standard error, a line each, and how that reads on the other side. Pure. */

/** Between which positions of which timeline the log is needed. */
export interface BackupSpan {
  timeline: number;
  /** `0/2000028` */
  start: string;
  stop: string;
}

/** A table and how many rows of it a dump holds; the names are as they are, without quotes. */
export interface DumpedRows {
  schema: string;
  table: string;
  rows: number;
}

/** What can be known of a whole dump from its bytes alone. */
export interface DumpFound {
  /** Of a base backup: the log it needs. */
  span?: BackupSpan;
  /** Of a dump of PostgreSQL: every table whose rows could be counted. */
  rows?: readonly DumpedRows[];
}

/** What came of a dump, as far as its guard has said so. */
export interface GuardSaid {
  /** Why there is no whole dump, null when that was not said. */
  problem: string | null;
  /** Of a whole dump. */
  bytes: number | null;
  span: BackupSpan | null;
  /** By `tableKey`. */
  rows: ReadonlyMap<string, number>;
}

export const NOTHING_GUARDED: GuardSaid = { problem: null, bytes: null, span: null, rows: new Map() };

/** Begins every line. */
export const GUARD_MARK = 'dump-guard: ';
const ROWS = `${GUARD_MARK}rows `;
const WHOLE_LINE = /^dump-guard: whole, (\d+) bytes$/;
const SPAN_LINE =
  /^dump-guard: base backup, needs timeline (\d+) from ([0-9A-F]+\/[0-9A-F]+) to ([0-9A-F]+\/[0-9A-F]+)$/;
/** PIPE_BUF: whoever else writes into the same pipe, borg above all, gets no word in between; pipe(7). */
const LINE_BYTES_MAX = 4_096;
/** The rows of more tables are not kept: each takes some hundred bytes. */
const TABLES_MAX = 100_000;

/** The lines about a whole dump, without their ends. */
export function* wholeLines(bytes: number, { span, rows = [] }: DumpFound): Generator<string> {
  if (span)
    yield `${GUARD_MARK}base backup, needs timeline ${span.timeline} from ${span.start} to ${span.stop}`;
  yield* rowLines(rows);
  yield `${GUARD_MARK}whole, ${bytes} bytes`;
}

/** @param what half a sentence. */
export function problemLine(what: string): string {
  return `${GUARD_MARK}${what}.`;
}

/** As many tables a line as it holds; names that no line holds are none of PostgreSQL's. */
function* rowLines(tables: readonly DumpedRows[]): Generator<string> {
  const room = LINE_BYTES_MAX - Buffer.byteLength(`${ROWS}[]\n`);
  let words: string[] = [];
  let bytes = 0;
  for (const { schema, table, rows } of tables) {
    const word = JSON.stringify([schema, table, rows]);
    const size = Buffer.byteLength(word) + 1;
    if (size > room) continue;
    if (bytes + size > room) {
      yield `${ROWS}[${words.join()}]`;
      words = [];
      bytes = 0;
    }
    words.push(word);
    bytes += size;
  }
  if (words.length > 0) yield `${ROWS}[${words.join()}]`;
}

/** One name for a table, whatever its names are made of. */
export function tableKey(schema: string, table: string): string {
  return JSON.stringify([schema, table]);
}

/** Listens to a guard. */
export class GuardLog {
  readonly #rows = new Map<string, number>();
  #said: GuardSaid = { ...NOTHING_GUARDED, rows: this.#rows };

  /**
   * @param line one that begins with GUARD_MARK.
   * @returns what a person wants to read of it, null for what is only for programs.
   */
  add(line: string): string | null {
    if (line.startsWith(ROWS)) {
      this.#addRows(line.slice(ROWS.length));
      return null;
    }
    const whole = WHOLE_LINE.exec(line);
    const span = SPAN_LINE.exec(line);
    if (whole) this.#said = { ...this.#said, bytes: Number(whole[1]) };
    else if (span) {
      const [, timeline, start, stop] = span;
      this.#said = { ...this.#said, span: { timeline: Number(timeline), start: start!, stop: stop! } };
    } else this.#said = { ...this.#said, problem: line.slice(GUARD_MARK.length) };
    return line;
  }

  said(): GuardSaid {
    return this.#said;
  }

  #addRows(json: string): void {
    const tables = parsed(json);
    if (!Array.isArray(tables)) return;
    for (const [schema, table, rows] of tables.filter(Array.isArray)) {
      if (typeof schema !== 'string' || typeof table !== 'string' || typeof rows !== 'number') continue;
      if (this.#rows.size < TABLES_MAX) this.#rows.set(tableKey(schema, table), rows);
    }
  }
}

/** Null for what is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
