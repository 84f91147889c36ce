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
