import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../../../collector/store/open.ts';
import type { Store } from '../../../../collector/store/types.ts';
import { INSTANT_JITTER_MS } from '../../../../collector/store/wal.ts';
import type { WalSample } from '../../../../proto/wal.ts';
import { SAMPLE_AT_MS, sampleDeclaration } from '../../../support/samples.ts';
import { WAL_SAMPLE } from '../../../support/wal.ts';

const MINUTE_MS = 60_000;
const STALE = { warningMs: 15 * MINUTE_MS, criticalMs: 60 * MINUTE_MS };

describe('samples of write-ahead logs', () => {
  let store: Store;
  let web1: number;
  let web2: number;

  beforeEach(() => {
    store = openStore(':memory:');
    const jobOn = (host: string, customer: string) => {
      const { id } = store.hosts.enroll(host, customer, SAMPLE_AT_MS);
      const declaration = sampleDeclaration({ job: 'pitr', kind: 'postgres-pitr', staleAfter: STALE });
      return store.jobs.declare(id, declaration, '', SAMPLE_AT_MS).id;
    };
    web1 = jobOn('web1', 'acme');
    web2 = jobOn('web2', 'acme');
    jobOn('web3', 'beta');
  });
  afterEach(() => store.close());

  test('the newest is kept, and the job is to be judged at once', () => {
    expect(store.wal.known(web1).state).toBeNull();
    store.wal.save(web1, WAL_SAMPLE, SAMPLE_AT_MS);
    store.jobs.saveVerdicts(web1, {} as never, 'ok', SAMPLE_AT_MS + MINUTE_MS);
    store.wal.save(web1, { ...WAL_SAMPLE, exposureMs: 5 }, SAMPLE_AT_MS + 1);
    expect(store.wal.known(web1).state).toMatchObject({
      sample: { exposureMs: 5 },
      receivedAtMs: SAMPLE_AT_MS + 1,
    });
    expect(store.jobs.byId(web1)!.nextCheckAtMs).toBe(0);
  });

  test('what cannot be asked now is what it was, and since when is kept until it can be asked again', () => {
    store.wal.save(web1, WAL_SAMPLE, SAMPLE_AT_MS);
    const blank = { ...WAL_SAMPLE, role: '' as const, lsn: 0, savedLsn: 0, backupsAtMs: [] };
    const deaf = { ...blank, databaseProblem: 'refused' };
    store.wal.save(web1, deaf, SAMPLE_AT_MS + MINUTE_MS);
    store.wal.save(web1, deaf, SAMPLE_AT_MS + 2 * MINUTE_MS);
    const { sample, databaseLostAtMs } = store.wal.known(web1).state!;
    expect(sample).toEqual({ ...WAL_SAMPLE, databaseProblem: 'refused' });
    expect(databaseLostAtMs).toBe(SAMPLE_AT_MS + MINUTE_MS);

    const blind = { ...WAL_SAMPLE, savedLsn: 0, lsn: WAL_SAMPLE.lsn + 7, repositoryProblem: 'gone' };
    store.wal.save(web1, blind, SAMPLE_AT_MS + 3 * MINUTE_MS);
    expect(store.wal.known(web1).state).toMatchObject({
      sample: { lsn: WAL_SAMPLE.lsn + 7, savedLsn: WAL_SAMPLE.savedLsn, repositoryProblem: 'gone' },
      databaseLostAtMs: null,
      repositoryLostAtMs: SAMPLE_AT_MS + 3 * MINUTE_MS,
    });
    store.wal.save(web1, WAL_SAMPLE, SAMPLE_AT_MS + 4 * MINUTE_MS);
    expect(store.wal.known(web1).state).toMatchObject({ repositoryLostAtMs: null });
  });

  test('the servers of a cluster know of each other, those of other customers do not', () => {
    store.wal.save(web1, WAL_SAMPLE, SAMPLE_AT_MS);
    expect(store.wal.known(web1).servers).toEqual([]);
    store.jobs.saveVerdicts(web1, {} as never, 'ok', SAMPLE_AT_MS + MINUTE_MS);
    store.wal.save(web2, { ...WAL_SAMPLE, role: 'standby' }, SAMPLE_AT_MS + 1);
    const web3 = store.jobs.byName('web3', 'pitr')!.id;
    store.wal.save(web3, WAL_SAMPLE, SAMPLE_AT_MS + 2);
    const atMs = SAMPLE_AT_MS + 1;
    const { seenAtMs, keepMs, host, role, ...state } = store.wal.known(web1).servers[0]!;
    expect({ seenAtMs, keepMs, host, role }).toEqual({
      seenAtMs: atMs,
      keepMs: 0,
      host: 'web2',
      role: 'standby',
    });
    expect(state).toEqual(store.wal.known(web2).state);
    expect(store.wal.known(web1).servers).toHaveLength(1);
    // Its agent goes on, and its server is down.
    const down = { ...WAL_SAMPLE, databaseProblem: 'down' };
    store.wal.save(web2, down, SAMPLE_AT_MS + 2 * MINUTE_MS);
    store.wal.save(web2, down, SAMPLE_AT_MS + 3 * MINUTE_MS);
    expect(store.wal.known(web1).servers).toMatchObject([
      { role: 'standby', seenAtMs: SAMPLE_AT_MS + 2 * MINUTE_MS, receivedAtMs: SAMPLE_AT_MS + 3 * MINUTE_MS },
    ]);
    // The role of one is news for the other.
    expect(store.jobs.byId(web1)!.nextCheckAtMs).toBe(0);
  });

  test('a role counts from when it changed', () => {
    store.wal.save(web1, WAL_SAMPLE, SAMPLE_AT_MS);
    store.wal.save(web1, WAL_SAMPLE, SAMPLE_AT_MS + MINUTE_MS);
    expect(store.wal.known(web1).state!.roleSinceMs).toBe(SAMPLE_AT_MS);
    store.wal.save(web1, { ...WAL_SAMPLE, role: 'standby' }, SAMPLE_AT_MS + 2 * MINUTE_MS);
    expect(store.wal.known(web1).state!.roleSinceMs).toBe(SAMPLE_AT_MS + 2 * MINUTE_MS);
  });

  test('the instant of the oldest unsaved change stays, however long its samples are on their way', () => {
    const at = (afterMs: number, exposureMs: number, problems: Partial<WalSample> = {}) => {
      store.wal.save(web1, { ...WAL_SAMPLE, exposureMs, ...problems }, SAMPLE_AT_MS + afterMs);
      const sinceMs = store.wal.known(web1).state!.exposedSinceMs;
      return sinceMs === null ? null : sinceMs - SAMPLE_AT_MS;
    };
    expect(at(0, 0)).toBeNull();
    expect(at(MINUTE_MS, 1_000)).toBe(59_000);
    expect(at(2 * MINUTE_MS, 61_000 - INSTANT_JITTER_MS)).toBe(59_000);
    expect(at(3 * MINUTE_MS, 0, { databaseProblem: 'No server answers there.' })).toBe(59_000);
    expect(at(4 * MINUTE_MS, 0, { repositoryProblem: 'gone' })).toBe(59_000);
    // Another change is the oldest now.
    expect(at(5 * MINUTE_MS, 60_000)).toBe(4 * MINUTE_MS);
    expect(at(6 * MINUTE_MS, 0)).toBeNull();
  });

  test('the worst exposure of every few minutes is kept for the page, only as far as it was seen', () => {
    const at = (minute: number, exposureMs: number) =>
      store.wal.save(web1, { ...WAL_SAMPLE, exposureMs }, SAMPLE_AT_MS + minute * MINUTE_MS);
    for (const [minute, exposureMs] of [
      [0, 5],
      [1, 9],
      [2, 1],
      [10, 3],
    ] as const)
      at(minute, exposureMs);
    store.wal.save(
      web1,
      { ...WAL_SAMPLE, exposureMs: 99, repositoryProblem: 'gone' },
      SAMPLE_AT_MS + 20 * MINUTE_MS,
    );
    expect(store.wal.exposure(web1, SAMPLE_AT_MS).map(({ exposureMs }) => exposureMs)).toEqual([9, 3]);
    expect(store.wal.expire(SAMPLE_AT_MS + 5 * MINUTE_MS, 10)).toBe(1);
    expect(store.wal.exposure(web1, 0)).toHaveLength(1);
  });

  test('exposure goes on over a failover: it is the cluster that is exposed, not one of its servers', () => {
    const web3 = store.jobs.byName('web3', 'pitr')!.id;
    const at = (job: number, minute: number, exposureMs: number) =>
      store.wal.save(job, { ...WAL_SAMPLE, exposureMs }, SAMPLE_AT_MS + minute * MINUTE_MS);
    at(web1, 0, 5);
    at(web2, 10, 7);
    at(web1, 10, 6);
    at(web3, 20, 8);
    for (const job of [web1, web2])
      expect(store.wal.exposure(job, 0).map(({ exposureMs }) => exposureMs)).toEqual([5, 7]);
    const alone = { ...WAL_SAMPLE, systemIdentifier: '' };
    store.wal.save(web1, alone, SAMPLE_AT_MS + 30 * MINUTE_MS);
    expect(store.wal.exposure(web1, 0).map(({ exposureMs }) => exposureMs)).toEqual([5, 6, 0]);
  });
});
