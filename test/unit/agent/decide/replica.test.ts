import { expect, it } from 'vitest';
import { judgeReplica } from '../../../../agent/decide/replica.ts';
import type { StandbyFacts } from '../../../../agent/tools/postgres-facts.ts';

const LAG_MAX_MS = 300_000;

function standby(change: Partial<StandbyFacts> = {}): StandbyFacts {
  return {
    receiver: 'streaming',
    sender: 'db1:5432',
    heardAgoMs: 3_000,
    receivedAt: 1_000,
    replayedAt: 1_000,
    replayAgeMs: 7_200_000,
    paused: false,
    applyDelay: '',
    ...change,
  };
}

const judge = (change: Partial<StandbyFacts>, earlier: StandbyFacts | null = null) =>
  judgeReplica(standby(change), LAG_MAX_MS, 'backproof', earlier);

it('takes a replica of an idle primary, however old its last transaction is', () => {
  expect(judge({})).toEqual({ fit: true, how: 'streaming from db1:5432, 0 bytes behind' });
  expect(judge({ replayAgeMs: null })).toMatchObject({ fit: true });
});

it('takes one that has something to replay but is near', () => {
  expect(judge({ receivedAt: 1_900, replayAgeMs: 4_000 })).toEqual({
    fit: true,
    how: 'streaming from db1:5432, 900 bytes behind, replayed up to 4s ago',
  });
  expect(judge({ receivedAt: 1_900, replayAgeMs: LAG_MAX_MS })).toMatchObject({ fit: true });
});

it('refuses one that lags, and names what was found', () => {
  expect(judge({ receivedAt: 1_900 })).toEqual({
    fit: false,
    mayPass: true,
    why: 'its replay lags: it is streaming from db1:5432, 900 bytes behind, and the last transaction it replayed is 2h old (allowed: 5m)',
  });
  expect(judge({ receivedAt: 1_900, paused: true })).toMatchObject({
    fit: false,
    why: expect.stringMatching(/^its replay is paused: /),
  });
  expect(judge({ receivedAt: 1_900, applyDelay: '1h' })).toMatchObject({
    why: expect.stringContaining('delays its replay by 1h (recovery_min_apply_delay)'),
  });
  expect(judge({ receivedAt: 1_900, replayAgeMs: null })).toMatchObject({ fit: false });
});

it('takes, at a second look, one that has replayed all it had received before', () => {
  const earlier = standby({ receivedAt: 1_900 });
  const now = { receivedAt: 2_400, replayedAt: 1_900 };
  expect(judge(now, earlier)).toMatchObject({ fit: true, how: expect.stringContaining('keeping up') });
  expect(judge({ ...now, replayedAt: 1_899 }, earlier)).toMatchObject({ fit: false });
});

it('refuses one whose sender has gone silent, or that does not stream', () => {
  expect(judge({ heardAgoMs: LAG_MAX_MS + 1 })).toMatchObject({
    fit: false,
    why: expect.stringContaining('has heard nothing from there for 5m'),
  });
  expect(judgeReplica(standby({ heardAgoMs: 59_000 }), 1_000, 'r', null)).toMatchObject({ fit: true });
  expect(judge({ heardAgoMs: null })).toMatchObject({ fit: false });
  expect(judge({ receiver: 'stopping' })).toMatchObject({
    fit: false,
    why: 'its WAL receiver is stopping, not streaming',
  });
});

it('says of archive recovery what it is: as near as its last transaction, and no nearer', () => {
  expect(judge({ receiver: null, replayAgeMs: 40_000 })).toEqual({
    fit: true,
    how: 'fed from an archive; the last transaction it replayed is 40s old',
  });
  expect(judge({ receiver: null })).toMatchObject({
    fit: false,
    why: 'it has no WAL receiver, so nothing comes from its primary, and the last transaction it replayed is 2h old (allowed: 5m)',
  });
  expect(judge({ receiver: null, replayAgeMs: null })).toMatchObject({ fit: false });
});

it('never passes what the role may not see', () => {
  expect(judge({ receiver: 'hidden', replayAgeMs: 0 })).toEqual({
    fit: false,
    mayPass: false,
    why: 'the role backproof may not see what its WAL receiver does, so nothing is known of its lag; grant it pg_monitor',
  });
  expect(judge({ replayedAt: null })).toMatchObject({ fit: false });
});
