import { expect, test } from 'vitest';
import { onTime } from '../../../../collector/assurances/on-time.ts';
import type { Presence } from '../../../../collector/assurances/types.ts';
import type { NewestPoint, RunRow } from '../../../../collector/store/types.ts';
import { absent, jobRow, present, runRow } from '../../../support/rows.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';

const HOUR_MS = 3_600_000;
const SILENCE_MS = 26 * HOUR_MS;
/** The newest archive appeared here. */
const MADE = SAMPLE_AT_MS;
const DEADLINE = MADE + SILENCE_MS;
const NEWEST: NewestPoint = { name: 'offsite-7', atMs: MADE };

function lookAt(atMs: number, change: Partial<RunRow> = {}): RunRow {
  return runRow({ dueAtMs: atMs, startedAtMs: atMs, finishedAtMs: atMs + 1_000, ...change });
}

function judge(
  runs: RunRow[],
  nowMs: number,
  {
    newestPoint = NEWEST,
    presence = present(nowMs),
  }: { newestPoint?: NewestPoint | null; presence?: Presence } = {},
) {
  const job = jobRow(runs, { kind: 'observed', repository: 'acme', longestSilenceMs: SILENCE_MS });
  return onTime.judge({ job, presence, points: [], sizes: [], newestPoint, peers: [], wal: null }, nowMs);
}

test('is fine while the newest archive is young enough, whatever came after the look', () => {
  const verdict = judge([lookAt(MADE + HOUR_MS)], MADE + 2 * HOUR_MS);
  expect(verdict).toMatchObject({ state: 'ok', sinceMs: MADE, nextCheckAtMs: DEADLINE + 1 });
  expect(verdict.reason).toBe('The newest archive in acme, offsite-7, is of 2026-11-20 02:00:00 UTC.');
});

test('good looks do not hide that nothing appears any more: the archive counts, not the look', () => {
  const looks = Array.from({ length: 27 }, (_, hour) => lookAt(MADE + (hour + 1) * HOUR_MS));
  const verdict = judge(looks, MADE + 27 * HOUR_MS + 2_000);
  expect(verdict).toMatchObject({ state: 'broken', rule: 'sync_silent', sinceMs: DEADLINE });
  expect(verdict.reason).toBe(
    'The newest archive in acme, offsite-7, is of 2026-11-20 02:00:00 UTC: longer ago than 1d 2h. ' +
      'It was looked at 2026-11-21 05:00:00 UTC.',
  );
});

test('calls nobody before somebody has looked: a new archive may be there already', () => {
  const verdict = judge([lookAt(DEADLINE - 60_000)], DEADLINE + 60_000);
  expect(verdict).toMatchObject({ state: 'unknown', rule: null, undecided: true });
  expect(verdict.reason).toContain('the next look shows it');
});

test('a look that fails is said at once, and cleared by the next good one', () => {
  const bad = lookAt(MADE + 2 * HOUR_MS, { outcome: 'failed', reason: 'The passphrase is wrong.' });
  const looks = [lookAt(MADE + HOUR_MS), bad];
  expect(judge(looks, MADE + 2 * HOUR_MS + 2_000)).toMatchObject({ state: 'broken', rule: 'sync_failed' });
  expect(judge([...looks, lookAt(MADE + 3 * HOUR_MS)], MADE + 4 * HOUR_MS).state).toBe('ok');
});

test('looks that are skipped while somebody works in the repository alarm nobody', () => {
  const skipped = Array.from({ length: 20 }, (_, hour) =>
    lookAt(MADE + (hour + 2) * HOUR_MS, { outcome: 'skipped', reason: 'It stayed locked.' }),
  );
  expect(judge([lookAt(MADE + HOUR_MS), ...skipped], MADE + 22 * HOUR_MS).state).toBe('ok');
});

/** The sample's looks are due daily at 02:00: the first after the deadline has until then. */
const LOOK_BY = SAMPLE_AT_MS + 49 * HOUR_MS;

test('a lock that never goes away does not hide the silence for ever', () => {
  const skipped = lookAt(MADE + 48 * HOUR_MS, { outcome: 'skipped', reason: 'It stayed locked.' });
  const looks = [lookAt(MADE + HOUR_MS), skipped];
  expect(judge(looks, LOOK_BY)).toMatchObject({ state: 'unknown', undecided: true });
  const verdict = judge(looks, LOOK_BY + 1_000);
  expect(verdict).toMatchObject({ state: 'broken', rule: 'sync_silent', sinceMs: LOOK_BY });
  expect(verdict.reason).toBe(
    'The newest archive in acme, offsite-7, is of 2026-11-20 02:00:00 UTC, longer ago than 1d 2h. ' +
      'The last look was 2026-11-20 03:00:00 UTC. It stayed locked.',
  );
});

test('while the host is away nobody can know', () => {
  const verdict = judge([lookAt(MADE + HOUR_MS)], LOOK_BY + HOUR_MS, { presence: absent(MADE + HOUR_MS) });
  expect(verdict).toMatchObject({ state: 'unknown', rule: null, undecided: true });
});

test('without any archive it is unknown, and silent once one had its time to appear', () => {
  const declaredAtMs = jobRow([]).firstDeclaredAtMs;
  const early = judge([lookAt(declaredAtMs + HOUR_MS)], declaredAtMs + 2 * HOUR_MS, { newestPoint: null });
  expect(early).toMatchObject({ state: 'unknown', reason: 'No archive has been seen in acme yet.' });
  const late = judge([lookAt(MADE)], MADE + 2_000, { newestPoint: null });
  expect(late).toMatchObject({ state: 'broken', rule: 'sync_silent' });
});
