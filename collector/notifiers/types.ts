/** One shape for every pager. A notifier sends; whether and when to try again is decide/delivery.ts. */
import type { NotificationEvent, Severity } from '../store/types.ts';

/** What a receiver is told. Fixed in the outbox when the alert changed, sent as it stands. */
export interface Notification {
  event: NotificationEvent;
  alert: {
    id: number;
    rule: string;
    subject: string;
    host: string | null;
    job: string | null;
    customer: string | null;
    severity: Severity;
    reason: string;
    startedAtMs: number;
    resolvedAtMs: number | null;
    acknowledgedBy: string | null;
  };
  /** The alert on the status page. */
  url: string;
  /** Same for every notification of one alert, different between alerts; at most 255 characters. */
  dedupKey: string;
  /** Same for every attempt at this notification: receivers may use it to drop repeats. */
  notificationId: string;
  sentAtMs: number;
}

export type Delivery =
  | { result: 'delivered' }
  /** Nothing was said about this notification: the receiver as a whole is left alone for a while. */
  | { result: 'retryable'; reason: string; afterMs?: number }
  /** The same request meets the same answer until somebody changes something. */
  | { result: 'permanent'; reason: string };

export interface Notifier {
  readonly kind: string;
  send(notification: Notification, signal: AbortSignal): Promise<Delivery>;
  /** Gives connections back. */
  close(): Promise<void>;
}
