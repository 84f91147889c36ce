import { describe, expect, test } from 'vitest';
import { REPORT_TRAVEL_MS, RETURN_SETTLE_MS } from '../../../../collector/assurances/absence.ts';
import { onTime } from '../../../../collector/assurances/on-time.ts';
import type { Presence } from '../../../../collector/assurances/types.ts';
import type { JobRow, RunRow } from '../../../../collector/store/types.ts';
import type { Outcome } from '../../../../proto/run.ts';
import { absent, jobRow, present, runRow } from '../../../support/rows.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The sample job: due daily at 02:00 UTC, may start until 02:10, must have finished by 03:00. */
const DUE = SAMPLE_AT_MS;
const START_BY = DUE + 10 * MINUTE_MS;
const FINISH_BY = DUE + HOUR_MS;
const yesterday = runRow({
  dueAtMs: DUE - DAY_MS,
  startedAtMs: DUE - DAY_MS,
  finishedAtMs: DUE - DAY_MS + 1,
});

function judge(job: JobRow, nowMs: number, presence: Presence = present(nowMs)) {
  return onTime.judge(
    { job, presence, points: [], sizes: [], newestPoint: null, peers: [], wal: null },
    nowMs,
  );
}

/** A run that answers for today's due moment. */
function today(outcome: Outcome | null, change: Partial<RunRow> = {}): RunRow {
  const finishedAtMs = outcome === null ? null : DUE + 2 * MINUTE_MS;
  return runRow({ outcome, dueAtMs: DUE, startedAtMs: DUE + 5, finishedAtMs, ...change });
}

/** Follows nextCheckAtMs from `fromMs`: the moments at which the verdict would be looked at again. */
function verdictsUntil(job: JobRow, fromMs: number, untilMs: number) {
  const seen = [];
  for (let atMs: number | null = fromMs; atMs !== null && atMs <= untilMs; ) {
    const verdict = judge(job, atMs);
    seen.push({ atMs, rule: verdict.rule, state: verdict.state });
    atMs = verdict.nextCheckAtMs;
  }
  return seen;
}

describe('must have started', () => {
  const job = jobRow([yesterday]);

  test('is still in time at the last millisecond of its grace, and late after it', () => {
    expect(judge(job, START_BY)).toMatchObject({ state: 'ok', rule: null });
    const late = judge(job, START_BY + REPORT_TRAVEL_MS + 1);
    expect(late).toMatchObject({ state: 'late', rule: 'sync_not_started', sinceMs: START_BY });
    expect(late.reason).toBe(
      'The run due 2026-11-20 02:00:00 UTC has not started; it had until 2026-11-20 02:10:00 UTC. ' +
        'The last success was 2026-11-19 02:00:00 UTC.',
    );
  });

  test('is looked at again when the grace ends, within a second, and nowhere before', () => {
    const seen = verdictsUntil(job, DUE - DAY_MS + HOUR_MS, DUE + DAY_MS);
    expect(seen.map(({ rule }) => rule)).toEqual([null, 'sync_not_started']);
    expect(seen[1]!.atMs - START_BY).toBeLessThanOrEqual(1_000);
  });

  test('a run that started in the last millisecond is in time', () => {
    const running = jobRow([yesterday, today(null, { startedAtMs: START_BY })]);
    expect(judge(running, START_BY + 1_000)).toMatchObject({ state: 'ok' });
    const late = jobRow([yesterday, today(null, { startedAtMs: START_BY + 1 })]);
    expect(judge(late, START_BY + 1_000)).toMatchObject({ state: 'late', rule: null });
  });

  test('stays missing through the next due moment', () => {
    expect(judge(job, DUE + DAY_MS + 1)).toMatchObject({ rule: 'sync_not_started', sinceMs: START_BY });
    expect(judge(job, DUE + 9 * DAY_MS)).toMatchObject({ rule: 'sync_not_started', sinceMs: START_BY });
  });

  test('is owed by nobody before the job was first declared', () => {
    const fresh = jobRow([], {}, { firstDeclaredAtMs: DUE + 1, scheduledSinceMs: DUE + 1 });
    expect(judge(fresh, DUE + 20 * HOUR_MS)).toMatchObject({ state: 'unknown', rule: null });
    expect(judge(fresh, DUE + DAY_MS + HOUR_MS)).toMatchObject({ rule: 'sync_not_started' });
  });

  test('is owed by nobody before a new schedule held', () => {
    const moved = jobRow([yesterday], {}, { scheduledSinceMs: DUE + HOUR_MS });
    expect(judge(moved, DUE + 5 * HOUR_MS)).toMatchObject({ state: 'ok' });
  });
});

describe('must have finished', () => {
  const job = jobRow([yesterday, today(null)]);

  test('is still in time at the last millisecond, and overdue after it', () => {
    expect(judge(job, FINISH_BY)).toMatchObject({ state: 'ok', rule: null });
    expect(judge(job, FINISH_BY + REPORT_TRAVEL_MS + 1)).toMatchObject({
      state: 'broken',
      rule: 'sync_overdue',
      sinceMs: FINISH_BY,
    });
  });

  test('a run that finished late heals', () => {
    const late = today('succeeded', { finishedAtMs: FINISH_BY + 5 * HOUR_MS });
    expect(judge(jobRow([yesterday, late]), FINISH_BY + 6 * HOUR_MS)).toMatchObject({ state: 'ok' });
  });

  test('a run that started late has its full time from then on', () => {
    const startedAtMs = DUE + 30 * MINUTE_MS;
    const late = jobRow([yesterday, today(null, { startedAtMs })]);
    expect(judge(late, startedAtMs + HOUR_MS)).toMatchObject({ state: 'late', rule: null });
    expect(judge(late, startedAtMs + HOUR_MS + 1_000)).toMatchObject({ rule: 'sync_overdue' });
  });

  test('a run that hangs does not hide behind the ones skipped because of it', () => {
    const often = { schedule: { ...jobRow([]).declaration.schedule!, cron: '*/15 * * * *' } };
    const skipped = runRow({
      outcome: 'skipped',
      dueAtMs: DUE + 45 * MINUTE_MS,
      startedAtMs: DUE + 45 * MINUTE_MS,
      finishedAtMs: DUE + 45 * MINUTE_MS,
    });
    const before = runRow({ startedAtMs: DUE - 15 * MINUTE_MS, dueAtMs: DUE - 15 * MINUTE_MS });
    const job = jobRow([before, today(null), skipped], often);
    expect(judge(job, FINISH_BY + 1_000)).toMatchObject({ state: 'broken', rule: 'sync_failed' });
  });
});

describe('outcomes', () => {
  test.each<[Outcome, string, string | null]>([
    ['succeeded', 'ok', null],
    ['warning', 'late', 'sync_warning'],
    ['failed', 'broken', 'sync_failed'],
    ['timed-out', 'broken', 'sync_overdue'],
  ])('%s counts at once: %s %s', (outcome, state, rule) => {
    const job = jobRow([yesterday, today(outcome, { reason: 'Because' })]);
    expect(judge(job, DUE + 3 * MINUTE_MS)).toMatchObject({ state, rule });
  });

  test.each<Outcome>(['skipped', 'cancelled'])(
    '%s is never green, and broken when nothing follows',
    (outcome) => {
      const job = jobRow([yesterday, today(outcome)]);
      expect(judge(job, DUE + 3 * MINUTE_MS)).toMatchObject({ state: 'late', rule: null });
      expect(judge(job, FINISH_BY)).toMatchObject({ state: 'late', rule: null });
      expect(judge(job, FINISH_BY + 1_000)).toMatchObject({ state: 'broken', rule: 'sync_failed' });
    },
  );

  test('a run cancelled after one that failed does not hide the failure', () => {
    const again = runRow({ outcome: 'cancelled', startedAtMs: DUE + HOUR_MS, finishedAtMs: DUE + HOUR_MS });
    const job = jobRow([yesterday, today('failed'), again]);
    expect(judge(job, DUE + 2 * HOUR_MS)).toMatchObject({ rule: 'sync_failed' });
  });

  test('a manual run after the due moment answers for it', () => {
    const manual = { dueAtMs: null, trigger: 'manual', startedAtMs: DUE + 5 * HOUR_MS } as const;
    const finishedAtMs = DUE + 6 * HOUR_MS;
    const job = jobRow([yesterday, today('failed'), runRow({ ...manual, finishedAtMs })]);
    expect(judge(job, DUE + 7 * HOUR_MS)).toMatchObject({ state: 'ok' });
  });

  test('a success of before the due moment does not', () => {
    const early = runRow({ dueAtMs: null, startedAtMs: DUE - MINUTE_MS, finishedAtMs: DUE + MINUTE_MS });
    expect(judge(jobRow([early]), START_BY + 1_000)).toMatchObject({ rule: 'sync_not_started' });
  });

  test('a run that names its due moment answers for it even when it seems to have started before', () => {
    const early = today('succeeded', { startedAtMs: DUE - 1_500 });
    expect(judge(jobRow([early]), START_BY + 1_000)).toMatchObject({ state: 'ok' });
  });

  test('a run cannot answer for the future', () => {
    const liar = runRow({ dueAtMs: Date.UTC(9999, 0), startedAtMs: DUE, finishedAtMs: DUE + 1 });
    expect(judge(jobRow([liar]), START_BY + DAY_MS + 1_000)).toMatchObject({ rule: 'sync_not_started' });
  });

  test('a job that has never succeeded is unknown, not green', () => {
    expect(judge(jobRow([]), DUE - DAY_MS * 40)).toMatchObject({ state: 'unknown', rule: null });
    expect(judge(jobRow([]), DUE - DAY_MS * 40)).not.toHaveProperty('undecided');
  });
});

describe('longest silence', () => {
  const observed = { schedule: null, longestSilenceMs: 26 * HOUR_MS };
  const finished = yesterday.finishedAtMs!;

  test('is the only question for a job without a schedule', () => {
    const job = jobRow([yesterday], observed);
    expect(judge(job, finished + 26 * HOUR_MS)).toMatchObject({ state: 'ok' });
    const silent = judge(job, finished + 26 * HOUR_MS + 1_000);
    expect(silent).toMatchObject({ state: 'broken', rule: 'sync_silent', sinceMs: finished + 26 * HOUR_MS });
    expect(silent.reason).toContain('longer than 1d 2h');
  });

  test('counts from the first declaration when nothing ever succeeded', () => {
    const job = jobRow([], observed, { firstDeclaredAtMs: DUE });
    expect(judge(job, DUE + 26 * HOUR_MS)).toMatchObject({ state: 'unknown' });
    expect(judge(job, DUE + 27 * HOUR_MS)).toMatchObject({ rule: 'sync_silent' });
  });

  test('gives way to the rule that says more', () => {
    const job = jobRow([yesterday], { longestSilenceMs: HOUR_MS });
    expect(judge(job, DUE - HOUR_MS)).toMatchObject({ rule: 'sync_silent' });
    expect(judge(job, START_BY + 1_000)).toMatchObject({ rule: 'sync_not_started' });
  });
});

describe('who cannot be heard', () => {
  const job = jobRow([yesterday]);
  const lostAtMs = DUE - HOUR_MS;

  test('is undecided about an absence, and says since when', () => {
    const verdict = judge(job, START_BY + HOUR_MS, absent(lostAtMs));
    expect(verdict).toMatchObject({ state: 'unknown', rule: null, undecided: true, nextCheckAtMs: null });
    expect(verdict.reason).toBe(
      'Nobody knows whether the run due 2026-11-20 02:00:00 UTC started: ' +
        'web1 has not been heard since 2026-11-20 01:00:00 UTC.',
    );
  });

  test('owes nothing yet before the deadline', () => {
    expect(judge(job, START_BY, absent(lostAtMs))).toMatchObject({ state: 'ok' });
  });

  test('has failed when it said so, heard or not', () => {
    const failed = jobRow([yesterday, today('failed')]);
    expect(judge(failed, START_BY + HOUR_MS, absent(lostAtMs))).toMatchObject({ rule: 'sync_failed' });
  });

  test('is given time to make up for what came due while it was away, and no time otherwise', () => {
    const nowMs = DUE + 5 * HOUR_MS;
    const back = { caughtUpSinceMs: nowMs - 1_000, catchingUp: false, lastSeenAtMs: nowMs };
    expect(judge(job, nowMs, back)).toMatchObject({
      undecided: true,
      nextCheckAtMs: nowMs - 1_000 + RETURN_SETTLE_MS,
    });
    const settled = nowMs - 1_000 + RETURN_SETTLE_MS;
    expect(judge(job, settled, { ...back, lastSeenAtMs: settled })).toMatchObject({
      rule: 'sync_not_started',
    });
    const inTime = { caughtUpSinceMs: START_BY, catchingUp: false, lastSeenAtMs: START_BY + 2_000 };
    expect(judge(job, START_BY + 2_000, inTime)).toMatchObject({ rule: 'sync_not_started' });
  });

  test('and is handing in what it recorded is undecided too', () => {
    const catchingUp = { caughtUpSinceMs: null, catchingUp: true, lastSeenAtMs: START_BY + HOUR_MS };
    expect(judge(job, START_BY + HOUR_MS, catchingUp)).toMatchObject({ undecided: true });
  });
});

describe('the nights the clocks change (Europe/Berlin)', () => {
  const schedule = {
    cron: '30 2 * * *',
    zone: 'Europe/Berlin',
    spreadMs: 0,
    startGraceMs: 10 * MINUTE_MS,
    finishWithinMs: HOUR_MS,
  };
  const at = (startedAtMs: number) =>
    runRow({ startedAtMs, dueAtMs: startedAtMs, finishedAtMs: startedAtMs + 1 });

  test('in spring 02:30 is due at the next instant that exists, once', () => {
    // 2026-03-29: 01:59:59 UTC+1 is followed by 03:00:00 UTC+2.
    const before = at(Date.UTC(2026, 2, 28, 1, 30));
    const since = { firstDeclaredAtMs: 0, scheduledSinceMs: 0 };
    const job = jobRow([before], { schedule }, since);
    const [, missed] = verdictsUntil(job, Date.UTC(2026, 2, 28, 12), Date.UTC(2026, 2, 30));
    expect(missed!.rule).toBe('sync_not_started');
    expect(missed!.atMs).toBeGreaterThan(Date.UTC(2026, 2, 29, 1, 0));
    expect(missed!.atMs).toBeLessThan(Date.UTC(2026, 2, 29, 1, 45));
  });

  test('in autumn 02:30 is due the first time only', () => {
    // 2026-10-25: 02:30 is 00:30 UTC and again 01:30 UTC.
    const first = at(Date.UTC(2026, 9, 25, 0, 30));
    const job = jobRow([first], { schedule }, { firstDeclaredAtMs: 0, scheduledSinceMs: 0 });
    const seen = verdictsUntil(job, Date.UTC(2026, 9, 25, 0, 31), Date.UTC(2026, 9, 26, 1, 0));
    expect(seen.map(({ rule }) => rule)).toEqual([null]);
  });
});

test('a removed job is judged no more', () => {
  const job = jobRow([yesterday], {}, { removedAtMs: DUE });
  expect(judge(job, DUE + 9 * DAY_MS)).toMatchObject({ state: 'not-applicable', nextCheckAtMs: null });
});

test('no reason ends without a full stop, and every verdict that is not final says when to look again', () => {
  const jobs = [
    [],
    [yesterday],
    [yesterday, today(null)],
    [yesterday, today('failed')],
    [today('cancelled')],
  ];
  for (const runs of jobs) {
    for (const nowMs of [DUE, START_BY + 1_000, FINISH_BY + 1_000]) {
      const verdict = judge(jobRow(runs), nowMs);
      expect(verdict.reason).toMatch(/^[A-Z].*\.$/);
      if (verdict.nextCheckAtMs !== null) expect(verdict.nextCheckAtMs).toBeGreaterThan(nowMs);
    }
  }
});
