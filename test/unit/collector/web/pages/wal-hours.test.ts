import { expect, it } from 'vitest';
import { HOURS, walHours, walSinceMs } from '../../../../../collector/web/pages/wal-hours.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 20, 12, 30);
const STALE = { warningMs: HOUR_MS / 4, criticalMs: HOUR_MS };

it('shows the worst of each of the last 168 hours, and nobody looking as what it is', () => {
  const sinceMs = walSinceMs(NOW_MS);
  const seen = [
    { atMs: sinceMs, exposureMs: 0 },
    { atMs: sinceMs + HOUR_MS, exposureMs: 0 },
    { atMs: sinceMs + 1.5 * HOUR_MS, exposureMs: HOUR_MS / 2 },
    { atMs: NOW_MS, exposureMs: 2 * HOUR_MS },
  ];
  const hours = walHours(seen, [sinceMs + 2.5 * HOUR_MS, sinceMs - HOUR_MS], STALE, NOW_MS);
  expect(hours).toHaveLength(HOURS);
  expect(hours.slice(0, 3).map(({ kind }) => kind)).toEqual(['ok', 'late', 'unseen']);
  const nowHour = Date.UTC(2026, 10, 20, 12);
  expect(hours.at(-1)).toMatchObject({ kind: 'broken', exposureMs: 2 * HOUR_MS, atMs: nowHour });
  expect(hours.flatMap(({ backup }, i) => (backup ? [i] : []))).toEqual([2]);
});
