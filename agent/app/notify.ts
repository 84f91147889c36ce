/**
 * Tells systemd that the agent is ready, and that it is alive. Node has no datagram sockets, so the message
 * goes through `systemd-notify`; with NotifyAccess=all systemd takes it from there.
 *
 * The watchdog is fed by the scheduler's ticks and by nothing else: an agent that starts no run any more, or
 * whose spool answers no more, is restarted.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import type { AgentEnvironment } from '../config.ts';
import { startProcess } from '../process.ts';

/** sd_notify(3) recommends half the time; a third leaves room for one that is lost. */
const FEED_AT_SHARE = 1 / 3;
const SAID_BYTES_MAX = 4_096;

export class SystemdNotify {
  readonly #environment: AgentEnvironment;
  readonly #clock: Clock;
  readonly #log: Logger;
  #fedAtMs = Number.NEGATIVE_INFINITY;

  constructor(environment: AgentEnvironment, clock: Clock, log: Logger) {
    this.#environment = environment;
    this.#clock = clock;
    this.#log = log;
  }

  async ready(): Promise<void> {
    await this.#say('--ready');
  }

  async stopping(): Promise<void> {
    await this.#say('STOPPING=1');
  }

  /** Call it on every tick; most calls do nothing. */
  alive(): void {
    const { watchdogMs } = this.#environment;
    if (watchdogMs === null) return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#fedAtMs < watchdogMs * FEED_AT_SHARE) return;
    this.#fedAtMs = nowMs;
    void this.#say('WATCHDOG=1');
  }

  async #say(what: string): Promise<void> {
    const { notifySocket, variables } = this.#environment;
    if (notifySocket === null) return;
    const { result } = startProcess(
      {
        argv: ['systemd-notify', what],
        env: { ...variables, NOTIFY_SOCKET: notifySocket },
        stdoutBytesMax: SAID_BYTES_MAX,
        onStderrLine: (line) => this.#log.warn({ line }, 'systemd-notify complained'),
      },
      this.#clock,
    );
    const { startError, exitCode } = await result;
    if (exitCode !== 0) this.#log.warn({ what, startError, exitCode }, 'systemd could not be told');
  }
}
