/** Agents tell the time by their own clocks; the collector judges by its own. Pure. */

/** Smaller offsets are the network's, not the clock's. */
const OFFSET_APPLIED_FROM_MS = 2_000;

/** An agent's instant by the collector's clock, never later than it was received. */
export function correctedMs(atMs: number, offsetMs: number, receivedAtMs: number): number {
  const corrected = Math.abs(offsetMs) > OFFSET_APPLIED_FROM_MS ? atMs - offsetMs : atMs;
  return Math.max(0, Math.min(corrected, receivedAtMs));
}
