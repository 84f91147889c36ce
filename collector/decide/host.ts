/**
 * What is judged about a host: is it there, is its clock true, does its spool hold, is it the only one, have
 * the disks of its repositories room. Pure.
 */
import { formatDuration } from '../../proto/duration.ts';
import { DOUBT_RECHECK_MS, RETURN_SETTLE_MS } from '../assurances/absence.ts';
import type { Presence, Verdict } from '../assurances/types.ts';
import { moment, notApplicable, unknown } from '../assurances/wording.ts';
import type { FileSystemHistory, HostRow } from '../store/types.ts';
import { judgeStorage } from './storage.ts';

/** A certificate is renewed with ten days left; with five, something is wrong. */
export const CERTIFICATE_WARN_MS = 5 * 86_400_000;
/** How long a gap that was reported stays an alert. */
export const GAP_SHOWN_MS = 86_400_000;
/** How long after its last attempt a clone stays an alert: it tries again every minute. */
export const CLONE_SHOWN_MS = 600_000;
/** How long after its last refusal what a host says counts as refused: it tries again every minute. */
export const REFUSED_SHOWN_MS = 300_000;
/** A host that enrolled gets this long to start its agent. */
export const FIRST_CONTACT_MS = 3_600_000;

export interface HostFactsJudged {
  host: HostRow;
  presence: Presence;
  newestGap: { reason: string; receivedAtMs: number } | null;
  /** When another process last tried to speak for this host. */
  clonedAtMs: number | null;
  /** The collector's own clock is wrong, or was just set and the agents have not spoken yet. */
  clockInDoubt: boolean;
  /** All hosts are silent: fleet_silent speaks for this one. */
  fleetSilent: boolean;
  /** How full the file systems of its repositories were. */
  storage: readonly FileSystemHistory[];
}

export interface HostPromise {
  silentAfterMs: number;
  clockSkewMaxMs: number;
  /** Silence counts from here at the earliest: the collector itself was down, or everyone was. */
  silenceCountsFromMs: number;
}

/** The questions about a host, and the rules each may raise. */
export const HOST_QUESTIONS = {
  connected: ['agent_silent'],
  clock: ['clock_skew'],
  spool: ['spool_gap'],
  certificate: ['certificate_expiring'],
  identity: ['agent_cloned'],
  storage: ['repository_full'],
} as const;
export type HostQuestion = keyof typeof HOST_QUESTIONS;

export function judgeHost(
  facts: HostFactsJudged,
  promise: HostPromise,
  nowMs: number,
): Record<HostQuestion, Verdict> {
  const { host } = facts;
  if (host.revokedAtMs !== null) {
    const revoked = notApplicable(
      `${host.host} was revoked on ${moment(host.revokedAtMs)}: ${host.revokedReason ?? 'no reason given'}.`,
      host.revokedAtMs,
    );
    return everything(revoked);
  }
  if (!host.hasAgent) {
    const none = notApplicable(`${host.host} has no agent: it reports by ping alone.`, host.enrolledAtMs);
    return everything(none);
  }
  return {
    connected: connected(facts, promise, nowMs),
    clock: clock(facts, promise, nowMs),
    spool: spool(facts, nowMs),
    certificate: certificate(facts, nowMs),
    identity: identity(facts, nowMs),
    storage: judgeStorage(facts.storage, host, facts.presence, nowMs),
  };
}

/** One answer to every question. */
function everything(verdict: Verdict): Record<HostQuestion, Verdict> {
  const questions = Object.keys(HOST_QUESTIONS).map((question) => [question, verdict]);
  return Object.fromEntries(questions) as Record<HostQuestion, Verdict>;
}

/** The last instant at which a host that is not connected is not yet silent. */
export function silentAfter(host: HostRow, presence: Presence, promise: HostPromise): number {
  const { lastSeenAtMs } = presence;
  if (lastSeenAtMs === null) {
    return Math.max(host.enrolledAtMs + FIRST_CONTACT_MS, promise.silenceCountsFromMs);
  }
  return Math.max(lastSeenAtMs + promise.silentAfterMs, promise.silenceCountsFromMs);
}

function ok(reason: string, sinceMs: number, nextCheckAtMs: number | null = null): Verdict {
  return { state: 'ok', rule: null, sinceMs, reason, nextCheckAtMs };
}

function connected(facts: HostFactsJudged, promise: HostPromise, nowMs: number): Verdict {
  const { host, presence, fleetSilent } = facts;
  const { refused } = presence;
  // It connects anew each minute, so it is never silent; but nothing of what it says arrives.
  if (
    refused &&
    refused.lastAtMs - refused.firstAtMs >= promise.silentAfterMs &&
    nowMs < refused.lastAtMs + REFUSED_SHOWN_MS
  ) {
    return {
      state: 'broken',
      rule: 'agent_silent',
      sinceMs: refused.firstAtMs,
      reason:
        `What the agent on ${host.host} says cannot be taken since ${moment(refused.firstAtMs)}: ${refused.reason}. ` +
        'Nothing new is known about its jobs; is it of another version than the collector?',
      nextCheckAtMs: refused.lastAtMs + REFUSED_SHOWN_MS,
    };
  }
  const { lastSeenAtMs, caughtUpSinceMs } = presence;
  if (presence.catchingUp) return handingIn(facts, promise, nowMs);
  if (caughtUpSinceMs !== null) {
    const reason = `The agent on ${host.host} is connected.`;
    const settledAtMs = caughtUpSinceMs + RETURN_SETTLE_MS;
    if (nowMs >= settledAtMs) return ok(reason, caughtUpSinceMs);
    // Who comes and goes is one alert: it ends once the agent has stayed.
    return { ...ok(reason, caughtUpSinceMs, settledAtMs), undecided: true };
  }
  const heard = lastSeenAtMs === null ? 'never been heard' : `not been heard since ${moment(lastSeenAtMs)}`;
  const sinceMs = lastSeenAtMs ?? host.enrolledAtMs;
  const reason = `The agent on ${host.host} has ${heard}.`;
  const deadlineMs = silentAfter(host, presence, promise);
  if (fleetSilent || nowMs <= deadlineMs) {
    const nextCheckAtMs = Math.max(deadlineMs, nowMs + (fleetSilent ? promise.silentAfterMs : 0)) + 1;
    return { ...unknown(reason, sinceMs, nextCheckAtMs), undecided: true };
  }
  return {
    state: 'broken',
    rule: 'agent_silent',
    sinceMs,
    reason: `${reason} Nothing is known about its jobs since then.`,
    nextCheckAtMs: null,
  };
}

/** Connected, and on the way to having said everything; somebody may be in the way of that. */
function handingIn({ host, presence }: HostFactsJudged, promise: HostPromise, nowMs: number): Verdict {
  const sinceMs = presence.behindSinceMs ?? nowMs;
  const deadlineMs = Math.max(sinceMs + promise.silentAfterMs, promise.silenceCountsFromMs);
  if (nowMs <= deadlineMs) {
    const reason = `The agent on ${host.host} is connected and hands in what it recorded meanwhile.`;
    return { ...ok(reason, sinceMs, deadlineMs + 1), undecided: true };
  }
  return {
    state: 'broken',
    rule: 'agent_silent',
    sinceMs,
    reason:
      `The agent on ${host.host} is connected, but nothing of what it has recorded has arrived since ` +
      `${moment(sinceMs)}. Nothing new is known about its jobs; its log says how far it gets, and the way in ` +
      'between may let small packets through only (MTU).',
    nextCheckAtMs: null,
  };
}

function clock(
  { host, presence, clockInDoubt }: HostFactsJudged,
  promise: HostPromise,
  nowMs: number,
): Verdict {
  if (clockInDoubt) {
    const reason = `Whether the clock of ${host.host} or that of the collector is wrong is not known yet.`;
    return { ...unknown(reason, nowMs, nowMs + DOUBT_RECHECK_MS), undecided: true };
  }
  if (presence.caughtUpSinceMs === null && !presence.catchingUp) {
    const reason = `The clock of ${host.host} is not known while the agent is not connected.`;
    return { ...unknown(reason, presence.lastSeenAtMs ?? host.enrolledAtMs), undecided: true };
  }
  const offMs = Math.abs(host.clockOffsetMs);
  const way = host.clockOffsetMs > 0 ? 'ahead of' : 'behind';
  const sinceMs = presence.caughtUpSinceMs ?? nowMs;
  if (offMs <= promise.clockSkewMaxMs) return ok(`The clock of ${host.host} is true.`, sinceMs);
  return {
    state: 'late',
    rule: 'clock_skew',
    sinceMs,
    reason:
      `The clock of ${host.host} is ${formatDuration(offMs)} ${way} the collector's; ` +
      `allowed is ${formatDuration(promise.clockSkewMaxMs)}. Its runs start at the wrong time.`,
    nextCheckAtMs: null,
  };
}

function spool({ host, newestGap }: HostFactsJudged, nowMs: number): Verdict {
  if (host.spoolError !== '') {
    return {
      state: 'broken',
      rule: 'spool_gap',
      sinceMs: host.lastSeenAtMs ?? host.enrolledAtMs,
      reason: `The agent on ${host.host} cannot write its spool: ${host.spoolError}`,
      nextCheckAtMs: null,
    };
  }
  if (newestGap && nowMs < newestGap.receivedAtMs + GAP_SHOWN_MS) {
    return {
      state: 'late',
      rule: 'spool_gap',
      sinceMs: newestGap.receivedAtMs,
      reason: `Records of the agent on ${host.host} are missing: ${newestGap.reason}`,
      nextCheckAtMs: newestGap.receivedAtMs + GAP_SHOWN_MS,
    };
  }
  const reason =
    newestGap === null
      ? `Nothing that ${host.host} recorded was lost.`
      : `${host.host} has lost no record since ${moment(newestGap.receivedAtMs)}.`;
  return ok(reason, newestGap?.receivedAtMs ?? host.enrolledAtMs);
}

function certificate({ host }: HostFactsJudged, nowMs: number): Verdict {
  const expiresAtMs = host.certificateExpiresAtMs;
  if (expiresAtMs === null) {
    return unknown(`The agent on ${host.host} has not said when its certificate ends.`, host.enrolledAtMs);
  }
  const warnAtMs = expiresAtMs - CERTIFICATE_WARN_MS;
  if (nowMs < warnAtMs) {
    return ok(
      `The certificate of ${host.host} is valid until ${moment(expiresAtMs)}.`,
      host.enrolledAtMs,
      warnAtMs,
    );
  }
  const expired = nowMs >= expiresAtMs;
  return {
    state: expired ? 'broken' : 'late',
    rule: 'certificate_expiring',
    sinceMs: warnAtMs,
    reason: expired
      ? `The certificate of ${host.host} ended ${moment(expiresAtMs)}: enroll the host again.`
      : `The certificate of ${host.host} ends ${moment(expiresAtMs)} and has not been renewed.`,
    nextCheckAtMs: expired ? null : expiresAtMs,
  };
}

function identity({ host, clonedAtMs }: HostFactsJudged, nowMs: number): Verdict {
  if (clonedAtMs === null || nowMs >= clonedAtMs + CLONE_SHOWN_MS) {
    return ok(`One agent speaks for ${host.host}.`, clonedAtMs ?? host.enrolledAtMs);
  }
  return {
    state: 'broken',
    rule: 'agent_cloned',
    sinceMs: clonedAtMs,
    reason:
      `A second live agent uses the identity of ${host.host} and was refused: ` +
      'a copied machine or a stolen key. Enroll one of them anew, or revoke the host.',
    nextCheckAtMs: clonedAtMs + CLONE_SHOWN_MS,
  };
}
