import { expect, test } from 'vitest';
import { createNotifier } from '../../collector/notifiers/index.ts';
import { Receiver } from '../support/receiver.ts';
import { conforms, notification } from './notifiers.ts';

const ROUTING_KEY = '0123456789abcdef0123456789abcdef';

function create(url: string, allowAddresses: string[]) {
  return createNotifier({ kind: 'pagerduty', url, routingKey: ROUTING_KEY, allowAddresses });
}

conforms({
  kind: 'pagerduty',
  create,
  keyIn: (body) => JSON.parse(body).dedup_key,
  eventIn: (body) => JSON.parse(body).event_action,
  words: { trigger: 'trigger', acknowledge: 'acknowledge', resolve: 'resolve', reminder: 'trigger' },
  textIn: (body) => JSON.parse(body).payload.summary,
  textCharsMax: 1_024,
  bodyBytesMax: 512 * 1024,
});

test('an answer that is not PagerDuty’s 202 counts by what it says', async () => {
  const receiver = new Receiver();
  await receiver.start();
  const notifier = create(receiver.url, ['127.0.0.0/8']);
  const answers: [status: number, body: string, result: string][] = [
    [202, '{"status":"success","message":"Event processed","dedup_key":"x"}', 'delivered'],
    [202, 'anything', 'delivered'],
    [200, '{"status":"success"}', 'delivered'],
    [200, '{}', 'delivered'],
    [200, 'OK\n', 'delivered'],
    [200, 'thanks', 'delivered'],
    [200, '{"status":"queued"}', 'delivered'],
    [200, '[]', 'delivered'],
    [200, 'null', 'delivered'],
    [200, '{"status":"invalid event","errors":["no"]}', 'retryable'],
    [200, '{"error":"upstream is down"}', 'retryable'],
    [200, '<html><body>Please sign in</body></html>', 'retryable'],
    [200, 'Error: backend not available', 'retryable'],
  ];
  for (const [status, body, result] of answers) {
    receiver.answer = (response) => response.writeHead(status).end(body);
    const delivery = await notifier.send(notification('trigger'), AbortSignal.timeout(5_000));
    expect(delivery, body).toMatchObject({ result });
    if (delivery.result === 'retryable')
      expect(delivery.reason).toContain('answered 200, but took no event: ');
  }
  await notifier.close();
  await receiver.stop();
});

test('an event has the form of Events API v2', async () => {
  const receiver = new Receiver();
  await receiver.start();
  const notifier = create(receiver.url, ['127.0.0.0/8']);
  await notifier.send(notification('trigger'), AbortSignal.timeout(5_000));
  await notifier.send(notification('resolve'), AbortSignal.timeout(5_000));
  await notifier.close();
  await receiver.stop();
  const [trigger, resolve] = receiver.received.map(({ body }) => JSON.parse(body));
  expect(trigger).toMatchObject({
    routing_key: ROUTING_KEY,
    event_action: 'trigger',
    dedup_key: expect.stringContaining('sync_failed'),
    client: 'Backproof',
    client_url: 'https://backup.example.net/alerts/7',
    payload: {
      summary: 'job:web1/files sync_failed: The run failed.',
      source: 'web1',
      severity: 'critical',
      timestamp: '2026-11-20T02:59:59.000Z',
      component: 'files',
      group: 'acme',
      class: 'sync_failed',
    },
  });
  expect(resolve).toEqual({
    routing_key: ROUTING_KEY,
    event_action: 'resolve',
    dedup_key: trigger.dedup_key,
  });
});
