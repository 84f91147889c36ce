/** What a receiver is told about an alert, and under which keys. Pure. */
import { TEXT_CHARS_MAX } from '../../proto/limits.ts';
import { printableLine } from '../../proto/printable.ts';
import type { Notification } from '../notifiers/types.ts';
import type { AlertRow, NotificationEvent, Severity } from '../store/types.ts';

/** PagerDuty's bound, and nobody's is smaller. */
const DEDUP_KEY_CHARS_MAX = 255;

/**
 * The same for every notification of one alert, different between alerts: also after the database was
 * restored from a backup and gives the same id to another alert, because the start is in it.
 */
export function dedupKeyOf(alert: Pick<AlertRow, 'rule' | 'subject' | 'startedAtMs'>): string {
  return `backproof:${alert.rule}:${alert.startedAtMs}:${alert.subject}`.slice(0, DEDUP_KEY_CHARS_MAX);
}

/**
 * The notification as the outbox keeps it. Text that came from hosts is made visible and bounded here, once
 * for every pager. A resolution says why it resolved.
 */
export function notificationOf(
  alert: AlertRow,
  event: NotificationEvent,
  severity: Severity,
  publicUrl: string,
  nowMs: number,
): Notification {
  const reason = event === 'resolve' && alert.resolvedReason ? alert.resolvedReason : alert.reason;
  return {
    event,
    alert: {
      id: alert.id,
      rule: alert.rule,
      subject: printableLine(alert.subject, DEDUP_KEY_CHARS_MAX),
      host: alert.host,
      job: alert.job,
      customer: alert.customer,
      severity,
      reason: printableLine(reason, TEXT_CHARS_MAX),
      startedAtMs: alert.startedAtMs,
      resolvedAtMs: alert.resolvedAtMs,
      acknowledgedBy: alert.acknowledgedBy,
    },
    url: alert.id > 0 ? `${publicUrl}/alerts/${alert.id}` : publicUrl,
    dedupKey: dedupKeyOf(alert),
    notificationId: `msg_${alert.id}_${alert.startedAtMs}_${event}_${nowMs}`,
    sentAtMs: nowMs,
  };
}
