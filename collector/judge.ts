/**
 * One chunk of what is due to be judged: facts from the store, verdicts from the pure places, back into the
 * store with alerts and outbox rows. Runs inside one transaction of evaluate.ts.
 */
import type { Logger } from 'pino';
import { messageOf } from '../proto/errors.ts';
import { type Alerting, COLLECTOR, hostSubject, jobSubject } from './alerting.ts';
import { assurances, jobState, judgeJob, worst } from './assurances/index.ts';
import { OBSERVED_KIND } from './assurances/observed.ts';
import { windowStartMs } from './assurances/retained.ts';
import { SIZED_RUNS } from './assurances/sizes.ts';
import {
  ASSURANCES,
  type AssuranceName,
  type Facts,
  type Peer,
  type Presence,
  type Verdict,
} from './assurances/types.ts';
import { moment, notApplicable } from './assurances/wording.ts';
import type { Judged } from './decide/alerts.ts';
import { clockIsVouchedFor, collectorClockProblem } from './decide/collector-clock.ts';
import { HOST_QUESTIONS, type HostQuestion, judgeHost } from './decide/host.ts';
import { judgeFleet } from './decide/inhibition.ts';
import { judgeKeys } from './decide/keys.ts';
import { PING_KIND } from './decide/ping.ts';
import type { FeedEvent } from './feed.ts';
import type { PresenceBoard } from './presence.ts';
import type { AlertRow, HostRow, JobRow, Store } from './store/types.ts';

/** What is judged in one transaction: some 5 ms, because every agent's ack waits for it. */
export const HOSTS_PER_CHUNK = 25;
export const JOBS_PER_CHUNK = 50;
/** Jobs of one shared storage that are judged together; nobody mounts one on more hosts. */
const SHARING_MAX = 100;
/** A verdict that asks to be looked at again at once must not make the sweep spin. */
const RECHECK_MIN_MS = 20;
/** When a subject that cannot be judged (a bug, a broken row) is tried again. */
const RETRY_JUDGING_MS = 60_000;
const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** A job on its host, with what is known about both. */
interface Member extends Peer {
  host: HostRow;
}

export interface Promises {
  silentAfterMs: number;
  clockSkewMaxMs: number;
}

export interface ChunkResult {
  /** More is due already. */
  more: boolean;
  alerts: AlertRow[];
  events: FeedEvent[];
  /** Hosts whose sign of life is waited for. */
  probes: Set<number>;
}

export class Judge {
  readonly #store: Store;
  readonly #alerting: Alerting;
  readonly #presence: PresenceBoard;
  readonly #promises: Promises;
  readonly #log: Logger;
  #silenceCountsFromMs = 0;
  /** Until then a host that differs from the collector may not be the one that is wrong. */
  #clockUnsureUntilMs = 0;
  #fleetSilent: boolean;

  constructor(deps: {
    store: Store;
    alerting: Alerting;
    presence: PresenceBoard;
    promises: Promises;
    log: Logger;
  }) {
    this.#store = deps.store;
    this.#alerting = deps.alerting;
    this.#presence = deps.presence;
    this.#promises = deps.promises;
    this.#log = deps.log;
    this.#fleetSilent = deps.store.alerts.open(COLLECTOR.subject).some(({ rule }) => rule === 'fleet_silent');
  }

  /** Nobody could report before: silence is not counted until then. */
  countSilenceFrom(atMs: number): void {
    this.#silenceCountsFromMs = Math.max(this.#silenceCountsFromMs, atMs);
  }

  /** The clock was set back: what was said by the old one would hold silence back until its future comes. */
  countSilenceAnew(atMs: number): void {
    this.#silenceCountsFromMs = atMs;
  }

  /** The clock jumped, or begins: agents say within a minute by how much theirs differ from it. */
  clockUnsureUntil(atMs: number): void {
    this.#clockUnsureUntilMs = atMs;
  }

  /** Whether the agents bore witness to the clock as it was before it jumped. */
  clockWasVouchedFor(beforeMs: number): boolean {
    const { clockSkewMaxMs } = this.#promises;
    return (
      beforeMs >= this.#clockUnsureUntilMs &&
      clockIsVouchedFor(this.#store.hosts.clockOffsets(), clockSkewMaxMs)
    );
  }

  isClockTrusted(nowMs: number): boolean {
    return this.#presence.doubt === null && nowMs >= this.#clockUnsureUntilMs;
  }

  /** Whether `chunk` would have anything to do. */
  isDue(nowMs: number): boolean {
    if (this.#fleetSilent || this.#presence.doubt !== null || this.#presence.noLongerCatchingUp().length > 0)
      return true;
    const nextMs = this.nextCheckAtMs();
    return nextMs !== null && nextMs <= nowMs;
  }

  nextCheckAtMs(): number | null {
    const hostsMs = this.#store.hosts.earliestCheckAtMs();
    const jobsMs = this.#store.jobs.earliestCheckAtMs();
    if (hostsMs === null || jobsMs === null) return hostsMs ?? jobsMs;
    return Math.min(hostsMs, jobsMs);
  }

  chunk(nowMs: number): ChunkResult {
    const result: ChunkResult = { more: false, alerts: [], events: [], probes: new Set() };
    for (const hostId of this.#presence.noLongerCatchingUp()) this.#store.hosts.touch(hostId);
    const hosts = this.#store.hosts.due(nowMs, HOSTS_PER_CHUNK);
    this.#judgeClock(hosts, result, nowMs);
    const present = new Map(hosts.map((host) => [host.id, this.#presence.of(host)]));
    const anyGone = hosts.some(
      (host) => host.revokedAtMs === null && host.hasAgent && isGone(present.get(host.id)!),
    );
    if (this.#fleetSilent || anyGone) this.#judgeFleet(result, nowMs);
    for (const host of hosts) this.#judgeHost(host, present.get(host.id)!, result, nowMs);
    const jobs = this.#store.jobs.due(nowMs, JOBS_PER_CHUNK);
    const hostOf = new Map<number, HostRow>(hosts.map((host) => [host.id, host]));
    const seen = new Set<number>();
    for (const job of jobs) {
      if (seen.has(job.id)) continue;
      const group = this.#groupOf(job, hostOf, nowMs);
      for (const one of group) {
        if (seen.has(one.job.id)) continue;
        seen.add(one.job.id);
        this.#judgeJob(one, group, result, nowMs);
      }
    }
    result.more = hosts.length === HOSTS_PER_CHUNK || jobs.length === JOBS_PER_CHUNK;
    for (const alert of result.alerts) {
      result.events.push({ type: 'alert', customer: alert.customer, alertId: alert.id });
    }
    return result;
  }

  #judgeFleet(result: ChunkResult, nowMs: number): void {
    const promise = {
      silentAfterMs: this.#promises.silentAfterMs,
      silenceCountsFromMs: this.#silenceCountsFromMs,
    };
    const verdict = judgeFleet(this.#store.hosts.fleetLine(), promise, this.#fleetSilent, nowMs);
    result.alerts.push(...this.#alerting.settle(COLLECTOR, [{ rules: ['fleet_silent'], verdict }], nowMs));
    const silent = verdict.rule !== null;
    // Whoever does not come back with the others is silent for itself, and gets the time a host gets.
    if (this.#fleetSilent && !silent) this.countSilenceFrom(nowMs + this.#promises.silentAfterMs);
    this.#fleetSilent = silent;
  }

  /** Asked when a host differs, and while the doubt lasts. What lies in the future is so only by a wrong clock. */
  #judgeClock(hosts: HostRow[], result: ChunkResult, nowMs: number): void {
    const { clockSkewMaxMs } = this.#promises;
    const wasInDoubt = this.#presence.doubt !== null;
    const differs = hosts.some(({ clockOffsetMs }) => Math.abs(clockOffsetMs) > clockSkewMaxMs);
    if (nowMs < this.#clockUnsureUntilMs || (!differs && !wasInDoubt)) return;
    const problem = collectorClockProblem(this.#store.hosts.clockOffsets(), clockSkewMaxMs);
    this.#presence.doubt = problem;
    if (wasInDoubt && problem === null) this.#store.system.clockSetBack(nowMs);
    const rule = problem === null ? null : 'clock_skew';
    const reason = problem ?? "The collector's clock agrees with its agents'.";
    const verdict = { rule, reason, severity: 'critical' as const };
    result.alerts.push(...this.#alerting.settle(COLLECTOR, [{ rules: ['clock_skew'], verdict }], nowMs));
  }

  #judgeHost(host: HostRow, presence: Presence, result: ChunkResult, nowMs: number): void {
    const [newestGap = null] = this.#store.spools.gaps(host.id, 1);
    const cloned = this.#store.system.getMeta(clonedKey(host.id));
    const verdicts = this.#attempt(`host ${host.host}`, () =>
      judgeHost(
        {
          host,
          presence,
          newestGap,
          clonedAtMs: cloned === null ? null : Number(cloned),
          clockInDoubt: !this.isClockTrusted(nowMs),
          fleetSilent: this.#fleetSilent,
          storage: this.#store.storage.histories(host.id),
        },
        { ...this.#promises, silenceCountsFromMs: this.#silenceCountsFromMs },
        nowMs,
      ),
    );
    if (verdicts === null) {
      this.#store.hosts.saveVerdicts(host.id, host.verdicts, host.state, nowMs + RETRY_JUDGING_MS);
      return;
    }
    const questions = Object.keys(HOST_QUESTIONS) as HostQuestion[];
    const judged = questions.map((name) => ({ rules: HOST_QUESTIONS[name], verdict: verdicts[name] }));
    result.alerts.push(...this.#alerting.settle(hostSubject(host), judged, nowMs));
    this.#judgeKeys(host, result, nowMs);
    this.#askWhenUndecided(host, presence, Object.values(verdicts), result);
    const state = worst(questions.map((name) => verdicts[name].state));
    this.#store.hosts.saveVerdicts(host.id, verdicts, state, nextOf(Object.values(verdicts), nowMs));
    result.events.push({ type: 'host', customer: host.customer, host: host.host });
  }

  /** Repositories are judged with the hosts that use them: whatever changes about one, a host said it. */
  #judgeKeys(host: HostRow, result: ChunkResult, nowMs: number): void {
    for (const borgId of this.#store.repositories.concerning(host.id)) {
      for (const { verdict, ...about } of judgeKeys(borgId, this.#store.repositories.around(borgId))) {
        const judged = [{ rules: ['key_unsafe'], verdict }];
        result.alerts.push(...this.#alerting.settle({ ...about, job: null }, judged, nowMs));
      }
    }
  }

  /** A job with all that back up the same shared storage: what one of them did changes what is said of each. */
  #groupOf(job: JobRow, hostOf: Map<number, HostRow>, nowMs: number): Member[] {
    const { sharedAs } = job.declaration;
    const others = sharedAs === '' ? [] : this.#store.jobs.sharing(job.customer, sharedAs, SHARING_MAX);
    return [job, ...others.filter(({ id }) => id !== job.id)].map((one): Member => {
      const host = hostOf.get(one.hostId) ?? this.#store.hosts.byId(one.hostId)!;
      hostOf.set(host.id, host);
      const pinged = one.declaration.kind === PING_KIND;
      const presence = pinged ? this.#presence.ofPings() : this.#presence.of(host);
      const { keepMs, repository } = one.declaration;
      // Points are read for jobs that promise some.
      const points =
        keepMs > 0 ? this.#store.holdings.points(one.id, repository, windowStartMs(one, nowMs)) : [];
      return { job: one, host, presence, points };
    });
  }

  #judgeJob(member: Member, group: Member[], result: ChunkResult, nowMs: number): void {
    const { job, host, presence } = member;
    const verdicts = this.#attempt(`job ${job.host}/${job.job}`, () =>
      host.revokedAtMs === null ? judgeJob(this.#factsOf(member, group), nowMs) : revokedVerdicts(host),
    );
    if (verdicts === null) {
      const kept = job.verdicts as Record<AssuranceName, Verdict>;
      this.#store.jobs.saveVerdicts(job.id, kept, job.state, nowMs + RETRY_JUDGING_MS);
      return;
    }
    const judged: Judged[] = ASSURANCES.map((name) => ({
      rules: assurances[name].rules,
      verdict: verdicts[name],
    }));
    judged.push(...changesOfPromise(job, host));
    result.alerts.push(...this.#alerting.settle(jobSubject(job), judged, nowMs));
    const nextCheckAtMs = nextOf(Object.values(verdicts), nowMs);
    this.#store.jobs.saveVerdicts(job.id, verdicts, jobState(verdicts), nextCheckAtMs);
    this.#askWhenUndecided(host, presence, Object.values(verdicts), result);
    result.events.push({ type: 'job', customer: job.customer, host: job.host, job: job.job });
  }

  /** A sign of life decides whether something is missing or only on its way. */
  #askWhenUndecided(host: HostRow, presence: Presence, verdicts: Verdict[], result: ChunkResult): void {
    if (presence.caughtUpSinceMs !== null && verdicts.some(({ undecided }) => undecided))
      result.probes.add(host.id);
  }

  /** Sizes are read once something has succeeded. */
  #factsOf({ job, presence, points }: Member, group: Member[]): Facts {
    const { holdings, wal } = this.#store;
    const { repository, kind, staleAfter } = job.declaration;
    const live = (one: Member) => one.job.removedAtMs === null && one.host.revokedAtMs === null;
    return {
      job,
      presence,
      points,
      sizes: job.lastSuccess ? holdings.sizes(job.id, SIZED_RUNS, job.sizesSinceMs) : [],
      newestPoint: kind === OBSERVED_KIND ? holdings.newest(job.id, repository) : null,
      wal: staleAfter ? wal.known(job.id) : null,
      peers: group.filter((one) => one.job.id !== job.id && live(one)),
    };
  }

  /** A subject that cannot be judged must not keep the others from being judged. */
  #attempt<T>(subject: string, judge: () => T): T | null {
    try {
      return judge();
    } catch (error) {
      this.#log.error({ subject, error: messageOf(error) }, 'a subject could not be judged');
      return null;
    }
  }
}

/** Where the last attempt to speak for a host with a second agent is remembered over a restart. */
export function clonedKey(hostId: number): string {
  return `cloned_at_ms:${hostId}`;
}

function isGone(presence: Presence): boolean {
  return presence.caughtUpSinceMs === null && !presence.catchingUp;
}

function nextOf(verdicts: Verdict[], nowMs: number): number {
  const nextMs = Math.min(...verdicts.map(({ nextCheckAtMs }) => nextCheckAtMs ?? NEVER_MS));
  if (Number.isNaN(nextMs)) return nowMs + RETRY_JUDGING_MS;
  return Math.max(nextMs, nowMs + RECHECK_MIN_MS);
}

function revokedVerdicts(host: HostRow): Record<AssuranceName, Verdict> {
  const atMs = host.revokedAtMs!;
  const verdict = notApplicable(`Host ${host.host} was revoked on ${moment(atMs)}.`, atMs);
  return Object.fromEntries(ASSURANCES.map((name) => [name, verdict])) as Record<AssuranceName, Verdict>;
}

/** Invariant 11: a job that vanishes or promises less is an alert, until it is back or somebody agrees. */
function changesOfPromise(job: JobRow, host: HostRow): Judged[] {
  const ended = host.revokedAtMs !== null ? `Host ${host.host} was revoked.` : null;
  const gone = ended === null && job.removedAtMs !== null && !job.removalAccepted;
  const removed = {
    rule: gone ? 'job_removed' : null,
    reason: gone
      ? `${job.job} vanished from the configuration of ${job.host} on ${moment(job.removedAtMs!)}. ` +
        'Acknowledge if that was meant.'
      : (ended ?? `${job.job} is declared again.`),
  };
  const weaker = ended === null && job.removedAtMs === null && job.weakened !== '';
  const weakened = {
    rule: weaker ? 'promise_weakened' : null,
    reason: weaker
      ? `${job.weakened} Acknowledge if that was meant.`
      : (ended ?? `${job.job} promises as much as before.`),
  };
  return [
    { rules: ['job_removed'], verdict: removed },
    { rules: ['promise_weakened'], verdict: weakened },
  ];
}
