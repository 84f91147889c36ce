/**
 * Which archives of a repository are kept, and why. Pure: it says so, and somebody else deletes.
 *
 * Kept is, of every subject of every job of the host: everything younger than `keep`; the newest that is not,
 * because it covers the beginning of that time, so the newest of all stays in any case; and the newest of each
 * day, week and month as `borg prune --keep-daily/-weekly/-monthly` counts them (borg 1.2 prune_split: what an
 * earlier rule keeps is not counted again, and the oldest stays while a rule has not reached its number). The
 * `-manifest` of a run stays for as long as anything of the run does. Days, weeks and months are those of UTC. Base
 * backups of PITR are counted by what says that they are whole; their WAL is decided in retention-wal.ts.
 *
 * Time is counted back from the newest archive of the job: one that has stopped keeps its last days, and a clock
 * that is ahead removes nothing. An archive whose time cannot be read stays, and says nothing about the others.
 *
 * What an interrupted run left unfinished goes once a whole archive was made after it, as with `borg prune`;
 * until then the next run goes on from it.
 *
 * Archives whose names are not HOST-JOB-TIME of this host belong to somebody else, and so do those whose comment
 * names another maker: they are never decided.
 */
import { formatDuration } from '../../proto/duration.ts';
import { isArchiveOf, isCheckpoint, withoutCheckpoint } from '../tools/archive-name.ts';
import { UNREADABLE_AT_MS } from '../tools/borg.ts';
import { BASE_SUFFIX } from '../tools/pitr-archives.ts';
import { type DatedSpan, decideWal, spanOf } from './retention-wal.ts';

export interface Archive {
  name: string;
  id: string;
  /** UNREADABLE_AT_MS for a time that cannot be read. */
  createdAtMs: number;
  /** Who made it, where that is known. */
  comment?: string;
}

export interface RetentionPolicy {
  /** Whose archives are decided. */
  host: string;
  /** Hosts that share the repository, as far as they are known: `web1-b` is not a job `b-...` of `web1`. */
  otherHosts: readonly string[];
  keepMs: number;
  /** How many days, weeks and months keep their newest; 0 for none. */
  daily: number;
  weekly: number;
  monthly: number;
}

export interface Decision {
  archive: Archive;
  job: string;
  /** Database name, `globals`, 'manifest', 'base', 'wal', or '' for files. */
  subject: string;
  keep: boolean;
  reason: string;
}

export interface RetentionPlan {
  /** Newest first. */
  decisions: Decision[];
  /** Archives of other hosts and tools, left alone. */
  foreign: Archive[];
}

const ARCHIVE = /^(.+)-(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)(?:-(.+))?$/;
/** They belong to what else their run has made. */
const COMPANIONS = ['manifest', BASE_SUFFIX];

interface Own {
  archive: Archive;
  job: string;
  /** What all archives of one run begin with. */
  run: string;
  suffix: string;
}

/** The plan for everything in a repository. */
export function planRetention(
  archives: readonly Archive[],
  policy: RetentionPolicy,
  nowMs: number,
): RetentionPlan {
  const newestFirst = archives.toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? -1 : 1));
  const series = new Map<string, Own[]>();
  const wal: Own[] = [];
  const companions: Own[] = [];
  const timeless: OwnDecision[] = [];
  const unfinished: Own[] = [];
  const foreign: Archive[] = [];
  for (const archive of newestFirst) {
    const own = ownArchive(archive, policy);
    if (own === null) foreign.push(archive);
    else if (archive.createdAtMs === UNREADABLE_AT_MS)
      timeless.push({ own, keep: true, reason: 'its time cannot be read' });
    else if (isCheckpoint(archive.name)) unfinished.push(own);
    else if (COMPANIONS.includes(own.suffix)) companions.push(own);
    else if (spanOf(own.suffix, 'wal') !== null) wal.push(own);
    else {
      const found = series.get(seriesOf(own));
      if (found) found.push(own);
      else series.set(seriesOf(own), [own]);
    }
  }
  const all = [...series.values()];
  const newest = newestByJob([...all.map(([first]) => first!), ...wal]);
  const fromMs = ({ job }: Own) => Math.min(nowMs, newest.get(job)!);
  const decidedSeries = all.flatMap((one) => decideSeries(one, policy, fromMs(one[0]!)));
  const bases = keptBases([...decidedSeries, ...timeless]);
  const newestWal = new Map(wal.toReversed().map((own) => [seriesOf(own), own]));
  const decisions = [
    ...decidedSeries,
    ...timeless,
    ...unfinished.map((own) =>
      decideUnfinished(own, series.get(seriesOf(own))?.[0] ?? newestWal.get(seriesOf(own))),
    ),
  ];
  const keptRuns = new Set(decisions.filter(({ keep }) => keep).map(({ own }) => own.run));
  const lastRuns = newestRuns(companions);
  const decided = [
    ...decisions,
    ...companions.map((own) => decideCompanion(own, keptRuns.has(own.run), lastRuns.has(own.run))),
    ...wal.map((own) => ({
      own,
      ...decideWal(dated(own, 'wal'), bases.get(own.job) ?? [], fromMs(own) - policy.keepMs),
    })),
  ].map(({ own, keep, reason }) => ({
    archive: own.archive,
    job: own.job,
    subject: subjectOf(own),
    keep,
    reason,
  }));
  return { decisions: decided.toSorted((a, b) => b.archive.createdAtMs - a.archive.createdAtMs), foreign };
}

/** Null for an archive that is not this host's. */
function ownArchive(archive: Archive, { host, otherHosts }: RetentionPolicy): Own | null {
  const begins = (name: string) => archive.name.startsWith(`${name}-`);
  if (!begins(host) || otherHosts.some((other) => other.length > host.length && begins(other))) return null;
  const name = withoutCheckpoint(archive.name);
  const match = ARCHIVE.exec(name.slice(host.length + 1));
  if (!match) return null;
  const [, job, time, suffix = ''] = match;
  if (!isArchiveOf(host, job!, { ...archive, name })) return null;
  return { archive, job: job!, run: `${job}-${time}`, suffix };
}

interface OwnDecision {
  own: Own;
  keep: boolean;
  reason: string;
}

function subjectOf({ suffix }: Own): string {
  if (spanOf(suffix, 'wal') !== null) return 'wal';
  return spanOf(suffix, 'needs') === null ? suffix.replace(/^db-/, '') : BASE_SUFFIX;
}

/** One subject of one job. */
function seriesOf(own: Own): string {
  return `${own.job}\n${subjectOf(own)}`;
}

function dated({ archive, suffix }: Own, kind: 'wal' | 'needs'): DatedSpan {
  return { span: spanOf(suffix, kind)!, createdAtMs: archive.createdAtMs };
}

/** What they need, by job. */
function keptBases(decisions: readonly OwnDecision[]): Map<string, DatedSpan[]> {
  const bases = new Map<string, DatedSpan[]>();
  for (const { own, keep } of decisions) {
    if (!keep || spanOf(own.suffix, 'needs') === null) continue;
    bases.set(own.job, [...(bases.get(own.job) ?? []), dated(own, 'needs')]);
  }
  return bases;
}

/** @param newest whole archive of the same series. */
function decideUnfinished(own: Own, newest: Own | undefined): OwnDecision {
  const isSuperseded = newest !== undefined && newest.archive.createdAtMs > own.archive.createdAtMs;
  return isSuperseded
    ? { own, keep: false, reason: 'unfinished, and a whole one was made after it' }
    : { own, keep: true, reason: 'unfinished, and nothing whole was made after it' };
}

function newestByJob(all: readonly Own[]): Map<string, number> {
  const newest = new Map<string, number>();
  for (const { job, archive } of all) {
    newest.set(job, Math.max(archive.createdAtMs, newest.get(job) ?? 0));
  }
  return newest;
}

/**
 * @param series one subject of one job, newest first.
 * @param fromMs where the promised time is counted back from.
 */
function decideSeries(series: Own[], policy: RetentionPolicy, fromMs: number): OwnDecision[] {
  const reasons = new Map<Own, string>();
  const keep = (own: Own | undefined, reason: string) => {
    if (own && !reasons.has(own)) reasons.set(own, reason);
  };
  const sinceMs = fromMs - policy.keepMs;
  const promised = formatDuration(policy.keepMs);
  for (const own of series) {
    if (own.archive.createdAtMs > sinceMs) keep(own, `younger than ${promised}`);
  }
  for (const [word, count, period] of [
    ['day', policy.daily, dayOf],
    ['week', policy.weekly, weekOf],
    ['month', policy.monthly, monthOf],
  ] as const) {
    keepNewestOf(series, reasons, word, count, period);
  }
  keep(
    series.find((own) => own.archive.createdAtMs <= sinceMs),
    `covers the beginning of the ${promised}`,
  );
  return series.map((own) => {
    const reason = reasons.get(own);
    return { own, keep: reason !== undefined, reason: reason ?? `older than ${promised}` };
  });
}

/** As borg's prune_split: counted are only those that no rule before keeps. */
function keepNewestOf(
  series: readonly Own[],
  reasons: Map<Own, string>,
  word: string,
  count: number,
  periodOf: (atMs: number) => string,
): void {
  let kept = 0;
  let last = '';
  for (const own of series) {
    if (kept >= count) return;
    const period = periodOf(own.archive.createdAtMs);
    if (period === last) continue;
    last = period;
    if (reasons.has(own)) continue;
    kept += 1;
    reasons.set(own, `${word} ${period}`);
  }
  const oldest = series.at(-1);
  if (oldest && kept < count && !reasons.has(oldest))
    reasons.set(oldest, `oldest, ${kept} of ${count} ${word}s`);
}

function decideCompanion(own: Own, ofKeptRun: boolean, isNewest: boolean): OwnDecision {
  if (ofKeptRun) return { own, keep: true, reason: 'of a run that is kept' };
  return isNewest
    ? { own, keep: true, reason: 'the newest' }
    : { own, keep: false, reason: 'nothing of its run is kept' };
}

/** The newest run of each job. @param companions newest first. */
function newestRuns(companions: readonly Own[]): Set<string> {
  const runs = new Map<string, string>();
  for (const { job, run } of companions) if (!runs.has(job)) runs.set(job, run);
  return new Set(runs.values());
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}

/** ISO 8601 (`%G-%V`): a week belongs to the year of its Thursday. */
function weekOf(atMs: number): string {
  const dayMs = 86_400_000;
  const midnightMs = Math.floor(atMs / dayMs) * dayMs;
  const weekday = (new Date(midnightMs).getUTCDay() + 6) % 7;
  const thursdayMs = midnightMs + (3 - weekday) * dayMs;
  const year = new Date(thursdayMs).getUTCFullYear();
  const week = 1 + Math.floor((thursdayMs - Date.UTC(year, 0, 1)) / (7 * dayMs));
  return `${year}-W${String(week).padStart(2, '0')}`;
}
