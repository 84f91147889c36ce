import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { createNotifier } from '../../collector/notifiers/index.ts';
import { Receiver } from '../support/receiver.ts';
import { conforms, notification } from './notifiers.ts';

const SECRET = `whsec_${Buffer.from('a secret of more than 24 bytes').toString('base64')}`;

conforms({
  kind: 'webhook',
  create: (url, allowAddresses) => createNotifier({ kind: 'webhook', url, secret: SECRET, allowAddresses }),
  keyIn: (body) => JSON.parse(body).data.dedupKey,
  eventIn: (body) => JSON.parse(body).type,
  words: {
    trigger: 'alert.triggered',
    acknowledge: 'alert.acknowledged',
    resolve: 'alert.resolved',
    reminder: 'alert.reminder',
  },
  textIn: (body) => JSON.parse(body).data.reason,
  textCharsMax: 2_048,
  bodyBytesMax: 20 * 1024,
});

test('is signed by Standard Webhooks, under one id for every attempt', async () => {
  const receiver = new Receiver();
  await receiver.start();
  const allowAddresses = ['127.0.0.0/8'];
  const notifier = createNotifier({ kind: 'webhook', url: receiver.url, secret: SECRET, allowAddresses });
  const sent = notification('trigger');
  await notifier.send(sent, AbortSignal.timeout(5_000));
  await notifier.send(sent, AbortSignal.timeout(5_000));
  await notifier.close();
  await receiver.stop();
  const [first, second] = receiver.received;
  expect(first!.headers['webhook-id']).toBe(second!.headers['webhook-id']);
  const headers = first!.headers as Record<string, string>;
  const verified = new Webhook(SECRET).verify(first!.body, headers);
  expect(verified).toMatchObject({
    type: 'alert.triggered',
    data: { rule: 'sync_failed', state: 'firing', severity: 'critical', host: 'web1', job: 'files' },
  });
  expect(() => new Webhook(SECRET).verify(`${first!.body} `, headers)).toThrow();
});
