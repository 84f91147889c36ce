/**
 * A year of a fleet, from deadline to deadline: both DST changes in four zones, runs that start late within
 * their grace, long ones, manual ones. What goes well is never an alert; what is missed is one trigger and
 * one resolve each.
 */
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Alerting } from '../../../collector/alerting.ts';
import { Judge } from '../../../collector/judge.ts';
import { PresenceBoard } from '../../../collector/presence.ts';
import { openStore } from '../../../collector/store/open.ts';
import type { JobRow, Store } from '../../../collector/store/types.ts';
import type { Clock } from '../../../proto/clock.ts';
import { nextDue, type Schedule } from '../../../proto/schedule.ts';
import { sampleDeclaration, sampleFinished, sampleStarted } from '../../support/samples.ts';
import { seededRandom } from '../../support/seed-fleet.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1, 12);
const END_MS = Date.UTC(2027, 0, 1, 12);
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'UTC'];
/** Around the hours that clocks skip or repeat. */
const CRONS = ['30 2 * * *', '0 0 * * *', '15 3 * * 1-5'];

interface Event {
  atMs: number;
  happen: (atMs: number) => void;
}

/** Every run of a job in the year. `missed` says which of them never start; the next one then heals. */
function runsOf(
  store: Store,
  job: JobRow,
  random: () => number,
  missed: (index: number) => boolean,
): Event[] {
  const schedule = job.declaration.schedule!;
  const events: Event[] = [];
  let index = 0;
  for (let due = nextDue(schedule, job.host, job.job, START_MS); due; ) {
    const { dueAtMs } = due;
    if (dueAtMs > END_MS) break;
    index += 1;
    const runId = `run-${dueAtMs}`;
    const startedAtMs = dueAtMs + Math.floor(random() * schedule.startGraceMs);
    const finishedAtMs =
      startedAtMs + Math.floor(random() * (dueAtMs + schedule.finishWithinMs - startedAtMs));
    const run = { runId, dueAtMs, startedAtMs };
    if (!missed(index)) {
      const start = (atMs: number) => store.runs.start(job.id, sampleStarted(run), atMs);
      const finish = (atMs: number) =>
        store.runs.finish(job.id, sampleFinished({ ...run, finishedAtMs }), atMs);
      events.push({ atMs: startedAtMs, happen: start }, { atMs: finishedAtMs, happen: finish });
    }
    due = nextDue(schedule, job.host, job.job, dueAtMs);
  }
  return events;
}

function simulate(missed: (index: number) => boolean) {
  const store = openStore(':memory:');
  const random = seededRandom(7);
  let nowMs = START_MS;
  const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, after: () => () => {} };
  const alerting = new Alerting({ store, routes: [], publicUrl: '' });
  const here = {
    liveness: () => ({
      connected: true,
      caughtUp: true,
      committedSeq: 0,
      lastSeenAtMs: nowMs,
      instance: 'one',
    }),
  };
  const promises = { silentAfterMs: 120_000, clockSkewMaxMs: MINUTE_MS };
  const presence = new PresenceBoard(here, clock);
  const judge = new Judge({ store, alerting, presence, promises, log: pino({ level: 'silent' }) });
  const events: Event[] = [];
  const jobs: JobRow[] = [];
  for (const [z, zone] of ZONES.entries()) {
    const host = store.hosts.enroll(`host${z}`, 'acme', nowMs);
    for (const [c, cron] of CRONS.entries()) {
      const schedule: Schedule = {
        cron,
        zone,
        spreadMs: c % 2 === 0 ? 0 : HOUR_MS,
        startGraceMs: 10 * MINUTE_MS,
        finishWithinMs: 6 * HOUR_MS,
      };
      const job = store.jobs.declare(host.id, sampleDeclaration({ job: `job${c}`, schedule }), '', nowMs);
      jobs.push(job);
      events.push(...runsOf(store, job, random, missed));
    }
  }
  events.sort((a, b) => a.atMs - b.atMs);
  const transitions: string[] = [];
  const judgeNow = () => {
    while (judge.isDue(nowMs)) {
      for (const alert of store.transaction(() => judge.chunk(nowMs)).alerts) {
        transitions.push(`${alert.subject} ${alert.rule} ${alert.state} ${new Date(nowMs).toISOString()}`);
      }
    }
  };
  for (const { atMs, happen } of [...events, { atMs: END_MS, happen: () => {} }]) {
    for (;;) {
      judgeNow();
      const nextMs = judge.nextCheckAtMs() ?? Number.POSITIVE_INFINITY;
      if (nextMs >= atMs) break;
      nowMs = Math.max(nowMs, nextMs);
    }
    nowMs = atMs;
    happen(atMs);
  }
  judgeNow();
  const alerts = store.alerts.list({ limit: 10_000 }).items;
  const states = jobs.map(({ id }) => store.jobs.byId(id)!.state);
  store.close();
  return { alerts, transitions, states, runs: events.length / 2 };
}

test('a healthy year has no alert', () => {
  const { alerts, states, runs } = simulate(() => false);
  expect(runs).toBeGreaterThan(3_500);
  expect(alerts).toEqual([]);
  expect(new Set(states)).toEqual(new Set(['ok']));
}, 120_000);

test('each missed run is one trigger, within a second of its deadline, and one resolve', () => {
  // Every 13th run never starts: no two in a row, in every month, on every weekday.
  const { alerts, transitions } = simulate((index) => index % 13 === 0);
  expect(alerts.length).toBeGreaterThan(250);
  expect(new Set(alerts.map(({ rule }) => rule))).toEqual(new Set(['sync_not_started']));
  const lateMs = alerts.map((alert) => {
    const deadline = /had until (.*?) UTC/.exec(alert.reason)![1]!;
    return alert.startedAtMs - Date.parse(`${deadline.replace(' ', 'T')}Z`);
  });
  // The sentence says whole seconds, so up to one of them is the rounding of a spread.
  expect(Math.max(...lateMs)).toBeLessThan(2_000);
  expect(Math.min(...lateMs)).toBeGreaterThan(0);
  for (const { state } of alerts.slice(ZONES.length * CRONS.length)) expect(state).toBe('resolved');
  expect(transitions).toHaveLength(alerts.length + alerts.filter(({ state }) => state === 'resolved').length);
}, 120_000);

test('the same year is the same year', () => {
  const missed = (index: number) => index % 29 === 0;
  expect(simulate(missed).transitions).toEqual(simulate(missed).transitions);
}, 120_000);
