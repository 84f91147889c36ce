/**
 * Random histories of a small fleet: runs, failures, silence, restarts of the collector, a pager that fails.
 * Whatever happens, what people are told stays in order (invariants 8 to 10).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HostRow, JobRow } from '../../../collector/store/types.ts';
import { OUTCOMES } from '../../../proto/run.ts';
import { Judging } from '../../support/judging.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const ON_TIME = ['sync_not_started', 'sync_overdue', 'sync_failed', 'sync_warning', 'sync_silent'];
/** Rules about something that was not heard of. */
const ABSENCES = ['sync_not_started', 'sync_overdue', 'sync_silent'];
const HOSTS = 2;
const JOBS = 2;

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.integer({ min: 1, max: 90 * MINUTE_MS }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('start' as const), job: fc.nat(HOSTS * JOBS - 1) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('finish' as const),
      job: fc.nat(HOSTS * JOBS - 1),
      outcome: fc.constantFrom(...OUTCOMES),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('disconnect' as const), host: fc.nat(HOSTS - 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('connect' as const),
      host: fc.nat(HOSTS - 1),
      caughtUp: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('restart' as const), ms: fc.integer({ min: 0, max: HOUR_MS }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), job: fc.nat(HOSTS * JOBS - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('declare' as const), job: fc.nat(HOSTS * JOBS - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('acknowledge' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pager' as const), fails: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class History {
  readonly judging = new Judging({ nowMs: Date.UTC(2026, 2, 28, 12) });
  readonly hosts: HostRow[] = [];
  readonly jobs: { row: JobRow; host: HostRow; name: string }[] = [];
  #run = 0;

  constructor() {
    this.judging.evaluator.start();
    this.judging.deliverer.start();
    for (let h = 0; h < HOSTS; h += 1) {
      const host = this.judging.enroll(`web${h}`);
      this.hosts.push(host);
      for (let j = 0; j < JOBS; j += 1) {
        const name = `job${j}`;
        this.jobs.push({
          row: this.judging.declare(host, { job: name, longestSilenceMs: 30 * HOUR_MS }),
          host,
          name,
        });
      }
      this.judging.connect(host);
    }
  }

  take(one: Step): void {
    const { judging } = this;
    const atMs = judging.clock.nowMs();
    this.#run += 1;
    switch (one.do) {
      case 'pass':
        judging.clock.advance(one.ms);
        break;
      case 'start':
        judging.started(this.jobs[one.job]!.row, { runId: `run-${this.#run}` });
        break;
      case 'finish': {
        const run = judging.job(this.jobs[one.job]!.row).lastStarted;
        const runId = run && run.finishedAtMs === null ? run.runId : `run-${this.#run}`;
        judging.finished(this.jobs[one.job]!.row, {
          runId,
          outcome: one.outcome,
          startedAtMs: run?.startedAtMs ?? atMs,
        });
        break;
      }
      case 'disconnect':
        judging.disconnect(this.hosts[one.host]!);
        break;
      case 'connect':
        judging.connect(this.hosts[one.host]!, { caughtUp: one.caughtUp, instance: `i${this.#run}` });
        break;
      case 'restart':
        judging.restart(one.ms);
        break;
      case 'remove':
        judging.store.jobs.remove(this.jobs[one.job]!.host.id, this.jobs[one.job]!.name, atMs);
        judging.evaluator.wake();
        break;
      case 'declare':
        judging.declare(this.jobs[one.job]!.host, {
          job: this.jobs[one.job]!.name,
          longestSilenceMs: 30 * HOUR_MS,
        });
        break;
      case 'acknowledge': {
        const [alert] = judging.firing();
        if (alert) judging.alerting.acknowledge(alert.id, 'ada', '', atMs);
        break;
      }
      case 'pager':
        judging.pager.answer = () =>
          one.fails ? { result: 'retryable', reason: 'down' } : { result: 'delivered' };
    }
    judging.clock.advance(50);
  }

  /** Promises of deliveries settle, and the deliverer goes on. */
  async settle(): Promise<void> {
    for (let i = 0; i < 3; i += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      this.judging.clock.advance(1);
    }
  }

  async end(): Promise<void> {
    this.judging.pager.answer = () => ({ result: 'delivered' });
    for (let i = 0; i < 8; i += 1) {
      this.judging.clock.advance(10 * MINUTE_MS);
      await this.settle();
    }
  }
}

test('whatever happens, alerts are single, in order, and never about what could not be heard', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      const history = new History();
      const { judging } = history;
      const seen = new Set<number>();
      for (const one of steps) {
        const gone = history.hosts
          .filter(({ id }) => !judging.live.get(id)?.caughtUp)
          .map(({ host }) => host);
        history.take(one);
        await history.settle();
        for (const { job } of history.jobs.map(({ row }) => ({ job: row }))) {
          const open = judging.store.alerts.open(`job:${job.host}/${job.job}`).map(({ rule }) => rule);
          expect(open.filter((rule) => ON_TIME.includes(rule)).length).toBeLessThanOrEqual(1);
          expect(new Set(open).size).toBe(open.length);
        }
        for (const alert of judging.store.alerts.list({ limit: 1_000 }).items) {
          if (seen.has(alert.id)) continue;
          seen.add(alert.id);
          const away =
            gone.includes(alert.host!) &&
            !judging.live.get(history.hosts.find((h) => h.host === alert.host)!.id)?.caughtUp;
          // A run that reports its own time limit was heard of.
          if (away && !alert.reason.includes('time limit')) expect(ABSENCES).not.toContain(alert.rule);
        }
      }
      await history.end();
      const told = judging.pager.told;
      for (const alert of judging.store.alerts.list({ limit: 1_000 }).items) {
        // That the only receiver cannot be reached can be told to nobody; the page shows it.
        if (alert.rule === 'delivery_failing') continue;
        const about = told.filter((one) => one.alert.id === alert.id).map(({ event }) => event);
        const expected = alert.state === 'resolved' ? ['trigger', 'resolve'] : ['trigger'];
        expect(about.filter((event) => event !== 'acknowledge')).toEqual(expected);
      }
      expect(new Set(told.map(({ notificationId }) => notificationId)).size).toBe(told.length);
      expect(judging.store.system.integrityProblems()).toEqual([]);
      await judging.deliverer.stop();
      judging.stop();
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('the same history gives the same alerts, sentence by sentence', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
      const tell = async () => {
        const history = new History();
        for (const one of steps) {
          history.take(one);
          await history.settle();
        }
        const { judging } = history;
        const alerts = judging.store.alerts.list({ limit: 1_000 }).items;
        const jobs = history.jobs.map(({ row }) => judging.job(row).verdicts);
        await judging.deliverer.stop();
        judging.stop();
        return { alerts, jobs };
      };
      expect(await tell()).toEqual(await tell());
    }),
    { numRuns: 8 },
  );
}, 120_000);
