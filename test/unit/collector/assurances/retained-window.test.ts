import { describe, expect, it } from 'vitest';
import { UNOBSERVED_MS } from '../../../../collector/assurances/receiving.ts';
import { retained } from '../../../../collector/assurances/retained.ts';
import type { JobRow, WalServer, WalState } from '../../../../collector/store/types.ts';
import type { WalSample } from '../../../../proto/wal.ts';
import { absent, jobRow, present, runRow } from '../../../support/rows.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';
import { walServer, walState } from '../../../support/wal.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STALE = { warningMs: 15 * MINUTE_MS, criticalMs: 60 * MINUTE_MS };
/** When the first base backup is expected. */
const INTERVAL_MS = 26 * HOUR_MS;

interface Known {
  state?: Partial<WalState>;
  servers?: WalServer[];
  job?: Partial<JobRow>;
  nowMs?: number;
  isPresent?: boolean;
  neverRan?: boolean;
}

function judge(sample: Partial<WalSample> = {}, known: Known = {}) {
  const { state, servers = [], nowMs = SAMPLE_AT_MS + 20_000, isPresent = true } = known;
  const startedAtMs = SAMPLE_AT_MS - HOUR_MS;
  const runs = known.neverRan ? [] : [runRow({ startedAtMs, finishedAtMs: startedAtMs + MINUTE_MS })];
  const job = jobRow(
    runs,
    {
      ...{ job: 'shop-pitr', kind: 'postgres-pitr', staleAfter: STALE },
      ...{ keepMs: 7 * DAY_MS, longestSilenceMs: INTERVAL_MS },
    },
    known.job,
  );
  const presence = isPresent ? present(nowMs) : absent(SAMPLE_AT_MS);
  const wal = { state: walState(sample, state), servers };
  return retained.judge({ job, presence, points: [], sizes: [], newestPoint: null, peers: [], wal }, nowMs);
}

const ago = (days: number) => SAMPLE_AT_MS - days * DAY_MS;

describe('the promised days', () => {
  it('are kept by one window that began before them', () => {
    const verdict = judge({ windows: [{ fromMs: ago(8), toMs: 0 }] });
    expect(verdict).toMatchObject({ state: 'ok', rule: null });
    expect(verdict.reason).toBe(
      '7d promised; any second since 2026-11-12 02:00:00 UTC can be restored; ' +
        '2 base backups, the newest of 2026-11-19 02:00:00 UTC.',
    );
  });

  it('are short by what is before the oldest window', () => {
    expect(judge({ windows: [{ fromMs: ago(4), toMs: 0 }] })).toMatchObject({
      state: 'broken',
      rule: 'retention_short',
      reason: '7d promised; nothing before 2026-11-16 02:00:00 UTC can be restored: 2d 23h too short.',
    });
  });

  it('begin when the first base backup was due, and so the first week is not short', () => {
    const declared = (days: number) => ({ job: { keptFromMs: ago(days), firstDeclaredAtMs: ago(days) } });
    const windows = [{ fromMs: ago(2), toMs: 0 }];
    expect(judge({ windows }, declared(3)).state).toBe('ok');
    const first = judge({ windows: [{ fromMs: SAMPLE_AT_MS - HOUR_MS, toMs: 0 }] }, declared(1));
    expect(first.reason).toMatch(/^7d promised; any second since 2026-11-20 01:00:00 UTC can be restored;/);
    // It came within its interval, and goes on to be enough when the week is over.
    const nowMs = ago(3) + 7 * DAY_MS + HOUR_MS;
    const later = { nowMs, state: { receivedAtMs: nowMs - MINUTE_MS } };
    const backupsAtMs = [nowMs - HOUR_MS];
    expect(judge({ windows, backupsAtMs }, { ...declared(3), ...later }).state).toBe('ok');
    expect(judge({ windows: [{ fromMs: ago(1), toMs: 0 }] }, declared(3))).toMatchObject({
      rule: 'retention_short',
    });
  });

  it('are broken by a gap between two windows, until the promise has moved past it', () => {
    const gapped = {
      windows: [
        { fromMs: ago(9), toMs: ago(5) },
        { fromMs: ago(4), toMs: ago(3) },
        { fromMs: ago(2.5), toMs: 0 },
      ],
    };
    const verdict = judge(gapped);
    expect(verdict).toMatchObject({ state: 'broken', rule: 'retention_short' });
    expect(verdict.reason).toBe(
      '7d promised; nothing between 2026-11-15 02:00:00 UTC and 2026-11-16 02:00:00 UTC can be restored, 1d long, ' +
        'and 1 more gap.',
    );
    const at = (nowMs: number) =>
      judge(
        { ...gapped, backupsAtMs: [nowMs] },
        { nowMs, state: { receivedAtMs: nowMs }, job: { lastSuccess: null } },
      );
    const healedAtMs = ago(2.5) + 7 * DAY_MS;
    expect(at(healedAtMs - 1)).toMatchObject({ rule: 'retention_short', nextCheckAtMs: healedAtMs });
    expect(at(healedAtMs).state).toBe('ok');
  });

  it('are late, and no alert yet, while what a new base backup was seen before may be on its way', () => {
    const nowMs = SAMPLE_AT_MS + 20_000;
    const seen = (agoMs: number) =>
      judge({
        windows: [
          { fromMs: ago(9), toMs: ago(0.5) },
          { fromMs: nowMs - agoMs, toMs: 0 },
        ],
      });
    expect(seen(299_999)).toMatchObject({ state: 'late', rule: null, nextCheckAtMs: nowMs + 1 });
    expect(seen(300_000)).toMatchObject({ state: 'broken', rule: 'retention_short' });
  });

  it('are not asked for where nothing is promised', () => {
    const declaration = jobRow([], { kind: 'postgres-pitr', staleAfter: STALE }).declaration;
    expect(judge({}, { job: { declaration } }).state).toBe('not-applicable');
  });
});

describe('what is newer than the newest window', () => {
  it('is exposure, and receiving says so', () => {
    const exposed = judge({ exposureMs: 59 * MINUTE_MS });
    expect(exposed).toMatchObject({ state: 'ok', nextCheckAtMs: SAMPLE_AT_MS + MINUTE_MS });
    expect(judge({ exposureMs: 59 * MINUTE_MS }, { nowMs: SAMPLE_AT_MS + MINUTE_MS })).toMatchObject({
      state: 'broken',
      rule: null,
      reason: '7d promised; nothing after 2026-11-20 01:01:00 UTC can be restored. See receiving.',
    });
  });

  it('is left to receiving while that has an alert, and said where that has none', () => {
    const ended = { windows: [{ fromMs: ago(8), toMs: ago(1) }] };
    expect(judge({ ...ended, holes: ['000000010000000000000003'] })).toMatchObject({
      state: 'broken',
      rule: null,
    });
    // Just after a promotion nothing of the new timeline may be there yet.
    expect(judge(ended)).toMatchObject({ state: 'late', rule: null });
    const longer = { windows: [{ fromMs: ago(8), toMs: SAMPLE_AT_MS + 20_000 - INTERVAL_MS }] };
    expect(judge(longer)).toMatchObject({ state: 'late', rule: null });
    longer.windows[0]!.toMs -= 1;
    expect(judge(longer)).toMatchObject({ state: 'broken', rule: 'retention_short' });
  });
});

describe('base backups', () => {
  const none = { windows: [], backupsAtMs: [] };

  it('that are all gone are critical', () => {
    expect(judge(none)).toMatchObject({ rule: 'retention_short', severity: 'critical', state: 'broken' });
  });

  it('of which there never was one are for on-time to page, and unknown until the first was due', () => {
    expect(judge(none, { neverRan: true })).toMatchObject({ state: 'broken', rule: null });
    const job = { keptFromMs: SAMPLE_AT_MS - HOUR_MS };
    expect(judge(none, { neverRan: true, job })).toMatchObject({
      state: 'unknown',
      rule: null,
      nextCheckAtMs: SAMPLE_AT_MS + UNOBSERVED_MS + 1,
    });
  });

  it('that cannot be restored for want of WAL are said once', () => {
    const broken = { windows: [] };
    expect(judge(broken)).toMatchObject({ rule: 'retention_short', severity: 'critical' });
    expect(judge({ ...broken, lost: '000000010000000000000003' })).toMatchObject({
      state: 'broken',
      rule: null,
    });
  });

  it('of another cluster are for receiving to page', () => {
    expect(judge({ ...none, stanzaSystemIdentifier: '42' })).toMatchObject({ state: 'broken', rule: null });
  });

  it('that vanished although runs made some are missed after two intervals', () => {
    const old = (ms: number) => judge({ backupsAtMs: [SAMPLE_AT_MS + 20_000 - ms] });
    expect(old(2 * INTERVAL_MS).state).toBe('ok');
    expect(old(2 * INTERVAL_MS + 1)).toMatchObject({ rule: 'retention_short', severity: 'critical' });
  });

  it('that nobody made are for on-time to page alone', () => {
    const job = { lastSuccess: runRow({ startedAtMs: ago(8) - HOUR_MS, finishedAtMs: ago(8) }) };
    expect(judge({ backupsAtMs: [ago(8)] }, { job })).toMatchObject({ state: 'ok', rule: null });
  });
});

describe('what nobody sees', () => {
  it('is unknown, whatever was known before, and leaves the page to receiving', () => {
    const gapped = { windows: [{ fromMs: ago(3), toMs: 0 }] };
    expect(judge(gapped).rule).toBe('retention_short');
    const longMs = SAMPLE_AT_MS - HOUR_MS;
    for (const known of [
      { nowMs: SAMPLE_AT_MS + UNOBSERVED_MS + 1_000 },
      { nowMs: SAMPLE_AT_MS + DAY_MS, isPresent: false },
      { state: { databaseLostAtMs: longMs } },
      { state: { repositoryLostAtMs: longMs } },
    ]) {
      expect(judge(gapped, known)).toMatchObject({ state: 'unknown', rule: null, undecided: true });
    }
  });

  it('is unknown until the repository has been listed to its end', () => {
    expect(judge({ isComplete: false, windows: [] })).toMatchObject({ state: 'unknown', undecided: true });
  });
});

describe('a standby', () => {
  const standby: Partial<WalSample> = { role: 'standby', windows: [] };
  const gapped: Partial<WalSample> = { windows: [{ fromMs: ago(3), toMs: 0 }], role: 'primary' };

  it('says what is said of its primary, and raises no second alert', () => {
    const whole = judge(standby, { servers: [walServer('primary')] });
    expect(whole).toMatchObject({ state: 'ok', rule: null });
    expect(whole.reason).toMatch(/^On web2, the primary: 7d promised; any second since /);
    const servers = [walServer('primary', walState(gapped))];
    expect(judge(standby, { servers })).toMatchObject({ state: 'broken', rule: null });
  });

  it('says it itself when the primary promises less', () => {
    const servers = [walServer('primary', { ...walState(gapped), keepMs: DAY_MS })];
    expect(judge(standby, { servers })).toMatchObject({ rule: 'retention_short' });
  });

  it('is unknown while its primary is not watched', () => {
    expect(judge({ ...standby, windows: [{ fromMs: ago(8), toMs: 0 }] })).toMatchObject({
      state: 'unknown',
      undecided: true,
    });
  });

  it('believes the primary that was seen last, not the old one that is remembered', () => {
    const old = walServer('primary', { host: 'web0', databaseLostAtMs: ago(1), seenAtMs: ago(1) });
    const verdict = judge(standby, { servers: [old, walServer('primary')] });
    expect(verdict.reason).toMatch(/^On web2, /);
  });
});
