/** Carries out what decide/alerts.ts decides: alerts and outbox rows, in the caller's transaction. */
import { type Change, changesFor, type Judged } from './decide/alerts.ts';
import { notificationOf } from './decide/notification.ts';
import { type Recipient, recipientsOf } from './decide/routes.ts';
import type { Notification } from './notifiers/types.ts';
import type { Route } from './settings.ts';
import type { AlertRow, NotificationEvent, NotificationRow, Severity, Store } from './store/types.ts';

/** What an alert is about. */
export interface Subject {
  /** 'job:HOST/JOB', 'host:HOST', 'repository:[CUSTOMER/]ID', 'receiver:NAME' or 'collector'. */
  subject: string;
  host: string | null;
  job: string | null;
  customer: string | null;
}

export const COLLECTOR: Subject = { subject: 'collector', host: null, job: null, customer: null };

export function hostSubject(host: { host: string; customer: string }): Subject {
  return { subject: `host:${host.host}`, host: host.host, job: null, customer: host.customer };
}

export function jobSubject(job: { host: string; job: string; customer: string }): Subject {
  return { subject: `job:${job.host}/${job.job}`, host: job.host, job: job.job, customer: job.customer };
}

/** Rules about a change that a person can agree to; acknowledging is agreeing, and ends them. */
const AGREED_BY_ACKNOWLEDGING = ['job_removed', 'promise_weakened', 'size_anomaly'];
/** Alerts looked through for reminders in one pass. */
const REMINDED_MAX = 1_000;
const ALERTS_PER_PAGE = 500;

export class Alerting {
  readonly #store: Store;
  readonly #routes: Route[];
  readonly #publicUrl: string;

  constructor(deps: { store: Store; routes: Route[]; publicUrl: string }) {
    this.#store = deps.store;
    this.#routes = deps.routes;
    this.#publicUrl = deps.publicUrl;
  }

  /** Makes the open alerts of a subject say what was judged; returns those that changed. */
  settle(subject: Subject, judged: Judged[], nowMs: number): AlertRow[] {
    const changes = changesFor(this.#store.alerts.open(subject.subject), judged);
    return changes.map((change) => this.#carryOut(subject, change, nowMs));
  }

  #carryOut(subject: Subject, change: Change, nowMs: number): AlertRow {
    const { alerts } = this.#store;
    if (change.do === 'open') {
      const { rule, severity, reason } = change;
      const alert = alerts.insert({ ...subject, rule, severity, reason, startedAtMs: nowMs });
      this.#notify(alert, 'trigger', this.#recipients(alert), nowMs);
      return alert;
    }
    const { id } = change.alert;
    if (change.do === 'resolve') return this.#resolve(id, change.reason, nowMs);
    alerts.update(id, { reason: change.reason, severity: change.severity }, nowMs);
    const alert = alerts.byId(id)!;
    // Worse than whoever it was sent to knows: it is sent again, and by the routes of what it is now.
    if (isWorse(change.severity, change.alert.severity))
      this.#notify(alert, 'trigger', this.#recipients(alert), nowMs);
    return alert;
  }

  #resolve(id: number, reason: string, nowMs: number): AlertRow {
    this.#store.alerts.resolve(id, reason, nowMs);
    const alert = this.#store.alerts.byId(id)!;
    this.#notify(alert, 'resolve', this.#told(alert), nowMs);
    return alert;
  }

  /**
   * A person takes an alert on. Where the alert is about a change, this agrees to it: the alert resolves and
   * what stands now is the promise. Returns null when there is no such alert.
   */
  acknowledge(id: number, by: string, note: string, nowMs: number): AlertRow | null {
    return this.#store.transaction(() => {
      const known = this.#store.alerts.byId(id);
      if (known === null || known.state !== 'firing') return known;
      const alert = this.#store.alerts.acknowledge(id, by, note, nowMs);
      this.#notify(alert, 'acknowledge', this.#told(alert), nowMs);
      if (!AGREED_BY_ACKNOWLEDGING.includes(alert.rule) || alert.host === null || alert.job === null) {
        return alert;
      }
      const job = this.#store.jobs.byName(alert.host, alert.job);
      if (job && alert.rule === 'size_anomaly') this.#store.jobs.acceptSizes(job.id, nowMs);
      else if (job) this.#store.jobs.accept(job.id);
      return this.#resolve(id, `Acknowledged by ${by}${note === '' ? '.' : `: ${note}`}`, nowMs);
    });
  }

  /** Repeats firing, unacknowledged alerts to the receivers whose routes ask for it. Returns how many. */
  remind(nowMs: number): number {
    if (!this.#routes.some((route) => route.remindEveryMs !== null)) return 0;
    return this.#store.transaction(() => {
      let reminders = 0;
      for (const alert of this.#store.alerts.list({ state: 'firing', limit: REMINDED_MAX }).items) {
        if (alert.acknowledgedBy !== null) continue;
        const told = this.#store.outbox.ofAlert(alert.id);
        const due = this.#recipients(alert).filter(({ receiver, remindEveryMs }) => {
          const last = told.findLast((row) => row.receiver === receiver);
          return remindEveryMs !== null && last && last.createdAtMs + remindEveryMs <= nowMs;
        });
        this.#notify(alert, 'reminder', due, nowMs);
        reminders += due.length;
      }
      return reminders;
    });
  }

  /**
   * Tells whoever the routes name now and nobody has told, of all that fires: a receiver that was added, renamed
   * or given another route would otherwise hear of what stands only when it is over. To be asked at each start.
   * Returns how many.
   */
  tellNewcomers(nowMs: number): number {
    return this.#store.transaction(() => {
      let told = 0;
      let cursor: string | null = null;
      do {
        const page = this.#store.alerts.list({
          state: 'firing',
          limit: ALERTS_PER_PAGE,
          ...(cursor ? { cursor } : {}),
        });
        for (const alert of page.items) {
          if (alert.acknowledgedBy !== null) continue;
          const known = this.#told(alert).map(({ receiver }) => receiver);
          const newcomers = this.#recipients(alert).filter(({ receiver }) => !known.includes(receiver));
          this.#notify(alert, 'trigger', newcomers, nowMs);
          told += newcomers.length;
        }
        cursor = page.nextCursor;
      } while (cursor);
      return told;
    });
  }

  #recipients(alert: AlertRow): Recipient[] {
    const recipients = recipientsOf(alert, this.#routes);
    // Telling a receiver through itself that it cannot be reached would only wait with the rest.
    return recipients.filter(({ receiver }) => alert.subject !== `receiver:${receiver}`);
  }

  /** Who was, or will be, told that it fires, at the severity they were told: the routes may have changed since. */
  #told(alert: AlertRow): Recipient[] {
    const triggers = this.#store.outbox
      .ofAlert(alert.id)
      .filter((row) => row.event === 'trigger' && row.state !== 'failed');
    // One that became worse was sent twice.
    const last = new Map(triggers.map((row) => [row.receiver, row]));
    return [...last.values()].map((row) => ({
      receiver: row.receiver,
      severity: payloadOf(row).alert.severity,
      remindEveryMs: null,
    }));
  }

  #notify(alert: AlertRow, event: NotificationEvent, recipients: Recipient[], nowMs: number): void {
    for (const { receiver, severity } of recipients) {
      const payload = JSON.stringify(notificationOf(alert, event, severity, this.#publicUrl, nowMs));
      this.#store.outbox.add({ alertId: alert.id, receiver, event, payload }, nowMs);
    }
  }
}

const BY_SEVERITY: readonly Severity[] = ['info', 'warning', 'critical'];

function isWorse(a: Severity, b: Severity): boolean {
  return BY_SEVERITY.indexOf(a) > BY_SEVERITY.indexOf(b);
}

/** The notification an outbox row holds. */
export function payloadOf(row: Pick<NotificationRow, 'payload'>): Notification {
  return JSON.parse(row.payload) as Notification;
}
