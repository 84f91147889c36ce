/**
 * Follows a dump in pg_dump's custom format while it flows by, and knows whether it is whole: the table of
 * contents says which entries have data, and each of their blocks must have come to its end. A dump that is
 * cut off anywhere is found, and the rows of each table are counted, at the cost of one look a row. Pure.
 *
 * The format is that of PostgreSQL's src/bin/pg_dump: `WriteHead`, `WriteToc` and `WriteInt` in
 * pg_backup_archiver.c, `_StartData` and `_StartBlobs` in pg_backup_custom.c. Integers are a sign byte and
 * `intBytes` bytes, the lowest first; strings are a length (-1: none) and their bytes.
 *
 * A table's data is text of COPY: a line a row, which has no other line feed, then END_OF_ROWS (`dumpTableData_copy`
 * in pg_dump.c). Up to PostgreSQL 18 each of them is a piece by itself (`WriteDataToArchiveNone`); later ones are
 * gathered in a buffer first, and then pieces say nothing of rows.
 */
import type { DumpWatch } from './dump-watch.ts';
import type { DumpedRows, DumpFound } from './guard-words.ts';

const MAGIC = 'PGDMP';
const FORMAT_CUSTOM = 1;
const TABLE_DATA = 'TABLE DATA';
const BLOCK_DATA = 1;
const BLOCK_BLOBS = 3;
/** Versions of the format whose layout is known: 1.12 (PostgreSQL 9.x) to 1.16 (17 and 18). */
const MINOR_MIN = 12;
const MINOR_MAX = 16;
const MINOR_WITH_TABLE_METHOD = 14;
const MINOR_WITH_ALGORITHM = 15;
const MINOR_WITH_RELATION_KIND = 16;
/** Seconds, minutes, hours, day, month, year, daylight saving. */
const TIMESTAMP_INTS = 7;
/** Names are shorter; what claims more is passed over. */
const TEXT_BYTES_MAX = 64 * 1024;
/** An integer 0, which ends whatever comes last: a block of data, or an entry without data. */
const END_BYTES = 5;

const LINE_FEED = 0x0a;
const BACKSLASH = 0x5c;
const DOT = 0x2e;
const END_OF_ROWS = '\\.\n\n\n';
/** A piece that is looked at all through is so by as much at once. */
const LOOK_BYTES = 4_096;
/** What stands in a name for bytes that are no UTF-8: another name may have become the same. */
const NO_CHARACTER = '\ufffd';

/** What has data. */
interface Entry {
  description: string;
  schema: string;
  tag: string;
}

/** Yields how many bytes it wants next; they are at hand (#buffer, from #at) when it goes on. */
type Reading = Generator<number, void, void>;

export class PostgresArchiveWatch implements DumpWatch {
  #bytes = 0;
  /** Bytes to let pass unread. */
  #skip = 0;
  #want: number;
  /** The beginning of what is wanted, when a chunk ended in the middle of it. */
  #held: Buffer | null = null;
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #intBytes = 4;
  #offsetBytes = 8;
  #wrong: string | null = null;
  /** Between two blocks: here a dump may end. */
  #atBlockEdge = false;
  /** Before the head of a piece that #hop may pass. */
  #atPiece = false;
  /** Of the entry whose data flows by: its pieces, and whether each was one line. */
  #pieces = 0;
  #areLines = true;
  readonly #rows: DumpedRows[] = [];
  /** Entries whose data has not come yet, by their number; null while the table of contents flows by. */
  #open: Map<number, Entry> | null = null;
  /** Only for a format that is newer than this program: the last bytes. */
  #tail: Buffer | null = null;
  readonly #reading: Reading;

  constructor() {
    this.#reading = this.#format();
    this.#want = this.#reading.next().value as number;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#wrong !== null) return;
    if (this.#tail !== null) {
      this.#tail = Buffer.concat([this.#tail, chunk.subarray(-END_BYTES)]).subarray(-END_BYTES);
      return;
    }
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, chunk.length - at);
        this.#skip -= passed;
        at += passed;
        continue;
      }
      if (this.#atPiece && this.#held === null) {
        at = this.#hop(chunk, at);
        if (at === chunk.length) return;
      }
      const missing = this.#want - (this.#held?.length ?? 0);
      if (chunk.length - at < missing) {
        this.#held = Buffer.concat([this.#held ?? Buffer.alloc(0), chunk.subarray(at)]);
        return;
      }
      if (this.#held === null) {
        this.#buffer = chunk;
        this.#at = at;
      } else {
        this.#buffer = Buffer.concat([this.#held, chunk.subarray(at, at + missing)]);
        this.#at = 0;
        this.#held = null;
      }
      at += missing;
      const { value, done } = this.#reading.next();
      if (done) {
        if (this.#tail !== null) this.#tail = Buffer.from(chunk.subarray(-END_BYTES));
        return;
      }
      this.#want = value;
    }
  }

  problem(): string | null {
    if (this.#bytes === 0) return 'it is empty';
    if (this.#wrong !== null) return this.#wrong;
    if (this.#tail !== null)
      return this.#tail.length === END_BYTES && this.#tail.every((byte) => byte === 0)
        ? null
        : `it ends after ${this.#bytes} bytes without the mark of its end`;
    const [next] = this.#open?.values() ?? [];
    if (next !== undefined)
      return `it ends after ${this.#bytes} bytes, before all of ${next.description} ${next.tag} came`;
    return this.#atBlockEdge && this.#skip === 0
      ? null
      : `it ends after ${this.#bytes} bytes, within its table of contents`;
  }

  found(): DumpFound {
    return { rows: this.#rows };
  }

  *#format(): Reading {
    yield MAGIC.length;
    if (this.#text(MAGIC.length) !== MAGIC) {
      this.#wrong = 'it does not begin as a dump in custom format does';
      return;
    }
    yield 2;
    const [major, minor] = [this.#byte(0), this.#byte(1)];
    if (major !== 1 || minor < MINOR_MIN || minor > MINOR_MAX) {
      this.#tail = Buffer.alloc(0);
      return;
    }
    // Revision, the sizes of integers and offsets, the format.
    yield 4;
    this.#intBytes = this.#byte(1);
    this.#offsetBytes = this.#byte(2);
    if (this.#byte(3) !== FORMAT_CUSTOM) {
      this.#wrong = 'it is in another format than custom';
      return;
    }
    if (minor >= MINOR_WITH_ALGORITHM) this.#skip = 1;
    else this.#skip = 1 + this.#intBytes;
    this.#skip += TIMESTAMP_INTS * (1 + this.#intBytes);
    // The database's name, and the versions of server and program.
    for (let n = 0; n < 3; n += 1) yield* this.#passString();
    const open = yield* this.#contents(minor);
    this.#open = open;
    for (;;) {
      this.#atBlockEdge = true;
      yield 1;
      this.#atBlockEdge = false;
      yield* this.#block(this.#byte(0), open);
      if (this.#wrong !== null) return;
    }
  }

  /** The table of contents: what has data, by number. */
  *#contents(minor: number): Generator<number, Map<number, Entry>, void> {
    const open = new Map<number, Entry>();
    const count = yield* this.#int();
    for (let n = 0; n < count; n += 1) {
      const id = yield* this.#int();
      const hasData = (yield* this.#int()) !== 0;
      yield* this.#passString();
      yield* this.#passString();
      const tag = yield* this.#string();
      const description = yield* this.#string();
      yield* this.#int();
      // Definition, drop and copy statement.
      for (let field = 0; field < 3; field += 1) yield* this.#passString();
      const schema = yield* this.#string();
      // Tablespace.
      yield* this.#passString();
      if (minor >= MINOR_WITH_TABLE_METHOD) yield* this.#passString();
      if (minor >= MINOR_WITH_RELATION_KIND) yield* this.#int();
      // Owner, and "false" for what once were oids.
      yield* this.#passString();
      yield* this.#passString();
      // Dependencies, until there is none.
      while ((yield* this.#passString()) >= 0);
      yield 1;
      this.#skip = this.#offsetBytes;
      if (hasData) open.set(id, { description, schema, tag });
    }
    return open;
  }

  *#block(kind: number, open: Map<number, Entry>): Reading {
    const id = yield* this.#int();
    const entry = open.get(id);
    if ((kind !== BLOCK_DATA && kind !== BLOCK_BLOBS) || !entry) {
      this.#wrong = `it holds a block after ${this.#bytes} bytes that its table of contents does not know`;
      return;
    }
    if (kind === BLOCK_DATA) {
      const rows = yield* this.#passPieces();
      if (rows !== null) this.#counted(entry, rows);
    } else while ((yield* this.#int()) !== 0) yield* this.#passPieces();
    open.delete(id);
  }

  #counted({ description, schema, tag: table }: Entry, rows: number): void {
    if (description === TABLE_DATA && !`${schema}${table}`.includes(NO_CHARACTER))
      this.#rows.push({ schema, table, rows });
  }

  /**
   * Pieces of data, each with its length before it, until a length of 0. Returns how many rows they were, null where
   * they are not as rows are. An entry's first piece, and each that the end of a chunk cuts in two, is looked at all
   * through: whoever gathers several rows in a piece does so there as well.
   */
  *#passPieces(): Generator<number, number | null, void> {
    this.#pieces = 0;
    this.#areLines = true;
    let ended = false;
    for (;;) {
      this.#atPiece = this.#pieces > 0 && !ended;
      yield 1 + this.#intBytes;
      this.#atPiece = false;
      const length = this.#value();
      if (length === 0) return ended && this.#areLines ? this.#pieces : null;
      if (ended) this.#areLines = false;
      ended = yield* this.#passPiece(length);
    }
  }

  /** Returns whether it was the one that comes after all rows. */
  *#passPiece(length: number): Generator<number, boolean, void> {
    let isLine = true;
    for (let left = length; left > 0; ) {
      const part = Math.min(left, LOOK_BYTES);
      yield part;
      if (length === END_OF_ROWS.length && this.#text(length) === END_OF_ROWS) return true;
      left -= part;
      const lineFeed = this.#buffer.subarray(this.#at, this.#at + part).indexOf(LINE_FEED);
      isLine &&= lineFeed === (left === 0 ? part - 1 : -1);
    }
    this.#areLines &&= isLine;
    this.#pieces += 1;
    return false;
  }

  /**
   * Over the pieces that lie in this chunk as a whole, to the first that is for #passPieces. Rows are many, and each
   * turn of a generator costs more than its row.
   */
  #hop(chunk: Buffer, from: number): number {
    const headBytes = 1 + this.#intBytes;
    let at = from;
    let pieces = 0;
    let others = 0;
    while (chunk.length - at >= headBytes) {
      const length = integerAt(chunk, at, this.#intBytes);
      const next = at + headBytes + length;
      if (length <= 0 || next > chunk.length) break;
      // No row begins so: COPY doubles backslashes.
      if (chunk[at + headBytes] === BACKSLASH && chunk[at + headBytes + 1] === DOT) break;
      others |= chunk[next - 1]! ^ LINE_FEED;
      pieces += 1;
      at = next;
    }
    this.#pieces += pieces;
    this.#areLines &&= others === 0;
    return at;
  }

  *#int(): Generator<number, number, void> {
    yield 1 + this.#intBytes;
    return this.#value();
  }

  *#string(): Generator<number, string, void> {
    const length = yield* this.#int();
    if (length <= 0) return '';
    if (length > TEXT_BYTES_MAX) {
      this.#skip = length;
      return '';
    }
    yield length;
    return this.#text(length);
  }

  /** Its length, -1 where there is none. */
  *#passString(): Generator<number, number, void> {
    const length = yield* this.#int();
    this.#skip = Math.max(0, length);
    return length;
  }

  #byte(offset: number): number {
    return this.#buffer[this.#at + offset]!;
  }

  #value(): number {
    return integerAt(this.#buffer, this.#at, this.#intBytes);
  }

  #text(length: number): string {
    return this.#buffer.toString('utf8', this.#at, this.#at + length);
  }
}

function integerAt(buffer: Buffer, at: number, bytes: number): number {
  let value = 0;
  for (let offset = bytes; offset >= 1; offset -= 1) value = value * 256 + buffer[at + offset]!;
  return buffer[at] === 0 ? value : -value;
}
