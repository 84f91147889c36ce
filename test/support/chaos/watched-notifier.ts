/** A real notifier, with a step before and after it sends. */
import type { Notification, Notifier } from '../../../collector/notifiers/types.ts';
import type { Steps } from './steps.ts';

/** How a notifier can be broken, to see the checker notice. */
export type NotifierSabotage =
  /** Says `delivered` about a notification that it keeps to itself. */
  | 'tells-nobody'
  /** Says `delivered` about a trigger at once and sends it some time later. */
  | 'trigger-late'
  | null;

/** Sabotage strikes once in so many notifications. */
const EVERY = 4;
const LATE_MS = 500;

export function watchedNotifier(notifier: Notifier, steps: Steps, sabotage: NotifierSabotage): Notifier {
  let sent = 0;
  return {
    kind: notifier.kind,
    async send(notification: Notification, signal: AbortSignal) {
      steps.at('deliver:send');
      sent += 1;
      if (sabotage === 'tells-nobody' && sent % EVERY === 0) return { result: 'delivered' };
      if (sabotage === 'trigger-late' && notification.event === 'trigger' && sent % EVERY === 0) {
        setTimeout(() => void notifier.send(notification, AbortSignal.timeout(10_000)), LATE_MS);
        return { result: 'delivered' };
      }
      const delivery = await notifier.send(notification, signal);
      steps.at('deliver:sent');
      return delivery;
    },
    close: () => notifier.close(),
  };
}
