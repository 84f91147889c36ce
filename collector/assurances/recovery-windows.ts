/** Which stretches of time can be restored from a watched write-ahead log, and which of a promise cannot. Pure. */
import type { WalWindow } from '../../proto/wal.ts';
import type { WalServer, WalState } from '../store/types.ts';
import { UNOBSERVED_MS } from './receiving.ts';

export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** Whose sample tells what can be restored: a job's own, or that of its cluster's primary on another host. */
export interface WalSource {
  /** Null for the job's own server. */
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
  // Of several, the one that was seen last: after a failover the old one is remembered as what it was.
  const [primary] = servers
    .filter(({ role, receivedAtMs }) => role === 'primary' && nowMs - receivedAtMs <= UNOBSERVED_MS)
    .toSorted((a, b) => b.seenAtMs - a.seenAtMs || b.roleSinceMs - a.roleSinceMs);
  const isElsewhere =
    state.sample.role === 'standby' ||
    // It is down, and its log went on without it.
    (state.databaseLostAtMs !== null && primary && primary.sample.timeline > state.sample.timeline);
  if (!isElsewhere) return { primary: null, state };
  return primary ? { primary, state: primary } : null;
}

/**
 * What can be restored, oldest first and apart from each other. The newest goes to the oldest change that was not
 * in the repository when that was last looked at, if it goes on at all.
 */
export function recoveryWindows(state: WalState): Stretch[] {
  const { sample, receivedAtMs } = state;
  const endMs = state.exposedSinceMs ?? receivedAtMs;
  // What a server that was left behind has archived later is not of this log.
  const lastMs = isOpen(state)
    ? Math.max(endMs, ...sample.windows.map(openFromMs))
    : Number.POSITIVE_INFINITY;
  const merged: Stretch[] = [];
  for (const { fromMs, toMs } of sample.windows.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const one = { fromMs, toMs: Math.min(toMs === 0 ? Math.max(fromMs, endMs) : toMs, lastMs) };
    const last = merged.at(-1);
    if (last && one.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, one.toMs);
    else if (one.fromMs <= one.toMs) merged.push(one);
  }
  return merged;
}

function openFromMs({ fromMs, toMs }: WalWindow): number {
  return toMs === 0 ? fromMs : 0;
}

/** Whether the newest window goes on as changes arrive. */
export function isOpen({ sample }: WalState): boolean {
  return sample.windows.some(({ toMs }) => toMs === 0);
}

/** Milliseconds since the oldest change that is not in the repository; between two samples it goes on growing. */
export function exposedMs({ exposedSinceMs }: WalState, nowMs: number): number {
  return exposedSinceMs === null ? 0 : Math.max(0, nowMs - exposedSinceMs);
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
