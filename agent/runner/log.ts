/** The end of what a run said: the newest lines within a bound of characters. */
import { LOG_TAIL_CHARS_MAX } from '../../proto/limits.ts';

/** A single line takes no more than this share of the tail. */
const LINE_CHARS_MAX = 2_048;

export class LogTail {
  readonly #lines: string[] = [];
  #from = 0;
  #chars = 0;

  add(line: string): void {
    const kept = line.length > LINE_CHARS_MAX ? `${line.slice(0, LINE_CHARS_MAX - 1)}…` : line;
    this.#lines.push(kept);
    this.#chars += kept.length + 1;
    while (this.#chars > LOG_TAIL_CHARS_MAX) {
      this.#chars -= this.#lines[this.#from]!.length + 1;
      this.#from += 1;
    }
    // The dropped front is let go in large pieces: shifting line by line would be quadratic.
    if (this.#from > 1_024) {
      this.#lines.splice(0, this.#from);
      this.#from = 0;
    }
  }

  text(): string {
    return this.#lines.slice(this.#from).join('\n');
  }
}
