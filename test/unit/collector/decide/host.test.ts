import { describe, expect, test } from 'vitest';
import {
  CERTIFICATE_WARN_MS,
  CLONE_SHOWN_MS,
  FIRST_CONTACT_MS,
  GAP_SHOWN_MS,
  judgeHost,
} from '../../../../collector/decide/host.ts';
import { judgeFleet } from '../../../../collector/decide/inhibition.ts';
import type { HostRow } from '../../../../collector/store/types.ts';
import { absent, hostRow, present } from '../../../support/rows.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';

const NOW = SAMPLE_AT_MS;
const promise = { silentAfterMs: 120_000, clockSkewMaxMs: 60_000, silenceCountsFromMs: 0 };

function judge(change: Partial<HostRow>, nowMs = NOW, more: object = {}) {
  const facts = {
    host: hostRow(change),
    presence: present(nowMs),
    newestGap: null,
    clonedAtMs: null,
    storage: [],
  };
  return judgeHost({ ...facts, fleetSilent: false, clockInDoubt: false, ...more }, { ...promise }, nowMs);
}

describe('connected', () => {
  const gone = (lostAtMs: number, nowMs: number, fleetSilent = false) =>
    judge({}, nowMs, { presence: absent(lostAtMs), fleetSilent }).connected;

  test('is broken a millisecond after the time it was given, not before', () => {
    expect(gone(NOW, NOW + 120_000)).toMatchObject({ state: 'unknown', undecided: true });
    expect(gone(NOW, NOW + 120_001)).toMatchObject({ state: 'broken', rule: 'agent_silent' });
    expect(gone(NOW, NOW + 5).nextCheckAtMs).toBe(NOW + 120_001);
  });

  test('counts from the collector’s own start, and not while the whole fleet is silent', () => {
    const late = { ...promise, silenceCountsFromMs: NOW + 900_000 };
    const facts = {
      newestGap: null,
      clonedAtMs: null,
      storage: [],
      fleetSilent: false,
      clockInDoubt: false,
      presence: absent(NOW),
    };
    const verdict = judgeHost({ host: hostRow(), ...facts }, late, NOW + 900_000);
    expect(verdict.connected).toMatchObject({ undecided: true });
    expect(gone(NOW, NOW + 900_000, true)).toMatchObject({ undecided: true, rule: null });
  });

  test('is broken when what it says is refused again and again, although it keeps coming back', () => {
    const refused = { firstAtMs: NOW, lastAtMs: NOW + 120_000, reason: 'record has no body this side knows' };
    const at = (nowMs: number, change = {}) =>
      judge({}, nowMs, { presence: { ...present(nowMs), refused: { ...refused, ...change } } }).connected;
    expect(at(NOW + 120_000)).toMatchObject({ rule: 'agent_silent', nextCheckAtMs: NOW + 420_000 });
    expect(at(NOW + 120_000).reason).toContain('record has no body this side knows');
    expect(at(NOW + 119_999, { lastAtMs: NOW + 119_999 }).rule).toBeNull();
    expect(at(NOW + 420_000).rule).toBeNull();
  });

  test('a host that enrolled and was never heard gets time to start its agent', () => {
    const never = (nowMs: number) =>
      judge({ enrolledAtMs: NOW, lastSeenAtMs: null }, nowMs, {
        presence: { caughtUpSinceMs: null, catchingUp: false, lastSeenAtMs: null },
      }).connected;
    expect(never(NOW + FIRST_CONTACT_MS).rule).toBeNull();
    expect(never(NOW + FIRST_CONTACT_MS + 1)).toMatchObject({ rule: 'agent_silent' });
    expect(never(NOW + FIRST_CONTACT_MS + 1).reason).toContain('never been heard');
  });
});

test('a clock may be off by what is allowed, in both directions, and is not judged from memory', () => {
  expect(judge({ clockOffsetMs: 60_000 }).clock.rule).toBeNull();
  expect(judge({ clockOffsetMs: 60_001 }).clock).toMatchObject({ rule: 'clock_skew' });
  expect(judge({ clockOffsetMs: -7_200_000 }).clock.reason).toContain('2h behind');
  expect(judge({ clockOffsetMs: 99_999 }, NOW, { presence: absent(NOW) }).clock).toMatchObject({
    undecided: true,
  });
});

test('a certificate warns in its last days and is broken when it ends', () => {
  const expires = { certificateExpiresAtMs: NOW };
  expect(judge(expires, NOW - CERTIFICATE_WARN_MS - 1).certificate).toMatchObject({
    state: 'ok',
    nextCheckAtMs: NOW - CERTIFICATE_WARN_MS,
  });
  expect(judge(expires, NOW - CERTIFICATE_WARN_MS).certificate).toMatchObject({
    state: 'late',
    rule: 'certificate_expiring',
  });
  expect(judge(expires, NOW).certificate).toMatchObject({ state: 'broken', nextCheckAtMs: null });
});

test('a gap is shown for a day, a clone for minutes after its last attempt', () => {
  const gap = { newestGap: { reason: 'full', receivedAtMs: NOW } };
  expect(judge({}, NOW + GAP_SHOWN_MS - 1, gap).spool).toMatchObject({ rule: 'spool_gap' });
  expect(judge({}, NOW + GAP_SHOWN_MS, gap).spool).toMatchObject({ rule: null });
  expect(judge({}, NOW + CLONE_SHOWN_MS - 1, { clonedAtMs: NOW }).identity.rule).toBe('agent_cloned');
  expect(judge({}, NOW + CLONE_SHOWN_MS, { clonedAtMs: NOW }).identity.rule).toBeNull();
});

test('a revoked host answers no question', () => {
  const verdicts = judge({ revokedAtMs: NOW, revokedReason: 'sold', spoolError: 'x', clockOffsetMs: 1e9 });
  for (const verdict of Object.values(verdicts)) {
    expect(verdict).toMatchObject({ state: 'not-applicable', rule: null, nextCheckAtMs: null });
  }
});

describe('the fleet', () => {
  const line = { hosts: 3, connected: 0, firstLostAtMs: NOW, lastLostAtMs: NOW + 15_000 };
  const rule = (change: object, nowMs = NOW + 120_001, firing = false) =>
    judgeFleet({ ...line, ...change }, promise, firing, nowMs).rule;

  test('is silent when all went together and the first is overdue', () => {
    expect(rule({})).toBe('fleet_silent');
    expect(rule({}, NOW + 120_000)).toBeNull();
  });

  test('is not when one is there, when it is but one, or when they went one by one', () => {
    expect(rule({ connected: 1 })).toBeNull();
    expect(rule({ hosts: 1 })).toBeNull();
    expect(rule({ lastLostAtMs: NOW + 120_001 }, NOW + 999_999)).toBeNull();
  });

  test('stays silent until one is back', () => {
    expect(rule({}, NOW, true)).toBe('fleet_silent');
    expect(rule({ connected: 1 }, NOW, true)).toBeNull();
  });
});
