/** Where time comes from. Decisions take `nowMs`; only wiring holds a Clock, and tests bring their own. */
export interface Clock {
  /** UTC epoch milliseconds. May jump. */
  nowMs(): number;
  /** Milliseconds that never jump, from an arbitrary start. For durations. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; the returned function takes it back. */
  after(delayMs: number, call: () => void): () => void;
}

/** setTimeout takes a signed 32-bit delay and fires at once above it. */
const TIMEOUT_MAX_MS = 2_147_483_647;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, Math.min(Math.max(0, delayMs), TIMEOUT_MAX_MS));
    return () => clearTimeout(timer);
  },
};
