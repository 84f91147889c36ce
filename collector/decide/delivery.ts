/** When a notification is tried again, and from when on its receiver counts as failing. Pure. */
import type { AlertRow } from '../store/types.ts';

const FIRST_RETRY_MS = 1_000;
/** Between two attempts; also the longest Retry-After that is believed. */
export const RETRY_MAX_MS = 3_600_000;
/** A receiver that has kept a notification waiting for this long is failing. */
export const FAILING_AFTER_MS = 300_000;

/**
 * How long to wait after `attempts` failed attempts (>= 1): doubling from a second to an hour, up to a fifth
 * earlier by `jitter` in [0, 1), and never before the receiver's own Retry-After.
 */
export function retryDelayMs(attempts: number, afterMs: number | undefined, jitter: number): number {
  const doubledMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 30), RETRY_MAX_MS);
  const ownMs = Math.round(doubledMs * (1 - jitter / 5));
  const askedMs = Number.isFinite(afterMs) ? Math.min(Math.max(0, afterMs!), RETRY_MAX_MS) : 0;
  return Math.max(ownMs, askedMs);
}

/** A person who mends a key or an address at the receiver's end tells nobody here. */
export const REFUSED_RETRY_MS = 3_600_000;
const GIVEN_UP_AFTER_MS = 7 * 86_400_000;

/** Whether what a receiver refuses is given up: a week after its alert resolved. Nothing that fires ever is. */
export function isGivenUp(alert: Pick<AlertRow, 'resolvedAtMs'> | null, nowMs: number): boolean {
  if (alert === null) return true;
  return alert.resolvedAtMs !== null && nowMs - alert.resolvedAtMs >= GIVEN_UP_AFTER_MS;
}
