import { expect, test } from 'vitest';
import { storageWorthSaying } from '../../../../agent/decide/storage-change.ts';

const disk = (freeBytes: number, path = '/srv', totalBytes = 1_000) => ({ path, totalBytes, freeBytes });

test('is said first, every hour, and when more than a hundredth has changed', () => {
  expect(storageWorthSaying(null, [], 0)).toBe(false);
  expect(storageWorthSaying(null, [disk(500)], 0)).toBe(true);
  const said = { fileSystems: [disk(500)], atMs: 0 };
  expect(storageWorthSaying(said, [disk(490)], 3_599_999)).toBe(false);
  expect(storageWorthSaying(said, [disk(489)], 60_000)).toBe(true);
  expect(storageWorthSaying(said, [disk(511)], 60_000)).toBe(true);
  expect(storageWorthSaying(said, [disk(500)], 3_600_000)).toBe(true);
});

test('a file system that came, went, grew or changed its place is said at once', () => {
  const said = { fileSystems: [disk(500)], atMs: 0 };
  for (const now of [[], [disk(500), disk(1, '/mnt')], [disk(500, '/mnt')], [disk(500, '/srv', 2_000)]])
    expect(storageWorthSaying(said, now, 60_000)).toBe(true);
});
