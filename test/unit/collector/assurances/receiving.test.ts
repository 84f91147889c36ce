import { describe, expect, it } from 'vitest';
import { REPORT_TRAVEL_MS } from '../../../../collector/assurances/absence.ts';
import { receiving, UNOBSERVED_MS } from '../../../../collector/assurances/receiving.ts';
import type { WalServer, WalState } from '../../../../collector/store/types.ts';
import type { WalSample } from '../../../../proto/wal.ts';
import { absent, jobRow, present } from '../../../support/rows.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';
import { WAL_SAMPLE, walServer, walState } from '../../../support/wal.ts';

const MINUTE_MS = 60_000;
const STALE = { warningMs: 15 * MINUTE_MS, criticalMs: 60 * MINUTE_MS };

const DAY_MS = 86_400_000;

interface Known {
  state?: Partial<WalState> | null;
  servers?: WalServer[];
  /** Since the sample came. */
  agoMs?: number;
  isPresent?: boolean;
}

function judge(sample: Partial<WalSample> = {}, known: Known = {}) {
  const { state = {}, servers = [], agoMs = 20_000, isPresent = true } = known;
  const nowMs = SAMPLE_AT_MS + agoMs;
  const job = jobRow([], { job: 'shop-pitr', kind: 'postgres-pitr', staleAfter: STALE });
  return receiving.judge(
    {
      job,
      presence: isPresent ? present(nowMs) : absent(SAMPLE_AT_MS),
      points: [],
      sizes: [],
      newestPoint: null,
      peers: [],
      wal: {
        state: state && walState(sample, { roleSinceMs: SAMPLE_AT_MS, ...state }),
        servers,
      },
    },
    nowMs,
  );
}

describe('what has nothing to receive', () => {
  it('is not applicable to a job that makes single recovery points', () => {
    const facts = { job: jobRow([], { kind: 'files' }), presence: present(SAMPLE_AT_MS) };
    const verdict = receiving.judge(
      { ...facts, points: [], sizes: [], newestPoint: null, peers: [], wal: null },
      SAMPLE_AT_MS,
    );
    expect(verdict.state).toBe('not-applicable');
  });
});

describe('exposure', () => {
  it('is none on an idle server, and the window is said', () => {
    expect(judge()).toMatchObject({ state: 'ok', rule: null });
    expect(judge().reason).toMatch(
      /^Every change is in the repository. Restorable to any second from .* to .*UTC\.$/,
    );
  });

  it('names the newest heartbeat that arrived', () => {
    const { reason } = judge({ heartbeatAtMs: Date.UTC(2026, 10, 20, 11, 57) });
    expect(reason).toMatch(/repository\. The newest heartbeat in it is of .*11:57.*UTC\. Restorable/);
  });

  it('is not known to be good before the whole repository was listed, but known to be late', () => {
    const exposureMs = 14 * MINUTE_MS;
    expect(judge({ isComplete: false, windows: [], exposureMs })).toMatchObject({
      state: 'unknown',
      nextCheckAtMs: SAMPLE_AT_MS + MINUTE_MS,
    });
    expect(judge({ isComplete: false, windows: [], exposureMs: 16 * MINUTE_MS })).toMatchObject({
      rule: 'pitr_stale',
    });
  });

  it('goes on growing after the sample, until a promise is broken at a stored moment', () => {
    const verdict = judge({ exposureMs: 14 * MINUTE_MS });
    expect(verdict.state).toBe('ok');
    expect(verdict.nextCheckAtMs).toBe(SAMPLE_AT_MS + MINUTE_MS);
    const late = judge({ exposureMs: 14 * MINUTE_MS }, { agoMs: MINUTE_MS });
    expect(late).toMatchObject({ state: 'late', rule: 'pitr_stale', severity: 'warning' });
    expect(judge({ exposureMs: 60 * MINUTE_MS })).toMatchObject({
      state: 'broken',
      rule: 'pitr_stale',
      severity: 'critical',
    });
  });

  it('names what the archiver itself complains of', () => {
    const archiverProblem = 'archive_command failed for 000000010000000000000007 at 2026-11-20T02:00:00.000Z';
    expect(judge({ exposureMs: 20 * MINUTE_MS, archiverProblem }).reason).toContain(archiverProblem);
  });
});

describe('what only looks like success', () => {
  it.each([
    ['a server that archives nothing', { isArchiving: false }, 'broken', 'pitr_unbounded'],
    [
      'a segment that was archived and is not there',
      { lost: '000000010000000000000007' },
      'broken',
      'pitr_gap',
    ],
    ['a damaged segment', { damaged: ['000000010000000000000003'] }, 'broken', 'pitr_gap'],
    ['a hole', { holes: ['000000010000000000000003'] }, 'broken', 'pitr_gap'],
    ['a timeline that the primary has not come to', { repositoryTimeline: 2 }, 'broken', 'pitr_timeline'],
    [
      'a segment of the primary before',
      { timeline: 2, repositoryTimeline: 2, stray: '00000001000000000000000B' },
      'broken',
      'pitr_timeline',
    ],
    ['a repository of another cluster', { stanzaSystemIdentifier: '42' }, 'broken', 'pitr_timeline'],
    ['segments that are sent only when they are full', { archiveTimeoutMs: 0 }, 'late', 'pitr_unbounded'],
  ] as const)('%s is not green', (_, sample, state, rule) => {
    expect(judge(sample as Partial<WalSample>)).toMatchObject({ state, rule });
  });
});

describe('what nobody knows', () => {
  it('is unknown at once and late after five minutes while the server cannot be asked', () => {
    const lost = { state: { databaseLostAtMs: SAMPLE_AT_MS } };
    expect(judge({}, lost)).toMatchObject({ state: 'unknown', rule: null });
    const later = { state: { databaseLostAtMs: SAMPLE_AT_MS, receivedAtMs: SAMPLE_AT_MS + UNOBSERVED_MS } };
    expect(judge({}, { ...later, agoMs: UNOBSERVED_MS + 1 })).toMatchObject({
      state: 'late',
      rule: 'pitr_unobserved',
    });
  });

  it('is looked at again when its last sample grows too old, whatever that said', () => {
    for (const lost of [{ databaseLostAtMs: 0 }, { repositoryLostAtMs: 0 }]) {
      const verdict = judge({}, { state: lost });
      expect(verdict).toMatchObject({
        state: 'late',
        nextCheckAtMs: SAMPLE_AT_MS + UNOBSERVED_MS + REPORT_TRAVEL_MS + 1,
      });
    }
  });

  it('is the same for a repository that cannot be looked at, whatever was known before', () => {
    const lost = { state: { repositoryLostAtMs: SAMPLE_AT_MS - UNOBSERVED_MS - 1 } };
    expect(judge({}, lost)).toMatchObject({ state: 'late', rule: 'pitr_unobserved' });
  });

  it('is an alert when samples stop although the agent is there', () => {
    expect(judge({}, { agoMs: UNOBSERVED_MS })).toMatchObject({ state: 'ok' });
    expect(judge({}, { agoMs: UNOBSERVED_MS + 1_000 })).toMatchObject({ rule: 'pitr_unobserved' });
    expect(judge({}, { state: null, agoMs: 60 * MINUTE_MS })).toMatchObject({ rule: 'pitr_unobserved' });
  });

  it('is left to the host when the agent is gone: one page, not one for each log', () => {
    const verdict = judge({}, { agoMs: UNOBSERVED_MS + 1_000, isPresent: false });
    expect(verdict).toMatchObject({ state: 'unknown', rule: null, undecided: true });
  });
});

describe('a cluster of several servers', () => {
  const standby = { role: 'standby' } as const;
  const web2 = (role: 'primary' | 'standby', receivedAtMs = SAMPLE_AT_MS) =>
    walServer(role, { roleSinceMs: SAMPLE_AT_MS - DAY_MS, seenAtMs: receivedAtMs, receivedAtMs });

  it('is watched on its primary, wherever that is', () => {
    const verdict = judge(standby, { servers: [web2('primary')] });
    expect(verdict.state).toBe('ok');
    expect(verdict.reason).toContain('web2');
  });

  it('is unknown, then an alert, when only standbys are watched', () => {
    expect(judge(standby, { servers: [web2('standby')] })).toMatchObject({ state: 'unknown', rule: null });
    const long = { state: { roleSinceMs: SAMPLE_AT_MS - UNOBSERVED_MS - 1 } };
    expect(judge(standby, long)).toMatchObject({ state: 'late', rule: 'pitr_unobserved' });
  });

  it('is broken with two primaries, which is one alert: of the one that came second', () => {
    const first = { roleSinceMs: SAMPLE_AT_MS - DAY_MS / 2 };
    const second = { roleSinceMs: SAMPLE_AT_MS - MINUTE_MS };
    const other = (since: typeof first) => ({ ...web2('primary'), ...since });
    expect(judge({}, { servers: [other(first)], state: second })).toMatchObject({
      state: 'broken',
      rule: 'pitr_timeline',
      nextCheckAtMs: SAMPLE_AT_MS + UNOBSERVED_MS + 1,
    });
    expect(judge({}, { servers: [other(second)], state: first })).toMatchObject({
      state: 'broken',
      rule: null,
    });
    // Of two jobs of one host both may watch the same server.
    expect(judge({}, { servers: [{ ...other(first), host: 'web1' }], state: second })).toMatchObject({
      state: 'ok',
    });
    // Of two that came at once it is the one whose name comes later: web2.
    expect(judge({}, { servers: [other(first)], state: first })).toMatchObject({
      state: 'broken',
      rule: null,
    });
    // One that has not been heard for long may be the old one that is down.
    expect(judge({}, { servers: [web2('primary', SAMPLE_AT_MS - UNOBSERVED_MS)] }).state).toBe('ok');
  });

  it('is fine after a failover whose old primary was last seen before it, whether its agent goes on or not', () => {
    const promotedAtMs = SAMPLE_AT_MS - 60_000;
    const old = { ...web2('primary'), seenAtMs: promotedAtMs - 1 };
    expect(judge({}, { servers: [old], state: { roleSinceMs: promotedAtMs } }).state).toBe('ok');
    const itself = { roleSinceMs: SAMPLE_AT_MS - DAY_MS, databaseLostAtMs: promotedAtMs - 1 };
    const successor = {
      ...web2('primary'),
      roleSinceMs: promotedAtMs,
      sample: { ...WAL_SAMPLE, timeline: 2 },
    };
    expect(judge({}, { servers: [successor], state: itself }).rule).not.toBe('pitr_timeline');
    const unheard = { roleSinceMs: SAMPLE_AT_MS - DAY_MS, receivedAtMs: promotedAtMs - 1 };
    expect(judge({}, { servers: [successor], state: unheard }).state).toBe('ok');
  });

  it('has a server that may be down for as long as it takes, once the log goes on elsewhere', () => {
    const agoMs = 60 * MINUTE_MS;
    const nowMs = SAMPLE_AT_MS + agoMs;
    const down = { databaseLostAtMs: SAMPLE_AT_MS, receivedAtMs: nowMs };
    const successor = { ...web2('primary', nowMs), sample: { ...WAL_SAMPLE, timeline: 2 } };
    const verdict = judge({}, { servers: [successor], state: down, agoMs });
    expect(verdict).toMatchObject({ state: 'ok', rule: null, nextCheckAtMs: nowMs + UNOBSERVED_MS + 1 });
    expect(verdict.reason).toContain("the cluster's primary, web2");
    expect(judge(standby, { servers: [web2('primary', nowMs)], state: down, agoMs }).state).toBe('ok');
    // Of a primary on the same timeline nobody knows whether it took over; and one that is not seen excuses nothing.
    const rival = [web2('primary', nowMs)];
    expect(judge({}, { servers: rival, state: down, agoMs }).rule).toBe('pitr_unobserved');
    const unseen = [{ ...successor, seenAtMs: SAMPLE_AT_MS }];
    expect(judge({}, { servers: unseen, state: down, agoMs }).rule).toBe('pitr_unobserved');
  });

  it('has no second primary any more when that has not been seen for a while, though its agent goes on', () => {
    const nowMs = SAMPLE_AT_MS + 60 * MINUTE_MS;
    const stopped = { ...web2('primary', nowMs), seenAtMs: SAMPLE_AT_MS };
    const long = { roleSinceMs: SAMPLE_AT_MS - DAY_MS / 2, receivedAtMs: nowMs };
    expect(judge({}, { servers: [stopped], state: long, agoMs: MINUTE_MS }).rule).toBe('pitr_timeline');
    expect(judge({}, { servers: [stopped], state: long, agoMs: 60 * MINUTE_MS }).state).toBe('ok');
  });
});
