/** Hosts without an agent and repositories of others, judged by the whole evaluator over a real store. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createPing, revokePing } from '../../../collector/control/pings.ts';
import { decidePing, parsePing } from '../../../collector/decide/ping.ts';
import { Judging } from '../../support/judging.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let judging: Judging;

function create(change: object = {}): void {
  const { store, clock } = judging;
  const order = {
    host: 'old1',
    job: 'borgmatic',
    customer: 'acme',
    everyMs: DAY_MS,
    cron: null,
    zone: 'UTC',
  };
  const running = { wake: () => judging.evaluator.wake() };
  const context = { store, clock, settings: { publicUrl: 'http://page' }, running };
  createPing(context, { ...order, graceMs: HOUR_MS, ...change });
}

function ping(how = ''): void {
  const { store, clock } = judging;
  const job = store.jobs.byName('old1', 'borgmatic')!;
  const nowMs = clock.nowMs();
  const facts = {
    job,
    newest: store.runs.newest(job.id, 9),
    rid: null,
    log: '',
    nowMs,
    newRunId: `run-${nowMs}`,
  };
  for (const effect of decidePing(parsePing(how)!, facts)) {
    if (effect.do === 'start') store.runs.start(job.id, effect.run, nowMs);
    if (effect.do === 'finish') store.runs.finish(job.id, effect.run, nowMs);
  }
  judging.evaluator.wake();
}

function reason(): string {
  return judging.store.jobs.byName('old1', 'borgmatic')!.verdicts.onTime!.reason;
}

beforeEach(() => {
  judging = new Judging();
  judging.evaluator.start();
});

describe('a host without an agent', () => {
  test('is never silent itself: only what it was to report is missed', () => {
    create();
    judging.clock.advance(25 * HOUR_MS);
    expect(judging.rules()).toEqual([]);
    judging.clock.advance(MINUTE_MS);
    expect(judging.rules()).toEqual(['sync_silent']);
    judging.clock.advance(3 * HOUR_MS);
    expect(judging.rules()).toEqual(['sync_silent']);
    ping();
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual([]);
  });

  test('is missed at once when a schedule says when it was due, and the next run resolves it', () => {
    const due = new Date(judging.clock.nowMs() + 2 * HOUR_MS);
    create({
      everyMs: null,
      cron: `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`,
      graceMs: 10 * MINUTE_MS,
    });
    judging.clock.advance(2 * HOUR_MS + 10 * MINUTE_MS - MINUTE_MS);
    expect(judging.rules()).toEqual([]);
    judging.clock.advance(2 * MINUTE_MS);
    expect(judging.rules()).toEqual(['sync_not_started']);
    ping('start');
    ping('');
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual([]);
    expect(reason()).toContain('succeeded in');
  });

  test('that reports a failure is paged at once', () => {
    create();
    ping('fail');
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual(['sync_failed']);
  });

  test('is not paged for a ping that may have come while the collector was down, before it had a minute', () => {
    create();
    ping();
    judging.restart(26 * HOUR_MS);
    judging.clock.advance(50_000);
    expect(judging.rules()).toEqual([]);
    judging.clock.advance(20_000);
    expect(judging.rules()).toEqual(['sync_silent']);
  });

  test('is refused for a host that was revoked, which stays revoked', () => {
    create();
    const { hosts } = judging.store;
    hosts.revoke(hosts.byName('old1')!.id, 'taken over', judging.clock.nowMs());
    expect(() => create()).toThrow('host old1 was revoked: taken over');
    expect(hosts.byName('old1')!.revokedAtMs).toBe(judging.clock.nowMs());
  });

  test('is not expected any more once its URL is revoked', () => {
    create({ everyMs: HOUR_MS, graceMs: HOUR_MS });
    const { store, clock } = judging;
    judging.clock.advance(HOUR_MS);
    const running = { wake: () => judging.evaluator.wake() };
    revokePing({ store, clock, settings: { publicUrl: '' }, running }, 1);
    judging.clock.advance(3 * HOUR_MS);
    expect(judging.history()).toEqual([]);
  });
});

describe('a repository that others write to', () => {
  const observed = { job: 'offsite', kind: 'observed', repository: 'acme', longestSilenceMs: 26 * HOUR_MS };
  const hourly = {
    cron: '0 * * * *',
    zone: 'UTC',
    spreadMs: 0,
    startGraceMs: 10 * MINUTE_MS,
    finishWithinMs: HOUR_MS,
  };

  test('is silent by its newest archive, also when one is dated years ahead', () => {
    const web1 = judging.enroll('web1');
    judging.connect(web1);
    const job = judging.declare(web1, { ...observed, schedule: hourly });
    const point = (name: string, createdAtMs: number) => {
      return { repository: 'acme', name, id: name, subject: '', createdAtMs, sizeBytes: 0 };
    };
    const madeAtMs = judging.clock.nowMs();
    const points = [point('offsite-1', madeAtMs - HOUR_MS), point('offsite-2099', madeAtMs + 900 * DAY_MS)];
    const look = (hour: number) => {
      const startedAtMs = judging.clock.nowMs();
      judging.finished(job, {
        runId: `look-${hour}`,
        dueAtMs: null,
        startedAtMs,
        finishedAtMs: startedAtMs,
        recoveryPoints: points,
      });
    };
    for (let hour = 0; hour <= 26; hour += 1) {
      look(hour);
      judging.clock.advance(HOUR_MS);
      expect(judging.rules(), `hour ${hour}`).toEqual([]);
    }
    look(27);
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual(['sync_silent']);
    points.push(point('offsite-2', judging.clock.nowMs()));
    look(28);
    judging.clock.advance(1_000);
    expect(judging.rules()).toEqual([]);
  });
});
