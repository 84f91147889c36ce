/** A bound on attempts per key and time: guessing tokens is hopeless anyway, this keeps the log readable. Pure. */

export class AttemptLimit {
  readonly #attempts = new Map<string, { count: number; untilMs: number }>();
  readonly #max: number;
  readonly #windowMs: number;

  constructor(options: { max: number; windowMs: number }) {
    this.#max = options.max;
    this.#windowMs = options.windowMs;
  }

  /** Counts one attempt; the milliseconds to wait when it is one too many, otherwise 0. */
  attempt(key: string, nowMs: number): number {
    const known = this.#attempts.get(key);
    if (!known || known.untilMs <= nowMs) {
      this.#expire(nowMs);
      this.#attempts.set(key, { count: 1, untilMs: nowMs + this.#windowMs });
      return 0;
    }
    known.count += 1;
    return known.count > this.#max ? known.untilMs - nowMs : 0;
  }

  /** A success clears the slate. */
  clear(key: string): void {
    this.#attempts.delete(key);
  }

  #expire(nowMs: number): void {
    if (this.#attempts.size < KEYS_MAX) return;
    for (const [key, attempt] of this.#attempts) if (attempt.untilMs <= nowMs) this.#attempts.delete(key);
    // Still full of live ones: forget the oldest rather than grow.
    for (const key of this.#attempts.keys()) {
      if (this.#attempts.size < KEYS_MAX) break;
      this.#attempts.delete(key);
    }
  }
}

/** Addresses remembered at once. */
const KEYS_MAX = 10_000;
