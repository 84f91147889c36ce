import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Heartbeat } from '../../../collector/heartbeat.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { Receiver } from '../../support/receiver.ts';

test('beats while the collector is well, and not otherwise', async () => {
  const clock = new FakeClock();
  const receiver = new Receiver();
  await receiver.start();
  let healthy = true;
  const heartbeat = new Heartbeat({
    settings: { url: receiver.url, everyMs: 60_000, allowAddresses: ['127.0.0.0/8'] },
    clock,
    log: pino({ level: 'silent' }),
    isHealthy: () => healthy,
  });
  const beats = async (count: number) => {
    await expect.poll(() => receiver.received.length).toBe(count);
  };
  heartbeat.start();
  clock.advance(1);
  await beats(1);
  clock.advance(60_000);
  await beats(2);
  healthy = false;
  clock.advance(600_000);
  await beats(2);
  healthy = true;
  clock.advance(1_000);
  await beats(3);
  expect(receiver.received.every(({ method }) => method === 'GET')).toBe(true);
  await heartbeat.stop();
  await receiver.stop();
});
