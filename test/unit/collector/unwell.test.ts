import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../../collector/store/errors.ts';
import { Judging } from '../../support/judging.ts';

let judging: Judging;

async function settle(): Promise<void> {
  for (let i = 0; i < 4; i += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    judging.clock.advance(1);
  }
}

/** Every write fails as on a full disk, until the returned function is called. */
function fillDisk(): () => void {
  const { lease } = judging.store.system;
  judging.store.system.lease = () => {
    throw new StoreUnavailable('SQLITE_FULL', new Error('database or disk is full'));
  };
  return () => {
    judging.store.system.lease = lease;
  };
}

beforeEach(() => {
  judging = new Judging();
  judging.evaluator.start();
  judging.clock.advance(1_000);
});
afterEach(() => judging.stop());

describe('a full disk', () => {
  test('pages past the database within seconds, once, and resolves when there is room', async () => {
    expect(judging.evaluator.isHealthy()).toBe(true);
    const makeRoom = fillDisk();
    judging.clock.advance(10_000);
    await settle();
    expect(judging.evaluator.isHealthy()).toBe(false);
    expect(judging.pager.told).toHaveLength(1);
    expect(judging.pager.told[0]).toMatchObject({
      event: 'trigger',
      alert: { rule: 'collector_unwell', severity: 'critical', reason: expect.stringContaining('full') },
    });
    judging.clock.advance(600_000);
    await settle();
    expect(judging.pager.told).toHaveLength(1);
    makeRoom();
    judging.clock.advance(2_000);
    await settle();
    expect(judging.pager.told.map(({ event }) => event)).toEqual(['trigger', 'resolve']);
    expect(judging.pager.told[1]!.dedupKey).toBe(judging.pager.told[0]!.dedupKey);
    expect(judging.evaluator.isHealthy()).toBe(true);
  });

  test('that passes within moments pages nobody', async () => {
    const makeRoom = fillDisk();
    judging.clock.advance(4_500);
    makeRoom();
    judging.clock.advance(1_500);
    await settle();
    judging.clock.advance(60_000);
    await settle();
    expect(judging.pager.told).toEqual([]);
  });

  test('is told to a receiver that is down for a while, and not at all when it is over first', async () => {
    judging.pager.answer = () => ({ result: 'retryable', reason: 'down' });
    const makeRoom = fillDisk();
    for (let i = 0; i < 10; i += 1) {
      judging.clock.advance(5_000);
      await settle();
    }
    makeRoom();
    judging.clock.advance(2_000);
    judging.pager.answer = () => ({ result: 'delivered' });
    for (let i = 0; i < 100; i += 1) {
      judging.clock.advance(5_000);
      await settle();
    }
    expect(judging.pager.told).toEqual([]);
  });
});
