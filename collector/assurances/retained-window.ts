/**
 * Retained, for a job that receives a write-ahead log: can any second of the promised days be restored? Pure.
 *
 * The agent says which stretches of time the repository can restore (proto/wal.ts). Promised is `keep`, from the
 * declaration on; the first base backup has one interval of the schedule to come. In order:
 *
 * 1. Whether anybody looks is for `receiving` to say: while it does not know, this is unknown and no second page.
 * 2. A standby is as good as its primary, whose job raises the alert.
 * 3. A time within the promise that nothing can restore: broken, until the promise has moved past it, and late as
 *    long as it may still be on its way. What is newer than the newest window is exposure, and for `receiving` to
 *    say; where that says nothing until the next base backup is due, it is said here.
 * 4. No base backup is left, or none for two intervals although runs made some: broken. As long as no run has
 *    succeeded, on-time speaks.
 */
import { formatDuration } from '../../proto/duration.ts';
import type { JobRow, WalState } from '../store/types.ts';
import { REPORT_TRAVEL_MS } from './absence.ts';
import { longestMs, promised } from './kept.ts';
import { receiving, UNOBSERVED_MS } from './receiving.ts';
import {
  exposedMs,
  gapsBetween,
  isOpen,
  recoveryWindows,
  type Stretch,
  walSource,
} from './recovery-windows.ts';
import type { Facts, Verdict } from './types.ts';
import { counted, moment, unknown } from './wording.ts';

/** Intervals of the schedule after which a base backup is missing, whatever runs said. */
const INTERVALS_MAX = 2;
/** A base backup may be seen before the last of the WAL in front of it, which archivers may send side by side. */
const SETTLED_AFTER_MS = 300_000;

/** @param facts of a job that receives a write-ahead log and promises a window. */
export function judgeWindow(facts: Facts, nowMs: number): Verdict {
  const stream = receiving.judge(facts, nowMs);
  const verdict = verdictOf(facts, stream, nowMs);
  const { state, servers } = facts.wal!;
  const seenAtMs = [...(state ? [state] : []), ...servers].map(({ receivedAtMs }) => receivedAtMs);
  const moments = [
    verdict.nextCheckAtMs,
    stream.nextCheckAtMs,
    // When what was seen of a server, whichever, is too old.
    ...[...seenAtMs, ...servers.map((one) => one.seenAtMs)].flatMap((at) =>
      [0, REPORT_TRAVEL_MS].map((more) => at + UNOBSERVED_MS + more + 1),
    ),
  ].filter((at) => at !== null && at > nowMs);
  return { ...verdict, nextCheckAtMs: moments.length > 0 ? Math.min(...(moments as number[])) : null };
}

function verdictOf(facts: Facts, stream: Verdict, nowMs: number): Verdict {
  const { job, wal } = facts;
  const source = wal && walSource(wal, nowMs);
  if (!source || stream.state === 'unknown' || stream.rule === 'pitr_unobserved') {
    return undecided(job, stream.reason, stream.sinceMs);
  }
  const { primary, state } = source;
  if (primary) {
    const verdict = judgeWindow({ ...facts, wal: { state: primary, servers: [] } }, nowMs);
    // One condition, one page. Unless the primary's job promises less: then nobody else would say it.
    const rule = primary.keepMs < job.declaration.keepMs ? verdict.rule : null;
    return { ...verdict, rule, reason: `On ${primary.host}, the primary: ${verdict.reason}` };
  }
  if (!state.sample.isComplete) {
    return undecided(
      job,
      `The repository of ${job.job} has not been listed to its end yet.`,
      state.receivedAtMs,
    );
  }
  const verdict =
    unusable(job, state, stream, nowMs) ??
    notCovered(job, state, stream, nowMs) ??
    backupMissing(job, state, nowMs);
  return { ...(verdict ?? whole(job, state, nowMs)), nextCheckAtMs: nextCheckAtMs(job, state, nowMs) };
}

/** What was said before stands: an alert does not resolve because nobody looks any more. */
function undecided(job: JobRow, why: string, sinceMs: number): Verdict {
  return {
    ...unknown(`${promised(job)}; nobody knows whether they are kept. ${why}`, sinceMs),
    undecided: true,
  };
}

/** From here on every second is promised. Until the first base backup was due, nothing is. */
export function promisedFromMs(job: JobRow, nowMs: number): number {
  return Math.min(nowMs, Math.max(nowMs - job.declaration.keepMs, promiseBeginsMs(job)));
}

function promiseBeginsMs(job: JobRow): number {
  return job.keptFromMs + longestMs(job);
}

/** Nothing at all can be restored. */
function unusable(
  job: JobRow,
  { sample, receivedAtMs }: WalState,
  stream: Verdict,
  nowMs: number,
): Verdict | null {
  if (sample.windows.length > 0) return null;
  const isNone = sample.backupsAtMs.length === 0;
  const what = isNone ? 'there is no base backup in the repository' : 'no base backup in it can be restored';
  const reason = `${promised(job)}; nothing can be restored: ${what}.`;
  const isForeign = !['', sample.systemIdentifier].includes(sample.stanzaSystemIdentifier);
  if (isForeign || (!isNone && stream.rule !== null)) return left(reason, 'receiving', receivedAtMs);
  if (nowMs <= promiseBeginsMs(job)) return unknown(reason, receivedAtMs);
  if (job.lastSuccess !== null) return broken(reason, receivedAtMs, 'critical');
  return left(reason, 'on-time', receivedAtMs);
}

function notCovered(job: JobRow, state: WalState, stream: Verdict, nowMs: number): Verdict | null {
  const windows = recoveryWindows(state);
  const gaps = gapsBetween(windows, promisedFromMs(job, nowMs)).filter(({ fromMs }) => fromMs < nowMs);
  if (gaps.length > 0) {
    const sinceMs = Math.min(nowMs, ...gaps.map(({ toMs }) => toMs));
    const isLasting = nowMs - sinceMs >= SETTLED_AFTER_MS;
    return (isLasting ? broken : notYet)(gapSentence(job, gaps, windows), sinceMs);
  }
  const end = windows.at(-1)!;
  const reason = `${promised(job)}; nothing after ${moment(end.toMs)} can be restored.`;
  if (isOpen(state)) {
    const isLong = exposedMs(state, nowMs) >= job.declaration.staleAfter!.criticalMs;
    return isLong ? left(reason, 'receiving', Math.min(end.toMs, nowMs)) : null;
  }
  if (end.toMs >= nowMs) return null;
  if (stream.rule !== null) return left(reason, 'receiving', end.toMs);
  return (nowMs > end.toMs + longestMs(job) ? broken : notYet)(reason, end.toMs);
}

/** The widest is named. */
function gapSentence(job: JobRow, gaps: Stretch[], windows: Stretch[]): string {
  const long = ({ fromMs, toMs }: Stretch) => toMs - fromMs;
  const widest = gaps.reduce((a, b) => (long(b) > long(a) ? b : a));
  const span = formatDuration(long(widest));
  const isFirst = widest.toMs === windows[0]!.fromMs;
  const where = isFirst
    ? `nothing before ${moment(widest.toMs)} can be restored: ${span} too short`
    : `nothing between ${moment(widest.fromMs)} and ${moment(widest.toMs)} can be restored, ${span} long`;
  return `${promised(job)}; ${where}${gaps.length > 1 ? `, and ${counted(gaps.length - 1, 'more gap')}` : ''}.`;
}

/** Still restorable, through ever more log; and what runs made is gone. */
function backupMissing(job: JobRow, { sample }: WalState, nowMs: number): Verdict | null {
  const newestMs = sample.backupsAtMs.at(-1);
  if (newestMs === undefined || nowMs <= newestMs + missingAfterMs(job)) return null;
  if (job.lastSuccess === null || job.lastSuccess.startedAtMs <= newestMs) return null;
  const reason =
    `${promised(job)}; the newest base backup in the repository is of ${moment(newestMs)}, although the run of ` +
    `${moment(job.lastSuccess.startedAtMs)} made one: it is gone.`;
  return broken(reason, newestMs + missingAfterMs(job), 'critical');
}

function missingAfterMs(job: JobRow): number {
  return INTERVALS_MAX * longestMs(job);
}

function whole(job: JobRow, state: WalState, nowMs: number): Verdict {
  const { backupsAtMs } = state.sample;
  const windows = recoveryWindows(state);
  // Where nothing is promised yet, the newest.
  const oldest = windows.find(({ toMs }) => toMs >= promisedFromMs(job, nowMs)) ?? windows.at(-1)!;
  const fromMs = Math.min(oldest.fromMs, nowMs);
  const newest = backupsAtMs.length > 0 ? `, the newest of ${moment(backupsAtMs.at(-1)!)}` : '';
  return {
    state: 'ok',
    rule: null,
    sinceMs: fromMs,
    reason: `${promised(job)}; any second since ${moment(fromMs)} can be restored; ${counted(backupsAtMs.length, 'base backup')}${newest}.`,
    nextCheckAtMs: null,
  };
}

/** Seen and shown; it may still be on its way. */
function notYet(reason: string, sinceMs: number): Verdict {
  return { state: 'late', rule: null, sinceMs, reason, nextCheckAtMs: null };
}

function broken(reason: string, sinceMs: number, severity?: 'critical'): Verdict {
  const said = { state: 'broken', rule: 'retention_short', sinceMs, reason, nextCheckAtMs: null } as const;
  return severity ? { ...said, severity } : said;
}

/** Broken, and another assurance raises the alert. */
function left(reason: string, to: 'receiving' | 'on-time', sinceMs: number): Verdict {
  return { state: 'broken', rule: null, sinceMs, reason: `${reason} See ${to}.`, nextCheckAtMs: null };
}

/** When a gap enters or leaves the promise, exposure becomes too long, or a base backup is missing for too long. */
function nextCheckAtMs(job: JobRow, state: WalState, nowMs: number): number | null {
  const { sample, exposedSinceMs } = state;
  const { keepMs, staleAfter } = job.declaration;
  const ends = recoveryWindows(state).flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const moments = [
    promiseBeginsMs(job) + 1,
    ...ends.flatMap((at) => [at, at + 1, at + keepMs, at + keepMs + 1, at + SETTLED_AFTER_MS]),
    ...ends.slice(-1).map((at) => at + longestMs(job) + 1),
    ...(exposedSinceMs === null ? [] : [exposedSinceMs + staleAfter!.criticalMs]),
    ...sample.backupsAtMs.slice(-1).map((at) => at + missingAfterMs(job) + 1),
  ].filter((at) => at > nowMs);
  return moments.length > 0 ? Math.min(...moments) : null;
}
