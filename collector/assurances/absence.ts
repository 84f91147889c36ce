/**
 * Whether something that is missing at its deadline did not happen, or was only not heard of. Pure.
 *
 * An absence counts only when the host is connected, has handed in all it had recorded, and was heard after
 * the deadline: then nothing is on the way any more. Otherwise nobody knows, and the host's own rule
 * (agent_silent) speaks once for everything on it (invariant 9).
 */
import type { Presence } from './types.ts';
import { moment, span } from './wording.ts';

/** How long a record may take from the agent's spool to here, before its absence counts. */
export const REPORT_TRAVEL_MS = 250;
/** What came due while a host was away is not missing before the host had this long to make up for it. */
export const RETURN_SETTLE_MS = 60_000;
/** When to look again while the collector's own clock is in doubt. */
export const DOUBT_RECHECK_MS = 10_000;
/** When to look again after a sign of life was asked for. */
export const SIGN_OF_LIFE_MS = 100;

export type Absence =
  | { known: 'not-yet'; nextCheckAtMs: number }
  | { known: 'absent' }
  | { known: 'unknown'; reason: string; sinceMs: number; nextCheckAtMs: number | null };

/** `deadlineMs` is the last instant still in time. */
export function absenceAt(deadlineMs: number, host: string, presence: Presence, nowMs: number): Absence {
  const judgedAtMs = deadlineMs + REPORT_TRAVEL_MS;
  if (nowMs <= judgedAtMs) return { known: 'not-yet', nextCheckAtMs: judgedAtMs + 1 };
  if (presence.doubt !== undefined) {
    const reason = 'the clock of the collector itself is wrong';
    return { known: 'unknown', reason, sinceMs: nowMs, nextCheckAtMs: nowMs + DOUBT_RECHECK_MS };
  }
  const { caughtUpSinceMs, lastSeenAtMs, returnedAtMs = caughtUpSinceMs } = presence;
  if (caughtUpSinceMs === null) {
    return {
      known: 'unknown',
      reason: presence.catchingUp
        ? `${host} is handing in what it recorded while it was away`
        : lastSeenAtMs === null
          ? `${host} has never been heard`
          : `${host} has not been heard since ${moment(lastSeenAtMs)}`,
      sinceMs: lastSeenAtMs ?? deadlineMs,
      nextCheckAtMs: null,
    };
  }
  // An agent that starts again and again does not begin its time anew with each start.
  const settledAtMs = Math.max(returnedAtMs ?? caughtUpSinceMs, deadlineMs) + RETURN_SETTLE_MS;
  if (caughtUpSinceMs > deadlineMs && nowMs < settledAtMs) {
    return {
      known: 'unknown',
      reason: `${host} came back ${span(caughtUpSinceMs, nowMs)} ago and may still make up for it`,
      sinceMs: caughtUpSinceMs,
      nextCheckAtMs: settledAtMs,
    };
  }
  if (lastSeenAtMs === null || lastSeenAtMs < judgedAtMs) {
    return {
      known: 'unknown',
      reason: `${host} is connected, but has not been heard since ${moment(lastSeenAtMs ?? caughtUpSinceMs)}`,
      sinceMs: lastSeenAtMs ?? caughtUpSinceMs,
      nextCheckAtMs: nowMs + SIGN_OF_LIFE_MS,
    };
  }
  return { known: 'absent' };
}
