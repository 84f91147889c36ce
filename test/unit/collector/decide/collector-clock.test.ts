import { expect, test } from 'vitest';
import { clockIsVouchedFor, collectorClockProblem } from '../../../../collector/decide/collector-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const problem = (...offsetsMs: number[]) =>
  collectorClockProblem(
    offsetsMs.sort((a, b) => a - b),
    MINUTE_MS,
  );
const vouched = (...offsetsMs: number[]) =>
  clockIsVouchedFor(
    offsetsMs.sort((a, b) => a - b),
    MINUTE_MS,
  );

test('agents that agree with each other and not with the collector say that its clock is wrong', () => {
  expect(problem(-DAY_MS, -DAY_MS + 200)).toContain("own clock is 1d ahead of its agents'");
  expect(problem(DAY_MS, DAY_MS, DAY_MS - 3_000, 0)).toContain("own clock is 1d behind its agents'");
});

test('one agent alone, or some that differ from the others, are wrong themselves', () => {
  expect(problem()).toBe(null);
  expect(problem(DAY_MS)).toBe(null);
  expect(problem(DAY_MS, 0)).toBe(null);
  expect(problem(DAY_MS, DAY_MS, 0, 0)).toBe(null);
  expect(problem(DAY_MS, DAY_MS, 0, 0, 50, -50)).toBe(null);
  expect(problem(DAY_MS, 2 * DAY_MS, 3 * DAY_MS)).toBe(null);
});

test('two agents that agree with the collector vouch for its clock', () => {
  expect(vouched(0, 900)).toBe(true);
  expect(vouched(0, 900, DAY_MS)).toBe(true);
  expect(vouched(0)).toBe(false);
  expect(vouched(0, DAY_MS)).toBe(false);
  expect(vouched(DAY_MS, DAY_MS)).toBe(false);
});
