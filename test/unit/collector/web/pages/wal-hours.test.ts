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
  const hours = walHours(seen, STALE, 0, NOW_MS);
  expect(hours).toHaveLength(HOURS);
  expect(hours.slice(0, 3).map(({ kind }) => kind)).toEqual(['ok', 'late', 'unseen']);
  const nowHour = Date.UTC(2026, 10, 20, 12);
  expect(hours.at(-1)).toEqual({ kind: 'broken', exposureMs: 2 * HOUR_MS, atMs: nowHour });
});

it('does not hold against anybody what was before the declaration', () => {
  const declaredAtMs = walSinceMs(NOW_MS) + 2.5 * HOUR_MS;
  const hours = walHours([], STALE, declaredAtMs, NOW_MS);
  expect(hours.slice(0, 4).map(({ kind }) => kind)).toEqual(['blank', 'blank', 'unseen', 'unseen']);
});

it('gives an hour that has just begun its time', () => {
  const last = (nowMs: number) => walHours([], STALE, 0, nowMs).at(-1)!.kind;
  const hourMs = Date.UTC(2026, 10, 20, 12);
  expect([last(hourMs + 299_999), last(hourMs + 300_000)]).toEqual(['blank', 'unseen']);
});
