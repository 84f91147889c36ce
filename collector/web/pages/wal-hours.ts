/** The last week of a write-ahead log, hour by hour. Pure. */

const HOUR_MS = 3_600_000;
export const HOURS = 7 * 24;

/** Worst first; `unseen`: nobody looked, or nobody could. */
export type HourKind = 'broken' | 'late' | 'unseen' | 'ok';

export interface WalHour {
  atMs: number;
  kind: HourKind;
  /** The worst of the hour; 0 while unseen. */
  exposureMs: number;
  backup: boolean;
}

/** The full hour with which the band begins. */
export function walSinceMs(nowMs: number): number {
  return (Math.floor(nowMs / HOUR_MS) - HOURS + 1) * HOUR_MS;
}

/** @param seen the worst exposure of each few minutes, at or after `walSinceMs`. */
export function walHours(
  seen: readonly { atMs: number; exposureMs: number }[],
  backupsAtMs: readonly number[],
  staleAfter: { warningMs: number; criticalMs: number },
  nowMs: number,
): WalHour[] {
  const sinceMs = walSinceMs(nowMs);
  const hourOf = (atMs: number) => Math.floor((atMs - sinceMs) / HOUR_MS);
  const worst = new Map<number, number>();
  for (const { atMs, exposureMs } of seen) {
    worst.set(hourOf(atMs), Math.max(exposureMs, worst.get(hourOf(atMs)) ?? 0));
  }
  const backups = new Set(backupsAtMs.map(hourOf));
  return Array.from({ length: HOURS }, (_, i) => {
    const exposureMs = worst.get(i) ?? 0;
    return {
      atMs: sinceMs + i * HOUR_MS,
      kind: worst.has(i) ? kindOf(exposureMs, staleAfter) : 'unseen',
      exposureMs,
      backup: backups.has(i),
    };
  });
}

function kindOf(
  exposureMs: number,
  { warningMs, criticalMs }: { warningMs: number; criticalMs: number },
): HourKind {
  if (exposureMs >= criticalMs) return 'broken';
  return exposureMs >= warningMs ? 'late' : 'ok';
}
