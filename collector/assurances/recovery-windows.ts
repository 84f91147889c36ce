/** Which stretches of time can be restored from a watched write-ahead log, and which of a promise cannot. Pure. */
import type { WalServer, WalState } from '../store/types.ts';
import { UNOBSERVED_MS } from './receiving.ts';

export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** Whose sample tells what can be restored: a job's own, or on a standby that of its primary. */
export interface WalSource {
  /** The primary of a standby; null for the job's own server. */
  primary: WalServer | null;
  state: WalState;
}

/**
 * @returns null when nobody has looked yet, or when only standbys are watched: how far a primary has written
 *   only the primary can say.
 */
export function walSource(
  { state, servers }: { state: WalState | null; servers: readonly WalServer[] },
  nowMs: number,
): WalSource | null {
  if (state === null) return null;
  if (state.sample.role !== 'standby') return { primary: null, state };
  // Of several, the one that was seen last: after a failover the old one is remembered as what it was.
  const [primary] = servers
    .filter(({ role, receivedAtMs }) => role === 'primary' && nowMs - receivedAtMs <= UNOBSERVED_MS)
    .toSorted((a, b) => b.seenAtMs - a.seenAtMs || b.roleSinceMs - a.roleSinceMs);
  return primary ? { primary, state: primary } : null;
}

/**
 * What can be restored, oldest first. The last goes to the oldest change that was not in the repository when
 * that was last looked at.
 */
export function recoveryWindows({ sample, receivedAtMs }: WalState): Stretch[] {
  const endMs = receivedAtMs - sample.exposureMs;
  return sample.windows.map(({ fromMs, toMs }) => ({
    fromMs,
    toMs: toMs === 0 ? Math.max(fromMs, endMs) : toMs,
  }));
}

/** Whether the newest window goes on as changes arrive. */
export function isOpen({ sample }: WalState): boolean {
  return sample.windows.at(-1)?.toMs === 0;
}

/** Milliseconds since the oldest change that is not in the repository; between two samples it goes on growing. */
export function exposedMs({ sample, receivedAtMs }: WalState, nowMs: number): number {
  return sample.exposureMs === 0 ? 0 : sample.exposureMs + Math.max(0, nowMs - receivedAtMs);
}

/** What of the time between these no window holds, oldest first; after the newest window nothing is looked for. */
export function gapsBetween(windows: readonly Stretch[], startMs: number): Stretch[] {
  const gaps: Stretch[] = [];
  let coveredMs = startMs;
  for (const { fromMs, toMs } of windows) {
    if (fromMs > coveredMs) gaps.push({ fromMs: coveredMs, toMs: fromMs });
    coveredMs = Math.max(coveredMs, toMs);
  }
  return gaps;
}
