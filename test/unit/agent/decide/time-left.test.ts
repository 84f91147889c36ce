import { expect, it } from 'vitest';
import { timeLeftMs } from '../../../../agent/decide/time-left.ts';

it('goes by the speed so far, and says nothing before there is one', () => {
  expect(timeLeftMs(25, 100, 10_000)).toBe(30_000);
  expect(timeLeftMs(100, 100, 10_000)).toBe(0);
  expect(timeLeftMs(25, 100, 1_000)).toBeNull();
  expect(timeLeftMs(0, 100, 10_000)).toBeNull();
  expect(timeLeftMs(25, 0, 10_000)).toBeNull();
});
