/** Who is told about an alert. Pure. */
import type { Route } from '../settings.ts';
import type { AlertRow, Severity } from '../store/types.ts';

export interface Recipient {
  receiver: string;
  /** The route's, or the alert's own. */
  severity: Severity;
  remindEveryMs: number | null;
}

/** What a route is matched against. */
export type Routed = Pick<AlertRow, 'severity' | 'customer' | 'host' | 'job' | 'rule'>;

/** The first matching route wins; one with `continue` goes on to the next. A receiver is told once. */
export function recipientsOf(alert: Routed, routes: Route[]): Recipient[] {
  const recipients = new Map<string, Recipient>();
  for (const route of routes) {
    if (!matches(alert, route.match)) continue;
    for (const receiver of route.to) {
      if (recipients.has(receiver)) continue;
      const severity = route.severity ?? alert.severity;
      recipients.set(receiver, { receiver, severity, remindEveryMs: route.remindEveryMs });
    }
    if (!route.continue) break;
  }
  return [...recipients.values()];
}

function matches(alert: Routed, match: Route['match']): boolean {
  return (
    (match.severity === undefined || match.severity === alert.severity) &&
    (match.customer === undefined || match.customer === alert.customer) &&
    (match.host === undefined || match.host === alert.host) &&
    (match.job === undefined || match.job === alert.job) &&
    (match.rule === undefined || match.rule === alert.rule)
  );
}
