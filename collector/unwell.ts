/**
 * Calls the pager when the outbox cannot: a database that cannot be written must still page. Conditions and
 * what was sent of them live in memory; the ordinary way (alerting.ts) takes everything else.
 */
import type { Logger } from 'pino';
import type { Clock } from '../proto/clock.ts';
import { REFUSED_RETRY_MS, retryDelayMs } from './decide/delivery.ts';
import { notificationOf } from './decide/notification.ts';
import { recipientsOf } from './decide/routes.ts';
import { severityOf } from './decide/rules.ts';
import type { Delivery, Notifier } from './notifiers/types.ts';
import type { Route } from './settings.ts';
import type { AlertRow, NotificationEvent } from './store/types.ts';

const RULE = 'collector_unwell';
const SEND_TIMEOUT_MS = 15_000;
/** Conditions that pass sooner than this are not worth a page. */
const PATIENCE_MS = 3_000;

interface Condition {
  alert: AlertRow;
  /** Ends waiting for patience, or null once the receivers are being told. */
  cancelPatience: (() => void) | null;
  told: Map<string, Promise<boolean>>;
}

export interface UnwellDeps {
  clock: Clock;
  log: Logger;
  notifiers: Map<string, Notifier>;
  routes: Route[];
  publicUrl: string;
}

export class Unwell {
  readonly #deps: UnwellDeps;
  readonly #conditions = new Map<string, Condition>();
  readonly #stopped = new AbortController();

  constructor(deps: UnwellDeps) {
    this.#deps = deps;
  }

  /** Something is wrong with the collector. The same `what` again changes nothing while it lasts. */
  report(what: string, reason: string): void {
    const { clock, log, routes } = this.#deps;
    if (this.#conditions.has(what) || this.#stopped.signal.aborted) return;
    log.error({ what, reason }, 'the collector is unwell');
    const alert = alertOf(what, reason, clock.nowMs());
    const condition: Condition = { alert, cancelPatience: null, told: new Map() };
    condition.cancelPatience = clock.after(PATIENCE_MS, () => {
      condition.cancelPatience = null;
      for (const { receiver } of recipientsOf(alert, routes)) {
        condition.told.set(
          receiver,
          this.#send(receiver, condition, 'trigger', alert, () => this.#lasts(what, condition)),
        );
      }
    });
    this.#conditions.set(what, condition);
  }

  /** It is over. Whoever was told is told. */
  clear(what: string, reason: string): void {
    const condition = this.#conditions.get(what);
    if (!condition) return;
    this.#conditions.delete(what);
    this.#deps.log.info({ what, reason }, 'the collector is well again');
    condition.cancelPatience?.();
    const resolvedAtMs = this.#deps.clock.nowMs();
    const alert: AlertRow = { ...condition.alert, state: 'resolved', resolvedAtMs, resolvedReason: reason };
    for (const [receiver, told] of condition.told) {
      void told.then((wasTold) => wasTold && this.#send(receiver, condition, 'resolve', alert, () => true));
    }
  }

  /** What is wrong at this moment, as sentences. */
  reasons(): string[] {
    return [...this.#conditions.values()].map(({ alert }) => alert.reason);
  }

  stop(): void {
    this.#stopped.abort();
    for (const condition of this.#conditions.values()) condition.cancelPatience?.();
    this.#conditions.clear();
  }

  #lasts(what: string, condition: Condition): boolean {
    return this.#conditions.get(what) === condition;
  }

  /** Tries until it is delivered or no longer wanted. True when delivered. */
  async #send(
    receiver: string,
    condition: Condition,
    event: NotificationEvent,
    alert: AlertRow,
    wanted: () => boolean,
  ): Promise<boolean> {
    const { clock, log, notifiers, publicUrl } = this.#deps;
    const notifier = notifiers.get(receiver);
    const severity = condition.alert.severity;
    const notification = notificationOf(alert, event, severity, publicUrl, clock.nowMs());
    for (let attempts = 1; notifier && wanted() && !this.#stopped.signal.aborted; attempts += 1) {
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
      const delivery: Delivery = await notifier
        .send(notification, signal)
        .catch((error) => ({ result: 'retryable', reason: String(error) }));
      if (delivery.result === 'delivered') return true;
      log.warn({ receiver, event, reason: delivery.reason }, 'a receiver could not be told directly');
      const afterMs = delivery.result === 'permanent' ? REFUSED_RETRY_MS : delivery.afterMs;
      await this.#wait(retryDelayMs(attempts, afterMs, 0));
    }
    return false;
  }

  #wait(delayMs: number): Promise<void> {
    const { signal } = this.#stopped;
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#deps.clock.after(delayMs, done);
      signal.addEventListener('abort', done);
    });
  }
}

function alertOf(what: string, reason: string, nowMs: number): AlertRow {
  return {
    id: 0,
    rule: RULE,
    subject: `collector:${what}`,
    host: null,
    job: null,
    customer: null,
    severity: severityOf(RULE),
    state: 'firing',
    reason,
    startedAtMs: nowMs,
    updatedAtMs: nowMs,
    resolvedAtMs: null,
    resolvedReason: null,
    acknowledgedBy: null,
    acknowledgedAtMs: null,
    acknowledgedNote: null,
  };
}
