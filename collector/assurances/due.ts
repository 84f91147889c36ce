/** Which due moments a run answers for, and which are still owed. Pure. */
import { type Due, nextDue } from '../../proto/schedule.ts';
import type { JobRow, RunRow } from '../store/types.ts';

/** The oldest due moment at or after which no success has started; null without a schedule. */
export function unansweredDue(job: JobRow, nowMs: number): Due | null {
  const { schedule } = job.declaration;
  if (schedule === null) return null;
  const answeredUntilMs = Math.max(
    job.firstDeclaredAtMs,
    job.scheduledSinceMs,
    job.lastSuccess ? answersUntilMs(job.lastSuccess, nowMs) : 0,
  );
  return nextDue(schedule, job.host, job.job, answeredUntilMs);
}

/** A run answers for the moment it names, and for all before it starts. It cannot answer for the future. */
export function answersUntilMs(run: RunRow, nowMs: number): number {
  return run.dueAtMs !== null && run.dueAtMs <= nowMs
    ? Math.max(run.startedAtMs, run.dueAtMs)
    : run.startedAtMs;
}
