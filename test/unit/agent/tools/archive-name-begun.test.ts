import { expect, it } from 'vitest';
import { begunAtMs } from '../../../../agent/tools/archive-name.ts';

const SECOND_MS = Date.UTC(2026, 10, 23, 2, 52, 49);

it('tells two archives of one second apart by their names', () => {
  const first = { name: 'web1-files-2026-11-23T02:52:49.010Z', createdAtMs: SECOND_MS };
  const second = { name: 'web1-files-2026-11-23T02:52:49.910Z', createdAtMs: SECOND_MS };
  expect([first, second].map(begunAtMs)).toEqual([SECOND_MS + 10, SECOND_MS + 910]);
});

it('believes borg where the name says another time, or none', () => {
  const dump = { name: 'db1-shop-2026-11-23T02:50:00.000Z-db-shop', createdAtMs: SECOND_MS };
  expect(begunAtMs(dump)).toBe(SECOND_MS);
  expect(begunAtMs({ name: 'by-hand', createdAtMs: SECOND_MS })).toBe(SECOND_MS);
  expect(begunAtMs({ name: 'x-2026-99-23T02:52:49.010Z', createdAtMs: SECOND_MS })).toBe(SECOND_MS);
});
