/** What the receivers heard, in the order they heard it. */
import { promise } from './ledger.ts';
import type { Told } from './receiver.ts';

/**
 * Each alert begins with its trigger, ends with its resolve, and nothing follows a resolve. A notification
 * may come twice, under the same id; two ids for one event are two pages. Throws BrokenPromise. Returns how
 * many came again.
 */
export function checkTold(told: readonly Told[], atTheEnd: boolean): { repeated: number } {
  const heard = new Map<string, Told[]>();
  for (const one of told) {
    const key = `${one.receiver} ${one.dedupKey}`;
    const before = heard.get(key);
    if (before) before.push(one);
    else heard.set(key, [one]);
  }
  let repeated = 0;
  for (const [key, events] of heard) {
    const ids = new Map<string, string>();
    let resolved = false;
    for (const { event, notificationId } of events) {
      if (event === 'alert.triggered') promise(!resolved, `${key}: triggered after it was resolved`);
      else promise(ids.has('alert.triggered'), `${key}: ${event} came before its trigger`);
      resolved ||= event === 'alert.resolved';
      const known = ids.get(event);
      promise(
        known === undefined || known === notificationId,
        `${key}: ${event} came as ${known} and as ${notificationId}`,
      );
      if (known !== undefined) repeated += 1;
      ids.set(event, notificationId);
    }
    if (atTheEnd) promise(resolved, `${key}: was never resolved`);
  }
  return { repeated };
}
