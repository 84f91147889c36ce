/**
 * Where the runner writes. Tries the spool at once; what cannot be written stays in memory, in order, until
 * it can. A run counts as finished only once its record is spooled, so `write` says whether it is.
 */
import { messageOf } from '../../proto/errors.ts';
import type { RecordBody } from '../../proto/messages.ts';
import { type Spool, SpoolError } from '../spool.ts';

/** Records held while the disk is full; about 50 MiB if every one of them carried the longest log. */
const HELD_RECORDS_MAX = 1_000;

export class SpoolWriter {
  readonly #spool: Spool;
  readonly #held: { body: RecordBody; atMs: number }[] = [];
  #lost = 0;
  #error = '';
  #onErrorChange = (): void => {};

  constructor(spool: Spool) {
    this.#spool = spool;
  }

  /**
   * True when the record is fsynced; false when it is held, and `flush` has to be called again. Throws
   * ProtocolError when the body breaks a bound that cannot be cut.
   */
  write(body: RecordBody, nowMs: number): boolean {
    this.#held.push({ body, atMs: nowMs });
    if (this.#held.length > HELD_RECORDS_MAX) {
      this.#held.shift();
      this.#lost += 1;
    }
    return this.flush();
  }

  /** Writes what is held, oldest first. True when nothing is held any more. Call it every few seconds. */
  flush(): boolean {
    for (;;) {
      const next = this.#held[0];
      if (!next) {
        this.#say('');
        return true;
      }
      try {
        this.#spool.append(next.body, next.atMs);
        this.#held.shift();
      } catch (error) {
        if (!(error instanceof SpoolError)) {
          // Nothing that trying again could change; the others must not wait behind it.
          this.#held.shift();
          throw error;
        }
        this.#say(messageOf(error));
        return false;
      }
    }
  }

  /** Calls back when `error()` begins, changes or ends: nobody has to wait for the next heartbeat to hear it. */
  onErrorChange(listener: () => void): void {
    this.#onErrorChange = listener;
  }

  /** Records that are only in memory. */
  held(): number {
    return this.#held.length;
  }

  /** Why the spool cannot be written, '' while it can. Goes into every heartbeat. */
  error(): string {
    if (this.#lost === 0) return this.#error;
    const lost = `${this.#lost} records were lost while the spool could not be written`;
    return this.#error ? `${this.#error}; ${lost}` : lost;
  }

  #say(error: string): void {
    if (error === this.#error) return;
    this.#error = error;
    this.#onErrorChange();
  }
}
