/**
 * Storage that several hosts mount and each declares (`shared_as: NAME`): one success of any of them suffices.
 * Pure.
 *
 * - A success answers for the due moments of all, and covers the failures of the others at the moment it
 *   answers for, until its own job fails as well.
 * - While one has failed, or not started, and another may still succeed before that moment's deadline, nothing
 *   is broken yet: late, without an alert.
 * - What is wrong is wrong once: the alphabetically first of them speaks for all, the others say who does.
 * - A host that cannot be heard decides nothing as long as others can.
 */
import { lastDue, nextDue } from '../../proto/schedule.ts';
import type { JobRow, RunRow, SubjectPoints } from '../store/types.ts';
import { answersUntilMs, unansweredDue } from './due.ts';
import { sizeAnomaly } from './sizes.ts';
import { type Facts, type Peer, stateRank, type Verdict } from './types.ts';
import { moment } from './wording.ts';

/** How one job alone is judged. */
type Alone = (facts: Facts, nowMs: number) => Verdict;

/** What the group is said to be when several of its members are bad: the first that applies. */
const RULES_BY_WEIGHT = ['sync_failed', 'sync_overdue', 'sync_silent', 'sync_not_started', 'sync_warning'];

/** Those about a due moment, which another may still answer for. */
const HELD_RULES = ['sync_failed', 'sync_overdue', 'sync_not_started'];

interface Judged {
  member: Peer;
  verdict: Verdict;
}

export function sharedOnTime(facts: Facts, alone: Alone, nowMs: number): Verdict {
  const { job } = facts;
  if (job.removedAtMs !== null) return alone(facts, nowMs);
  const members = membersOf(facts);
  const judged = members.map((member): Judged => {
    const merged = { ...facts, ...member, job: withSuccessOfOthers(member.job, members, nowMs) };
    return { member, verdict: alone({ ...merged, sizes: [], peers: [] }, nowMs) };
  });
  const group = groupVerdict(judged, nowMs);
  const mine = judged.find(({ member }) => member.job === job)!.verdict;
  const said = spoken(facts, members, group, mine);
  // Sizes are compared within one job: each says this for itself, where nothing weighs more.
  const small = sizeAnomaly(facts.sizes);
  if (small === null || (group.rule !== null && group.rule !== 'sync_warning') || group.undecided)
    return said;
  return { ...said, state: 'late', rule: 'size_anomaly', ...small };
}

/** One member whose recovery points, with those of the others, cover the window is enough. */
export function sharedRetained(facts: Facts, alone: Alone, nowMs: number): Verdict {
  const { job } = facts;
  if (job.removedAtMs !== null) return alone(facts, nowMs);
  const members = membersOf(facts);
  const points = united(members.flatMap((member) => member.points));
  const judged = members.map((member): Judged => {
    return { member, verdict: alone({ ...facts, ...member, points, peers: [] }, nowMs) };
  });
  const mine = judged.find(({ member }) => member.job === job)!.verdict;
  const promising = judged.filter(({ verdict }) => verdict.state !== 'not-applicable');
  if (mine.state === 'not-applicable') return mine;
  const best = promising.reduce((a, b) => (weight(b.verdict) < weight(a.verdict) ? b : a));
  return spoken(facts, members, { ...best.verdict, nextCheckAtMs: earliest(judged, nowMs) }, mine);
}

/** All of the group, in the order of their names. */
function membersOf(facts: Facts): Peer[] {
  const { job, presence, points, peers } = facts;
  return [{ job, presence, points }, ...peers]
    .filter((member) => member.job.removedAtMs === null)
    .sort((a, b) => (comesFirst(a.job, b.job) ? -1 : 1));
}

function comesFirst(a: JobRow, b: JobRow): boolean {
  return a.host === b.host ? a.job < b.job : a.host < b.host;
}

/** The verdict as this job has to say it: the first of the group raises the alert, the others name it. */
function spoken(facts: Facts, members: Peer[], group: Verdict, mine: Verdict): Verdict {
  const name = facts.job.declaration.sharedAs;
  const [speaker] = members;
  if (speaker!.job === facts.job) {
    const hosts = members.map(({ job }) => job.host).join(', ');
    return { ...group, reason: `${group.reason} This is shared storage ${name} of ${hosts}.` };
  }
  const { undecided: _, severity: _unsaid, ...said } = group;
  return {
    ...said,
    rule: null,
    reason: `${speaker!.job.host} speaks for shared storage ${name}: ${group.reason}`,
    // Asks its host for a sign of life, which the speaker may be waiting for.
    ...(mine.undecided ? { undecided: true } : {}),
  };
}

function groupVerdict(judged: Judged[], nowMs: number): Verdict {
  const nextCheckAtMs = earliest(judged, nowMs);
  const bad = judged.filter(({ verdict }) => verdict.rule !== null || verdict.undecided);
  const held: Verdict[] = [];
  const lost: Judged[] = [];
  for (const one of bad) {
    const hope = hopeFor(one, judged, nowMs);
    if (hope) held.push(hope);
    else lost.push(one);
  }
  const raised = lost
    .filter(({ verdict }) => verdict.rule !== null)
    .sort((a, b) => heaviness(a.verdict) - heaviness(b.verdict));
  const worst = raised[0] ?? lost[0];
  if (worst) return { ...naming(worst), nextCheckAtMs };
  const times = [nextCheckAtMs, ...held.map((one) => one.nextCheckAtMs)].filter((at) => at !== null);
  const next = times.length > 0 ? Math.min(...times) : null;
  if (held[0]) return { ...held[0], nextCheckAtMs: next };
  return { ...naming(newestSuccess(judged, nowMs)), nextCheckAtMs: next };
}

/** Late and no more while another member may still answer for what this one did not do; null when none may. */
function hopeFor({ member, verdict }: Judged, judged: Judged[], nowMs: number): Verdict | null {
  const merged = withSuccessOfOthers(
    member.job,
    judged.map((one) => one.member),
    nowMs,
  );
  const owed = unansweredDue(merged, nowMs);
  if (owed === null || owed.dueAtMs > nowMs || nowMs > owed.finishByMs) return null;
  if (verdict.rule !== null && !HELD_RULES.includes(verdict.rule)) return null;
  // What failed before this moment came due was said then, and is not taken back because others are due now.
  const failed = failing(merged);
  if (failed !== null && answersUntilMs(failed, nowMs) < owed.dueAtMs) return null;
  const saviour = judged.find(
    (other) =>
      other.member !== member &&
      other.verdict.rule === null &&
      !other.verdict.undecided &&
      triesBetween(other.member.job, owed.dueAtMs, owed.finishByMs, nowMs),
  );
  if (!saviour) return null;
  const until = `${saviour.member.job.host} may still answer for it until ${moment(owed.finishByMs)}.`;
  return {
    state: 'late',
    rule: null,
    sinceMs: verdict.sinceMs,
    reason: `${naming({ member, verdict }).reason} ${until}`,
    nextCheckAtMs: owed.finishByMs + 1,
  };
}

function failing({ lastFailure, lastSuccess }: JobRow): RunRow | null {
  const healed = lastFailure !== null && (lastSuccess?.finishedAtMs ?? 0) >= lastFailure.finishedAtMs!;
  return healed ? null : lastFailure;
}

/** Whether a job runs for, or will come due at, a moment between these. */
function triesBetween(job: JobRow, fromMs: number, untilMs: number, nowMs: number): boolean {
  const { lastStarted, declaration } = job;
  const triedMs = lastStarted ? answersUntilMs(lastStarted, nowMs) : 0;
  if (lastStarted !== null && lastStarted.finishedAtMs === null && triedMs >= fromMs) return true;
  if (declaration.schedule === null) return false;
  const due = nextDue(declaration.schedule, job.host, job.job, Math.max(fromMs - 1, triedMs));
  return due !== null && due.dueAtMs <= untilMs;
}

/** The job as it stands with what the others achieved: their success is its success, and covers its failure. */
function withSuccessOfOthers(job: JobRow, members: Peer[], nowMs: number): JobRow {
  const others = members.flatMap((one) => (one.job === job ? [] : (one.job.lastSuccess ?? [])));
  const until = (run: RunRow) => answersUntilMs(run, nowMs);
  const successes = job.lastSuccess === null ? others : [job.lastSuccess, ...others];
  let best = successes[0] ?? null;
  for (const run of successes) if (until(run) > until(best!)) best = run;
  if (best?.outcome === 'warning') {
    // Of those that answer for the same moment, one without warnings is as good as it gets.
    const answeredMs = dueBefore(job, until(best));
    best = successes.find((run) => run.outcome === 'succeeded' && until(run) >= answeredMs) ?? best;
  }
  const failure = job.lastFailure;
  // One that fails itself by now covers nobody any more.
  const working = members.filter((one) => one.job !== job && failing(one.job) === null);
  const covered =
    failure !== null &&
    working.some(({ job: { lastSuccess: run } }) => {
      return run !== null && until(run) >= (failure.dueAtMs ?? dueBefore(job, failure.startedAtMs));
    });
  return { ...job, lastSuccess: best, lastFailure: covered ? null : failure };
}

/** The moment that a run at `atMs` would answer for; without a schedule, the beginning of the allowed silence. */
function dueBefore({ declaration, host, job }: JobRow, atMs: number): number {
  const { schedule, longestSilenceMs } = declaration;
  if (schedule === null) return atMs - longestSilenceMs;
  return lastDue(schedule, host, job, atMs)?.dueAtMs ?? atMs;
}

function newestSuccess(judged: Judged[], nowMs: number): Judged {
  const at = ({ member: { job } }: Judged) => (job.lastSuccess ? answersUntilMs(job.lastSuccess, nowMs) : 0);
  return judged.reduce((a, b) => (at(b) > at(a) ? b : a));
}

function naming({ member, verdict }: Judged): Verdict {
  return { ...verdict, reason: `On ${member.job.host}: ${verdict.reason}` };
}

/** When any of them may change; a moment that comes due gives the others something to answer for. */
function earliest(judged: Judged[], nowMs: number): number | null {
  const members = judged.map(({ member }) => member);
  const times = judged.flatMap(({ member, verdict }) => {
    const due = unansweredDue(withSuccessOfOthers(member.job, members, nowMs), nowMs)?.dueAtMs ?? 0;
    return [
      ...(due > nowMs ? [due] : []),
      ...(verdict.nextCheckAtMs === null ? [] : [verdict.nextCheckAtMs]),
    ];
  });
  return times.length > 0 ? Math.min(...times) : null;
}

function heaviness({ rule }: Verdict): number {
  return RULES_BY_WEIGHT.indexOf(rule!);
}

/** Fine is best; what nobody can know is better than what is known to be wrong. */
function weight(verdict: Verdict): number {
  return stateRank(verdict.state);
}

function united(points: SubjectPoints[]): SubjectPoints[] {
  const bySubject = new Map<string, SubjectPoints>();
  for (const one of points) {
    const before = bySubject.get(one.subject);
    bySubject.set(one.subject, {
      subject: one.subject,
      atMs: [...(before?.atMs ?? []), ...one.atMs].sort((a, b) => a - b),
      missingAtMs: [...(before?.missingAtMs ?? []), ...one.missingAtMs].sort((a, b) => a - b),
      knownBefore: one.knownBefore || before?.knownBefore === true,
    });
  }
  return [...bySubject.values()];
}
