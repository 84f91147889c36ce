/** How long to wait before connecting again: exponential with full jitter, so that a fleet does not march. Pure. */
import { RECONNECT_MAX_MS, RECONNECT_MIN_MS } from '../../proto/limits.ts';

/**
 * Between RECONNECT_MIN_MS and a ceiling that doubles with every failure up to RECONNECT_MAX_MS.
 * `failures` counts attempts since the last Welcome: an open connection alone proves nothing, a collector
 * that refuses everybody opens connections too. `random` is in [0, 1).
 */
export function backoffMs(failures: number, random: number): number {
  const ceilingMs = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** (1 + Math.min(failures, 16)));
  return Math.round(RECONNECT_MIN_MS + random * (ceilingMs - RECONNECT_MIN_MS));
}
