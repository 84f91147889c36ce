import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { onTime } from '../../../../collector/assurances/on-time.ts';
import { retained } from '../../../../collector/assurances/retained.ts';
import type { Facts, Peer, Presence, Verdict } from '../../../../collector/assurances/types.ts';
import type { HostRow, RunRow, SubjectPoints } from '../../../../collector/store/types.ts';
import type { JobDeclaration } from '../../../../proto/job.ts';
import type { Outcome } from '../../../../proto/run.ts';
import { Judging } from '../../../support/judging.ts';
import { absent, jobRow, present, runRow } from '../../../support/rows.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Due daily at 02:00 UTC, may start until 02:10, must have finished by 03:00. */
const DUE = SAMPLE_AT_MS;
const FINISH_BY = DUE + HOUR_MS;

function run(outcome: Outcome | null, startedAtMs: number, change: Partial<RunRow> = {}): RunRow {
  const finishedAtMs = outcome === null ? null : startedAtMs + MINUTE_MS;
  return runRow({ outcome, startedAtMs, dueAtMs: startedAtMs, finishedAtMs, reason: 'Because.', ...change });
}
const yesterday = run('succeeded', DUE - DAY_MS);

interface Said {
  runs: RunRow[];
  presence?: Presence;
  declaration?: Partial<JobDeclaration>;
  points?: SubjectPoints[];
}

/** Every member's facts, with the others as its peers. */
function groupOf(members: Record<string, Said>, nowMs: number): Facts[] {
  const peers = Object.entries(members).map(([host, said], index): Peer => {
    const declared = { sharedAs: 'gluster', ...said.declaration };
    const job = jobRow(said.runs, declared, { id: index + 1, host, inventoriedAtMs: nowMs });
    return { job, presence: said.presence ?? present(nowMs), points: said.points ?? [] };
  });
  return peers.map(({ job, presence, points }) => {
    const others = peers.filter((peer) => peer.job !== job);
    return { job, presence, points, sizes: [], newestPoint: null, wal: null, peers: others };
  });
}

function judge(members: Record<string, Said>, nowMs: number): Record<string, Verdict> {
  const judged = groupOf(members, nowMs).map((facts) => [facts.job.host, onTime.judge(facts, nowMs)]);
  return Object.fromEntries(judged);
}

describe('one success suffices', () => {
  test('it answers for the due moment of all, and says whose it was', () => {
    const verdicts = judge(
      { web1: { runs: [yesterday] }, web2: { runs: [run('succeeded', DUE)] } },
      DUE + 5 * HOUR_MS,
    );
    expect(verdicts.web1).toMatchObject({ state: 'ok', rule: null });
    expect(verdicts.web1!.reason).toMatch(
      /^On web2: The run of .* This is shared storage gluster of web1, web2\.$/,
    );
    expect(verdicts.web2).toMatchObject({ state: 'ok', rule: null });
    expect(verdicts.web2!.reason).toMatch(/^web1 speaks for shared storage gluster: On web2: /);
  });

  test('it covers a failure, whichever came first', () => {
    for (const [failedAt, succeededAt] of [
      [DUE, DUE + 5 * MINUTE_MS],
      [DUE + 5 * MINUTE_MS, DUE],
    ] as const) {
      const failed = run('failed', failedAt, { dueAtMs: DUE });
      const done = run('succeeded', succeededAt, { dueAtMs: DUE });
      const verdicts = judge({ web1: { runs: [yesterday, failed] }, web2: { runs: [done] } }, DUE + HOUR_MS);
      expect(verdicts.web1).toMatchObject({ state: 'ok', rule: null });
    }
  });

  test('yesterday’s covers nothing of today', () => {
    const verdicts = judge(
      { web1: { runs: [yesterday, run('failed', DUE)] }, web2: { runs: [yesterday, run('failed', DUE)] } },
      DUE + 5 * MINUTE_MS,
    );
    expect(verdicts.web1).toMatchObject({ state: 'broken', rule: 'sync_failed' });
  });

  test('of one with warnings and one without, the one without counts', () => {
    const warned = run('warning', DUE + 5 * MINUTE_MS, { dueAtMs: DUE });
    const members = { web1: { runs: [warned] }, web2: { runs: [run('succeeded', DUE)] } };
    expect(judge(members, DUE + HOUR_MS).web1).toMatchObject({ state: 'ok' });
    const before = { web1: { runs: [warned] }, web2: { runs: [yesterday] } };
    expect(judge(before, DUE + HOUR_MS).web1).toMatchObject({ state: 'late', rule: 'sync_warning' });
  });
});

describe('while another may still succeed', () => {
  const failed = { runs: [yesterday, run('failed', DUE)] };

  test('a failure is late and no alert, until the moment’s deadline', () => {
    const running = { runs: [yesterday, run(null, DUE)] };
    const during = judge({ web1: failed, web2: running }, DUE + 30 * MINUTE_MS).web1!;
    expect(during).toMatchObject({ state: 'late', rule: null });
    expect(during.reason).toContain('web2 may still answer for it until 2026-11-20 03:00:00 UTC');
    expect(judge({ web1: failed, web2: running }, FINISH_BY + 1_000).web1).toMatchObject({
      rule: 'sync_failed',
    });
  });

  test('so it is while the other only comes due', () => {
    const later = { schedule: { ...jobRow([]).declaration.schedule!, cron: '40 2 * * *' } };
    const waiting = { runs: [run('succeeded', DUE - DAY_MS + 40 * MINUTE_MS)], declaration: later };
    expect(judge({ web1: failed, web2: waiting }, DUE + 5 * MINUTE_MS).web1).toMatchObject({ rule: null });
    // It has not started by 02:50.
    expect(judge({ web1: failed, web2: waiting }, DUE + 51 * MINUTE_MS).web1).toMatchObject({
      rule: 'sync_failed',
    });
  });

  test('what failed days ago is not taken back because the others come due now', () => {
    const mondays = { schedule: { ...jobRow([]).declaration.schedule!, cron: '30 4 * * 1' } };
    const monday = DUE - 4 * DAY_MS + 150 * MINUTE_MS;
    const done = run('succeeded', monday);
    const members = {
      web1: { runs: [done, run('failed', DUE, { dueAtMs: null })], declaration: mondays },
      web2: { runs: [run('succeeded', monday - 7 * DAY_MS)], declaration: mondays },
    };
    for (const minutes of [-5, 5])
      expect(judge(members, monday + 7 * DAY_MS + minutes * MINUTE_MS).web1).toMatchObject({
        rule: 'sync_failed',
      });
  });

  test('another whose turn comes next week is no hope', () => {
    const weekly = { schedule: { ...jobRow([]).declaration.schedule!, cron: '0 2 * * 0' } };
    const sunday = { runs: [run('succeeded', DUE - 5 * DAY_MS)], declaration: weekly };
    expect(judge({ web1: failed, web2: sunday }, DUE + 5 * MINUTE_MS).web1).toMatchObject({
      rule: 'sync_failed',
    });
  });
});

describe('when none succeeds', () => {
  test('the first of them by name speaks, and the others say that it does', () => {
    const failed = { runs: [yesterday, run('failed', DUE)] };
    const verdicts = judge({ web2: failed, 'web1-b': failed, web1: failed }, DUE + 5 * HOUR_MS);
    expect(Object.values(verdicts).map(({ rule }) => rule)).toEqual([null, null, 'sync_failed']);
    expect(verdicts.web2).toMatchObject({ state: 'broken' });
    expect(verdicts.web2!.reason).toMatch(/^web1 speaks for shared storage gluster: On web\S+: .* failed/);
  });

  test('hosts that cannot be heard decide nothing while others can, and all of them together are unknown', () => {
    const missed = { runs: [yesterday] };
    const away = { ...missed, presence: absent(DUE - HOUR_MS) };
    const nowMs = DUE + 5 * HOUR_MS;
    expect(judge({ web1: away, web2: missed }, nowMs).web1).toMatchObject({ rule: 'sync_not_started' });
    expect(judge({ web1: away, web2: away }, nowMs).web1).toMatchObject({ undecided: true, rule: null });
    const done = { runs: [run('succeeded', DUE)] };
    expect(judge({ web1: away, web2: done }, nowMs).web1).toMatchObject({ state: 'ok' });
  });

  test('what they achieved before counts for nothing once all of them have failed since', () => {
    const done = run('succeeded', DUE);
    const again = (minutes: number) => run('failed', DUE + minutes * MINUTE_MS, { dueAtMs: null });
    const one = { web1: { runs: [done, again(60)] }, web2: { runs: [done] } };
    expect(judge(one, DUE + 3 * HOUR_MS).web1).toMatchObject({ state: 'ok', rule: null });
    const both = { ...one, web2: { runs: [done, again(90)] } };
    expect(judge(both, DUE + 3 * HOUR_MS).web1).toMatchObject({ state: 'broken', rule: 'sync_failed' });
  });

  test('a size that fell is said by the job whose it is', () => {
    const nowMs = DUE + HOUR_MS;
    const [web1, web2] = groupOf(
      { web1: { runs: [yesterday] }, web2: { runs: [run('succeeded', DUE)] } },
      nowMs,
    );
    const sizes = [{ subject: '', newest: { atMs: DUE, bytes: 1 }, before: [100, 100, 100] }];
    expect(onTime.judge({ ...web2!, sizes }, nowMs)).toMatchObject({ rule: 'size_anomaly' });
    expect(onTime.judge(web1!, nowMs)).toMatchObject({ rule: null });
  });
});

test('the recovery points of all cover the window together, and what is missing is one alert', () => {
  const keep = { keepMs: 7 * DAY_MS, longestSilenceMs: 26 * HOUR_MS };
  const points = (days: number[]) => {
    const atMs = days.map((day) => DUE - day * DAY_MS).sort((a, b) => a - b);
    return [{ subject: '', atMs, missingAtMs: [], knownBefore: true }];
  };
  const judged = (first: number[], second: number[]) => {
    const done = [run('succeeded', DUE)];
    const members = {
      web1: { runs: done, declaration: keep, points: points(first) },
      web2: { runs: done, declaration: keep, points: points(second) },
    };
    return groupOf(members, DUE + HOUR_MS).map((facts) => retained.judge(facts, DUE + HOUR_MS));
  };
  expect(judged([0, 2, 4, 6], [1, 3, 5, 7])).toMatchObject([{ state: 'ok' }, { state: 'ok' }]);
  const holed = judged([0, 1, 6], [0, 1, 6, 7]);
  expect(holed).toMatchObject([
    { state: 'broken', rule: 'retention_short' },
    { state: 'broken', rule: null },
  ]);
});

test('at most one raises an alert, and none while every moment was answered in time by any of them', () => {
  const outcomes = fc.constantFrom<Outcome | null>('succeeded', 'warning', 'failed', 'skipped', null);
  /** Of each day, what each host's run came to; undefined: it did not run. */
  const member = fc.array(fc.option(outcomes, { nil: undefined, freq: 4 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(member, { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 0, max: DAY_MS - 1 }),
      (hosts, laterMs) => {
        const nowMs = DUE + laterMs;
        const members = Object.fromEntries(
          hosts.map((days, index): [string, Said] => {
            const runs = days.flatMap((outcome, day) => {
              const startedAtMs = DUE - (3 - day) * DAY_MS;
              // What runs today has not ended yet in its first minute.
              if (outcome === undefined || startedAtMs > nowMs) return [];
              return [run(nowMs < startedAtMs + MINUTE_MS ? null : outcome, startedAtMs)];
            });
            return [`web${index + 1}`, { runs }];
          }),
        );
        const verdicts = Object.values(judge(members, nowMs));
        expect(verdicts.filter(({ rule }) => rule !== null).length).toBeLessThanOrEqual(1);
        const isCovered = hosts.some((days) => days[3] === 'succeeded') && laterMs > 2 * MINUTE_MS;
        if (isCovered) expect(verdicts.map(({ state }) => state)).toEqual(hosts.map(() => 'ok'));
        const allFailed = hosts.every((days) => days[3] === 'failed') && laterMs > 2 * MINUTE_MS;
        if (allFailed) expect(verdicts[0]).toMatchObject({ state: 'broken', rule: 'sync_failed' });
      },
    ),
    { numRuns: 500 },
  );
});

describe('what the pager hears', () => {
  let judging: Judging;
  let hosts: HostRow[];
  const shared = { sharedAs: 'gluster', longestSilenceMs: 0 };

  beforeEach(() => {
    judging = new Judging({ nowMs: DUE - HOUR_MS });
    hosts = ['web1', 'web2'].map((host) => judging.enroll(host));
    judging.evaluator.start();
    for (const host of hosts) judging.connect(host);
  });
  afterEach(() => judging.stop());

  test('one alert when both fail, ended by the success of either, without a word of the hosts themselves', () => {
    const jobs = hosts.map((host) => judging.declare(host, shared));
    judging.clock.advance(HOUR_MS);
    for (const job of jobs) judging.finished(job, { outcome: 'failed', runId: `f-${job.id}` });
    judging.clock.advance(MINUTE_MS);
    expect(judging.history()).toEqual(['sync_failed job:web1/files']);
    expect(judging.job(jobs[1]!).verdicts.onTime!.reason).toContain('web1 speaks for shared storage gluster');
    judging.finished(jobs[1]!, { outcome: 'succeeded', runId: 's' });
    judging.clock.advance(MINUTE_MS);
    expect(judging.firing()).toEqual([]);
    expect(judging.history()).toHaveLength(1);
  });

  test('the next one speaks when the speaker leaves the group, is removed, or its host is revoked', () => {
    const jobs = hosts.map((host) => judging.declare(host, shared));
    const leaves = [
      () => judging.declare(hosts[0]!, { ...shared, sharedAs: '' }),
      () => {
        judging.declare(hosts[0]!, shared);
        judging.store.jobs.remove(hosts[0]!.id, 'files', judging.clock.nowMs());
      },
      () => {
        judging.declare(hosts[0]!, shared);
        judging.store.hosts.revoke(hosts[0]!.id, 'gone', judging.clock.nowMs());
      },
    ];
    judging.clock.advance(HOUR_MS);
    judging.finished(jobs[1]!, { outcome: 'failed', runId: 'f2' });
    judging.clock.advance(1_000);
    expect(judging.firing()).toEqual([]);
    for (const leave of leaves) {
      leave();
      judging.evaluator.wake();
      judging.clock.advance(5_000);
      const failing = judging.firing().filter(({ rule }) => rule === 'sync_failed');
      expect(failing.map(({ subject }) => subject)).toEqual(['job:web2/files']);
    }
  });

  test('another customer’s storage of the same name is another storage', () => {
    const stranger = judging.enroll('web9', 'other');
    judging.connect(stranger);
    const job = judging.declare(hosts[1]!, shared);
    const theirs = judging.declare(stranger, shared);
    judging.clock.advance(HOUR_MS);
    judging.finished(theirs, { outcome: 'succeeded', runId: 's' });
    judging.finished(job, { outcome: 'failed', runId: 'f' });
    judging.clock.advance(MINUTE_MS);
    expect(judging.history()).toEqual(['sync_failed job:web2/files']);
  });
});
