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

/**
 * PagerDuty takes an event with 202. Another 2xx comes from something in between or from another maker's receiver, and a
 * sign-in page or an error text with 200 has called nobody.
 */
function takenBy(answer: Answer): boolean {
  if (answer.kind !== 'answered' || answer.status < 200 || answer.status >= 300) return true;
  return answer.status === 202 || !saysNo(answer.text);
}

/** A page instead of an answer, or words as PagerDuty and its like use them. */
const PAGE_OR_ERROR = /^\s*(?:<|error\b)/i;
const NO = /error|fail|invalid|exceeded|denied|unauthori[sz]ed/i;

function saysNo(text: string): boolean {
  try {
    const { status, error, errors } = JSON.parse(text) as Record<string, unknown>;
    return Boolean(error ?? errors) || (typeof status === 'string' && NO.test(status));
  } catch {
    return PAGE_OR_ERROR.test(text);
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
