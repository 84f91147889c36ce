/** PagerDuty Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview). */
import { printableLine } from '../../proto/printable.ts';
import type { PagerdutyReceiver } from '../settings.ts';
import { ANSWER_SHOWN_CHARS, type Answer, deliveryOf, HttpClient } from './http.ts';
import type { Delivery, Notification, Notifier } from './types.ts';

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
      const answer = await http.post(config.url, { 'content-type': 'application/json' }, body, signal);
      return takenBy(answer) ? deliveryOf(answer) : notTaken(answer);
    },
    close: () => http.close(),
  };
}

/** What a 2xx may say and still mean yes; `{}` and nothing at all say nothing else. */
const YES = ['success', 'ok', 'accepted', 'event processed', ''];

/**
 * PagerDuty takes an event with 202. Another 2xx comes from something in between, and what it says decides: a
 * sign-in page or an error text with 200 has called nobody.
 */
function takenBy(answer: Answer): boolean {
  if (answer.kind !== 'answered' || answer.status < 200 || answer.status >= 300) return true;
  return answer.status === 202 || YES.includes(wordOf(answer.text).toLowerCase());
}

/** The `status` of a JSON object, or the text as it stands. */
function wordOf(text: string): string {
  try {
    const { status = '', error = '' } = JSON.parse(text) as { status?: unknown; error?: unknown };
    return `${status}${error}`;
  } catch {
    return text.trim();
  }
}

function notTaken(answer: Answer): Delivery {
  const { status, text } = answer as Extract<Answer, { kind: 'answered' }>;
  const said = printableLine(text, ANSWER_SHOWN_CHARS);
  return { result: 'retryable', reason: `the receiver answered ${status}, but took no event: ${said}` };
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
