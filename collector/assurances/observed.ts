/**
 * On time, for a repository that others write to: how old is the newest archive in it? Pure.
 *
 * The looks themselves promise nothing. One that finds nothing has failed, which on-time.ts says; one that was
 * skipped because somebody worked in the repository is forgotten. What counts is the archive: a silence is only
 * one once somebody has looked after it was due and found nothing new, or once the first look due after it
 * should have ended and nobody could.
 */
import { formatDuration } from '../../proto/duration.ts';
import { nextDue } from '../../proto/schedule.ts';
import type { JobRow } from '../store/types.ts';
import { absenceAt } from './absence.ts';
import type { Facts, Verdict } from './types.ts';
import { moment, sentence, unknown } from './wording.ts';

export const OBSERVED_KIND = 'observed';

export function judgeObserved({ job, presence, newestPoint }: Facts, nowMs: number): Verdict {
  const { longestSilenceMs, repository } = job.declaration;
  const look = job.lastSuccess;
  const lookedAtMs = look?.startedAtMs ?? null;
  const sinceMs = newestPoint?.atMs ?? job.firstDeclaredAtMs;
  const deadlineMs = sinceMs + longestSilenceMs;
  const newest = newestPoint
    ? `The newest archive in ${repository}, ${newestPoint.name}, is of ${moment(newestPoint.atMs)}`
    : `No archive has been seen in ${repository} yet`;
  const allowed = formatDuration(longestSilenceMs);

  if (lookedAtMs !== null && lookedAtMs > deadlineMs) {
    const reason = `${newest}: longer ago than ${allowed}. It was looked at ${moment(lookedAtMs)}.`;
    return broken(reason, deadlineMs);
  }
  if (nowMs <= deadlineMs) {
    const nextCheckAtMs = deadlineMs + 1;
    if (!newestPoint) return unknown(`${newest}.`, job.firstDeclaredAtMs, nextCheckAtMs);
    return { state: 'ok', rule: null, sinceMs: newestPoint.atMs, reason: `${newest}.`, nextCheckAtMs };
  }
  const lookByMs = lookAfter(job, deadlineMs);
  const absence = absenceAt(lookByMs, job.host, presence, nowMs);
  if (absence.known === 'absent') {
    const looked =
      lookedAtMs === null ? 'Nobody has looked yet.' : `The last look was ${moment(lookedAtMs)}.`;
    const why = job.lastFinished && job.lastFinished !== look ? sentence(job.lastFinished.reason) : '';
    return broken(`${newest}, longer ago than ${allowed}. ${looked} ${why}`.trimEnd(), lookByMs);
  }
  const who = absence.known === 'unknown' ? absence.reason : 'the next look shows it';
  const reason = `${newest}, longer ago than ${allowed}. Whether a newer one has appeared nobody knows: ${who}.`;
  return { ...unknown(reason, deadlineMs, absence.nextCheckAtMs), undecided: true };
}

/** Until when somebody must have looked who was to look after `deadlineMs`. */
function lookAfter({ declaration, host, job }: JobRow, deadlineMs: number): number {
  const due = declaration.schedule && nextDue(declaration.schedule, host, job, deadlineMs);
  return due?.finishByMs ?? deadlineMs + declaration.longestSilenceMs;
}

function broken(reason: string, sinceMs: number): Verdict {
  return { state: 'broken', rule: 'sync_silent', sinceMs, reason, nextCheckAtMs: null };
}
