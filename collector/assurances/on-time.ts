/**
 * Did the last due run start, finish and succeed inside its window?
 *
 * A success answers for every moment that was due before it started, so one question decides: which is the
 * oldest due moment that no success answers for yet, and which of its deadlines have passed? In order:
 *
 * 1. The newest run that was carried out failed: broken, at once, until a run succeeds.
 * 2. A due moment is unanswered: nothing started (late), or it runs too long, or it was cancelled or skipped
 *    and nothing took its place until its deadline (broken).
 * 3. Silent for longer than allowed (broken). The only question for a job without a schedule.
 * 4. What the newest success left is suspiciously small (late): less is in it than before.
 * 5. The newest success came with warnings (late): something restorable is there, something in it is not.
 * 6. Otherwise ok - or unknown, as long as nothing has ever succeeded.
 *
 * A repository that others write to is judged by its newest archive instead of 2 to 5 (observed.ts).
 *
 * Storage that several hosts back up is judged as one (shared.ts).
 *
 * A run that starts late has its full time from then on: that it is late was said when it did not start.
 */
import { formatDuration } from '../../proto/duration.ts';
import type { Due } from '../../proto/schedule.ts';
import type { JobRow } from '../store/types.ts';
import { type Absence, absenceAt } from './absence.ts';
import { answersUntilMs, unansweredDue } from './due.ts';
import { judgeObserved, OBSERVED_KIND } from './observed.ts';
import { sharedOnTime } from './shared.ts';
import { sizeAnomaly } from './sizes.ts';
import type { Assurance, Facts, Verdict } from './types.ts';
import { moment, notApplicable, sentence, span, unknown } from './wording.ts';

export const onTime: Assurance = {
  question: 'Did the last due run start, finish and succeed inside its window?',
  watched: true,
  rules: ['sync_not_started', 'sync_overdue', 'sync_failed', 'sync_warning', 'sync_silent', 'size_anomaly'],
  judge(facts, nowMs) {
    return facts.peers.length > 0 ? sharedOnTime(facts, alone, nowMs) : alone(facts, nowMs);
  },
};

/** As if no other host backed the same up. */
function alone(facts: Facts, nowMs: number): Verdict {
  const { job } = facts;
  if (job.removedAtMs !== null) {
    return notApplicable(
      `${job.job} was removed from the configuration of ${job.host} on ${moment(job.removedAtMs)}.`,
      job.removedAtMs,
    );
  }
  const failing = failure(job);
  if (failing) return failing;
  if (job.declaration.kind === OBSERVED_KIND) return judgeObserved(facts, nowMs);
  const owed = unansweredDue(job, nowMs);
  const answer = owed === null ? nothingDue : answerTo(owed, facts, nowMs);
  if (answer.verdict) return answer.verdict;
  const silence = silenceOf(facts, nowMs);
  if (silence.verdict) return silence.verdict;
  const nextChecks = [answer.nextCheckAtMs, silence.nextCheckAtMs].filter((at) => at !== null);
  const nextCheckAtMs = nextChecks.length > 0 ? Math.min(...nextChecks) : null;
  return { ...standing(facts, owed, answer.late), nextCheckAtMs };
}

/** A verdict, or none yet and when to look again. `late` is what is already late about a run that goes on. */
interface Answer {
  verdict: Verdict | null;
  nextCheckAtMs: number | null;
  late: { sinceMs: number; reason: string } | null;
}
const nothingDue: Answer = { verdict: null, nextCheckAtMs: null, late: null };

function verdictOf(state: 'late' | 'broken', rule: string, sinceMs: number, reason: string): Verdict {
  return { state, rule, sinceMs, reason, nextCheckAtMs: null };
}

/** The verdict an absence leads to, when it leads to one: `absent` when it is known. */
function answered(absence: Absence, what: string, absent: Verdict): Answer {
  if (absence.known === 'not-yet') return { ...nothingDue, nextCheckAtMs: absence.nextCheckAtMs };
  if (absence.known === 'absent') return { ...nothingDue, verdict: absent };
  const { sinceMs, nextCheckAtMs } = absence;
  const verdict = unknown(`${what} ${absence.reason}.`, sinceMs, nextCheckAtMs);
  return { ...nothingDue, verdict: { ...verdict, undecided: true } };
}

function failure(job: JobRow): Verdict | null {
  const run = job.lastFailure;
  if (run === null || run.finishedAtMs === null) return null;
  if (job.lastSuccess?.finishedAtMs && job.lastSuccess.finishedAtMs >= run.finishedAtMs) return null;
  const since = job.lastSuccess?.finishedAtMs
    ? `The last success was ${moment(job.lastSuccess.finishedAtMs)}.`
    : 'It has never succeeded.';
  const why = run.reason === '' ? '' : ` ${sentence(run.reason)}`;
  if (run.outcome === 'timed-out') {
    const took = formatDuration(run.durationMs ?? run.finishedAtMs - run.startedAtMs);
    const reason = `The run of ${moment(run.startedAtMs)} was ended after ${took}, its time limit.${why} ${since}`;
    return verdictOf('broken', 'sync_overdue', run.finishedAtMs, reason);
  }
  const reason = `The run of ${moment(run.startedAtMs)} failed at ${moment(run.finishedAtMs)}.${why} ${since}`;
  return verdictOf('broken', 'sync_failed', run.finishedAtMs, reason);
}

function answerTo(owed: Due, { job, presence }: Facts, nowMs: number): Answer {
  const run = job.lastStarted;
  if (owed.dueAtMs > nowMs || run === null || answersUntilMs(run, nowMs) < owed.dueAtMs) {
    return answered(
      absenceAt(owed.startByMs, job.host, presence, nowMs),
      `Nobody knows whether the run due ${moment(owed.dueAtMs)} started:`,
      verdictOf(
        'late',
        'sync_not_started',
        owed.startByMs,
        `The run due ${moment(owed.dueAtMs)} has not started; it had until ${moment(owed.startByMs)}. ${lastSuccessOf(job)}`,
      ),
    );
  }
  const { startGraceMs, finishWithinMs } = job.declaration.schedule!;
  const dueAtMs = run.dueAtMs ?? owed.dueAtMs;
  const startedInTime = run.startedAtMs <= dueAtMs + startGraceMs;
  const finishByMs = startedInTime ? dueAtMs + finishWithinMs : run.startedAtMs + finishWithinMs;
  if (run.finishedAtMs === null) {
    const reason =
      `The run of ${moment(run.startedAtMs)} is still running; it should have finished by ` +
      `${moment(finishByMs)}. ${lastSuccessOf(job)}`;
    const overdue = verdictOf('broken', 'sync_overdue', finishByMs, reason);
    const what = `Nobody knows whether the run of ${moment(run.startedAtMs)} finished:`;
    const late = startedInTime
      ? null
      : {
          sinceMs: dueAtMs + startGraceMs,
          reason: `The run due ${moment(dueAtMs)} started ${span(dueAtMs, run.startedAtMs)} later and is running.`,
        };
    return { ...answered(absenceAt(finishByMs, job.host, presence, nowMs), what, overdue), late };
  }
  // Finished, no success and no failure: it did not take place. The deadline stays that of the oldest moment
  // owed, or a run that hangs would hide behind the ones that are skipped because of it.
  const what = `The run of ${moment(run.startedAtMs)} was ${run.outcome}.`;
  const why = run.reason === '' ? what : `${what} ${sentence(run.reason)}`;
  const instead = `No other run took its place by ${moment(owed.finishByMs)}. ${lastSuccessOf(job)}`;
  const missed = verdictOf('broken', 'sync_failed', run.finishedAtMs, `${why} ${instead}`);
  const expected = `${why} Another run is expected by ${moment(owed.finishByMs)}.`;
  const late = { sinceMs: run.finishedAtMs, reason: expected };
  const absence = absenceAt(owed.finishByMs, job.host, presence, nowMs);
  return { ...answered(absence, `${what} Nobody knows whether another took its place:`, missed), late };
}

function silenceOf({ job, presence }: Facts, nowMs: number): Answer {
  const { longestSilenceMs } = job.declaration;
  if (longestSilenceMs <= 0) return nothingDue;
  const sinceMs = Math.max(job.firstDeclaredAtMs, job.lastSuccess?.finishedAtMs ?? 0);
  const deadlineMs = sinceMs + longestSilenceMs;
  const reason = `Nothing has succeeded for longer than ${formatDuration(longestSilenceMs)}. ${lastSuccessOf(job)}`;
  return answered(
    absenceAt(deadlineMs, job.host, presence, nowMs),
    `Nobody knows whether ${job.job} ran in the last ${formatDuration(longestSilenceMs)}:`,
    verdictOf('broken', 'sync_silent', deadlineMs, reason),
  );
}

/** What stands while no deadline has passed. */
function standing({ job, sizes }: Facts, owed: Due | null, late: Answer['late']): Verdict {
  const run = job.lastSuccess;
  const next = owed === null ? '' : ` The next run is due ${moment(owed.dueAtMs)}.`;
  if (run === null || run.finishedAtMs === null) {
    const reason = late?.reason ?? `Nothing has succeeded yet.${next}`;
    return unknown(reason, job.firstDeclaredAtMs);
  }
  const took = formatDuration(run.durationMs ?? run.finishedAtMs - run.startedAtMs);
  const small = sizeAnomaly(sizes);
  if (small) return verdictOf('late', 'size_anomaly', small.sinceMs, small.reason);
  if (run.outcome === 'warning') {
    const reason = `The run of ${moment(run.startedAtMs)} succeeded with warnings. ${sentence(run.reason)}`;
    return verdictOf('late', 'sync_warning', run.finishedAtMs, reason.trimEnd());
  }
  if (late) return { state: 'late', rule: null, ...late, nextCheckAtMs: null };
  return {
    state: 'ok',
    rule: null,
    sinceMs: run.finishedAtMs,
    reason: `The run of ${moment(run.startedAtMs)} succeeded in ${took}.${next}`,
    nextCheckAtMs: null,
  };
}

function lastSuccessOf(job: JobRow): string {
  return job.lastSuccess?.finishedAtMs
    ? `The last success was ${moment(job.lastSuccess.finishedAtMs)}.`
    : 'It has never succeeded.';
}
