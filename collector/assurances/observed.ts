/**
 * On time, for a repository that others write to: how old is the newest archive in it? Pure.
 *
 * The looks themselves promise nothing. One that finds nothing has failed, which on-time.ts says; one that was
 * skipped because somebody worked in the repository is forgotten. What counts is the archive: a silence is only
 * one once somebody has looked after it was due and found nothing new. When nobody could look for as long as an
 * archive may take to appear, that itself is the silence.
 */
import { formatDuration } from '../../proto/duration.ts';
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
  // Past it the evidence is older than the promise, whatever the newest archive was by then.
  const lookDeadlineMs = (lookedAtMs ?? job.firstDeclaredAtMs) + longestSilenceMs;
  const absence = absenceAt(lookDeadlineMs, job.host, presence, nowMs);
  if (absence.known === 'absent') {
    const looked = lookedAtMs === null ? 'Nobody has looked yet' : `The last look was ${moment(lookedAtMs)}`;
    const why = job.lastFinished && job.lastFinished !== look ? sentence(job.lastFinished.reason) : '';
    return broken(`${newest}. ${looked}, longer ago than ${allowed}. ${why}`.trimEnd(), lookDeadlineMs);
  }
  if (absence.known === 'unknown') {
    const reason = `Nobody knows whether ${repository} got a new archive: ${absence.reason}.`;
    return { ...unknown(reason, absence.sinceMs, absence.nextCheckAtMs), undecided: true };
  }
  if (!newestPoint) return unknown(`${newest}.`, job.firstDeclaredAtMs, absence.nextCheckAtMs);
  if (nowMs > deadlineMs) {
    const reason = `${newest}, longer ago than ${allowed}; the next look shows whether a newer one has appeared.`;
    return { ...unknown(reason, deadlineMs, absence.nextCheckAtMs), undecided: true };
  }
  const nextCheckAtMs = Math.min(absence.nextCheckAtMs, deadlineMs + 1);
  return { state: 'ok', rule: null, sinceMs: newestPoint.atMs, reason: `${newest}.`, nextCheckAtMs };
}

function broken(reason: string, sinceMs: number): Verdict {
  return { state: 'broken', rule: 'sync_silent', sinceMs, reason, nextCheckAtMs: null };
}
