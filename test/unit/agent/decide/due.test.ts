import { expect, it } from 'vitest';
import { CLOCK_SET_BACK_MAX_MS, decideDue } from '../../../../agent/decide/due.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';

const HOUR_MS = 3_600_000;
const hourly = { cron: '0 * * * *', zone: 'UTC', spreadMs: 0, startGraceMs: 0, finishWithinMs: HOUR_MS };

function decide(change: { nowMs: number; settledUpToMs?: number; upSinceMs?: number }) {
  return decideDue({
    schedule: hourly,
    host: 'web1',
    job: 'files',
    settledUpToMs: SAMPLE_AT_MS,
    upSinceMs: SAMPLE_AT_MS - 1,
    ...change,
  });
}

it('starts what is due, at its moment and not before', () => {
  expect(decide({ nowMs: SAMPLE_AT_MS + HOUR_MS - 1 }).start).toBeNull();
  expect(decide({ nowMs: SAMPLE_AT_MS + HOUR_MS })).toEqual({
    start: { dueAtMs: SAMPLE_AT_MS + HOUR_MS, trigger: 'schedule' },
    skipped: [],
    settledUpToMs: SAMPLE_AT_MS + HOUR_MS,
    nextLookAtMs: SAMPLE_AT_MS + 2 * HOUR_MS,
  });
});

it('starts the newest and reports the rest as skipped when the clock leaps ahead', () => {
  const { start, skipped } = decide({ nowMs: SAMPLE_AT_MS + 3.5 * HOUR_MS });
  expect(start).toEqual({ dueAtMs: SAMPLE_AT_MS + 3 * HOUR_MS, trigger: 'schedule' });
  expect(skipped).toEqual([SAMPLE_AT_MS + HOUR_MS, SAMPLE_AT_MS + 2 * HOUR_MS]);
});

it('does not report what passed while the agent was down', () => {
  const nowMs = SAMPLE_AT_MS + 3.5 * HOUR_MS;
  expect(decide({ nowMs, upSinceMs: nowMs })).toMatchObject({
    start: { dueAtMs: SAMPLE_AT_MS + 3 * HOUR_MS, trigger: 'catch-up' },
    skipped: [],
  });
});

it('bounds what a leap of years reports', () => {
  expect(decide({ nowMs: SAMPLE_AT_MS + 10_000 * HOUR_MS }).skipped).toHaveLength(20);
});

it('starts nothing twice when the clock is set back, and begins anew when it had been far ahead', () => {
  const back = decide({ nowMs: SAMPLE_AT_MS - CLOCK_SET_BACK_MAX_MS });
  expect(back).toMatchObject({ start: null, nextLookAtMs: SAMPLE_AT_MS + HOUR_MS });
  for (const aheadMs of [CLOCK_SET_BACK_MAX_MS + 1, 24 * HOUR_MS]) {
    const nowMs = SAMPLE_AT_MS - aheadMs;
    const decision = decide({ nowMs });
    expect(decision).toMatchObject({ start: null, settledUpToMs: nowMs });
    expect(decision.nextLookAtMs).toBeLessThanOrEqual(nowMs + HOUR_MS);
  }
});
