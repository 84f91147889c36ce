import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retained } from '../../../../collector/assurances/retained.ts';
import type { JobRow, SubjectPoints } from '../../../../collector/store/types.ts';
import type { JobDeclaration } from '../../../../proto/job.ts';
import { absent, jobRow, present, runRow } from '../../../support/rows.ts';
import { SAMPLE_AT_MS as NOW_MS } from '../../../support/samples.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Points of one subject, so many hours ago; those missing apart. */
function made(hoursAgo: number[], change: Partial<SubjectPoints> = {}): SubjectPoints {
  const atMs = hoursAgo.map((hours) => NOW_MS - hours * HOUR_MS).sort((a, b) => a - b);
  return { subject: '', atMs, missingAtMs: [], knownBefore: true, ...change };
}
const days = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index) * 24 + 1);

function judge(
  points: SubjectPoints[],
  declared: Partial<JobDeclaration> = {},
  change: Partial<JobRow> = {},
  presence = present(NOW_MS),
  nowMs = NOW_MS,
) {
  const promise = { keepMs: 7 * DAY_MS, longestSilenceMs: 26 * HOUR_MS, ...declared };
  const startedAtMs = NOW_MS - HOUR_MS;
  const run = runRow({ dueAtMs: startedAtMs, startedAtMs, finishedAtMs: startedAtMs + 60_000 });
  const job = jobRow([run], promise, { inventoriedAtMs: NOW_MS - HOUR_MS, ...change });
  return retained.judge({ job, presence, points, sizes: [], newestPoint: null, peers: [], wal: null }, nowMs);
}

describe('the window', () => {
  test('daily points of seven days are kept, and the figures are said', () => {
    expect(judge([made(days(0, 6))])).toMatchObject({
      state: 'ok',
      rule: null,
      reason: expect.stringMatching(
        /^7d promised; 7 points back to .*, no two neighbours more than 1d 2h apart\.$/,
      ),
    });
  });

  test('a hole between two points is said with its length and its place', () => {
    const verdict = judge([made([1, 25, 49, 100, 124, 148])]);
    expect(verdict).toMatchObject({ state: 'broken', rule: 'retention_short' });
    expect(verdict.reason).toMatch(/^7d promised; files: a hole of 2d 3h after \S+ \S+ UTC; 6 points\.$/);
    expect(verdict.severity).toBeUndefined();
  });

  test('a hole of one interval to the millisecond is none', () => {
    const atMs = [NOW_MS - 4 * HOUR_MS, NOW_MS - 30 * HOUR_MS, NOW_MS - 56 * HOUR_MS].sort((a, b) => a - b);
    const keptFromMs = NOW_MS - 60 * HOUR_MS;
    const points = { subject: '', missingAtMs: [], knownBefore: false };
    expect(judge([{ ...points, atMs }], {}, { keptFromMs }).state).toBe('ok');
    const later = [atMs[0]! - 1, atMs[1]!, atMs[2]!];
    expect(judge([{ ...points, atMs: later }], {}, { keptFromMs }).state).toBe('broken');
  });

  test('pruned too far is critical: what was there is gone', () => {
    const points = made([1, 25], {
      missingAtMs: [49, 73, 97].map((hours) => NOW_MS - hours * HOUR_MS).reverse(),
    });
    const verdict = judge([points]);
    expect(verdict).toMatchObject({ state: 'broken', rule: 'retention_short', severity: 'critical' });
    expect(verdict.reason).toMatch(/files: a hole of 5d 23h from .*, where 3 archives of it vanished/);
  });

  test('everything gone is a hole, not an absence of facts', () => {
    const points = made([], { missingAtMs: [NOW_MS - 49 * HOUR_MS, NOW_MS - 2 * HOUR_MS] });
    expect(judge([points])).toMatchObject({ state: 'broken', rule: 'retention_short', severity: 'critical' });
  });

  test('the only archives of a young job that vanish are no silence', () => {
    const points = made([], { missingAtMs: [NOW_MS - 2 * HOUR_MS], knownBefore: false });
    const verdict = judge([points], {}, { keptFromMs: NOW_MS - 3 * HOUR_MS });
    expect(verdict).toMatchObject({ state: 'broken', rule: 'retention_short', severity: 'critical' });
    expect(verdict.reason).toBe(
      '7d promised; files: no point is left, where 1 archive of it vanished from the repository; 0 points.',
    );
  });

  test('a job younger than its promise is judged from its declaration on', () => {
    expect(judge([made(days(0, 1))], {}, { keptFromMs: NOW_MS - 50 * HOUR_MS }).state).toBe('ok');
    expect(judge([made(days(0, 1))], {}, { keptFromMs: NOW_MS - 60 * HOUR_MS }).state).toBe('broken');
  });

  test('a monthly job keeps its newest point although only seven days are promised', () => {
    const monthly = { longestSilenceMs: 32 * DAY_MS };
    expect(judge([made([20 * 24])], monthly).state).toBe('ok');
    expect(judge([], monthly).state).toBe('unknown');
  });
});

describe('subjects', () => {
  const dump = { kind: 'postgres-dump', sources: ['all databases'] };
  const globals = made(days(0, 6), { subject: 'globals' });

  test('a database that appeared later is promised from its first point on', () => {
    const young = made(days(0, 2), { subject: 'shop', knownBefore: false });
    expect(judge([globals, young], dump).state).toBe('ok');
    expect(judge([globals, { ...young, knownBefore: true }], dump)).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('db shop: a hole of'),
    });
  });

  test('one that is no longer dumped is a hole, and ages out once it has left the window', () => {
    const stopped = made(days(3, 6), { subject: 'shop' });
    expect(judge([globals, stopped], dump)).toMatchObject({
      state: 'broken',
      rule: 'retention_short',
      reason: expect.stringMatching(/db shop: a hole of 3d 1h after/),
    });
    expect(judge([globals], dump).state).toBe('ok');
  });

  test('one that the declaration names does not age out', () => {
    expect(judge([globals], { ...dump, sources: ['shop'] })).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('db shop: no point is left'),
    });
  });

  test('many holes are counted, the widest named first', () => {
    const holes = [3, 6, 5, 4, 2].map((from) => made(days(from, 6), { subject: `db${from}` }));
    expect(judge([globals, ...holes], dump).reason).toMatch(
      /^7d promised; db db6: .*; db db5: .*; db db4: .*; 2 more of 6 subjects with a hole; 22 points\.$/,
    );
  });
});

describe('what nobody knows', () => {
  test('without any point it is unknown; on-time says that one is due', () => {
    expect(judge([], {}, { lastSuccess: null })).toMatchObject({ state: 'unknown', rule: null });
  });

  test('before the first inventory it is unknown, however many points runs reported', () => {
    const change = { inventoriedAtMs: null, keptFromMs: NOW_MS - DAY_MS };
    expect(judge([made([1])], {}, change)).toMatchObject({ state: 'unknown', rule: null });
  });

  test('an inventory older than twice its interval is stale, and a day later an alert', () => {
    const at = (daysAgo: number, presence = present(NOW_MS)) =>
      judge([made(days(0, 6))], {}, { inventoriedAtMs: NOW_MS - daysAgo * DAY_MS }, presence);
    expect(at(2).state).toBe('ok');
    expect(at(2.1)).toMatchObject({ state: 'unknown', rule: null, undecided: true });
    expect(at(3.1)).toMatchObject({ state: 'late', rule: 'retention_short' });
    expect(at(3.1, absent(NOW_MS - DAY_MS))).toMatchObject({ state: 'unknown', undecided: true });
  });

  test('a silence that is open for everything is on-time’s to page, not retained’s', () => {
    const lastSuccess = runRow({ startedAtMs: NOW_MS - 49 * HOUR_MS, finishedAtMs: NOW_MS - 48 * HOUR_MS });
    expect(judge([made(days(2, 6))], {}, { lastSuccess })).toMatchObject({
      state: 'broken',
      rule: null,
      reason: expect.stringContaining('on-time says why'),
    });
    expect(judge([made(days(2, 6))], {}, { lastSuccess }, absent(NOW_MS - DAY_MS))).toMatchObject({
      state: 'unknown',
      undecided: true,
    });
  });

  test('nothing promised, removed or a prune: not applicable', () => {
    expect(judge([], { keepMs: 0 }).state).toBe('not-applicable');
    expect(judge([], {}, { removedAtMs: NOW_MS }).state).toBe('not-applicable');
    expect(judge([], { kind: 'prune' }).state).toBe('not-applicable');
  });
});

test('a hole resolves by itself once the window has moved past it', () => {
  const points = [made([1, 25, 49, 100, 124, 148])];
  const verdict = judge(points);
  const change = { inventoriedAtMs: NOW_MS + 30 * DAY_MS };
  let nowMs = NOW_MS;
  let state = verdict.state;
  // Later points come every day, and every look happens when it was asked for.
  for (let looks = 0; state === 'broken' && looks < 100; looks += 1) {
    const more = Array.from({ length: 30 }, (_, day) => NOW_MS + day * DAY_MS).filter((at) => at <= nowMs);
    const grown = [{ ...points[0]!, atMs: [...points[0]!.atMs, ...more] }];
    const later = judge(grown, {}, { ...change, lastSuccess: null }, present(nowMs), nowMs);
    state = later.state;
    if (state === 'broken') nowMs = Math.min(later.nextCheckAtMs!, nowMs + DAY_MS);
  }
  expect(state).toBe('ok');
  // The hole ended 49 hours ago: 26 hours of it may be inside the window.
  expect(nowMs).toBe(NOW_MS - 49 * HOUR_MS - 26 * HOUR_MS + 7 * DAY_MS);
});

test('a point more never makes a hole, a point less never fills one', () => {
  const hours = fc.uniqueArray(fc.integer({ min: 0, max: 24 * 8 }), { maxLength: 14 });
  fc.assert(
    fc.property(hours, fc.integer({ min: 0, max: 24 * 8 }), (before, one) => {
      const less = judge([made(before)]);
      const more = judge([made([...before, one])]);
      if (less.state === 'ok') expect(more.state).toBe('ok');
      if (more.state === 'broken' && before.length > 0) expect(less.state).not.toBe('ok');
    }),
    { numRuns: 500 },
  );
});

test('ok means that from every promised instant the next older point is at most one interval away', () => {
  const hours = fc.uniqueArray(fc.integer({ min: 0, max: 24 * 8 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(hours, fc.integer({ min: 0, max: 7 * 24 * 60 }), (points, minutes) => {
      if (judge([made(points)]).state !== 'ok') return;
      const instantMs = NOW_MS - minutes * 60_000;
      const startMs = NOW_MS - 7 * DAY_MS;
      const before = [startMs, ...made(points).atMs].filter((at) => at <= instantMs);
      expect(instantMs - Math.max(...before)).toBeLessThanOrEqual(26 * HOUR_MS);
    }),
    { numRuns: 500 },
  );
});
