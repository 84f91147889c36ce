/**
 * The evaluator: judges what has changed and what has come due, again and again.
 *
 * asleep   until the earliest stored deadline, a second at most, or until `wake()`
 * sweeping chunk by chunk, each in one transaction, with the event loop in between; then asleep
 * waiting  the database cannot be used: tries again every second and calls the pager past it (unwell.ts)
 * idle     another process holds the lease; asks for it every second
 *
 * Deadlines live in the database, so nothing is forgotten over a restart. What could not be heard while this
 * process was down or stopped is no silence of anyone's: after a start, and after a standstill, silence counts
 * only once agents had `startupGraceMs` to come back (invariant 9).
 */
import type { Logger } from 'pino';
import type { Clock } from '../proto/clock.ts';
import { messageOf } from '../proto/errors.ts';
import { HEARTBEAT_MS, RECONNECT_MAX_MS } from '../proto/limits.ts';
import type { Alerting } from './alerting.ts';
import type { Feed } from './feed.ts';
import { clonedKey, Judge } from './judge.ts';
import { type LiveSessions, PresenceBoard } from './presence.ts';
import type { CollectorSettings } from './settings.ts';
import { StoreUnavailable } from './store/errors.ts';
import type { Store } from './store/types.ts';
import type { Unwell } from './unwell.ts';

/** Longest sleep: clocks jump, and deadlines are kept by the wall clock. */
const SLEEP_MAX_MS = 1_000;
/** Commits within this time are judged together. */
const GATHER_MS = 10;
/** After judging, commits get this many times as long, however many points each job has to be looked at. */
const REST_SHARE = 2;
/** A sleep that took this long was no sleep: the process or the machine stood still. */
const STANDSTILL_MS = 30_000;
/** A wall clock that went back by this much was set; less is what NTP mends, and passes by itself. */
const SET_BACK_MS = 30_000;
/** Two heartbeats, and their way into the database: then the agents have said what they think of a new clock. */
const CLOCK_UNSURE_MS = 2 * HEARTBEAT_MS + 10_000;
/** From an agent's attempt to its Hello, on a collector to which everybody comes back. */
const CONNECT_WITHIN_MS = 15_000;
const LEASE = 'evaluator';
const LEASE_MS = 15_000;
const RENEW_LEASE_EVERY_MS = 5_000;
/** The last tick counts as recent for this long. */
const HEALTHY_FOR_MS = 10_000;
export const LAST_ALIVE = 'last_alive_ms';

export interface EvaluatorDeps {
  store: Store;
  clock: Clock;
  log: Logger;
  feed: Feed;
  settings: Pick<CollectorSettings, 'agents' | 'startupGraceMs'>;
  sessions: LiveSessions;
  alerting: Alerting;
  unwell: Unwell;
  /** Called after a commit that may have left notifications in the outbox. */
  onNotifications: () => void;
  /** Who holds the lease; the same for every start of one installation, so that a restart waits for nobody. */
  owner: string;
}

export class Evaluator {
  readonly #deps: EvaluatorDeps;
  readonly #judge: Judge;
  readonly #presence: PresenceBoard;
  #cancelTimer: (() => void) | null = null;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #running = false;
  #lastTickAtMs: number | null = null;
  /** Monotonic; of the same moment. */
  #lastTickMs = 0;
  #leaseRenewedAtMs = Number.NEGATIVE_INFINITY;
  #databaseFailed = false;
  /** Nothing is judged before. Monotonic. */
  #restUntilMs = Number.NEGATIVE_INFINITY;

  constructor(deps: EvaluatorDeps) {
    this.#deps = deps;
    this.#presence = new PresenceBoard(deps.sessions, deps.clock);
    const { silentAfterMs, clockSkewMaxMs } = deps.settings.agents;
    this.#judge = new Judge({
      ...deps,
      presence: this.#presence,
      promises: { silentAfterMs, clockSkewMaxMs },
    });
  }

  /** To be called before agents may connect: whoever the database calls connected is not. */
  start(): void {
    const { store, clock, log, settings } = this.#deps;
    const nowMs = clock.nowMs();
    const lastAlive = store.system.getMeta(LAST_ALIVE);
    if (lastAlive !== null) {
      log.info({ downForMs: nowMs - Number(lastAlive) }, 'evaluator starts; agents may report first');
    }
    if (Number(lastAlive) - nowMs >= SET_BACK_MS) this.#clockSetBack(nowMs, Number(lastAlive));
    const cutOff = store.hosts.markAllDisconnected();
    this.#judge.clockUnsureUntil(nowMs + CLOCK_UNSURE_MS);
    this.#judge.countSilenceFrom(nowMs + (cutOff > 0 ? this.#graceMs() : settings.startupGraceMs));
    this.#running = true;
    this.#sleep(0);
  }

  stop(): void {
    this.#running = false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /** Something was committed. Cheap; may be called for every commit. */
  wake(): void {
    if (this.#running) this.#sleep(GATHER_MS);
  }

  /** A second live agent tried to speak for this host and was refused. */
  cloned(hostId: number): void {
    const { store, clock, log } = this.#deps;
    try {
      store.transaction(() => {
        store.system.setMeta(clonedKey(hostId), String(clock.nowMs()));
        store.hosts.touch(hostId);
      });
    } catch (error) {
      // A full disk has its own alert, and the clone tries again within a minute.
      log.error({ hostId, error: messageOf(error) }, 'a cloned agent cannot be noted');
      return;
    }
    this.wake();
  }

  /** Whether what is old can be told by the clock: not while the agents contradict it, or have yet to speak. */
  isClockTrusted(): boolean {
    return this.#judge.isClockTrusted(this.#deps.clock.nowMs());
  }

  /** Ticking, and able to write: what the heartbeat stands for. */
  isHealthy(): boolean {
    if (this.#lastTickAtMs === null || this.#databaseFailed) return false;
    return this.#deps.clock.nowMs() - this.#lastTickAtMs <= HEALTHY_FOR_MS;
  }

  /** Ticking, able to write or not: what the watchdog stands for. A restart mends no full disk. */
  isTicking(): boolean {
    return this.#databaseFailed || this.isHealthy();
  }

  #sleep(delayMs: number): void {
    const fromMs = this.#deps.clock.monotonicMs();
    const atMs = Math.max(fromMs + delayMs, this.#restUntilMs);
    if (this.#cancelTimer !== null) {
      if (this.#timerAtMs <= atMs) return;
      this.#cancelTimer();
    }
    this.#timerAtMs = atMs;
    this.#cancelTimer = this.#deps.clock.after(atMs - fromMs, () => {
      this.#cancelTimer = null;
      this.#tick();
    });
  }

  #tick(): void {
    if (!this.#running) return;
    const { clock, log, unwell } = this.#deps;
    const startMs = clock.monotonicMs();
    let sleepMs = SLEEP_MAX_MS;
    try {
      const nowMs = clock.nowMs();
      this.#noticeStandstill(nowMs, startMs);
      if (this.#holdsLease(nowMs)) sleepMs = this.#sweep(nowMs);
      this.#lastTickAtMs = nowMs;
      this.#lastTickMs = startMs;
      if (this.#databaseFailed) {
        this.#databaseFailed = false;
        unwell.clear('database', 'The database can be written again.');
      }
    } catch (error) {
      if (error instanceof StoreUnavailable) {
        this.#databaseFailed = true;
        // The next success must be a written one, or a full disk would look well between two changes.
        this.#leaseRenewedAtMs = Number.NEGATIVE_INFINITY;
        unwell.report('database', `The collector cannot write its database: ${error.message}.`);
      } else {
        log.error({ error: messageOf(error), stack: (error as Error).stack }, 'a sweep failed');
      }
    }
    const endMs = clock.monotonicMs();
    this.#restUntilMs = endMs + Math.min(REST_SHARE * (endMs - startMs), SLEEP_MAX_MS);
    this.#sleep(sleepMs);
  }

  #noticeStandstill(nowMs: number, monotonicMs: number): void {
    if (this.#lastTickAtMs === null) return;
    const sleptMs = nowMs - this.#lastTickAtMs;
    // The machine slept, or somebody set the clock, rightly or wrongly: the agents will tell.
    const jumped = Math.abs(sleptMs - (monotonicMs - this.#lastTickMs)) >= SET_BACK_MS;
    if (jumped) this.#presence.anew();
    if (sleptMs <= -SET_BACK_MS) this.#clockSetBack(nowMs, this.#lastTickAtMs);
    if (jumped) this.#judge.clockUnsureUntil(nowMs + CLOCK_UNSURE_MS);
    if (sleptMs < STANDSTILL_MS) return;
    this.#deps.log.warn({ sleptMs }, 'the collector stood still; agents may report first');
    this.#judge.countSilenceFrom(nowMs + this.#graceMs());
  }

  /** Deadlines that were computed by a clock that was ahead would be kept when it gets there again. */
  #clockSetBack(nowMs: number, beforeMs: number): void {
    const { store, log } = this.#deps;
    log.warn({ byMs: beforeMs - nowMs }, 'the clock was set back; everything is judged anew');
    // Set back from a time that was true: what happened then shall not be made a part of the wrong past.
    if (!this.#judge.clockWasVouchedFor(beforeMs)) store.system.clockSetBack(nowMs);
    else store.system.judgeAnew(nowMs);
    this.#judge.countSilenceAnew(nowMs + this.#graceMs());
  }

  /** How long those that were cut off get; never less than the longest pause between two attempts of theirs. */
  #graceMs(): number {
    return Math.max(this.#deps.settings.startupGraceMs, RECONNECT_MAX_MS + CONNECT_WITHIN_MS);
  }

  #holdsLease(nowMs: number): boolean {
    const { store, owner } = this.#deps;
    if (Math.abs(nowMs - this.#leaseRenewedAtMs) < RENEW_LEASE_EVERY_MS) return true;
    return store.transaction(() => {
      if (!store.system.lease(LEASE, owner, nowMs, LEASE_MS)) return false;
      store.system.setMeta(LAST_ALIVE, String(nowMs));
      this.#leaseRenewedAtMs = nowMs;
      return true;
    });
  }

  /** Judges one chunk of what is due; returns how long to sleep. */
  #sweep(nowMs: number): number {
    const { store, feed, onNotifications } = this.#deps;
    if (this.#judge.isDue(nowMs)) {
      const result = store.transaction(() => this.#judge.chunk(nowMs));
      if (result.alerts.length > 0) onNotifications();
      for (const event of result.events) feed.publish(event);
      for (const hostId of result.probes) this.#presence.probe(hostId);
      if (result.more) return 0;
    }
    const nextMs = this.#judge.nextCheckAtMs();
    return nextMs === null ? SLEEP_MAX_MS : Math.min(Math.max(0, nextMs - nowMs), SLEEP_MAX_MS);
  }
}
