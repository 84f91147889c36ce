import { expect, it } from 'vitest';
import { conflictsSince, parseServerFacts } from '../../../../agent/tools/postgres-facts.ts';
import { primarySays, RECEIVER, standbySays } from '../../../support/postgres-facts.ts';

it('reads what a primary says about itself', () => {
  expect(parseServerFacts(primarySays())).toEqual({
    major: 15,
    version: '15.20',
    system: '7711163399154252448',
    superuser: true,
    role: 'backproof',
    databases: ['a', 'b'],
    postgresIsUsed: false,
    standby: null,
    conflicts: {},
  });
  expect(parseServerFacts('')).toBeNull();
  expect(parseServerFacts('{"number": "x"}')).toBeNull();
  expect(parseServerFacts(`\n${primarySays()}`)).not.toBeNull();
});

it('reads how far a standby is', () => {
  expect(parseServerFacts(standbySays({ apply_delay: '1h' }))?.standby).toEqual({
    receiver: 'streaming',
    sender: 'db1:5432',
    heardAgoMs: 2_500,
    receivedAt: 50_331_648,
    replayedAt: 50_331_648,
    replayAgeMs: 7_200_000,
    paused: false,
    applyDelay: '1h',
  });
});

it('takes what the sender announced as received: a slow network is a lag as well', () => {
  const standby = parseServerFacts(standbySays({ receiver: { ...RECEIVER, end: 60_000_000 } }))?.standby;
  expect(standby?.receivedAt).toBe(60_000_000);
});

it('tells a receiver that is hidden from one that is not there', () => {
  const hidden = { pid: 4_711, status: null, sender_host: null, end: null, heard: null };
  expect(parseServerFacts(standbySays({ receiver: hidden }))?.standby).toMatchObject({
    receiver: 'hidden',
    heardAgoMs: null,
  });
  expect(parseServerFacts(standbySays({ receiver: null }))?.standby?.receiver).toBeNull();
});

it('counts the conflicts a database met between two looks', () => {
  const facts = (lock: number, snapshot: number) =>
    parseServerFacts(primarySays({ conflicts: { a: { confl_lock: lock, confl_snapshot: snapshot } } }))!;
  expect(conflictsSince(facts(1, 0), facts(1, 2), 'a')).toBe('snapshot 2');
  expect(conflictsSince(facts(0, 0), facts(1, 2), 'a')).toBe('lock 1, snapshot 2');
  expect(conflictsSince(facts(1, 2), facts(1, 2), 'a')).toBe('');
  expect(conflictsSince(facts(0, 0), facts(1, 2), 'b')).toBe('');
});
