/**
 * Tells the running agent of a restore, so that it is written down and reaches the collector; and waits for a
 * second person where one has to agree. A restore does not depend on either: without an agent it goes on, and
 * says aloud that it is not recorded.
 */
import type { Clock } from '../../proto/clock.ts';
import { formatDuration } from '../../proto/duration.ts';
import { UserError } from '../../proto/errors.ts';
import {
  isSamePerson,
  RESTORE_APPROVAL_MS,
  type RestoreApproval,
  type RestoreDecision,
  type RestoreFinished,
  type RestoreOrder,
  type RestoreStarted,
} from '../../proto/restore.ts';
import { LocalClient } from '../local-socket/client.ts';
import type { RestoreBody } from '../restore/records.ts';
import type { RestoreResult } from '../restore/types.ts';

export interface RecorderDeps {
  socket: string;
  clock: Clock;
  say: (line: string) => void;
  signal: AbortSignal;
}

export interface Consent {
  approval: RestoreApproval;
  approvedBy: string;
}

/** The agent may be restarted while somebody waits. */
const RETRY_MS = 2_000;
const BYPASS = 'if it cannot wait: --without-approval goes on without, and that is written down';

export class RestoreRecorder {
  readonly #deps: RecorderDeps;
  /** Kept open while the restore goes on: the agent notices when this command is gone. */
  #client: LocalClient | null = null;
  #started: RestoreStarted | null = null;

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  /**
   * Whether the restore may begin, as far as a second person is concerned; null when it may not.
   * @throws UserError when one is needed and cannot be asked.
   */
  async consent(
    order: RestoreOrder,
    wish: { isNeeded: boolean; request: boolean; bypass: boolean },
  ): Promise<Consent | null> {
    if (wish.bypass && wish.isNeeded) return { approval: 'bypassed', approvedBy: '' };
    if (!wish.isNeeded && !wish.request) return { approval: 'not-needed', approvedBy: '' };
    if (!wish.request)
      throw new UserError('the configuration asks for a second person before this is restored', {
        next: `ask for one with --request; ${BYPASS}`,
      });
    const decision = await this.#ask(order);
    if (decision?.approved) {
      this.#deps.say(`approved by ${decision.by}${decision.note === '' ? '' : `: ${decision.note}`}`);
      return { approval: 'second-person', approvedBy: decision.by };
    }
    await this.#withdraw(order, decision);
    return null;
  }

  /** Throws UserError with the agent's reason when it refuses: the approval may be used up, or meant for another. */
  async started(order: RestoreOrder, consent: Consent): Promise<void> {
    const started = { order, startedAtMs: this.#deps.clock.nowMs(), ...consent };
    this.#started = started;
    const answer = await this.#tell({ type: 'restore-started', value: started });
    if (answer === 'unheard')
      this.#deps.say(
        'warning: the agent does not answer; this restore is not recorded unless it does at the end',
      );
    else if (answer !== 'recorded') throw new UserError(`not restored: ${answer}`);
  }

  /** Returns what was recorded, or would have been. */
  async finished(order: RestoreOrder, consent: Consent, result: RestoreResult): Promise<RestoreFinished> {
    const finishedAtMs = this.#deps.clock.nowMs();
    const startedAtMs = this.#started?.startedAtMs ?? null;
    const value: RestoreFinished = {
      order,
      startedAtMs,
      finishedAtMs,
      durationMs: Math.max(0, finishedAtMs - (startedAtMs ?? finishedAtMs)),
      ...consent,
      outcome: result.outcome,
      result: result.result,
      restoredBytes: result.restoredBytes,
    };
    const answer = await this.#tell({ type: 'restore-finished', value });
    if (answer !== 'recorded')
      this.#deps.say(
        `warning: this restore is NOT recorded (${answer === 'unheard' ? 'the agent does not answer' : answer}); tell those who keep the books`,
      );
    this.#client?.close();
    return value;
  }

  /** Null when nobody decided in time, or the person here gave up. */
  async #ask(order: RestoreOrder): Promise<RestoreDecision | null> {
    const { clock, say, signal, socket } = this.#deps;
    const requestedAtMs = clock.nowMs();
    const untilMs = clock.monotonicMs() + RESTORE_APPROVAL_MS;
    let isFirst = true;
    while (!signal.aborted && clock.monotonicMs() < untilMs) {
      let client: LocalClient;
      try {
        client = await LocalClient.open(socket);
      } catch (error) {
        if (isFirst)
          throw new UserError('nobody can be asked: the agent does not answer', {
            next: `start it (systemctl start backproof-agent); ${BYPASS}`,
            cause: error,
          });
        await this.#pause(RETRY_MS);
        continue;
      }
      client.send({ type: 'restore', body: { type: 'restore-requested', value: { order, requestedAtMs } } });
      const cancel = clock.after(untilMs - clock.monotonicMs(), () => client.close());
      const close = () => client.close();
      signal.addEventListener('abort', close);
      const decision = await this.#wait(client, isFirst);
      signal.removeEventListener('abort', close);
      cancel();
      if (decision) {
        this.#client = client;
        if (!decision.approved || !isOneself(decision.by, order)) return decision;
        say(`warning: ${decision.by} is the one who asks; that is no second person`);
        return { ...decision, approved: false, note: 'the one who asks cannot approve' };
      }
      isFirst = false;
    }
    if (!signal.aborted) say(`nobody decided within ${formatDuration(RESTORE_APPROVAL_MS)}`);
    return null;
  }

  /** Null when the connection ends before a decision comes. Throws UserError when the agent refuses. */
  async #wait(client: LocalClient, isFirst: boolean): Promise<RestoreDecision | null> {
    for (;;) {
      const message = await client.receive();
      if (message === null) return null;
      if (message.type === 'refused')
        throw new UserError(`nobody can be asked: ${message.reason}`, { next: BYPASS });
      if (message.type === 'restore-decided') return message.decision;
      if (message.type === 'recorded' && isFirst) this.#sayWaiting(message.connected);
    }
  }

  #sayWaiting(connected: boolean): void {
    const { say } = this.#deps;
    if (!connected)
      say(`warning: the collector is not connected, and sees the request when it is; ${BYPASS}`);
    say(
      `waiting up to ${formatDuration(RESTORE_APPROVAL_MS)} for a second person (page: Restores; or backproof-collector restores approve ID --by NAME); Ctrl-C withdraws`,
    );
  }

  async #withdraw(order: RestoreOrder, decision: RestoreDecision | null): Promise<void> {
    const { signal, say } = this.#deps;
    const refused = decision ? `Refused by ${decision.by}${decision.note ? `: ${decision.note}` : ''}.` : '';
    const result =
      refused || (signal.aborted ? 'Withdrawn by the one who asked.' : 'Nobody decided in time.');
    say(`not restored: ${result}`);
    const nothing = { outcome: 'cancelled' as const, result, restoredBytes: 0, next: '' };
    await this.finished(order, { approval: 'not-needed', approvedBy: '' }, nothing);
  }

  /** 'recorded', 'unheard' when no agent answers, otherwise why it refuses. */
  async #tell(body: RestoreBody): Promise<string> {
    const answer = this.#client ? await this.#exchange(this.#client, body) : 'unheard';
    if (answer !== 'unheard') return answer;
    try {
      this.#client = await LocalClient.open(this.#deps.socket);
    } catch {
      this.#client = null;
      return 'unheard';
    }
    return this.#exchange(this.#client, body);
  }

  async #exchange(client: LocalClient, body: RestoreBody): Promise<string> {
    client.send({ type: 'restore', body });
    for (;;) {
      const answer = await client.receive();
      if (answer === null) return 'unheard';
      if (answer.type === 'recorded') return 'recorded';
      if (answer.type === 'refused') return answer.reason;
    }
  }

  #pause(ms: number): Promise<void> {
    const { clock, signal } = this.#deps;
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }
}

function isOneself(by: string, order: RestoreOrder): boolean {
  return isSamePerson(by, order.by) || isSamePerson(by, order.login);
}
