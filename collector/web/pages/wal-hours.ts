/** The last week of a write-ahead log, hour by hour. Pure. */

export const HOUR_MS = 3_600_000;
export const HOURS = 7 * 24;
/** An hour that has just begun has not been looked at yet. */
const LOOKED_WITHIN_MS = 300_000;

/** Worst first; `unseen`: nobody looked, or nobody could; `blank`: nobody had to, yet. */
export type HourKind = 'broken' | 'late' | 'unseen' | 'ok' | 'blank';

export interface WalHour {
  atMs: number;
  kind: HourKind;
  /** The worst of the hour; 0 while unseen. */
  exposureMs: number;
}

/** The full hour with which the band begins. */
export function walSinceMs(nowMs: number): number {
  return (Math.floor(nowMs / HOUR_MS) - HOURS + 1) * HOUR_MS;
}

/**
 * @param seen the worst exposure of each few minutes, at or after `walSinceMs`.
 * @param declaredAtMs since when anybody was to look.
 */
export function walHours(
  seen: readonly { atMs: number; exposureMs: number }[],
  staleAfter: { warningMs: number; criticalMs: number },
  declaredAtMs: number,
  nowMs: number,
): WalHour[] {
  const sinceMs = walSinceMs(nowMs);
  const hourOf = (atMs: number) => Math.floor((atMs - sinceMs) / HOUR_MS);
  const worst = new Map<number, number>();
  for (const { atMs, exposureMs } of seen) {
    worst.set(hourOf(atMs), Math.max(exposureMs, worst.get(hourOf(atMs)) ?? 0));
  }
  return Array.from({ length: HOURS }, (_, i) => {
    const atMs = sinceMs + i * HOUR_MS;
    const exposureMs = worst.get(i) ?? 0;
    const unseen = atMs + HOUR_MS <= declaredAtMs || nowMs - atMs < LOOKED_WITHIN_MS ? 'blank' : 'unseen';
    return { atMs, kind: worst.has(i) ? kindOf(exposureMs, staleAfter) : unseen, exposureMs };
  });
}

function kindOf(
  exposureMs: number,
  { warningMs, criticalMs }: { warningMs: number; criticalMs: number },
): HourKind {
  if (exposureMs >= criticalMs) return 'broken';
  return exposureMs >= warningMs ? 'late' : 'ok';
}
