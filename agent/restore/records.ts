/**
 * The agent's part in restores: it writes down what the command tells it, passes a second person's decision
 * on to the command that waits for it, and lets an approval be used once, in time, and for what it names.
 *
 * The collector can decide nothing that nobody on this host asked for: a decision without a request is refused.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import type { RecordBody } from '../../proto/messages.ts';
import {
  digestOf,
  RESTORE_APPROVAL_MS,
  type RestoreDecision,
  type RestoreOrder,
  type RestoreStarted,
} from '../../proto/restore.ts';
import type { SpoolWriter } from '../spool/writer.ts';

export type RestoreBody = Extract<RecordBody, { type: `restore-${string}` }>;

/** Restores that are asked for or going on at once. */
const OPEN_MAX = 100;
/** A command that is gone for longer without a word is gone for good: longer than the agent takes to restart. */
const COMMAND_LOST_AFTER_MS = 60_000;

/** Helps against a lack of consent, and against nothing else: so it stands with these reasons only. */
const ASK_AGAIN = 'ask again with --request';

export interface RestoreRecordsDeps {
  writer: Pick<SpoolWriter, 'write'>;
  clock: Clock;
  log: Logger;
  /** Whether the configuration asks for a second person before this job is restored. */
  needsApproval: (job: string) => boolean;
}

interface Open {
  order: RestoreOrder;
  digest: string;
  /** By the monotonic clock: until then a decision is waited for. */
  expiresMs: number;
  approval: { decision: RestoreDecision; untilMs: number } | null;
  started: RestoreStarted | null;
  /** Tells the command that waits; null while none is connected. */
  tell: ((decision: RestoreDecision) => void) | null;
  cancelLost: () => void;
}

export class RestoreRecords {
  readonly #deps: RestoreRecordsDeps;
  readonly #open = new Map<string, Open>();

  constructor(deps: RestoreRecordsDeps) {
    this.#deps = deps;
  }

  /** Writes it down. Null, or why it is refused. Throws ProtocolError for what cannot be written. */
  heard(body: RestoreBody, tell: (decision: RestoreDecision) => void): string | null {
    const { restoreId } = body.value.order;
    switch (body.type) {
      case 'restore-requested':
        return this.#requested(body, tell);
      case 'restore-started': {
        const refused = this.#refusal(body.value);
        if (refused !== null) return refused;
        this.#write(body);
        const open = this.#openOf(body.value.order);
        // Used up: the same approval starts nothing a second time.
        open.approval = null;
        open.started = body.value;
        return null;
      }
      case 'restore-finished':
        this.#write(body);
        this.#forget(restoreId);
        return null;
    }
  }

  /** The command's connection is gone. */
  lost(restoreId: string): void {
    const open = this.#open.get(restoreId);
    if (!open) return;
    open.tell = null;
    open.cancelLost();
    open.cancelLost = this.#deps.clock.after(COMMAND_LOST_AFTER_MS, () => this.#abandoned(open));
  }

  /** The agent stops; a command that is still there comes back to the next one. */
  stop(): void {
    for (const { cancelLost } of this.#open.values()) cancelLost();
    this.#open.clear();
  }

  /** What a second person said, from the collector. */
  decided(decision: RestoreDecision): { accepted: boolean; reason: string } {
    const { clock, log } = this.#deps;
    const open = this.#open.get(decision.restoreId);
    const nowMs = clock.monotonicMs();
    if (!open || open.started) return { accepted: false, reason: 'nobody on this host waits for it' };
    if (nowMs >= open.expiresMs) return { accepted: false, reason: 'the request has expired' };
    if (decision.digest !== open.digest)
      return { accepted: false, reason: 'it names another restore than the one that was asked for' };
    open.approval = { decision, untilMs: nowMs + decision.validMs };
    log.info(
      { restore: decision.restoreId, approved: decision.approved, by: decision.by },
      'restore decided',
    );
    open.tell?.(decision);
    return { accepted: true, reason: 'the one who asked was told' };
  }

  #requested(
    body: Extract<RestoreBody, { type: 'restore-requested' }>,
    tell: (decision: RestoreDecision) => void,
  ): string | null {
    const { order } = body.value;
    if (!this.#open.has(order.restoreId) && this.#open.size >= OPEN_MAX)
      return `${OPEN_MAX} restores are open already`;
    this.#write(body);
    const open = this.#openOf(order);
    open.tell = tell;
    if (open.approval) tell(open.approval.decision);
    return null;
  }

  /** Why this may not begin, null when it may. */
  #refusal({ order, approval, approvedBy }: RestoreStarted): string | null {
    const { clock, needsApproval, log } = this.#deps;
    if (approval === 'bypassed') {
      log.warn({ restore: order.restoreId, job: order.job, by: order.by }, 'restored without approval');
      return null;
    }
    if (approval === 'not-needed') {
      return needsApproval(order.job)
        ? `the configuration asks for a second person here; ${ASK_AGAIN}`
        : null;
    }
    const given = this.#open.get(order.restoreId)?.approval ?? null;
    if (!given?.decision.approved || given.decision.by !== approvedBy)
      return `nobody has approved it; ${ASK_AGAIN}`;
    if (given.decision.digest !== digestOf(order)) return `something else was approved; ${ASK_AGAIN}`;
    return clock.monotonicMs() < given.untilMs ? null : `the approval has expired; ${ASK_AGAIN}`;
  }

  #openOf(order: RestoreOrder): Open {
    const known = this.#open.get(order.restoreId);
    known?.cancelLost();
    const open = known ?? {
      order,
      digest: digestOf(order),
      expiresMs: this.#deps.clock.monotonicMs() + RESTORE_APPROVAL_MS,
      approval: null,
      started: null,
      tell: null,
      cancelLost: () => {},
    };
    this.#open.set(order.restoreId, open);
    return open;
  }

  #abandoned({ order, started }: Open): void {
    const finishedAtMs = this.#deps.clock.nowMs();
    this.heard(
      {
        type: 'restore-finished',
        value: {
          order,
          startedAtMs: started?.startedAtMs ?? null,
          finishedAtMs,
          durationMs: started ? Math.max(0, finishedAtMs - started.startedAtMs) : 0,
          approval: started?.approval ?? 'not-needed',
          approvedBy: started?.approvedBy ?? '',
          outcome: started ? 'failed' : 'cancelled',
          result: started
            ? 'The command that restored is gone and did not say what came of it.'
            : 'The command that waited for an approval is gone.',
          restoredBytes: 0,
        },
      },
      () => {},
    );
  }

  #forget(restoreId: string): void {
    this.#open.get(restoreId)?.cancelLost();
    this.#open.delete(restoreId);
  }

  #write(body: RestoreBody): void {
    this.#deps.writer.write(body, this.#deps.clock.nowMs());
  }
}
