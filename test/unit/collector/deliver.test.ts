import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  FAILING_AFTER_MS,
  REFUSED_RETRY_MS,
  RETRY_MAX_MS,
  retryDelayMs,
} from '../../../collector/decide/delivery.ts';
import type { Delivery, Notification } from '../../../collector/notifiers/types.ts';
import { StoreUnavailable } from '../../../collector/store/errors.ts';
import { Judging } from '../../support/judging.ts';

const HOUR_MS = 3_600_000;
let judging: Judging;

async function settle(): Promise<void> {
  for (let i = 0; i < 4; i += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    judging.clock.advance(1);
  }
}

/** Time passes in steps, and what was begun in each comes to its end. */
async function pass(ms: number, stepMs = 10_000): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
    judging.clock.advance(Math.min(stepMs, ms - passedMs));
    await settle();
  }
}

function events(): string[] {
  return judging.pager.told.map(({ event, alert }) => `${event} ${alert.subject}`);
}

beforeEach(() => {
  judging = new Judging({
    routes: [{ match: {}, to: ['pager'], remindEveryMs: null, continue: false }],
  });
  judging.evaluator.start();
  judging.deliverer.start();
});
afterEach(async () => {
  await judging.deliverer.stop();
  judging.stop();
});

function fail(host = 'web1') {
  const row = judging.store.hosts.byName(host) ?? judging.enroll(host);
  if (!judging.live.has(row.id)) judging.connect(row);
  const job = judging.declare(row);
  judging.finished(job, { runId: `failed-${judging.clock.nowMs()}`, outcome: 'failed' });
  return job;
}

describe('delivering', () => {
  test('takes less than a second from the commit to the receiver', async () => {
    fail();
    judging.clock.advance(20);
    await settle();
    expect(events()).toEqual(['trigger job:web1/files']);
    const [row] = judging.store.outbox.ofAlert(judging.firing()[0]!.id);
    expect(row).toMatchObject({ state: 'delivered', attempts: 1, lastError: '' });
  });

  test('invariant 10: a pager that is down for hours delays alerts and loses none', async () => {
    judging.pager.answer = () => ({ result: 'retryable', reason: 'the receiver answered 503' });
    const job = fail();
    await pass(6 * HOUR_MS, 60_000);
    judging.finished(job, { runId: 'good' });
    await pass(60_000);
    expect(events()).toEqual([]);
    judging.pager.answer = () => ({ result: 'delivered' });
    await pass(2 * HOUR_MS, 60_000);
    const about = events().filter((one) => one.includes('job:'));
    expect(about).toEqual(['trigger job:web1/files', 'resolve job:web1/files']);
  });

  test('a resolve never overtakes its trigger, while other alerts go on', async () => {
    let refused = 0;
    judging.pager.answer = ({ alert, event }: Notification): Delivery => {
      if (alert.host !== 'web1' || event !== 'trigger' || refused >= 3) return { result: 'delivered' };
      refused += 1;
      return { result: 'retryable', reason: 'busy' };
    };
    const job = fail('web1');
    judging.clock.advance(20);
    await settle();
    judging.finished(job, { runId: 'good' });
    fail('web2');
    await pass(1_000);
    expect(events()).toEqual(['trigger job:web2/files']);
    await pass(60_000);
    expect(events().slice(1)).toEqual(['trigger job:web1/files', 'resolve job:web1/files']);
  });

  test('Retry-After is kept, and one delivery is one request', async () => {
    const attempts: number[] = [];
    judging.pager.answer = () => {
      attempts.push(judging.clock.nowMs());
      return attempts.length === 1
        ? { result: 'retryable', reason: '429', afterMs: 60_000 }
        : { result: 'delivered' };
    };
    fail();
    await pass(120_000, 1_000);
    expect(attempts).toHaveLength(2);
    expect(attempts[1]! - attempts[0]!).toBeGreaterThanOrEqual(60_000);
  });

  test('a receiver that never answers is given up after 15 s and tried again', async () => {
    let hanging = 0;
    judging.pager.send = (_, signal?: AbortSignal) => {
      hanging += 1;
      return new Promise<Delivery>((resolve) => {
        signal?.addEventListener('abort', () => resolve({ result: 'retryable', reason: 'no answer' }));
      });
    };
    fail();
    await pass(10_000, 1_000);
    expect(hanging).toBe(1);
    await pass(10_000, 1_000);
    expect(hanging).toBe(2);
  });

  test('a result the full disk cannot take down is written later, and nothing is sent twice', async () => {
    const { outbox } = judging.store;
    const { delivered } = outbox;
    outbox.delivered = () => {
      throw new StoreUnavailable('SQLITE_FULL', new Error('database or disk is full'));
    };
    fail();
    await pass(30_000, 1_000);
    expect(events()).toEqual(['trigger job:web1/files']);
    outbox.delivered = delivered;
    await pass(10_000, 1_000);
    expect(events()).toHaveLength(1);
    expect(outbox.pendingByReceiver()).toEqual([]);
  });

  test('what stop() interrupts is sent by the next start', async () => {
    judging.pager.send = (_, signal?: AbortSignal) =>
      new Promise<Delivery>((resolve) => {
        signal?.addEventListener('abort', () => resolve({ result: 'retryable', reason: 'aborted' }));
      });
    fail();
    judging.clock.advance(20);
    await judging.deliverer.stop();
    expect(judging.store.outbox.pendingByReceiver()).toMatchObject([{ receiver: 'pager', pending: 1 }]);
    const [row] = judging.store.outbox.ofAlert(judging.firing()[0]!.id);
    expect(row!.attempts).toBe(0);
  });
});

describe('an alert that a receiver refuses', () => {
  const refuse = () => {
    judging.pager.answer = () => ({ result: 'permanent', reason: 'the receiver answered 400' });
  };

  test('is told by the next start, which may bring another key or address', async () => {
    refuse();
    fail();
    await pass(1_000);
    await judging.deliverer.stop();
    judging.pager.answer = () => ({ result: 'delivered' });
    judging.deliverer = judging.newDeliverer();
    judging.deliverer.start();
    await pass(1_000);
    expect(events()).toEqual(['trigger job:web1/files']);
  });

  test('and that resolves meanwhile is told with its resolution, and given up after a week', async () => {
    refuse();
    const job = fail();
    await pass(1_000);
    judging.finished(job, { runId: 'good' });
    await pass(2 * HOUR_MS, 60_000);
    const [trigger] = judging.store.outbox.ofAlert(1);
    expect(trigger).toMatchObject({ state: 'pending', lastError: 'the receiver answered 400' });
    judging.evaluator.stop();
    await pass(8 * 24 * HOUR_MS, HOUR_MS);
    expect(judging.store.outbox.ofAlert(1).map(({ state }) => state)).toEqual(['failed', 'failed']);
  });
});

describe('a receiver that the configuration has come to name', () => {
  /** The next start of a collector whose routes go elsewhere. */
  async function restartWith(...receivers: string[]): Promise<void> {
    await judging.deliverer.stop();
    judging.evaluator.stop();
    judging.routes[0]!.to = receivers;
    judging.evaluator = judging.newEvaluator();
    judging.evaluator.start();
    judging.deliverer = judging.newDeliverer();
    judging.deliverer.start();
    await pass(1_000);
  }
  const told = (alertId: number) =>
    judging.store.outbox
      .ofAlert(alertId)
      .map(({ receiver, event, state }) => `${event} ${receiver} ${state}`);

  test('is told of what fires, once, and of its end', async () => {
    await restartWith('nobody');
    const job = fail();
    await pass(1_000);
    expect(told(1)).toEqual(['trigger nobody failed']);
    await restartWith('pager');
    await restartWith('pager');
    expect(events()).toEqual(['trigger job:web1/files']);
    judging.finished(job, { runId: 'good' });
    await pass(1_000);
    expect(events()).toEqual(['trigger job:web1/files', 'resolve job:web1/files']);
  });

  test('is not told of what somebody has taken on, nor of what is over', async () => {
    await restartWith('nobody');
    judging.finished(fail('web1'), { runId: 'good' });
    fail('web2');
    await pass(1_000);
    judging.alerting.acknowledge(judging.firing()[0]!.id, 'eva', '', judging.clock.nowMs());
    await restartWith('pager');
    expect(events()).toEqual([]);
  });
});

describe('a storm of alerts', () => {
  const ALERTS = 100;
  const storm = () => {
    for (let i = 1; i <= ALERTS; i += 1) fail(`web${i}`);
  };

  test('reaches a receiver that limits the rate as fast as it allows, and asks little in vain', async () => {
    let [taken, refused, sinceMs] = [0, 0, judging.clock.nowMs()];
    // Twenty at once, then twenty each ten seconds.
    judging.pager.answer = () => {
      if (judging.clock.nowMs() - sinceMs >= 10_000) [taken, sinceMs] = [0, judging.clock.nowMs()];
      taken += 1;
      if (taken <= 20) return { result: 'delivered' };
      refused += 1;
      return { result: 'retryable', reason: 'the receiver answered 429', afterMs: 10_000 };
    };
    storm();
    await pass((ALERTS / 20) * 11_000, 500);
    expect(events()).toHaveLength(ALERTS);
    expect(refused).toBeLessThan(ALERTS);
  });

  test('waits behind one question at a time while the receiver is down, and goes out when it is back', async () => {
    let asked = 0;
    judging.pager.answer = () => {
      asked += 1;
      return { result: 'retryable', reason: 'ECONNREFUSED' };
    };
    storm();
    await pass(6 * HOUR_MS, 60_000);
    expect(asked).toBeLessThan(40);
    judging.pager.answer = () => ({ result: 'delivered' });
    await pass(HOUR_MS, 60_000);
    expect(events().filter((one) => one.includes('job:'))).toHaveLength(ALERTS);
  });
});

describe('delivery_failing', () => {
  test('opens when a receiver refuses, and resolves when it has taken all that it was sent', async () => {
    judging.pager.answer = ({ alert }) =>
      alert.host === 'web1'
        ? { result: 'permanent', reason: 'the receiver answered 400' }
        : { result: 'delivered' };
    fail();
    await pass(1_000);
    expect(judging.rules()).toEqual(['delivery_failing', 'sync_failed']);
    fail('web2');
    await pass(1_000);
    expect(events()).toEqual(['trigger job:web2/files']);
    expect(judging.rules()).toEqual(['delivery_failing', 'sync_failed', 'sync_failed']);
    judging.pager.answer = () => ({ result: 'delivered' });
    await pass(REFUSED_RETRY_MS, 60_000);
    expect(events()).toEqual(['trigger job:web2/files', 'trigger job:web1/files']);
    expect(judging.rules()).toEqual(['sync_failed', 'sync_failed']);
  });

  test('opens when a receiver has kept something waiting for minutes', async () => {
    judging.pager.answer = () => ({ result: 'retryable', reason: 'ECONNREFUSED' });
    fail();
    await pass(FAILING_AFTER_MS - 60_000);
    expect(judging.rules()).toEqual(['sync_failed']);
    await pass(20 * 60_000);
    expect(judging.rules()).toEqual(['delivery_failing', 'sync_failed']);
  });
});

test('the retry policy doubles from a second to an hour, and believes Retry-After within bounds', () => {
  expect([1, 2, 3, 10].map((attempts) => retryDelayMs(attempts, undefined, 0))).toEqual([
    1_000, 2_000, 4_000, 512_000,
  ]);
  expect(retryDelayMs(1_000, undefined, 0)).toBe(RETRY_MAX_MS);
  expect(retryDelayMs(1_000, undefined, 0.999)).toBeGreaterThan(RETRY_MAX_MS * 0.79);
  expect(retryDelayMs(1, 30_000, 0)).toBe(30_000);
  expect(retryDelayMs(1, 9e15, 0)).toBe(RETRY_MAX_MS);
  expect(retryDelayMs(1, -5, 0)).toBe(1_000);
  expect(retryDelayMs(1, Number.NaN, 0)).toBe(1_000);
});
