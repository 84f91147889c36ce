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
    let timer: NodeJS.Timeout;
    const wait = (restMs: number) => {
      const stepMs = Math.min(Math.max(0, restMs), TIMEOUT_MAX_MS);
      timer = setTimeout(() => (restMs > stepMs ? wait(restMs - stepMs) : call()), stepMs);
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};
