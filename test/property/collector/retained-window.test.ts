/** Whether any second of a promise can be restored, held against a look at each second apart. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { retained } from '../../../collector/assurances/retained.ts';
import type { Facts } from '../../../collector/assurances/types.ts';
import { jobRow, present, runRow } from '../../support/rows.ts';
import { SAMPLE_AT_MS } from '../../support/samples.ts';
import { walServer, walState } from '../../support/wal.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const KEEP_MS = 7 * DAY_MS;
const INTERVAL_MS = 26 * HOUR_MS;
const STALE = { warningMs: 15 * MINUTE_MS, criticalMs: HOUR_MS };

/** Where verdicts change within the minutes that a sample counts for. */
const nearly = (ageMs: number) => fc.integer({ min: ageMs - 6 * MINUTE_MS, max: ageMs + 6 * MINUTE_MS });
const hoursAgo = fc.double({ min: 0, max: 9 * 24, noNaN: true }).map((hours) => Math.round(hours * HOUR_MS));

/** Of timelines beside each other, in any order. */
const overlapping = fc.array(fc.tuple(hoursAgo, hoursAgo, fc.boolean()), { maxLength: 4 }).map((pairs) =>
  pairs.map(([one, other, open]) => ({
    fromMs: SAMPLE_AT_MS - Math.max(one, other),
    toMs: open ? 0 : SAMPLE_AT_MS - Math.min(one, other),
  })),
);

/** Windows of the last nine days, oldest first, apart from each other. */
const apart = fc
  .tuple(fc.uniqueArray(fc.oneof(hoursAgo, nearly(KEEP_MS)), { maxLength: 6 }), fc.boolean())
  .map(([ages, open]) => {
    const ends = ages.sort((a, b) => b - a).map((age) => SAMPLE_AT_MS - age);
    if (ends.length % 2 === 1 && !open) ends.pop();
    const pairs = ends.flatMap((fromMs, i) => (i % 2 === 0 ? [{ fromMs, toMs: ends[i + 1] ?? 0 }] : []));
    return pairs;
  });

const sample = fc.record({
  windows: fc.oneof(apart, overlapping),
  timeline: fc.constantFrom(1, 2),
  role: fc.constantFrom('primary' as const, 'primary' as const, 'standby' as const),
  exposureMs: fc.oneof(fc.constantFrom(0, MINUTE_MS, 20 * MINUTE_MS, 2 * HOUR_MS), nearly(HOUR_MS)),
  backupsAtMs: fc
    .array(fc.oneof(hoursAgo, nearly(2 * INTERVAL_MS)), { maxLength: 2 })
    .map((ages) => ages.map((age) => SAMPLE_AT_MS - age).sort()),
  holes: fc.constantFrom<string[]>([], [], ['000000010000000000000002']),
  isComplete: fc.constantFrom(true, true, true, true, false),
});

const receivedAtMs = fc.integer({ min: SAMPLE_AT_MS - 6 * MINUTE_MS, max: SAMPLE_AT_MS });
const lostAtMs = fc.constantFrom(null, null, null, SAMPLE_AT_MS - 4 * MINUTE_MS, SAMPLE_AT_MS - HOUR_MS);

const facts = fc
  .record({
    state: fc.record({ sample, receivedAtMs, databaseLostAtMs: lostAtMs, repositoryLostAtMs: lostAtMs }),
    servers: fc.array(
      fc.record({
        role: fc.constantFrom('primary' as const, 'primary' as const, 'standby' as const),
        sample,
        receivedAtMs,
        seenAtMs: receivedAtMs,
        roleSinceMs: receivedAtMs,
        keepMs: fc.constantFrom(DAY_MS, KEEP_MS),
      }),
      { maxLength: 2 },
    ),
    keptForMs: fc.oneof(fc.constantFrom(HOUR_MS, 2 * DAY_MS, 30 * DAY_MS), nearly(INTERVAL_MS)),
    ranAgoMs: fc.option(hoursAgo),
  })
  .map(({ state, servers, keptForMs, ranAgoMs }): Facts => {
    const startedAtMs = SAMPLE_AT_MS - (ranAgoMs ?? 0);
    const runs = ranAgoMs === null ? [] : [runRow({ startedAtMs, finishedAtMs: startedAtMs + 1 })];
    const declared = { kind: 'postgres-pitr', staleAfter: STALE, keepMs: KEEP_MS };
    const job = jobRow(
      runs,
      { ...declared, longestSilenceMs: INTERVAL_MS },
      { keptFromMs: SAMPLE_AT_MS - keptForMs },
    );
    const wal = {
      state: walState(state.sample, { ...state, sample: walState(state.sample).sample }),
      servers: servers.map(({ sample: seen, role, ...change }) =>
        walServer(role, { ...change, sample: walState({ ...seen, role }).sample }),
      ),
    };
    const presence = present(SAMPLE_AT_MS + 30 * DAY_MS);
    return { job, presence, points: [], sizes: [], newestPoint: null, peers: [], wal };
  });

const afterMs = fc.oneof(fc.nat({ max: 6 * MINUTE_MS }), fc.nat({ max: 2 * DAY_MS }));
const RUNS = { numRuns: 10_000 };

it('is green only when every second of the promise can be restored, and short only when one cannot', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(facts, share, (known, at) => {
      const { state } = known.wal!;
      const verdict = retained.judge({ ...known, wal: { state, servers: [] } }, SAMPLE_AT_MS);
      const { sample } = state!;
      const beginMs = Math.max(SAMPLE_AT_MS - KEEP_MS, known.job.keptFromMs + INTERVAL_MS);
      const endMs = state!.receivedAtMs - sample.exposureMs;
      const covers = (ms: number) =>
        sample.windows.some(({ fromMs, toMs }) => fromMs <= ms && ms <= (toMs || Math.max(endMs, fromMs)));
      const edges = sample.windows.flatMap(({ fromMs, toMs }) => [fromMs - 1, toMs + 1]);
      const anywhere = beginMs + at * (endMs - beginMs);
      const promisedMs = [beginMs, anywhere, ...edges].filter((ms) => beginMs <= ms && ms <= endMs);
      if (verdict.state === 'ok') for (const ms of promisedMs) expect(covers(ms)).toBe(true);
      if (verdict.rule !== null && verdict.severity !== 'critical' && beginMs < SAMPLE_AT_MS) {
        expect([beginMs, endMs + 1, ...edges].every(covers)).toBe(false);
      }
    }),
    RUNS,
  );
});

it('stays what it is until the moment at which it wants to be looked at again, which is in the future', () => {
  const gist = (known: Facts, nowMs: number) => {
    const { state, rule, undecided, severity } = retained.judge(known, nowMs);
    return { state, rule, undecided, severity };
  };
  fc.assert(
    fc.property(facts, afterMs, fc.double({ min: 0, max: 1, noNaN: true }), (known, after, share) => {
      const nowMs = SAMPLE_AT_MS + after;
      const { nextCheckAtMs, sinceMs, reason } = retained.judge(known, nowMs);
      expect(sinceMs).toBeLessThanOrEqual(nowMs);
      expect(reason).not.toMatch(/undefined|NaN|Invalid/);
      if (nextCheckAtMs !== null) expect(nextCheckAtMs).toBeGreaterThan(nowMs);
      const untilMs = nextCheckAtMs ?? nowMs + 30 * DAY_MS;
      for (const at of [nowMs + Math.floor(share * (untilMs - 1 - nowMs)), untilMs - 1]) {
        expect(gist(known, at)).toEqual(gist(known, nowMs));
      }
    }),
    RUNS,
  );
});
