/** Which run of a job is owed now. Pure. */
import { lastDue, nextDue, type Schedule } from '../../proto/schedule.ts';

export interface DueFacts {
  schedule: Schedule;
  host: string;
  job: string;
  nowMs: number;
  /**
   * Every due moment up to here is settled: a run was started for it, it was given up, or the job did not
   * have its schedule yet.
   */
  settledUpToMs: number;
  /** When the agent came up; what was due before that is caught up, once. */
  upSinceMs: number;
}

export interface DueDecision {
  /** The run to start now, null when none is owed. */
  start: { dueAtMs: number; trigger: 'schedule' | 'catch-up' } | null;
  /**
   * Older due moments that passed while the agent was up and have no run, oldest first: they are reported as
   * skipped. Those before `upSinceMs` are not: the collector has seen the agent's silence.
   */
  skipped: number[];
  settledUpToMs: number;
  /** When to decide again; null when the schedule never comes due again. */
  nextLookAtMs: number | null;
}

/**
 * A clock that is set back by less than this, as a time server does, starts nothing twice. A settled moment further
 * ahead was settled while the clock was wrong, and its run came too early: waiting until the clock is there again
 * would leave out every run of that time. A backup made once more costs little.
 */
export const CLOCK_SET_BACK_MAX_MS = 600_000;

/** Skipped runs reported at once; a clock that leaps ahead by a year would otherwise report thousands. */
const SKIPPED_MAX = 20;

/**
 * Starts at most one run: the newest one owed, also when the agent was down when it was due. It is useful
 * until the next is due, and then the next takes its place.
 */
export function decideDue(facts: DueFacts): DueDecision {
  const { schedule, host, job, nowMs, upSinceMs } = facts;
  const settledUpToMs = clockWasWrong(facts.settledUpToMs, nowMs) ? nowMs : facts.settledUpToMs;
  const nextLookAtMs = nextDue(schedule, host, job, Math.max(nowMs, settledUpToMs))?.dueAtMs ?? null;
  const last = lastDue(schedule, host, job, nowMs);
  if (last === null || last.dueAtMs <= settledUpToMs) {
    return { start: null, skipped: [], settledUpToMs, nextLookAtMs };
  }
  return {
    start: { dueAtMs: last.dueAtMs, trigger: last.dueAtMs < upSinceMs ? 'catch-up' : 'schedule' },
    skipped: duesBetween(facts, Math.max(settledUpToMs, upSinceMs - 1), last.dueAtMs),
    settledUpToMs: last.dueAtMs,
    nextLookAtMs,
  };
}

/** Whether a settled moment was written by a clock that was far ahead. */
export function clockWasWrong(settledUpToMs: number, nowMs: number): boolean {
  return settledUpToMs > nowMs + CLOCK_SET_BACK_MAX_MS;
}

/** Due moments after `fromMs` and before `toMs`, the newest SKIPPED_MAX of them, oldest first. */
function duesBetween({ schedule, host, job }: DueFacts, fromMs: number, toMs: number): number[] {
  const dues: number[] = [];
  for (let beforeMs = toMs - 1; dues.length < SKIPPED_MAX; ) {
    const due = lastDue(schedule, host, job, beforeMs);
    if (due === null || due.dueAtMs <= fromMs) break;
    dues.unshift(due.dueAtMs);
    beforeMs = due.dueAtMs - 1;
  }
  return dues;
}
