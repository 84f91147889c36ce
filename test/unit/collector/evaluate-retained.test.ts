/** Windows, sizes and disks, from facts in the store to the pager. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RETURN_SETTLE_MS } from '../../../collector/assurances/absence.ts';
import type { HostRow, JobRow } from '../../../collector/store/types.ts';
import type { RecoveryPoint } from '../../../proto/run.ts';
import { Judging } from '../../support/judging.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let judging: Judging;
let web1: HostRow;
let job: JobRow;
let points: RecoveryPoint[];
beforeEach(() => {
  judging = new Judging();
  judging.evaluator.start();
  web1 = judging.enroll('web1');
  judging.connect(web1);
  points = [];
  job = judging.declare(web1, { schedule: null, longestSilenceMs: 26 * HOUR_MS, keepMs: 7 * DAY_MS });
});
afterEach(() => judging.stop());

function back(sizeBytes = 1_000): void {
  const createdAtMs = judging.clock.nowMs();
  const name = `web1-files-${new Date(createdAtMs).toISOString()}`;
  const { repository } = job.declaration;
  points.push({ repository, name, id: name, subject: '', createdAtMs, sizeBytes });
  judging.finished(job, { runId: name, recoveryPoints: [points.at(-1)!] });
}
function inventory(): void {
  const nowMs = judging.clock.nowMs();
  judging.store.runs.saveSeenPoints(job.id, points, { complete: true, takenAtMs: nowMs }, nowMs);
  judging.store.jobs.touch(job.id);
  judging.evaluator.wake();
}
/** The machine sleeps, and is awake for the last seconds: a real week has 600,000 ticks of the evaluator. */
function pass(ms: number): void {
  // As much of it awake as agents have to report after a sleep.
  const awakeMs = Math.min(ms, RETURN_SETTLE_MS + 5_000);
  judging.clock.setWallClock(judging.clock.nowMs() + ms - awakeMs);
  judging.heard(web1.id);
  judging.clock.advance(awakeMs);
}
function nights(count: number): void {
  for (let night = 0; night < count; night += 1) {
    back();
    inventory();
    pass(DAY_MS);
  }
}
const retained = () => judging.job(job).verdicts.retained!;

test('what a steward prunes is missing from the inventory and raises nothing', () => {
  nights(12);
  points = points.filter(({ createdAtMs }) => createdAtMs > judging.clock.nowMs() - 8 * DAY_MS);
  inventory();
  pass(HOUR_MS);
  const known = judging.store.runs.recoveryPoints({ missing: true, limit: 99 }).items;
  expect(known.filter(({ missingSinceMs }) => missingSinceMs !== null)).toHaveLength(12 - points.length);
  expect(retained()).toMatchObject({ state: 'ok', rule: null });
  expect(judging.history()).toEqual([]);
});

test('what is pruned too far is one critical page, and is over when the window has moved past it', () => {
  nights(8);
  points = points.filter((_, night) => night < 3 || night > 5);
  inventory();
  pass(HOUR_MS);
  expect(judging.history()).toEqual(['retention_short job:web1/files']);
  expect(judging.firing()).toMatchObject([
    { severity: 'critical', reason: expect.stringMatching(/3 archives of it vanished/) },
  ]);
  nights(8);
  expect(judging.firing()).toEqual([]);
  expect(judging.history()).toHaveLength(1);
});

test('everything gone is said although an inventory of nothing names nothing', () => {
  nights(3);
  points = [];
  inventory();
  pass(HOUR_MS);
  expect(judging.firing()).toMatchObject([{ rule: 'retention_short', severity: 'critical' }]);
});

test('a size that falls is a warning until a person agrees, and is measured anew from then on', () => {
  nights(4);
  back(400);
  inventory();
  pass(HOUR_MS);
  expect(judging.firing()).toMatchObject([{ rule: 'size_anomaly', severity: 'warning' }]);
  expect(judging.job(job)).toMatchObject({ state: 'late', verdicts: { onTime: { rule: 'size_anomaly' } } });
  judging.alerting.acknowledge(judging.firing()[0]!.id, 'ada', 'the old orders went', judging.clock.nowMs());
  judging.evaluator.wake();
  for (let night = 0; night < 4; night += 1) {
    pass(DAY_MS);
    back(410);
    inventory();
  }
  pass(HOUR_MS);
  expect(judging.history()).toEqual(['size_anomaly job:web1/files']);
  back(100);
  pass(HOUR_MS);
  expect(judging.rules()).toEqual(['size_anomaly']);
});

test('a disk that fills is one alert, sent again when it becomes critical', async () => {
  const disk = (freeBytes: number) => {
    judging.store.storage.save(
      web1.id,
      [{ path: '/srv', totalBytes: 100, freeBytes }],
      judging.clock.nowMs(),
    );
    judging.evaluator.wake();
    judging.clock.advance(1_000);
  };
  disk(50);
  expect(judging.firing()).toEqual([]);
  disk(4);
  disk(3);
  disk(1);
  expect(judging.history()).toEqual(['repository_full host:web1']);
  expect(judging.firing()).toMatchObject([
    { severity: 'critical', reason: '/srv has 1 B of 100 B free (1 %).' },
  ]);
  const told = judging.store.outbox.ofAlert(judging.firing()[0]!.id);
  expect(told.map(({ event }) => event)).toEqual(['trigger', 'trigger']);
  expect(told.map(({ payload }) => JSON.parse(payload).alert.severity)).toEqual(['warning', 'critical']);
  disk(50);
  const all = judging.store.outbox.ofAlert(judging.store.alerts.list({ limit: 1 }).items[0]!.id);
  expect(all.map(({ event }) => event)).toEqual(['trigger', 'trigger', 'resolve']);
});

test('a disk that a connected host measures no more is an alert, which the next measurement ends', () => {
  const measure = () => {
    const fileSystems = [{ path: '/srv', totalBytes: 100, freeBytes: 50 }];
    judging.store.storage.save(web1.id, fileSystems, judging.clock.nowMs());
    judging.evaluator.wake();
    judging.clock.advance(1_000);
  };
  measure();
  pass(7 * HOUR_MS);
  expect(judging.firing().map(({ rule }) => rule)).toContain('repository_full');
  measure();
  expect(judging.firing().map(({ rule }) => rule)).not.toContain('repository_full');
});
