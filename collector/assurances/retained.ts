/**
 * Do the recovery points cover the promised days without a hole?
 *
 * Looked at is what a complete inventory saw in the repository, for each subject (database, globals, files)
 * by itself. A hole is more than the job's longest interval between two neighbouring points, the window's
 * start and the oldest, or the newest and now. In order:
 *
 * 1. Nobody has looked into the repository for twice the interval of inventories: unknown; for longer: late.
 * 2. A hole: broken, until the window has moved past it. While nothing has succeeded since the newest point
 *    the way to the present is open for everything alike, and on-time speaks: no alert of its own.
 * 3. Nothing was ever seen: unknown.
 * 4. Otherwise ok.
 *
 * What is promised begins with the declaration; a subject that appears later is promised from its first point.
 * One that is gone from the window altogether was given up long ago, unless the declaration names it.
 *
 * A job that receives a write-ahead log is judged by stretches of time (retained-window.ts).
 */
import { formatDuration } from '../../proto/duration.ts';
import { INVENTORY_EVERY_MS } from '../../proto/limits.ts';
import type { JobRow } from '../store/types.ts';
import { absenceAt } from './absence.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { longestMs, promised } from './kept.ts';
import { judgeWindow } from './retained-window.ts';
import { sharedRetained } from './shared.ts';
import type { Assurance, Facts, Verdict } from './types.ts';
import { counted, moment, notApplicable, unknown } from './wording.ts';

/** What an inventory said counts for this long. */
export const INVENTORY_STALE_MS = 2 * INVENTORY_EVERY_MS;
/** Unknown for this long becomes an alert. */
export const UNKNOWN_MAX_MS = INVENTORY_EVERY_MS;
/** Subjects named in a reason; the others are counted. */
const SUBJECTS_SHOWN_MAX = 3;

export const retained: Assurance = {
  question: 'Do the recovery points cover the promised days without a hole?',
  watched: true,
  rules: ['retention_short'],
  judge(facts, nowMs) {
    return facts.peers.length > 0 ? sharedRetained(facts, alone, nowMs) : alone(facts, nowMs);
  },
};

/** As if no other host backed the same up. */
function alone(facts: Facts, nowMs: number): Verdict {
  const { job } = facts;
  const outside = notPromised(job);
  if (outside) return outside;
  if (job.declaration.staleAfter !== null && facts.wal !== null) return judgeWindow(facts, nowMs);
  const stale = staleInventory(facts, nowMs);
  if (stale) return stale;
  const coverages = coveragesOf(facts, nowMs);
  const verdict = verdictOf(facts, coverages, nowMs);
  const moments = [verdict.nextCheckAtMs, nextCheckAtMs(facts, coverages, nowMs)].filter((at) => at !== null);
  return { ...verdict, nextCheckAtMs: Math.min(...moments) };
}

function verdictOf(facts: Facts, coverages: Coverage[], nowMs: number): Verdict {
  const { job, presence } = facts;
  const own = coverages.filter(
    (one) => isEmptied(one) || one.holes.some((hole) => !hole.open || !isSilence(job, one)),
  );
  if (own.length > 0) return short(job, own, coverages, 'retention_short', nowMs);
  const silent = coverages.filter(({ holes }) => holes.length > 0);
  if (silent.length === 0 || pointsIn(coverages) === 0) return whole(job, coverages);
  const deadlineMs = Math.min(...silent.map(({ holes }) => holes[0]!.fromMs)) + longestMs(job);
  const absence = absenceAt(deadlineMs, job.host, presence, nowMs);
  if (absence.known === 'absent') return short(job, silent, coverages, null, nowMs);
  if (absence.known === 'not-yet') return { ...whole(job, coverages), nextCheckAtMs: absence.nextCheckAtMs };
  const reason = `${promised(job)}; nobody knows whether they are kept: ${absence.reason}.`;
  return { ...unknown(reason, absence.sinceMs, absence.nextCheckAtMs), undecided: true };
}

function notPromised(job: JobRow): Verdict | null {
  if (job.removedAtMs !== null) {
    const when = moment(job.removedAtMs);
    return notApplicable(
      `${job.job} was removed from the configuration of ${job.host} on ${when}.`,
      job.removedAtMs,
    );
  }
  if (job.declaration.kind === 'prune')
    return notApplicable(
      `${job.job} removes recovery points; the jobs that make them promise them.`,
      job.firstDeclaredAtMs,
    );
  return job.declaration.keepMs === 0
    ? notApplicable(`${job.job} promises no recovery window.`, job.firstDeclaredAtMs)
    : null;
}

/** The window that has to be covered now: at least one interval wide, and nothing before the promise. */
export function windowStartMs(job: JobRow, nowMs: number): number {
  return Math.max(job.keptFromMs, nowMs - spanMs(job));
}

/** A monthly job that keeps seven days keeps its newest point for a month. */
function spanMs({ declaration: { keepMs, longestSilenceMs } }: JobRow): number {
  return Math.max(keepMs, longestSilenceMs);
}

function staleInventory({ job, presence }: Facts, nowMs: number): Verdict | null {
  const lookedAtMs = Math.max(job.inventoriedAtMs ?? 0, job.keptFromMs);
  const staleAtMs = lookedAtMs + INVENTORY_STALE_MS;
  if (nowMs <= staleAtMs) return null;
  const since =
    job.inventoriedAtMs === null
      ? `Nobody has ever seen all of what the repository of ${job.job} holds.`
      : `What the repository of ${job.job} holds was last seen ${moment(job.inventoriedAtMs)}.`;
  const reason = `${promised(job)}; nobody knows whether they are kept. ${since}`;
  const absence = absenceAt(staleAtMs + UNKNOWN_MAX_MS, job.host, presence, nowMs);
  if (absence.known === 'absent')
    return { state: 'late', rule: 'retention_short', sinceMs: staleAtMs, reason, nextCheckAtMs: null };
  return { ...unknown(reason, staleAtMs, absence.nextCheckAtMs), undecided: true };
}

/** Every subject with points in the window, and those that must have some. */
export function coveragesOf({ job, points }: Pick<Facts, 'job' | 'points'>, nowMs: number): Coverage[] {
  const startMs = windowStartMs(job, nowMs);
  const required = new Set(requiredSubjects(job));
  const there = new Set(points.map(({ subject }) => subject));
  const absent = [...required]
    .filter((subject) => !there.has(subject))
    .map((subject) => ({ subject, atMs: [], missingAtMs: [], knownBefore: false }));
  return [...points, ...absent].flatMap(
    (one) => coverageOf(one, startMs, longestMs(job), required.has(one.subject), nowMs) ?? [],
  );
}

/** Kinds whose recovery points are one archive a run, of whatever it is. */
const ONE_SUBJECT_KINDS = ['files', 'observed'];
const DUMP_KINDS = ['postgres-dump', 'mysql-dump'];

function requiredSubjects({ declaration: { kind, sources } }: JobRow): string[] {
  if (ONE_SUBJECT_KINDS.includes(kind)) return [''];
  if (!DUMP_KINDS.includes(kind)) return [];
  return ['globals', ...sources.filter((source) => source !== 'all databases')];
}

/** Whether nothing has succeeded since the subject's newest point: then on-time says that something is due. */
function isSilence(job: JobRow, coverage: Coverage): boolean {
  if (job.declaration.kind === 'observed' || job.lastSuccess === null) return true;
  return (coverage.atMs.at(-1) ?? coverage.startMs) >= job.lastSuccess.startedAtMs;
}

/** All that was there vanished, however short the hole that leaves is yet. */
function isEmptied({ atMs, missingAtMs }: Coverage): boolean {
  return atMs.length === 0 && missingAtMs.length > 0;
}

function short(
  job: JobRow,
  wrong: Coverage[],
  all: Coverage[],
  rule: 'retention_short' | null,
  nowMs: number,
): Verdict {
  const shown = wrong.toSorted((a, b) => widestMs(b) - widestMs(a) || (a.subject < b.subject ? -1 : 1));
  const sentences = shown
    .slice(0, SUBJECTS_SHOWN_MAX)
    .map((one) => `${named(job, one.subject)}: ${holesOf(one)}`);
  const more = shown.length - sentences.length;
  if (more > 0) sentences.push(`${more} more of ${all.length} subjects with a hole`);
  const holes = shown.flatMap((one) => one.holes);
  const why = rule === null ? ' Nothing has succeeded since; on-time says why.' : '';
  return {
    state: 'broken',
    rule,
    sinceMs: Math.min(...holes.map(({ fromMs }) => fromMs + longestMs(job)), nowMs),
    reason: `${promised(job)}; ${sentences.join('; ')}; ${counted(pointsIn(all), 'point')}.${why}`,
    nextCheckAtMs: null,
    // What was there and is gone is worse than what never came.
    ...(shown.some((one) => missingIn(one) > 0) ? { severity: 'critical' } : {}),
  };
}

function holesOf(coverage: Coverage): string {
  const { holes, atMs } = coverage;
  const missing = missingIn(coverage);
  const gone =
    missing === 0 ? '' : `, where ${counted(missing, 'archive')} of it vanished from the repository`;
  if (atMs.length === 0) return `no point is left${gone}`;
  const widest = holes.reduce((a, b) => (b.toMs - b.fromMs > a.toMs - a.fromMs ? b : a));
  const long = formatDuration(widest.toMs - widest.fromMs);
  const behind = atMs.includes(widest.fromMs) ? 'after' : 'from';
  const others = holes.length === 1 ? '' : `, and ${holes.length - 1} more`;
  return `a hole of ${long} ${behind} ${moment(widest.fromMs)}${others}${gone}`;
}

function missingIn({ atMs, missingAtMs, holes }: Coverage): number {
  return atMs.length === 0 ? missingAtMs.length : holes.reduce((sum, hole) => sum + hole.missing, 0);
}

function whole(job: JobRow, coverages: Coverage[]): Verdict {
  const points = pointsIn(coverages);
  if (points === 0) return unknown(`${promised(job)}; there is no recovery point yet.`, job.keptFromMs);
  if (job.inventoriedAtMs === null)
    return unknown(`${promised(job)}; nobody has looked at all of the repository yet.`, job.keptFromMs);
  const oldestMs = Math.min(...coverages.map(({ atMs, startMs }) => atMs[0] ?? startMs));
  const of = coverages.length === 1 ? '' : ` of ${coverages.length} subjects`;
  const apart = `no two neighbours more than ${formatDuration(longestMs(job))} apart`;
  return {
    state: 'ok',
    rule: null,
    sinceMs: oldestMs,
    reason: `${promised(job)}; ${counted(points, 'point')}${of} back to ${moment(oldestMs)}, ${apart}.`,
    nextCheckAtMs: null,
  };
}

/** When the inventory grows stale, the next hole opens, or one has left the window. */
function nextCheckAtMs({ job }: Facts, coverages: Coverage[], nowMs: number): number {
  const stale = Math.max(job.inventoriedAtMs ?? 0, job.keptFromMs) + INVENTORY_STALE_MS + 1;
  const moments = coverages.flatMap(({ holes, atMs, missingAtMs, startMs }) => {
    const newestMs = atMs.at(-1) ?? startMs;
    const leaves = holes.map((hole) => hole.toMs - longestMs(job) + spanMs(job));
    // Without any point left in the window a subject is no longer judged.
    const lastMs = Math.max(newestMs, missingAtMs.at(-1) ?? 0);
    return [newestMs + longestMs(job) + 1, newestMs + spanMs(job) + 1, lastMs + spanMs(job) + 1, ...leaves];
  });
  return Math.min(...[stale, ...moments].filter((at) => at > nowMs));
}

function named(job: JobRow, subject: string): string {
  if (subject === '') return job.declaration.kind === 'files' ? 'files' : 'archives';
  return subject === 'globals' ? 'globals' : `db ${subject}`;
}

function widestMs({ holes }: Coverage): number {
  return Math.max(0, ...holes.map(({ fromMs, toMs }) => toMs - fromMs));
}

function pointsIn(coverages: Coverage[]): number {
  return coverages.reduce((sum, { atMs }) => sum + atMs.length, 0);
}
