/**
 * Tells systemd that the collector is up, alive and about to stop (sd_notify(3)). Node has no datagram
 * sockets, so a child says it: `systemd-notify`, every 20 s under the unit's WatchdogSec=60s.
 */
import { execFile } from 'node:child_process';
import type { Logger } from 'pino';
import type { Clock } from '../proto/clock.ts';
import { messageOf } from '../proto/errors.ts';

/** The watchdog is fed this often within its time: one message may be lost. */
const FEEDS_PER_WATCHDOG = 3;
const CHILD_TIMEOUT_MS = 10_000;

export interface NotifySystemdDeps {
  /** `$NOTIFY_SOCKET`; null when nobody listens, and then nothing is ever sent. */
  socket: string | null;
  /** `$WATCHDOG_USEC` in milliseconds; null without a watchdog. */
  watchdogMs: number | null;
  clock: Clock;
  log: Logger;
  /** Whether the work goes on. While it does not, the watchdog starves, and systemd restarts the collector. */
  isTicking: () => boolean;
  /** Default: the child. */
  send?: (assignments: string[]) => void;
}

export class NotifySystemd {
  readonly #deps: NotifySystemdDeps;
  readonly #send: (assignments: string[]) => void;
  #cancelTimer = () => {};

  constructor(deps: NotifySystemdDeps) {
    this.#deps = deps;
    this.#send = deps.send ?? ((assignments) => this.#sendByChild(assignments));
  }

  /** To be called once, when every listener listens. */
  ready(): void {
    if (this.#deps.socket === null) return;
    this.#send(['READY=1']);
    this.#feedLater();
  }

  stopping(): void {
    this.#cancelTimer();
    if (this.#deps.socket !== null) this.#send(['STOPPING=1']);
  }

  #feedLater(): void {
    const { watchdogMs, clock, isTicking } = this.#deps;
    if (watchdogMs === null) return;
    this.#cancelTimer = clock.after(watchdogMs / FEEDS_PER_WATCHDOG, () => {
      if (isTicking()) this.#send(['WATCHDOG=1']);
      this.#feedLater();
    });
  }

  #sendByChild(assignments: string[]): void {
    const env = { NOTIFY_SOCKET: this.#deps.socket!, PATH: '/usr/bin:/bin' };
    execFile('systemd-notify', assignments, { env, timeout: CHILD_TIMEOUT_MS }, (error) => {
      if (error) this.#deps.log.warn({ error: messageOf(error) }, 'systemd could not be told');
    });
  }
}
