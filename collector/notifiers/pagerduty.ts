/** PagerDuty Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview). */
import { printableLine } from '../../proto/printable.ts';
import type { PagerdutyReceiver } from '../settings.ts';
import { deliveryOf, HttpClient } from './http.ts';
import type { Notification, Notifier } from './types.ts';

const SUMMARY_CHARS_MAX = 1_024;

/** A reminder is one more trigger under the same key: it adds to the incident and opens none. */
const ACTIONS = {
  trigger: 'trigger',
  acknowledge: 'acknowledge',
  resolve: 'resolve',
  reminder: 'trigger',
  test: 'trigger',
} as const satisfies Record<Notification['event'], string>;

export function createPagerduty(config: PagerdutyReceiver): Notifier {
  const http = new HttpClient(config.allowAddresses);
  return {
    kind: 'pagerduty',
    async send(notification, signal) {
      const body = JSON.stringify(bodyOf(notification, config.routingKey));
      return deliveryOf(await http.post(config.url, { 'content-type': 'application/json' }, body, signal));
    },
    close: () => http.close(),
  };
}

function bodyOf(notification: Notification, routingKey: string) {
  const { alert, event } = notification;
  const key = {
    routing_key: routingKey,
    event_action: ACTIONS[event],
    dedup_key: notification.dedupKey,
  };
  if (ACTIONS[event] !== 'trigger') return key;
  return {
    ...key,
    client: 'Backproof',
    client_url: notification.url,
    links: [{ href: notification.url, text: 'The alert in Backproof' }],
    payload: {
      summary: printableLine(`${alert.subject} ${alert.rule}: ${alert.reason}`, SUMMARY_CHARS_MAX),
      source: alert.host ?? 'backproof-collector',
      severity: alert.severity,
      timestamp: new Date(alert.startedAtMs).toISOString(),
      component: alert.job ?? undefined,
      group: alert.customer ?? undefined,
      class: alert.rule,
      custom_details: { reason: alert.reason, subject: alert.subject, alert: alert.id },
    },
  };
}
