import { expect, test } from 'vitest';
import { judgeStorage, SAMPLE_STALE_MS, UNMEASURED_MAX_MS } from '../../../../collector/decide/storage.ts';
import type { FileSystemHistory } from '../../../../collector/store/types.ts';
import { absent, hostRow, present } from '../../../support/rows.ts';
import { SAMPLE_AT_MS as NOW_MS } from '../../../support/samples.ts';

const HOUR_MS = 3_600_000;
const GIB = 1024 ** 3;
const host = hostRow({ host: 'storage1' });

/** Hourly samples of `days`, used growing by `gibPerDay` up to `freeGib` free of 1,000 now. */
function history(freeGib: number, gibPerDay: number, days = 7, path = '/srv/borg'): FileSystemHistory {
  const samples = Array.from({ length: days * 24 + 1 }, (_, hour) => {
    const hoursAgo = days * 24 - hour;
    const freeBytes = Math.round((freeGib + (gibPerDay * hoursAgo) / 24) * GIB);
    return { path, atMs: NOW_MS - hoursAgo * HOUR_MS, totalBytes: 1_000 * GIB, freeBytes };
  });
  return { path, samples };
}
const judge = (histories: FileSystemHistory[], nowMs = NOW_MS, presence = present(nowMs)) =>
  judgeStorage(histories, host, presence, nowMs);

test('a disk that fills up says when, by the rate of the last seven days', () => {
  expect(judge([history(120, 20)])).toMatchObject({
    state: 'late',
    rule: 'repository_full',
    severity: 'warning',
    reason:
      '/srv/borg has 120 GiB of 1000 GiB free (12 %) and fills up in 6d at the rate of the last 7d (20.0 GiB a day).',
  });
  expect(judge([history(120, 17)])).toMatchObject({ state: 'ok', rule: null });
});

test('two days left is critical, and so is next to nothing at any rate', () => {
  expect(judge([history(100, 51)])).toMatchObject({ state: 'broken', severity: 'critical' });
  expect(judge([history(19, 0)])).toMatchObject({ state: 'broken', severity: 'critical' });
  expect(judge([history(49, 0)])).toMatchObject({ state: 'late', severity: 'warning' });
  expect(judge([history(51, 0)])).toMatchObject({ state: 'ok' });
  expect(judge([history(51, -30)])).toMatchObject({ state: 'ok' });
});

test('the first two days of a new disk are no rate', () => {
  expect(judge([history(120, 60, 1)]).state).toBe('ok');
  expect(judge([history(120, 61, 2)])).toMatchObject({
    state: 'broken',
    reason: expect.stringContaining('at the rate of the last 2d'),
  });
});

test('the teeth of nightly backups and prunes are no growth', () => {
  const flat = history(300, 0);
  const samples = flat.samples.map((one, hour) => ({
    ...one,
    freeBytes: one.freeBytes - (hour % 24) * 10 * GIB,
  }));
  expect(judge([{ ...flat, samples }]).state).toBe('ok');
});

test('of several the worst decides, and all that are bad are named, the worst first', () => {
  const verdict = judge([history(500, 0, 7, '/a'), history(40, 0, 7, '/b'), history(10, 0, 7, '/c')]);
  expect(verdict).toMatchObject({ state: 'broken', severity: 'critical' });
  expect(verdict.reason).toMatch(/^\/c has .*\. \/b has .*\.$/);
});

test('what has not been measured for three hours is unknown, and keeps the alert it had', () => {
  const later = NOW_MS + SAMPLE_STALE_MS;
  expect(judge([history(10, 0)], later).state).toBe('broken');
  expect(judge([history(10, 0)]).nextCheckAtMs).toBe(later + 1);
  expect(judge([history(10, 0)], later + 1)).toMatchObject({ state: 'unknown', undecided: true });
  expect(judge([history(10, 0)], later + 1, absent(NOW_MS)).reason).toContain('storage1 is not connected');
});

test('what a connected host has not measured for three hours more is an alert, and says so', () => {
  const deadlineMs = NOW_MS + SAMPLE_STALE_MS + UNMEASURED_MAX_MS;
  expect(judge([history(500, 0)], deadlineMs)).toMatchObject({ state: 'unknown', undecided: true });
  const judgedAtMs = judge([history(500, 0)], deadlineMs).nextCheckAtMs!;
  const verdict = judge([history(500, 0)], judgedAtMs);
  expect(verdict).toMatchObject({
    state: 'late',
    rule: 'repository_full',
    severity: 'warning',
    reason: expect.stringMatching(/^Nobody has measured how full \/srv\/borg is since 2026-11-20/),
  });
  expect(verdict.reason).not.toContain('500 GiB');
  // What was nearly full when it was last measured is no better now.
  expect(judge([history(10, 0)], judgedAtMs)).toMatchObject({ state: 'broken', severity: 'critical' });
  const away = judge([history(500, 0)], judgedAtMs, absent(NOW_MS));
  expect(away).toMatchObject({ state: 'unknown', undecided: true, nextCheckAtMs: null });
});

test('a host without repositories has no such question', () => {
  expect(judge([])).toMatchObject({ state: 'not-applicable', rule: null });
});
