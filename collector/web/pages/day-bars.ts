/** The last days of a job, a bar a day. Pure. */
import type { RunRow } from '../../store/types.ts';

export const DAYS = 14;
const DAY_MS = 86_400_000;

export const BAR_KINDS = ['succeeded', 'warning', 'failed', 'mixed', 'skipped', 'running', 'none'] as const;
export type BarKind = (typeof BAR_KINDS)[number];

export interface DayBar {
  /** `2026-11-22`, UTC. */
  day: string;
  kind: BarKind;
  runs: number;
}

export const BAR_WORDS: Record<BarKind, string> = {
  succeeded: 'succeeded',
  warning: 'succeeded with warnings',
  failed: 'failed',
  mixed: 'failed, then succeeded',
  skipped: 'skipped or cancelled',
  running: 'running',
  none: 'no run',
};

/** Midnight UTC of the oldest of the days that end with the day of `nowMs`. */
export function barsSinceMs(nowMs: number): number {
  return Math.floor(nowMs / DAY_MS) * DAY_MS - (DAYS - 1) * DAY_MS;
}

function kindOf(runs: RunRow[]): BarKind {
  if (runs.length === 0) return 'none';
  const finished = runs.filter((run) => run.outcome !== null);
  const failed = finished.some((run) => run.outcome === 'failed' || run.outcome === 'timed-out');
  const good = finished.filter((run) => run.outcome === 'succeeded' || run.outcome === 'warning');
  const lastGood = good.at(-1);
  if (failed) {
    const lastWord = finished.findLast((run) => run.outcome !== 'skipped' && run.outcome !== 'cancelled');
    return lastWord === lastGood ? 'mixed' : 'failed';
  }
  if (lastGood) return lastGood.outcome === 'warning' ? 'warning' : 'succeeded';
  return finished.length < runs.length ? 'running' : 'skipped';
}

/** @param runs of one job since `barsSinceMs`, oldest first. A run belongs to the day it started. */
export function dayBars(runs: RunRow[], nowMs: number): DayBar[] {
  const sinceMs = barsSinceMs(nowMs);
  const byDay: RunRow[][] = Array.from({ length: DAYS }, () => []);
  for (const run of runs) byDay[Math.floor((run.startedAtMs - sinceMs) / DAY_MS)]?.push(run);
  return byDay.map((ofDay, index) => ({
    day: new Date(sinceMs + index * DAY_MS).toISOString().slice(0, 10),
    kind: kindOf(ofDay),
    runs: ofDay.length,
  }));
}

/** What the bars say, for who does not see them: `Last 14 days: 12 succeeded, 1 failed (2026-11-20).` */
export function barsSentence(bars: DayBar[]): string {
  const parts = BAR_KINDS.flatMap((kind) => {
    const days = bars.filter((bar) => bar.kind === kind);
    if (days.length === 0) return [];
    const noteworthy = (kind === 'failed' || kind === 'mixed' || kind === 'warning') && days.length <= 3;
    const which = noteworthy ? ` (${days.map((bar) => bar.day).join(', ')})` : '';
    return [`${days.length} ${BAR_WORDS[kind]}${which}`];
  });
  return `Last ${bars.length} days: ${parts.join(', ')}.`;
}
