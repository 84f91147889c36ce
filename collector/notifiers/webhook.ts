/** Any program, by Standard Webhooks 1.0 (https://github.com/standard-webhooks/standard-webhooks). */
import { Webhook } from 'standardwebhooks';
import { systemClock } from '../../proto/clock.ts';
import type { WebhookReceiver } from '../settings.ts';
import { deliveryOf, HttpClient } from './http.ts';
import type { Notification, Notifier } from './types.ts';

/** The `type` of each event: what happened to the alert. */
const TYPES = {
  trigger: 'alert.triggered',
  acknowledge: 'alert.acknowledged',
  resolve: 'alert.resolved',
  reminder: 'alert.reminder',
  test: 'pager.test',
} as const satisfies Record<Notification['event'], string>;

export function createWebhook(config: WebhookReceiver): Notifier {
  const http = new HttpClient(config.allowAddresses);
  const signer = new Webhook(config.secret);
  return {
    kind: 'webhook',
    async send(notification, signal) {
      const body = JSON.stringify(bodyOf(notification));
      // The time of this attempt: receivers refuse what is older than five minutes.
      const sentAt = new Date(systemClock.nowMs());
      const headers = {
        'content-type': 'application/json',
        'webhook-id': notification.notificationId,
        'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
        'webhook-signature': signer.sign(notification.notificationId, sentAt, body),
      };
      return deliveryOf(await http.post(config.url, headers, body, signal));
    },
    close: () => http.close(),
  };
}

function iso(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

/** `{ type, timestamp, data }` as the specification recommends; names and times as in the API. */
function bodyOf(notification: Notification) {
  const { alert, event } = notification;
  return {
    type: TYPES[event],
    timestamp: iso(notification.sentAtMs),
    data: {
      id: alert.id,
      dedupKey: notification.dedupKey,
      rule: alert.rule,
      subject: alert.subject,
      host: alert.host,
      job: alert.job,
      customer: alert.customer,
      severity: alert.severity,
      state: alert.resolvedAtMs === null ? 'firing' : 'resolved',
      reason: alert.reason,
      startedAt: iso(alert.startedAtMs),
      resolvedAt: iso(alert.resolvedAtMs),
      acknowledgedBy: alert.acknowledgedBy,
      url: notification.url,
    },
  };
}
