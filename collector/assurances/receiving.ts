/**
 * How old is the oldest change that is not in the PITR repository yet?
 *
 * The agent looks once a minute at the server and, independently, at the repository, and sends the exposure:
 * the age of that change, by the server's own clock. An idle server has none for weeks. In order:
 *
 * 1. Nobody has looked for UNOBSERVED_MS, or the server cannot be asked for as long: unknown, then late. One whose log
 *    went on elsewhere, on a later timeline, may be down.
 * 2. A standby is as good as its primary, wherever that is watched. Two primaries of one cluster are broken.
 * 3. The repository belongs to another cluster, or holds a timeline that the primary has not come to.
 * 4. The repository cannot be looked at: the same.
 * 5. Nothing is archived at all; then segments that are damaged, or missing although they were archived.
 * 6. The exposure is over its promise.
 * 7. The repository is large and has not been listed wholly yet: unknown.
 * 8. The server sends a segment only when it is full: on a quiet day the loss has no bound.
 */
import { formatDuration } from '../../proto/duration.ts';
import type { StaleAfter } from '../../proto/job.ts';
import type { JobRow, WalServer, WalState } from '../store/types.ts';
import { absenceAt, REPORT_TRAVEL_MS } from './absence.ts';
import type { Assurance, Facts, Verdict } from './types.ts';
import { moment, notApplicable, unknown } from './wording.ts';

/** A sample comes each minute. */
export const UNOBSERVED_MS = 300_000;

export const receiving: Assurance = {
  question: 'How old is the oldest change that is not in the PITR repository yet?',
  watched: true,
  rules: ['pitr_unobserved', 'pitr_timeline', 'pitr_gap', 'pitr_stale', 'pitr_unbounded'],
  judge(facts, nowMs) {
    const { job, wal } = facts;
    const { staleAfter, kind } = job.declaration;
    if (job.removedAtMs !== null || staleAfter === null || wal === null) {
      return notApplicable(
        `A job of kind ${kind} makes single recovery points and receives no stream of changes.`,
        job.firstDeclaredAtMs,
      );
    }
    const unobserved = notSeen(facts, nowMs);
    if (unobserved !== null) return unobserved;
    const state = wal.state!;
    const verdict =
      databaseLost(facts, state, nowMs) ??
      ofRole(facts, state, nowMs) ??
      ofTimeline(job, state) ??
      repositoryLost(job, state, nowMs) ??
      ofArchiving(job, state) ??
      ofExposure(state, staleAfter, nowMs);
    const nextCheckAtMs = Math.min(
      state.receivedAtMs + UNOBSERVED_MS + REPORT_TRAVEL_MS + 1,
      verdict.nextCheckAtMs ?? Number.MAX_SAFE_INTEGER,
    );
    return { ...verdict, nextCheckAtMs };
  },
};

function broken(rule: string, sinceMs: number, reason: string): Verdict {
  return { state: 'broken', rule, sinceMs, reason, nextCheckAtMs: null };
}

/** Unknown for so long that it is an alert. */
function unobserved(sinceMs: number, reason: string): Verdict {
  return { state: 'late', rule: 'pitr_unobserved', sinceMs, reason, nextCheckAtMs: null };
}

function notSeen({ job, presence, wal }: Facts, nowMs: number): Verdict | null {
  const state = wal?.state ?? null;
  const lastMs = state?.receivedAtMs ?? job.firstDeclaredAtMs;
  const absence = absenceAt(lastMs + UNOBSERVED_MS, job.host, presence, nowMs);
  const what = state
    ? `The log of ${job.job} was last looked at ${moment(lastMs)}`
    : `The log of ${job.job} has not been looked at yet`;
  if (absence.known === 'absent') {
    return unobserved(lastMs, `${what}: nobody knows whether changes reach the repository.`);
  }
  if (absence.known === 'unknown') {
    return {
      ...unknown(`${what}: ${absence.reason}.`, absence.sinceMs, absence.nextCheckAtMs),
      undecided: true,
    };
  }
  return state === null ? unknown(`${what}.`, lastMs, absence.nextCheckAtMs) : null;
}

function databaseLost(
  { job, wal }: Facts,
  { sample, databaseLostAtMs }: WalState,
  nowMs: number,
): Verdict | null {
  if (databaseLostAtMs === null) return null;
  const successor = wal!.servers.find(
    (one) => isPrimaryNow(one, nowMs) && (sample.role === 'standby' || one.sample.timeline > sample.timeline),
  );
  if (successor) {
    return {
      state: 'ok',
      rule: null,
      sinceMs: databaseLostAtMs,
      reason: `The server of ${job.job} cannot be asked since ${moment(databaseLostAtMs)}; the log is watched on the cluster's primary, ${successor.host}.`,
      nextCheckAtMs: successor.seenAtMs + UNOBSERVED_MS + 1,
    };
  }
  const reason = `The server of ${job.job} cannot be asked since ${moment(databaseLostAtMs)}. ${sample.databaseProblem}`;
  const lostMs = databaseLostAtMs + UNOBSERVED_MS;
  return nowMs > lostMs
    ? unobserved(databaseLostAtMs, reason)
    : unknown(reason, databaseLostAtMs, lostMs + 1);
}

/** Seen as such lately; one that cannot be asked may be down. */
function isPrimaryNow({ role, seenAtMs }: WalServer, nowMs: number): boolean {
  return role === 'primary' && nowMs - seenAtMs <= UNOBSERVED_MS;
}

function isSecond(host: string, { roleSinceMs }: WalState, other: WalServer): boolean {
  return roleSinceMs === other.roleSinceMs ? host > other.host : roleSinceMs > other.roleSinceMs;
}

function ofRole({ job, wal }: Facts, state: WalState, nowMs: number): Verdict | null {
  const primaries = wal!.servers.filter(
    ({ role, receivedAtMs }) => role === 'primary' && nowMs - receivedAtMs <= UNOBSERVED_MS,
  );
  if (state.sample.role === 'primary') {
    // On one host it may be the same server, watched by two jobs. Both at one time: after a failover the old one is remembered as what it was, and may be down.
    const ownSeenAtMs = state.databaseLostAtMs ?? state.receivedAtMs;
    const other = primaries.find(
      (one) =>
        one.host !== job.host &&
        isPrimaryNow(one, nowMs) &&
        one.seenAtMs > state.roleSinceMs &&
        ownSeenAtMs > one.roleSinceMs,
    );
    if (!other) return null;
    const reason = `${job.host} and ${other.host} both are primaries of one cluster: changes of one of them are lost. Stop the wrong one before it archives more.`;
    return {
      ...broken('pitr_timeline', Math.max(state.roleSinceMs, other.roleSinceMs), reason),
      // One condition is one alert: of the server that came second.
      ...(isSecond(job.host, state, other) ? {} : { rule: null }),
      nextCheckAtMs: other.seenAtMs + UNOBSERVED_MS + 1,
    };
  }
  const [primary] = primaries;
  if (primary) {
    return {
      state: 'ok',
      rule: null,
      sinceMs: state.roleSinceMs,
      reason: `${job.host} is a standby; the log is watched on its primary, ${primary.host}.`,
      nextCheckAtMs: primary.receivedAtMs + UNOBSERVED_MS + 1,
    };
  }
  const reason = `${job.host} is a standby since ${moment(state.roleSinceMs)}, and no agent watches its primary: nobody knows how far that has written.`;
  const deadlineMs = state.roleSinceMs + UNOBSERVED_MS;
  return nowMs > deadlineMs
    ? unobserved(state.roleSinceMs, reason)
    : unknown(reason, state.roleSinceMs, deadlineMs + 1);
}

function ofTimeline(job: JobRow, { sample, receivedAtMs }: WalState): Verdict | null {
  const { stanzaSystemIdentifier, systemIdentifier, repositoryTimeline, timeline } = sample;
  if (stanzaSystemIdentifier !== '' && stanzaSystemIdentifier !== systemIdentifier) {
    const reason = `The repository of ${job.job} belongs to the cluster ${stanzaSystemIdentifier}, the server is ${systemIdentifier}: nothing of this server can be restored from it. A server that was made anew needs a stanza-upgrade.`;
    return broken('pitr_timeline', receivedAtMs, reason);
  }
  if (sample.stray !== '') {
    const reason = `Segment ${sample.stray} came into the repository of ${job.job} after the primary was promoted, and not from it: another server, most likely the primary before it, goes on and archives into the same place. Stop it; a new base backup ends this.`;
    return broken('pitr_timeline', receivedAtMs, reason);
  }
  if (repositoryTimeline <= timeline) return null;
  const reason = `The repository of ${job.job} holds timeline ${repositoryTimeline}, the primary is on ${timeline}: a copy of this cluster was promoted and archives into the same stanza. Find it and stop it.`;
  return broken('pitr_timeline', receivedAtMs, reason);
}

function repositoryLost(
  job: JobRow,
  { sample, repositoryLostAtMs }: WalState,
  nowMs: number,
): Verdict | null {
  if (repositoryLostAtMs === null) return null;
  const reason = `The repository of ${job.job} cannot be looked at since ${moment(repositoryLostAtMs)}: ${sample.repositoryProblem}`;
  const deadlineMs = repositoryLostAtMs + UNOBSERVED_MS;
  return nowMs > deadlineMs
    ? unobserved(repositoryLostAtMs, reason)
    : unknown(reason, repositoryLostAtMs, deadlineMs + 1);
}

function ofArchiving(job: JobRow, { sample, receivedAtMs }: WalState): Verdict | null {
  if (!sample.isArchiving) {
    const reason = `The server of ${job.job} archives nothing: archive_mode is off or there is no archive_command. Everything since is lost with the server.`;
    return broken('pitr_unbounded', receivedAtMs, reason);
  }
  if (sample.damaged.length > 0) {
    const reason = `The repository of ${job.job} holds ${sample.damaged.join(', ')} with another size than it had at first, or than it can have: what is in it is lost, and nothing after it can be restored from the base backups before it. A new base backup ends the gap.`;
    return broken('pitr_gap', receivedAtMs, reason);
  }
  if (sample.lost !== '') {
    const reason = `The server of ${job.job} says that segment ${sample.lost} is archived, and the repository does not hold it. See what archive_command really does.`;
    return broken('pitr_gap', receivedAtMs, reason);
  }
  if (sample.holes.length === 0) return null;
  const reason = `The repository of ${job.job} lacks ${sample.holes.join(', ')}: no moment after that can be restored from the base backups before it. A new base backup ends the gap.`;
  return broken('pitr_gap', receivedAtMs, reason);
}

function ofExposure(state: WalState, staleAfter: StaleAfter, nowMs: number): Verdict {
  const { sample, receivedAtMs } = state;
  const oldestAtMs = state.exposedSinceMs ?? nowMs;
  const exposedMs = nowMs - oldestAtMs;
  const { warningMs, criticalMs } = staleAfter;
  if (exposedMs >= warningMs) {
    const isCritical = exposedMs >= criticalMs;
    const trouble = sample.archiverProblem === '' ? '' : ` ${sample.archiverProblem}.`;
    return {
      state: isCritical ? 'broken' : 'late',
      rule: 'pitr_stale',
      severity: isCritical ? 'critical' : 'warning',
      sinceMs: oldestAtMs + warningMs,
      reason:
        `The oldest change that is not in the repository is ${formatDuration(exposedMs)} old; allowed are ` +
        `${formatDuration(warningMs)}, at most ${formatDuration(criticalMs)}.${trouble}`,
      nextCheckAtMs: isCritical ? null : oldestAtMs + criticalMs,
    };
  }
  if (!sample.isComplete) {
    const reason = 'The repository is large, and not all of it has been listed yet.';
    return unknown(reason, receivedAtMs, exposedMs > 0 ? oldestAtMs + warningMs : null);
  }
  const open = sample.windows.find(({ toMs }) => toMs === 0);
  const window = open
    ? `Restorable to any second from ${moment(open.fromMs)} to ${moment(oldestAtMs)}.`
    : 'There is no base backup to restore from yet.';
  if (sample.archiveTimeoutMs === 0) {
    return {
      state: 'late',
      rule: 'pitr_unbounded',
      severity: 'warning',
      sinceMs: receivedAtMs,
      reason: `archive_timeout is 0: a segment is sent only when it is full, so that on a quiet day the loss has no bound. Set it to 60s. ${window}`,
      nextCheckAtMs: exposedMs > 0 ? oldestAtMs + warningMs : null,
    };
  }
  const exposure =
    exposedMs === 0
      ? 'Every change is in the repository.'
      : `The oldest change that is not in the repository is ${formatDuration(exposedMs)} old.`;
  const heartbeat =
    sample.heartbeatAtMs === 0 ? [] : [`The newest heartbeat in it is of ${moment(sample.heartbeatAtMs)}.`];
  return {
    state: 'ok',
    rule: null,
    sinceMs: receivedAtMs,
    reason: [exposure, ...heartbeat, window].join(' '),
    nextCheckAtMs: exposedMs > 0 ? oldestAtMs + warningMs : null,
  };
}
