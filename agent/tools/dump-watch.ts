/** Knows of a dump that flows by whether it came to its end. Pure. */
import type { DumpFound } from './guard-words.ts';

export interface DumpWatch {
  /** The chunk is only lent: its bytes are others afterwards. */
  add(chunk: Buffer): void;
  /** Why what came so far is no whole dump ("it is empty"), null when it is one. */
  problem(): string | null;
  /** What it found in a whole one. */
  found?(): DumpFound;
}

/** More than any ending. */
const TAIL_BYTES = 1024;

/** A dump of SQL, which says at its end that it is whole. */
export class SqlDumpWatch implements DumpWatch {
  readonly #end: RegExp;
  #bytes = 0;
  #tail: Buffer = Buffer.alloc(0);

  /** @param end what the last bytes look like. */
  constructor(end: RegExp) {
    this.#end = end;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const last = chunk.length >= TAIL_BYTES ? chunk : Buffer.concat([this.#tail, chunk]);
    this.#tail = Buffer.from(last.subarray(-TAIL_BYTES));
  }

  problem(): string | null {
    if (this.#bytes === 0) return 'it is empty';
    if (this.#end.test(this.#tail.toString('latin1'))) return null;
    return `it ends after ${this.#bytes} bytes without the line that marks its end`;
  }
}
