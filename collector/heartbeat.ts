/**
 * Tells someone outside, again and again, that the collector judges and can write. When it stops, they call:
 * nobody can page about its own death.
 */
import type { Logger } from 'pino';
import type { Clock } from '../proto/clock.ts';
import { deliveryOf, HttpClient } from './notifiers/http.ts';
import type { CollectorSettings } from './settings.ts';

const SEND_TIMEOUT_MS = 15_000;
/** While unwell, look again this soon: the beat must not lag behind a recovery by a whole interval. */
const UNWELL_RETRY_MS = 1_000;

export interface HeartbeatDeps {
  settings: NonNullable<CollectorSettings['heartbeat']>;
  clock: Clock;
  log: Logger;
  /** Whether there is anything to be told: the evaluator ticks and the database can be written. */
  isHealthy: () => boolean;
}

export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  readonly #http: HttpClient;
  readonly #stopping = new AbortController();
  #cancelTimer: (() => void) | null = null;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
    this.#http = new HttpClient(deps.settings.allowAddresses);
  }

  start(): void {
    this.#after(0);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancelTimer?.();
    await this.#http.close();
  }

  #after(delayMs: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#cancelTimer = this.#deps.clock.after(delayMs, () => void this.#beat());
  }

  async #beat(): Promise<void> {
    const { settings, isHealthy, clock, log } = this.#deps;
    if (!isHealthy()) return this.#after(Math.min(UNWELL_RETRY_MS, settings.everyMs));
    this.#after(settings.everyMs);
    const timeout = new AbortController();
    const cancel = clock.after(SEND_TIMEOUT_MS, () => timeout.abort());
    const signal = AbortSignal.any([timeout.signal, this.#stopping.signal]);
    const delivery = deliveryOf(await this.#http.get(settings.url, signal));
    cancel();
    if (delivery.result !== 'delivered' && !this.#stopping.signal.aborted) {
      log.warn({ reason: delivery.reason }, 'the heartbeat was not taken');
    }
  }
}
