/** A collector's judging half on a database in memory and a clock that a test moves. */
import { pino } from 'pino';
import { Alerting } from '../../collector/alerting.ts';
import { Deliverer } from '../../collector/deliver.ts';
import { Evaluator } from '../../collector/evaluate.ts';
import { Feed, type FeedEvent } from '../../collector/feed.ts';
import type { Delivery, Notification, Notifier } from '../../collector/notifiers/types.ts';
import type { Live } from '../../collector/presence.ts';
import type { Route } from '../../collector/settings.ts';
import { openStore } from '../../collector/store/open.ts';
import type { AlertRow, HostRow, JobRow, Store } from '../../collector/store/types.ts';
import { Unwell } from '../../collector/unwell.ts';
import type { JobDeclaration } from '../../proto/job.ts';
import type { RunFinished, RunStarted } from '../../proto/run.ts';
import { FakeClock } from './fake-clock.ts';
import { sampleDeclaration, sampleFinished, sampleStarted } from './samples.ts';

export const SILENT_AFTER_MS = 120_000;
export const STARTUP_GRACE_MS = 120_000;

/** A receiver that remembers what it was told, and can be told to misbehave. */
export class RecordingNotifier implements Notifier {
  readonly kind = 'webhook';
  readonly told: Notification[] = [];
  answer: (notification: Notification) => Delivery = () => ({ result: 'delivered' });

  async send(notification: Notification): Promise<Delivery> {
    const delivery = this.answer(notification);
    if (delivery.result === 'delivered') this.told.push(notification);
    return delivery;
  }

  async close(): Promise<void> {}
}

export class Judging {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly feed = new Feed();
  readonly events: FeedEvent[] = [];
  readonly live = new Map<number, Live>();
  readonly probed: number[] = [];
  /** What a host does when it is asked for a sign of life. */
  onProbe: (hostId: number) => void = (hostId) => this.heard(hostId);
  readonly pager = new RecordingNotifier();
  readonly alerting: Alerting;
  readonly unwell: Unwell;
  readonly log = pino({ level: 'silent' });
  readonly routes: Route[];
  evaluator: Evaluator;
  deliverer: Deliverer;

  constructor(options: { nowMs?: number; store?: Store; routes?: Route[] } = {}) {
    this.clock = new FakeClock(options.nowMs);
    this.store = options.store ?? openStore(':memory:');
    this.feed.watch((event) => this.events.push(event));
    this.routes = options.routes ?? [{ match: {}, to: ['pager'], remindEveryMs: null, continue: false }];
    const deps = { clock: this.clock, log: this.log, notifiers: this.#notifiers() };
    const telling = { routes: this.routes, publicUrl: 'https://backup.example.net' };
    this.alerting = new Alerting({ store: this.store, ...telling });
    this.unwell = new Unwell({ ...deps, ...telling });
    this.evaluator = this.newEvaluator();
    this.deliverer = this.newDeliverer();
  }

  #notifiers(): Map<string, Notifier> {
    return new Map([['pager', this.pager]]);
  }

  /** Of the collector's next start. */
  newDeliverer(): Deliverer {
    return new Deliverer({
      clock: this.clock,
      log: this.log,
      notifiers: this.#notifiers(),
      store: this.store,
      feed: this.feed,
      alerting: this.alerting,
      random: () => 0,
    });
  }

  /** Of the collector's next start. */
  startupGraceMs = STARTUP_GRACE_MS;

  newEvaluator(): Evaluator {
    return new Evaluator({
      store: this.store,
      clock: this.clock,
      log: this.log,
      feed: this.feed,
      settings: {
        agents: { silentAfterMs: SILENT_AFTER_MS, clockSkewMaxMs: 60_000 },
        startupGraceMs: this.startupGraceMs,
      },
      sessions: {
        liveness: (hostId) => this.live.get(hostId) ?? null,
        probe: (hostId) => {
          this.probed.push(hostId);
          this.onProbe(hostId);
        },
      },
      alerting: this.alerting,
      unwell: this.unwell,
      onNotifications: () => this.deliverer.wake(),
      owner: 'test',
    });
  }

  /** The collector dies and another process takes its place. */
  restart(downForMs: number): void {
    this.evaluator.stop();
    this.live.clear();
    this.clock.advance(downForMs);
    this.evaluator = this.newEvaluator();
    this.evaluator.start();
  }

  enroll(host: string, customer = 'acme'): HostRow {
    return this.store.hosts.enroll(host, customer, this.clock.nowMs());
  }

  declare(host: HostRow, change: Partial<JobDeclaration> = {}, weakened = ''): JobRow {
    const job = this.store.jobs.declare(host.id, sampleDeclaration(change), weakened, this.clock.nowMs());
    this.evaluator.wake();
    return job;
  }

  connect(host: HostRow, change: Partial<Live> = {}): void {
    const nowMs = this.clock.nowMs();
    const there = { connected: true, caughtUp: true, committedSeq: 0, instance: 'one' };
    const live = { ...there, lastSeenAtMs: nowMs, ...change };
    this.live.set(host.id, live);
    this.saveLiveness(host, true);
  }

  disconnect(host: HostRow): void {
    const lastSeenAtMs = this.live.get(host.id)?.lastSeenAtMs ?? this.clock.nowMs();
    this.live.delete(host.id);
    this.saveLiveness(host, false, lastSeenAtMs);
  }

  heard(hostId: number): void {
    const live = this.live.get(hostId);
    if (live) live.lastSeenAtMs = this.clock.nowMs();
  }

  saveLiveness(host: HostRow, connected: boolean, lastSeenAtMs = this.clock.nowMs(), change = {}): void {
    this.store.hosts.saveLiveness([
      {
        hostId: host.id,
        connected,
        lastSeenAtMs,
        clockOffsetMs: 0,
        spoolRecords: 0,
        spoolBytes: 0,
        spoolError: '',
        certificateExpiresAtMs: null,
        agentVersion: '0.1.0',
        ...change,
      },
    ]);
    this.evaluator.wake();
  }

  started(job: JobRow, change: Partial<RunStarted> = {}): void {
    const nowMs = this.clock.nowMs();
    this.store.runs.start(job.id, sampleStarted({ startedAtMs: nowMs, dueAtMs: null, ...change }), nowMs);
    this.evaluator.wake();
  }

  finished(job: JobRow, change: Partial<RunFinished> = {}): void {
    const nowMs = this.clock.nowMs();
    const run = { startedAtMs: nowMs, dueAtMs: null, finishedAtMs: nowMs, ...change };
    this.store.runs.finish(job.id, sampleFinished(run), nowMs);
    this.evaluator.wake();
  }

  job(job: JobRow): JobRow {
    return this.store.jobs.byId(job.id)!;
  }

  firing(): AlertRow[] {
    return this.store.alerts.list({ state: 'firing', limit: 1_000 }).items;
  }

  rules(): string[] {
    return this.firing()
      .map(({ rule }) => rule)
      .sort();
  }

  /** Every alert ever, oldest first, as `rule subject`. */
  history(): string[] {
    return this.store.alerts
      .list({ limit: 1_000 })
      .items.map(({ rule, subject }) => `${rule} ${subject}`)
      .reverse();
  }

  stop(): void {
    this.evaluator.stop();
    this.unwell.stop();
    this.store.close();
  }
}
