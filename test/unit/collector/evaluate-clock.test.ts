/** Somebody sets the collector's clock years ahead, and then right again. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostRow, JobRow } from '../../../collector/store/types.ts';
import { Judging, SILENT_AFTER_MS, STARTUP_GRACE_MS } from '../../support/judging.ts';

const MINUTE_MS = 60_000;
const YEAR_MS = 366 * 86_400_000;
const EVENING = Date.UTC(2026, 10, 19, 20);
/** The sample job is due at 02:00 UTC and may start until 02:10. */
const START_BY = Date.UTC(2026, 10, 20, 2, 10);

let judging: Judging;
let web1: HostRow;
let files: JobRow;

beforeEach(() => {
  judging = new Judging({ nowMs: EVENING });
  judging.evaluator.start();
  web1 = judging.enroll('web1');
  files = judging.declare(web1);
  judging.connect(web1);
  judging.finished(files);
  judging.clock.advance(MINUTE_MS);
});
afterEach(() => judging.stop());

function thereAndBack(meanwhile: () => void = () => {}): void {
  const nowMs = judging.clock.nowMs();
  judging.clock.setWallClock(nowMs + YEAR_MS);
  judging.heard(web1.id);
  judging.clock.advance(1_000);
  meanwhile();
  judging.clock.advance(10_000);
  judging.clock.setWallClock(nowMs + 11_000);
  judging.heard(web1.id);
  judging.clock.advance(2_000);
}

test('a run that only the wrong clock missed is taken back, and one that is missed after that is noticed', () => {
  thereAndBack();
  expect(judging.rules()).toEqual([]);
  judging.clock.advance(START_BY - judging.clock.nowMs() + 2_000);
  expect(judging.rules()).toEqual(['sync_not_started']);
});

test('and so is an agent that falls silent', () => {
  thereAndBack();
  judging.disconnect(web1);
  judging.clock.advance(STARTUP_GRACE_MS + SILENT_AFTER_MS + 1_000);
  expect(judging.rules()).toEqual(['agent_silent']);
});

test('a success stored meanwhile answers for nothing that is due later, and hides no later run', () => {
  const ahead = { runId: 'ahead', dueAtMs: judging.clock.nowMs() + YEAR_MS };
  thereAndBack(() => judging.finished(files, ahead));
  expect(judging.rules()).toEqual([]);
  expect(judging.job(files).lastSuccess!.startedAtMs).toBeLessThanOrEqual(judging.clock.nowMs());
  judging.clock.advance(START_BY - judging.clock.nowMs() + 2_000);
  expect(judging.rules()).toEqual(['sync_not_started']);
  judging.heard(web1.id);
  judging.finished(files, { runId: 'after' });
  judging.clock.advance(1_000);
  expect(judging.rules()).toEqual([]);
  expect(judging.job(files).lastSuccess!.runId).toBe('after');
});

/** Three hosts whose agents have the right time, and say so twice a minute whatever the collector's says. */
function fleet() {
  const rows = ['web2', 'web3', 'web4'].map((name) => judging.enroll(name));
  const jobs = rows.map((row) => judging.declare(row));
  const offset = { ms: 0 };
  const all = [web1, ...rows];
  const speak = () => {
    for (const row of all) {
      judging.connect(row);
      judging.saveLiveness(row, true, judging.clock.nowMs(), { clockOffsetMs: offset.ms });
    }
  };
  for (const job of jobs) judging.finished(job);
  /** Heartbeats of so long; what they tell of the clocks is known after the second. */
  const pass = (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 15_000) {
      judging.clock.advance(15_000);
      if (passedMs >= 15_000) speak();
      else for (const row of all) judging.heard(row.id);
    }
  };
  const set = (byMs: number) => {
    judging.clock.setWallClock(judging.clock.nowMs() + byMs);
    offset.ms -= byMs;
    for (const row of all) judging.heard(row.id);
  };
  speak();
  pass(2 * MINUTE_MS);
  return { jobs: [files, ...jobs], pass, set };
}

const DAY_MS = 86_400_000;

test.each([
  ['ahead', DAY_MS],
  ['back', -DAY_MS],
])('a collector whose clock is set a day %s is one alert, and calls nothing missing', (_, byMs) => {
  const { pass, set } = fleet();
  set(byMs);
  pass(10 * MINUTE_MS);
  expect(judging.history()).toEqual(['clock_skew collector']);
  expect(judging.firing()[0]).toMatchObject({ severity: 'critical' });
  expect(judging.evaluator.isClockTrusted()).toBe(false);
  set(-byMs);
  pass(10 * MINUTE_MS);
  expect(judging.rules()).toEqual([]);
  expect(judging.history()).toEqual(['clock_skew collector']);
  expect(judging.evaluator.isClockTrusted()).toBe(true);
});

test('what is really missed after the clock is right again is called missing', () => {
  const { pass, set, jobs } = fleet();
  set(DAY_MS);
  pass(5 * MINUTE_MS);
  set(-DAY_MS);
  pass(5 * MINUTE_MS);
  const [kept, ...missed] = jobs;
  judging.clock.advance(START_BY - 5 * MINUTE_MS - judging.clock.nowMs());
  judging.finished(kept!, { runId: 'in time', dueAtMs: START_BY - 10 * MINUTE_MS });
  pass(10 * MINUTE_MS);
  expect(judging.rules()).toEqual(missed.map(() => 'sync_not_started'));
});

test('a machine that slept for hours calls nothing missing before its agents have spoken', () => {
  const { pass } = fleet();
  judging.clock.setWallClock(START_BY + 30 * MINUTE_MS);
  pass(30_000);
  expect(judging.history()).toEqual([]);
  pass(2 * MINUTE_MS);
  expect(judging.history()).toEqual(Array(4).fill(expect.stringContaining('sync_not_started')));
});
