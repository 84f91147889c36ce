/** A clock that stands still until a test moves it. */
import type { Clock } from '../../proto/clock.ts';

export class FakeClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;
  #sequence = 0;
  readonly #waiting = new Map<number, { atMs: number; call: () => void }>();

  constructor(nowMs: number = Date.UTC(2026, 10, 20, 12)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, call: () => void): () => void {
    this.#sequence += 1;
    const id = this.#sequence;
    this.#waiting.set(id, { atMs: this.#monotonicMs + Math.max(0, delayMs), call });
    return () => this.#waiting.delete(id);
  }

  /** Time passes: everything due in between is called, in order, at its own moment. */
  advance(byMs: number): void {
    const untilMs = this.#monotonicMs + byMs;
    for (;;) {
      let next: { id: number; atMs: number; call: () => void } | null = null;
      for (const [id, { atMs, call }] of this.#waiting) {
        if (atMs <= untilMs && (next === null || atMs < next.atMs)) next = { id, atMs, call };
      }
      if (next === null) break;
      this.#waiting.delete(next.id);
      this.#move(next.atMs);
      next.call();
    }
    this.#move(untilMs);
  }

  /** Somebody sets the wall clock; nothing that waits notices. */
  setWallClock(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** How many calls are waiting. */
  waiting(): number {
    return this.#waiting.size;
  }

  #move(monotonicMs: number): void {
    this.#nowMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }
}
