/**
 * Asks a file system that may never answer: a file server that is gone holds a call in the kernel, for ever, and with
 * it one of the few threads Node has for files. With a few such calls the agent could read nothing any more. So an
 * answer is waited for no longer than ANSWER_WITHIN_MS, and a path that owes one is not asked again.
 */
import type { Clock } from '../../proto/clock.ts';

/** A file server that is being restarted is back by then. */
export const ANSWER_WITHIN_MS = 180_000;

export class Patience {
  readonly #clock: Pick<Clock, 'after'>;
  /** Paths whose answer was waited for in vain, and has not come since. */
  readonly #silent = new Set<string>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** The answer to a question about a path, null when none came. Throws what the question throws. */
  async ask<T>(path: string, question: () => Promise<T>): Promise<T | null> {
    if (this.#silent.has(path)) return null;
    let cancel = () => {};
    const late = new Promise<null>((resolve) => {
      cancel = this.#clock.after(ANSWER_WITHIN_MS, () => {
        this.#silent.add(path);
        resolve(null);
      });
    });
    const answer = question().finally(() => {
      cancel();
      this.#silent.delete(path);
    });
    return Promise.race([answer, late]);
  }
}
