/**
 * What a process of the chaos test says and hears, and where it dies. Part of the harness: the product's
 * parts are wrapped in it from outside and know nothing of it.
 *
 * Every step is one line on stdout, written before the step returns; a line that was written is read by the
 * parent even when the process dies right after it. A process that is armed kills itself with SIGKILL inside
 * the step, which lands more exactly than any parent could.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Clock } from '../../../proto/clock.ts';

/** Steps of the agent, in the order of a record's way. */
export const AGENT_STEPS = [
  'append:before',
  'append:after',
  'send:read',
  'link:welcomed',
  'ack:before',
  'ack:after',
] as const;

/** Steps of the collector. `before` is inside the open transaction, `after` right behind its COMMIT. */
export const COLLECTOR_STEPS = [
  'commit:started',
  'commit:run',
  'commit:watermark',
  'commit:before',
  'commit:after',
  'evaluate:looked',
  'evaluate:opened',
  'evaluate:resolved',
  'evaluate:outbox',
  'evaluate:before',
  'evaluate:after',
  'deliver:due',
  'deliver:send',
  'deliver:sent',
  'deliver:before',
  'deliver:after',
] as const;

export type AgentStep = (typeof AGENT_STEPS)[number];
export type CollectorStep = (typeof COLLECTOR_STEPS)[number];
export type Step = AgentStep | CollectorStep;

/** What the parent reads: a step, or something worth remembering. */
export type Line =
  | ['step', Step]
  | ['ready']
  | ['appended', host: string, seq: number, type: string, runId: string]
  | ['acked', host: string, seq: number]
  | ['healed', host: string, lastSeq: number];

/** What the parent says. */
export type Order<Settings> =
  | { do: 'go'; settings: Settings }
  | { do: 'arm'; step: Step; nth: number }
  | { do: 'heal' };

export class Steps {
  #armed: { step: Step; left: number } | null = null;

  arm(step: Step, nth: number): void {
    this.#armed = { step, left: nth };
  }

  at(step: Step): void {
    this.say(['step', step]);
    if (this.#armed?.step !== step) return;
    this.#armed.left -= 1;
    if (this.#armed.left <= 0) process.kill(process.pid, 'SIGKILL');
  }

  say(line: Line): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let written = 0; written < bytes.length; ) {
      try {
        written += writeSync(1, bytes, written);
      } catch (error) {
        // The pipe is full: the parent is busy reading a database.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
    }
  }
}

/** Calls back for each order of the parent; the process ends with its parent. */
export function onOrders<Settings>(call: (order: Order<Settings>) => void): void {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => call(JSON.parse(line) as Order<Settings>));
  lines.on('close', () => process.exit(0));
}

/**
 * A clock that runs `rate` times as fast, the same in every process that is given the same origin: backoff,
 * pings and leases then take a fraction of their time, and their proportions stay.
 */
export function fastClock(rate: number, originMs: number): Clock {
  return {
    nowMs: () => Math.round(originMs + (Date.now() - originMs) * rate),
    monotonicMs: () => performance.now() * rate,
    after(delayMs, call) {
      const timer = setTimeout(call, Math.max(0, delayMs) / rate);
      return () => clearTimeout(timer);
    },
  };
}
