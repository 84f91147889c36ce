/** Whether a new declaration of a job promises less than the one before, and what. Pure. */
import { formatDuration } from '../../proto/duration.ts';
import type { JobDeclaration, StaleAfter } from '../../proto/job.ts';
import { nextMoments, type Schedule } from '../../proto/schedule.ts';

/** Monday 2024-01-01 00:00 UTC: schedules are compared from one fixed moment, so the answer never changes. */
const COMPARED_FROM_MS = Date.UTC(2024, 0, 1);
/** Moments compared: 60 ms of croner at most; hourly schedules show a month, quarter-hourly ones ten days. */
const COMPARED_MOMENTS = 1_024;
/** Names listed in the sentence; the rest are counted. */
const NAMES_SHOWN_MAX = 5;

/**
 * A sentence that names everything `after` promises less of than `before`, '' when it is at least as much.
 * Moving a schedule, adding sources or dropping excludes is no weakening.
 */
export function weakening(before: JobDeclaration, after: JobDeclaration): string {
  const found = [
    ...kindOrPlace(before, after),
    ...scheduleParts(before.schedule, after.schedule),
    ...longer('may be silent for', before.longestSilenceMs, after.longestSilenceMs),
    ...keepPart(before.keepMs, after.keepMs),
    ...names('no longer covers', missingFrom(before.sources, after.sources)),
    ...names('now excludes', missingFrom(after.excludes, before.excludes)),
    ...sharedPart(before.sharedAs, after.sharedAs),
    ...stalePart(before.staleAfter, after.staleAfter),
  ];
  return found.length === 0 ? '' : `The promise of ${after.job} got weaker: it ${found.join('; ')}.`;
}

function kindOrPlace(before: JobDeclaration, after: JobDeclaration): string[] {
  const found: string[] = [];
  if (before.kind !== after.kind) found.push(`is of kind ${after.kind} instead of ${before.kind}`);
  if (before.repository !== after.repository) {
    const named = (repository: string) => (repository === '' ? 'no repository' : `repository ${repository}`);
    found.push(`writes to ${named(after.repository)} instead of ${named(before.repository)}`);
  }
  return found;
}

function scheduleParts(before: Schedule | null, after: Schedule | null): string[] {
  if (before === null) return [];
  if (after === null) return [`is no longer scheduled (it was due at "${before.cron}")`];
  const found: string[] = [];
  if (isRarer(before, after)) found.push(`is due at "${after.cron}", less often than at "${before.cron}"`);
  return [
    ...found,
    ...longer('may start late by', before.startGraceMs, after.startGraceMs),
    ...longer('may take', before.finishWithinMs, after.finishWithinMs),
  ];
}

/** Rarer: fewer moments over the same span, or a wider gap between two of them. */
function isRarer(before: Schedule, after: Schedule): boolean {
  if (before.cron === after.cron && before.zone === after.zone) return false;
  const was = nextMoments(before, COMPARED_FROM_MS, COMPARED_MOMENTS);
  const is = nextMoments(after, COMPARED_FROM_MS, COMPARED_MOMENTS);
  const untilMs = Math.min(was.at(-1) ?? Number.POSITIVE_INFINITY, is.at(-1) ?? Number.POSITIVE_INFINITY);
  const until = (moments: number[]) => moments.filter((moment) => moment <= untilMs);
  // One moment more or less lies at the edge of the span: the same rhythm, shifted.
  if (until(is).length < until(was).length - 1) return true;
  return widestGapMs(until(is)) > widestGapMs(until(was)) + SHIFT_BY_DST_MS;
}

/** Two zones change their clocks on different days, which widens one night by an hour. */
const SHIFT_BY_DST_MS = 3_600_000;

function widestGapMs(moments: number[]): number {
  let widestMs = 0;
  for (let i = 1; i < moments.length; i += 1) {
    widestMs = Math.max(widestMs, moments[i]! - moments[i - 1]!);
  }
  return widestMs;
}

function longer(what: string, beforeMs: number, afterMs: number): string[] {
  if (afterMs <= beforeMs) return [];
  return [`${what} ${formatDuration(afterMs)} instead of ${formatDuration(beforeMs)}`];
}

function stalePart(before: StaleAfter | null, after: StaleAfter | null): string[] {
  if (before === null) return [];
  if (after === null) return ['promises no age of the oldest unsaved change any more'];
  return [
    ...longer('is late by unsaved changes only after', before.warningMs, after.warningMs),
    ...longer('is broken by unsaved changes only after', before.criticalMs, after.criticalMs),
  ];
}

function keepPart(beforeMs: number, afterMs: number): string[] {
  if (afterMs >= beforeMs) return [];
  if (afterMs === 0) return [`promises no recovery window (it was ${formatDuration(beforeMs)})`];
  return [`keeps ${formatDuration(afterMs)} instead of ${formatDuration(beforeMs)}`];
}

/** Where others may answer for it, the job alone promises less. */
function sharedPart(before: string, after: string): string[] {
  if (after === '' || after === before) return [];
  return [`counts as shared storage ${after}, for which another host's success suffices`];
}

function missingFrom(these: string[], those: string[]): string[] {
  const present = new Set(those);
  return these.filter((one) => !present.has(one));
}

function names(what: string, list: string[]): string[] {
  if (list.length === 0) return [];
  const shown = list.slice(0, NAMES_SHOWN_MAX).map((name) => JSON.stringify(name.slice(0, 200)));
  const more = list.length - shown.length;
  return [`${what} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}
