/** Acknowledging, the same for the page, the API and the command line. */
import type { Clock } from '../../proto/clock.ts';
import { UserError } from '../../proto/errors.ts';
import type { Alerting } from '../alerting.ts';
import type { AlertRow, Store } from '../store/types.ts';

/** @param after called with the alert as it stands then */
export function acknowledgeWith(
  store: Store,
  alerting: Alerting,
  clock: Clock,
  after: (alert: AlertRow) => void = () => {},
): (id: number, by: string, note: string) => AlertRow {
  return (id, by, note) => {
    const known = store.alerts.byId(id);
    if (!known) throw new UserError(`there is no alert ${id}`, { next: 'backproof-collector alerts' });
    if (known.state === 'resolved') throw new UserError(`alert ${id} is resolved already`);
    const alert = store.transaction(() => {
      store.system.journal(
        { actor: by, action: 'acknowledge', subject: `alert:${id}`, detail: note },
        clock.nowMs(),
      );
      return alerting.acknowledge(id, by, note, clock.nowMs());
    });
    if (!alert) throw new UserError(`there is no alert ${id}`);
    after(alert);
    return alert;
  };
}
