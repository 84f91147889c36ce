import { expect, it } from 'vitest';
import { filterRemark, judgeChannels } from '../../../../agent/decide/mysql-replica.ts';
import { parseReplicaStatus, type ReplicaChannel } from '../../../../agent/tools/mysql-replica.ts';
import { recordedMysql } from '../../../support/mysql-answers.ts';

const LAG_MAX_MS = 300_000;

function channel(change: Partial<ReplicaChannel> = {}): ReplicaChannel {
  return {
    name: '',
    source: 'db1:3306',
    io: 'Yes',
    sql: 'Yes',
    lagMs: 2_000,
    error: '',
    filters: [],
    ...change,
  };
}

it('takes a replica that follows all of its sources, and says how far it is behind', () => {
  expect(judgeChannels([channel(), channel({ source: 'db2:3306', lagMs: 61_000 })], LAG_MAX_MS)).toEqual({
    fit: true,
    how: 'replicating from db1:3306 and db2:3306, 1m 1s behind',
  });
});

it.each([
  ['whose IO thread stands still', { io: 'No', error: 'Access denied' }, 'it receives nothing from db1:3306'],
  ['that is only connecting', { io: 'Connecting' }, '(IO thread: Connecting)'],
  ['whose SQL thread stands still', { sql: 'No', error: 'Duplicate entry' }, 'because of "Duplicate entry"'],
  ['whose lag is NULL', { lagMs: null }, 'Seconds_Behind is NULL'],
  ['that lags', { lagMs: 301_000 }, 'it is 5m 1s behind db1:3306 (allowed: 5m)'],
])('refuses a replica %s', (_, change, why) => {
  const verdict = judgeChannels([channel(change)], LAG_MAX_MS);
  expect(verdict).toMatchObject({ fit: false, why: expect.stringContaining(why) });
});

it('refuses a replica of several sources as soon as one of them is lost', () => {
  const verdict = judgeChannels(
    [channel(), channel({ name: 'crm', source: 'db2:3306', io: 'No' })],
    LAG_MAX_MS,
  );
  expect(verdict).toMatchObject({ fit: false, why: expect.stringContaining('db2:3306 (connection crm)') });
});

it('takes any lag where none is promised, but no silence', () => {
  expect(judgeChannels([channel({ lagMs: 86_400_000 })], null)).toMatchObject({ fit: true });
  expect(judgeChannels([channel({ lagMs: null })], null)).toMatchObject({ fit: false });
});

it('reads what MySQL 9.7 says of its channels', () => {
  const [own, ...others] = parseReplicaStatus(recordedMysql('9.7-replica-status'))!;
  expect(others).toEqual([]);
  expect(own).toEqual({
    name: 'crm',
    source: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    io: 'Yes',
    sql: 'Yes',
    lagMs: expect.any(Number),
    error: '',
    filters: [{ rule: 'Replicate_Ignore_DB', of: ['scratch'] }],
  });
  const [stopped] = parseReplicaStatus(recordedMysql('9.7-replica-stopped'))!;
  expect(stopped).toMatchObject({ io: 'No', sql: 'Yes', lagMs: null });
  expect(judgeChannels([stopped!], null)).toMatchObject({ fit: false });
});

it('tells a server that is no replica from an answer that is none', () => {
  expect(parseReplicaStatus('asked\n1\n')).toEqual([]);
  expect(parseReplicaStatus(recordedMysql('9.7-replica-none'))).toEqual([]);
  expect(parseReplicaStatus('')).toBeNull();
});

it('names what a replica with filters never had, but for what is left out anyway', () => {
  const filters = (rule: string, ...of: string[]) => [channel({ filters: [{ rule, of }] })];
  const none = () => false;
  expect(filterRemark([channel()], none)).toBe('');
  expect(
    filterRemark(filters('Replicate_Ignore_DB', 'scratch', 'shop'), (name) => name === 'scratch'),
  ).toContain('(Replicate_Ignore_DB: shop from db1:3306)');
  const isScratch = (name: string) => name === 'scratch';
  expect(filterRemark(filters('Replicate_Wild_Ignore_Table', 'scratch.%'), isScratch)).toBe('');
  expect(filterRemark(filters('Replicate_Wild_Ignore_Table', 'scratch.%', 'shop.log%'), isScratch)).toContain(
    'shop.log%',
  );
  expect(filterRemark(filters('Replicate_Do_DB', 'shop'), () => true)).toContain('Replicate_Do_DB: shop');
});
