import { expect, test } from 'vitest';
import { sizeAnomaly } from '../../../../collector/assurances/sizes.ts';

const AT_MS = Date.UTC(2026, 10, 20, 2);
const sized = (bytes: number, before: number[], subject = 'shop') => ({
  subject,
  newest: { atMs: AT_MS, bytes },
  before,
});

test('less than half the median of those before is said with both figures', () => {
  expect(sizeAnomaly([sized(49, [100, 100, 90, 110])])).toEqual({
    sinceMs: AT_MS,
    reason:
      'The newest of shop has 49 B; the median of the 4 before it is 100 B. Acknowledge if that was meant.',
  });
  expect(sizeAnomaly([sized(50, [100, 100, 90, 110])])).toBeNull();
});

test('with fewer than three before it nobody knows what is normal', () => {
  expect(sizeAnomaly([sized(0, [100, 100])])).toBeNull();
  expect(sizeAnomaly([sized(0, [100, 100, 100])])?.reason).toContain('is empty');
  expect(sizeAnomaly([])).toBeNull();
});

test('one outlier among those before changes nothing, sizes that are not known neither', () => {
  expect(sizeAnomaly([sized(100, [100, 5_000, 100])])).toBeNull();
  expect(sizeAnomaly([sized(0, [0, 0, 0])])).toBeNull();
});

test('the median follows: after as many small runs the small size is usual', () => {
  const before = [1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000];
  let runs = 0;
  while (sizeAnomaly([sized(100, before)]) !== null) {
    before.unshift(100);
    before.pop();
    runs += 1;
  }
  expect(runs).toBe(4);
});

test('many are counted, files are named as what they are', () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map((subject) => sized(1, [100, 100, 100], subject));
  expect(sizeAnomaly(all)?.reason).toContain('2 more are less than half their usual size.');
  expect(sizeAnomaly([sized(1, [100, 100, 100], '')])?.reason).toMatch(/^The newest recovery point has 1 B/);
});
