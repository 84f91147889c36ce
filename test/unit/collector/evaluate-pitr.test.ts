/** Point-in-time recovery from samples to the pager: one condition, one page, also over a failover. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RETURN_SETTLE_MS } from '../../../collector/assurances/absence.ts';
import type { HostRow, JobRow } from '../../../collector/store/types.ts';
import type { WalSample } from '../../../proto/wal.ts';
import { Judging } from '../../support/judging.ts';
import { WAL_SAMPLE } from '../../support/wal.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STALE = { warningMs: 15 * MINUTE_MS, criticalMs: 60 * MINUTE_MS };

interface Server {
  host: HostRow;
  job: JobRow;
  /** What its agent says each minute; null while it says nothing. */
  sample: Partial<WalSample> | null;
}

let judging: Judging;
/** What any agent sees of the one repository. */
let repository: Pick<WalSample, 'windows' | 'backupsAtMs' | 'repositoryTimeline'>;
let servers: Server[];

function server(name: string, sample: Partial<WalSample>): Server {
  const host = judging.enroll(name);
  judging.connect(host);
  const schedule = {
    cron: '30 1 * * *',
    zone: 'UTC',
    spreadMs: 0,
    startGraceMs: 6 * HOUR_MS,
    finishWithinMs: DAY_MS,
  };
  const job = judging.declare(host, {
    ...{ job: 'shop-pitr', kind: 'postgres-pitr', repository: '', staleAfter: STALE },
    ...{ schedule, keepMs: 7 * DAY_MS, longestSilenceMs: 32 * HOUR_MS },
  });
  const one = { host, job, sample };
  servers.push(one);
  return one;
}

/** The machine sleeps, and is awake for as long as its agents have to report after that; they send meanwhile. */
function pass(ms: number): void {
  const awakeMs = Math.min(ms, RETURN_SETTLE_MS + 5_000);
  judging.clock.setWallClock(judging.clock.nowMs() + ms - awakeMs);
  look();
  judging.clock.advance(awakeMs - 3_000);
  look();
  judging.clock.advance(3_000);
}

function look(): void {
  const nowMs = judging.clock.nowMs();
  for (const { host, job, sample } of servers) {
    judging.heard(host.id);
    if (sample)
      judging.store.wal.save(job.id, { ...WAL_SAMPLE, atMs: nowMs, ...repository, ...sample }, nowMs);
  }
  judging.evaluator.wake();
}

/** Both servers' jobs run, as they may where a standby is the source. */
function backup(): void {
  const nowMs = judging.clock.nowMs();
  repository.backupsAtMs.push(nowMs);
  if (repository.windows.at(-1)?.toMs !== 0) repository.windows.push({ fromMs: nowMs, toMs: 0 });
  for (const { job } of servers)
    judging.finished(job, { job: job.job, runId: `run-${nowMs}`, startedAtMs: nowMs - MINUTE_MS });
}

function nights(count: number): void {
  for (let night = 0; night < count; night += 1) {
    pass(DAY_MS);
    backup();
  }
  pass(MINUTE_MS);
}

const verdictOf = ({ job }: Server, assurance: 'retained' | 'receiving') =>
  judging.job(job).verdicts[assurance]!;

beforeEach(() => {
  judging = new Judging({ nowMs: Date.UTC(2026, 10, 20, 2) });
  judging.evaluator.start();
  repository = { windows: [], backupsAtMs: [], repositoryTimeline: 1 };
  servers = [];
});
afterEach(() => judging.stop());

describe('one server', () => {
  let web1: Server;
  beforeEach(() => {
    web1 = server('web1', { role: 'primary' });
    backup();
    pass(MINUTE_MS);
  });

  test('keeps its promise from the first week on, without a word', () => {
    expect(verdictOf(web1, 'retained')).toMatchObject({ state: 'ok' });
    nights(10);
    expect(verdictOf(web1, 'retained').reason).toMatch(/^7d promised; any second since .*; 11 base backups/);
    expect(judging.history()).toEqual([]);
  });

  test('base backups that are not made for eight days are one alert, of on-time', () => {
    nights(2);
    for (let hours = 0; hours < 8 * 24; hours += 4) {
      pass(4 * HOUR_MS);
      expect(judging.firing().length).toBeLessThanOrEqual(1);
    }
    expect(judging.history()).toEqual(['sync_not_started job:web1/shop-pitr']);
    expect(judging.rules()).toEqual(['sync_not_started']);
  });

  test('base backups that vanish although runs make them are one alert, of retained', () => {
    nights(2);
    const kept = [...repository.backupsAtMs];
    for (let night = 0; night < 8; night += 1) {
      pass(DAY_MS);
      backup();
      repository.backupsAtMs = [...kept];
    }
    expect(judging.history()).toEqual(['retention_short job:web1/shop-pitr']);
    expect(judging.firing()).toMatchObject([
      { severity: 'critical', reason: expect.stringMatching(/gone\.$/) },
    ]);
    nights(1);
    expect(judging.firing()).toEqual([]);
  });

  test('a gap is one alert at a time: of receiving while it is open, of retained until it has passed', () => {
    nights(8);
    const holes = ['000000010000000000000003'];
    const brokenAtMs = judging.clock.nowMs();
    web1.sample = { role: 'primary', holes, exposureMs: MINUTE_MS };
    pass(4 * MINUTE_MS);
    expect(judging.rules()).toEqual(['pitr_gap']);
    web1.sample = { role: 'primary', holes, exposureMs: 2 * HOUR_MS };
    pass(2 * HOUR_MS);
    expect(judging.rules()).toEqual(['pitr_gap']);
    expect(verdictOf(web1, 'retained')).toMatchObject({ state: 'broken', rule: null });
    // A base backup ends the gap.
    repository.windows.at(-1)!.toMs = brokenAtMs;
    web1.sample = { role: 'primary' };
    backup();
    pass(MINUTE_MS);
    expect(judging.rules()).toEqual([]);
    pass(5 * MINUTE_MS);
    expect(judging.rules()).toEqual(['retention_short']);
    nights(6);
    expect(judging.rules()).toEqual(['retention_short']);
    nights(1);
    expect(judging.firing()).toEqual([]);
    expect(judging.history()).toHaveLength(2);
  });

  test('nobody looking is one alert, and what was said before stands meanwhile', () => {
    nights(2);
    web1.sample = null;
    pass(10 * MINUTE_MS);
    expect(judging.history()).toEqual(['pitr_unobserved job:web1/shop-pitr']);
    expect(verdictOf(web1, 'retained')).toMatchObject({ state: 'unknown', undecided: true });
    web1.sample = { role: 'primary' };
    pass(MINUTE_MS);
    expect(judging.firing()).toEqual([]);
  });
});

describe('a failover', () => {
  let web1: Server;
  let web2: Server;
  beforeEach(() => {
    web1 = server('web1', { role: 'primary' });
    web2 = server('web2', { role: 'standby' });
    backup();
    nights(8);
    expect(judging.history()).toEqual([]);
  });

  test('that was planned says nothing, and the promise goes on with the new primary', () => {
    expect(verdictOf(web2, 'retained').reason).toMatch(
      /^On web1, the primary: 7d promised; any second since /,
    );
    const oldest = verdictOf(web1, 'retained').reason.match(/since \S+ \S+/)![0];
    web1.sample = { role: 'standby', timeline: 2 };
    web2.sample = { role: 'primary', timeline: 2 };
    repository.repositoryTimeline = 2;
    pass(MINUTE_MS);
    pass(MINUTE_MS);
    expect(judging.history()).toEqual([]);
    expect(verdictOf(web2, 'retained').reason).toContain(oldest);
    expect(verdictOf(web2, 'retained').reason).toMatch(/^7d promised/);
    expect(verdictOf(web1, 'retained').reason).toMatch(/^On web2, the primary: 7d promised/);
    expect(verdictOf(web1, 'receiving')).toMatchObject({ state: 'ok' });
  });

  test('of which each server is told at another minute says nothing', () => {
    web2.sample = { role: 'primary', timeline: 2 };
    web1.sample = { role: 'primary', timeline: 1, databaseProblem: 'It shuts down.' };
    pass(MINUTE_MS);
    web1.sample = { role: 'standby', timeline: 2 };
    repository.repositoryTimeline = 2;
    pass(MINUTE_MS);
    expect(judging.history()).toEqual([]);
    // The other order: for a while there is no primary at all.
    web2.sample = { role: 'standby', timeline: 2 };
    pass(2 * MINUTE_MS);
    web1.sample = { role: 'primary', timeline: 3 };
    repository.repositoryTimeline = 3;
    pass(MINUTE_MS);
    expect(judging.history()).toEqual([]);
    expect(verdictOf(web2, 'retained').reason).toMatch(/^On web1, /);
  });

  test('with a gap is one alert, of the new primary', () => {
    const endedAtMs = judging.clock.nowMs();
    web1.sample = { role: 'standby', timeline: 2 };
    web2.sample = { role: 'primary', timeline: 2 };
    repository.repositoryTimeline = 2;
    repository.windows.at(-1)!.toMs = endedAtMs;
    pass(HOUR_MS);
    backup();
    pass(5 * MINUTE_MS);
    expect(judging.history()).toEqual(['retention_short job:web2/shop-pitr']);
    expect(verdictOf(web1, 'retained')).toMatchObject({ state: 'broken', rule: null });
    // Back again: the alert goes with the primary.
    web1.sample = { role: 'primary', timeline: 3 };
    web2.sample = { role: 'standby', timeline: 3 };
    repository.repositoryTimeline = 3;
    pass(MINUTE_MS);
    pass(MINUTE_MS);
    expect(judging.firing().map(({ rule, subject }) => `${rule} ${subject}`)).toEqual([
      'retention_short job:web1/shop-pitr',
    ]);
  });

  test('whose old primary stays down is no alert of the log, and its job tells what the new one does', () => {
    web1.sample = { role: 'primary', timeline: 1, databaseProblem: 'No server answers there.' };
    pass(MINUTE_MS);
    web2.sample = { role: 'primary', timeline: 2 };
    repository.repositoryTimeline = 2;
    for (let minutes = 0; minutes < 12; minutes += 4) pass(4 * MINUTE_MS);
    expect(judging.history()).toEqual([]);
    expect(verdictOf(web1, 'retained').reason).toMatch(
      /^On web2, the primary: 7d promised; any second since /,
    );
  });

  test('after which the old primary goes on as one is an alert, and the window goes on being told', () => {
    web2.sample = { role: 'primary', timeline: 2 };
    repository.repositoryTimeline = 2;
    pass(MINUTE_MS);
    pass(MINUTE_MS);
    expect(new Set(judging.rules())).toEqual(new Set(['pitr_timeline']));
    expect(verdictOf(web2, 'retained')).toMatchObject({ state: 'ok' });
  });

  test('of a standby alone, whose primary nobody watches, is unknown and one alert', () => {
    web1.sample = null;
    judging.store.jobs.remove(web1.host.id, 'shop-pitr', judging.clock.nowMs());
    pass(6 * MINUTE_MS);
    expect(judging.history().filter((one) => one.includes('web2'))).toEqual([
      'pitr_unobserved job:web2/shop-pitr',
    ]);
    expect(verdictOf(web2, 'retained')).toMatchObject({ state: 'unknown', undecided: true });
    web2.sample = { role: 'primary', timeline: 2 };
    repository.repositoryTimeline = 2;
    pass(MINUTE_MS);
    expect(verdictOf(web2, 'retained').state).toBe('ok');
    expect(judging.firing().filter(({ host }) => host === 'web2')).toEqual([]);
  });
});
