/** Requests to agents that wait for their answers. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../proto/clock.ts';
import { encodeToAgent } from '../../proto/codec.ts';
import type { Ask } from '../../proto/messages.ts';
import type { Session } from './session.ts';

export interface Answer {
  accepted: boolean;
  reason: string;
}

/** Open requests of all agents; people and the planner make a handful. */
const OPEN_MAX = 1_000;

export class Asks {
  readonly #clock: Clock;
  readonly #open = new Map<string, { session: Session; settle: (answer: Answer) => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves in any case: with the agent's answer, or with why there is none. */
  ask(session: Session, ask: Ask, timeoutMs: number): Promise<Answer> {
    if (this.#open.size >= OPEN_MAX) {
      return Promise.resolve({ accepted: false, reason: 'too many requests are waiting for their answers' });
    }
    return new Promise((resolve) => {
      const id = randomUUID();
      const settle = (answer: Answer): void => {
        cancel();
        this.#open.delete(id);
        resolve(answer);
      };
      const cancel = this.#clock.after(timeoutMs, () =>
        settle({ accepted: false, reason: `${session.host} did not answer in time` }),
      );
      this.#open.set(id, { session, settle });
      session.socket.send(encodeToAgent({ type: 'request', value: { id, ask } }));
    });
  }

  /** An answer counts only from the host that was asked; a late one is ignored. */
  answered(session: Session, id: string, answer: Answer): void {
    const open = this.#open.get(id);
    if (open?.session === session) open.settle(answer);
  }

  lost(session: Session): void {
    for (const { session: asked, settle } of [...this.#open.values()]) {
      if (asked === session)
        settle({ accepted: false, reason: `the connection to ${session.host} was lost` });
    }
  }
}
