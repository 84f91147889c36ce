/**
 * Empties the outbox into the receivers: each receiver at its own pace, each (receiver, alert) in order.
 *
 * A row is pending, then `delivered` or `failed`. Between two attempts it stays pending and its alert's later
 * rows wait behind it. What the database cannot take down (disk full) is kept here and written later, so that
 * nothing is sent twice because of it; a kill in between sends again under the same notification id.
 *
 * A receiver that cannot be reached, or asks for patience, rests as a whole, and is then asked with one
 * notification: two thousand rows that each tried for themselves would keep a rate-limited pager refusing. The
 * first it takes makes all the others due. What it refuses is refused to that one notification alone.
 */
import type { Logger } from 'pino';
import type { Clock } from '../proto/clock.ts';
import { messageOf } from '../proto/errors.ts';
import { type Alerting, payloadOf } from './alerting.ts';
import { FAILING_AFTER_MS, isGivenUp, REFUSED_RETRY_MS, retryDelayMs } from './decide/delivery.ts';
import type { Feed } from './feed.ts';
import type { Delivery, Notifier } from './notifiers/types.ts';
import type { NotificationRow, Store } from './store/types.ts';

const SEND_TIMEOUT_MS = 15_000;
const IN_FLIGHT_PER_RECEIVER = 16;
const SLEEP_MAX_MS = 5_000;
/** After the database could not be read or written. */
const STORE_RETRY_MS = 1_000;
/** So many failures in a row are the receiver's, not one notification's. */
const OUTAGE_FAILURES = 3;
const NO_RECEIVER = 'this receiver is no longer configured';

export interface DelivererDeps {
  store: Store;
  clock: Clock;
  log: Logger;
  feed: Feed;
  notifiers: Map<string, Notifier>;
  alerting: Alerting;
  /** [0, 1): spreads retries. */
  random: () => number;
}

/** A receiver that did not take what it was sent. */
interface Resting {
  /** Attempts in a row that said nothing about the notification itself. */
  failures: number;
  /** Monotonic. */
  untilMs: number;
}

export class Deliverer {
  readonly #deps: DelivererDeps;
  readonly #resting = new Map<string, Resting>();
  readonly #inFlight = new Map<number, { receiver: string; sent: Promise<void> }>();
  /** Results the database has not taken down yet. */
  readonly #unrecorded = new Map<number, () => void>();
  readonly #stopping = new AbortController();
  #cancelTimer: (() => void) | null = null;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #running = false;

  constructor(deps: DelivererDeps) {
    this.#deps = deps;
  }

  /**
   * What waits is due at once, and receivers that the configuration has come to name are told of what stands:
   * people restart a collector after mending either.
   */
  start(): void {
    const { store, clock, alerting, log } = this.#deps;
    this.#running = true;
    try {
      store.outbox.allDue(clock.nowMs());
      alerting.tellNewcomers(clock.nowMs());
    } catch (error) {
      log.error({ error: messageOf(error) }, 'the outbox begins as it is');
    }
    this.#sleep(0);
  }

  /** Gives up what is being sent; it stays in the outbox and is sent again by the next start. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer?.();
    this.#stopping.abort();
    await Promise.all([...this.#inFlight.values()].map(({ sent }) => sent));
  }

  wake(): void {
    if (this.#running) this.#sleep(0);
  }

  #sleep(delayMs: number): void {
    const atMs = this.#deps.clock.monotonicMs() + delayMs;
    if (this.#cancelTimer !== null) {
      if (this.#timerAtMs <= atMs) return;
      this.#cancelTimer();
    }
    this.#timerAtMs = atMs;
    this.#cancelTimer = this.#deps.clock.after(delayMs, () => {
      this.#cancelTimer = null;
      this.#sleep(this.#round());
    });
  }

  /** Starts what is due; returns how long to sleep. */
  #round(): number {
    if (!this.#running) return SLEEP_MAX_MS;
    const { store, clock, log, notifiers } = this.#deps;
    try {
      for (const [id, record] of this.#unrecorded) {
        record();
        this.#unrecorded.delete(id);
      }
      const nowMs = clock.nowMs();
      const monotonicMs = clock.monotonicMs();
      let sleepMs = SLEEP_MAX_MS;
      for (const { receiver } of store.outbox.pendingByReceiver()) {
        const notifier = notifiers.get(receiver) ?? null;
        const resting = this.#resting.get(receiver);
        if (resting && resting.untilMs > monotonicMs) {
          sleepMs = Math.min(sleepMs, resting.untilMs - monotonicMs);
          continue;
        }
        const busy = [...this.#inFlight.values()].filter((one) => one.receiver === receiver).length;
        const room = (resting ? 1 : IN_FLIGHT_PER_RECEIVER) - busy;
        if (room <= 0) continue;
        // What is in flight is still pending in the outbox, so it is read again and passed over.
        const due = store.outbox.due(nowMs, busy + room + this.#unrecorded.size, receiver);
        const fresh = due.filter(({ id }) => !this.#inFlight.has(id) && !this.#unrecorded.has(id));
        for (const row of fresh.slice(0, room)) this.#begin(row, notifier);
      }
      const nextMs = store.outbox.earliestAttemptAtMs();
      // Rows in flight are due all the time; the end of each wakes the next round.
      if (nextMs === null || nextMs <= nowMs) return sleepMs;
      return Math.min(nextMs - nowMs, sleepMs);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'the outbox cannot be read or written');
      return STORE_RETRY_MS;
    }
  }

  #begin(row: NotificationRow, notifier: Notifier | null): void {
    const sent = this.#attempt(row, notifier).then((delivery) => {
      this.#inFlight.delete(row.id);
      if (delivery === null) return;
      this.#record(row, delivery);
      this.wake();
    });
    this.#inFlight.set(row.id, { receiver: row.receiver, sent });
  }

  /** Null when it was given up because this process stops: nobody knows whether it arrived. */
  async #attempt(row: NotificationRow, notifier: Notifier | null): Promise<Delivery | null> {
    if (notifier === null) return { result: 'permanent', reason: NO_RECEIVER };
    const timeout = new AbortController();
    const cancel = this.#deps.clock.after(SEND_TIMEOUT_MS, () => timeout.abort());
    try {
      const signal = AbortSignal.any([timeout.signal, this.#stopping.signal]);
      const delivery = await notifier.send(payloadOf(row), signal);
      return this.#stopping.signal.aborted && delivery.result !== 'delivered' ? null : delivery;
    } catch (error) {
      return { result: 'retryable', reason: messageOf(error) };
    } finally {
      cancel();
    }
  }

  #record(row: NotificationRow, delivery: Delivery): void {
    const atMs = this.#deps.clock.nowMs();
    const record = () => this.#write(row, delivery, atMs);
    try {
      record();
    } catch (error) {
      this.#deps.log.error({ error: messageOf(error), id: row.id }, 'a delivery cannot be written down yet');
      this.#unrecorded.set(row.id, record);
    }
  }

  #write(row: NotificationRow, delivery: Delivery, atMs: number): void {
    const { store, feed, log, random } = this.#deps;
    const { receiver, alertId, event } = row;
    const wasOut = (this.#resting.get(receiver)?.failures ?? 0) >= OUTAGE_FAILURES;
    const changed = store.transaction(() => {
      if (delivery.result === 'delivered') {
        store.outbox.delivered(row.id, atMs);
        if (wasOut) store.outbox.allDue(atMs, receiver);
        return this.#judge(receiver, null, atMs);
      }
      const { reason } = delivery;
      if (reason === NO_RECEIVER) {
        store.outbox.failed(row.id, reason, atMs);
        return [];
      }
      if (delivery.result === 'permanent') {
        if (isGivenUp(store.alerts.byId(alertId), atMs)) store.outbox.failed(row.id, reason, atMs);
        else store.outbox.retry(row.id, reason, atMs + REFUSED_RETRY_MS);
        return this.#judge(receiver, reason, atMs);
      }
      const delayMs = retryDelayMs(row.attempts + 1, delivery.afterMs, random());
      store.outbox.retry(row.id, reason, atMs + delayMs);
      return atMs - row.createdAtMs >= FAILING_AFTER_MS ? this.#judge(receiver, reason, atMs) : [];
    });
    this.#noteRest(receiver, delivery);
    const said = { receiver, alertId, event, ...delivery };
    if (delivery.result === 'delivered') log.info(said, 'a receiver was told');
    else log.warn(said, 'a receiver could not be told');
    for (const alert of changed) {
      feed.publish({ type: 'alert', customer: alert.customer, alertId: alert.id });
    }
    feed.publish({ type: 'alert', customer: payloadOf(row).alert.customer, alertId });
  }

  /** Those that were under way together fail together: once. What was refused was answered, at least. */
  #noteRest(receiver: string, delivery: Delivery): void {
    if (delivery.result !== 'retryable') {
      this.#resting.delete(receiver);
      return;
    }
    const nowMs = this.#deps.clock.monotonicMs();
    const { failures, untilMs } = this.#resting.get(receiver) ?? { failures: 0, untilMs: nowMs };
    const tried = untilMs > nowMs ? failures : failures + 1;
    const restMs = retryDelayMs(tried, delivery.afterMs, this.#deps.random());
    this.#resting.set(receiver, { failures: tried, untilMs: Math.max(untilMs, nowMs + restMs) });
  }

  /**
   * delivery_failing, or its end: `problem` is null when the receiver has just taken something. While another
   * notification that it was sent is not taken, that is no end.
   */
  #judge(receiver: string, problem: string | null, nowMs: number) {
    if (problem === null && this.#deps.store.outbox.isAnyUntaken(receiver)) return [];
    const verdict =
      problem === null
        ? { rule: null, reason: `Receiver ${receiver} takes notifications again.` }
        : { rule: 'delivery_failing', reason: `Receiver ${receiver} cannot be told: ${problem}.` };
    const subject = { subject: `receiver:${receiver}`, host: null, job: null, customer: null };
    return this.#deps.alerting.settle(subject, [{ rules: ['delivery_failing'], verdict }], nowMs);
  }
}
