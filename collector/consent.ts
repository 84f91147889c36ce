/**
 * A second person agrees to a restore, or does not: written down once, and told to the host that asked, now or
 * as soon as it is connected. Nothing is restored by it: the command that asked waits on the host.
 */
import type { Logger } from 'pino';
import type { Clock } from '../proto/clock.ts';
import { messageOf, UserError } from '../proto/errors.ts';
import type { Ask } from '../proto/messages.ts';
import { digestOf, RESTORE_APPROVAL_MS } from '../proto/restore.ts';
import { objection } from './decide/restores.ts';
import type { Feed, FeedEvent } from './feed.ts';
import type { RestoreRow } from './store/restore-types.ts';
import type { Store } from './store/types.ts';
import type { Decided } from './web/context.ts';

export interface ConsentDeps {
  store: Store;
  clock: Clock;
  log: Logger;
  feed: Feed;
  sessions: {
    request(hostId: number, ask: Ask, timeoutMs: number): Promise<{ accepted: boolean; reason: string }>;
  };
}

/** An agent answers at once. */
const ANSWER_WITHIN_MS = 10_000;

export class Consent {
  readonly #deps: ConsentDeps;
  /** Hosts that may still have to be told of a decision. */
  readonly #untold = new Set<string>();
  #unwatch = () => {};

  constructor(deps: ConsentDeps) {
    this.#deps = deps;
  }

  start(): void {
    for (const { host } of this.#decided(null)) this.#untold.add(host);
    this.#unwatch = this.#deps.feed.watch((event) => this.#happened(event));
  }

  stop(): void {
    this.#unwatch();
  }

  /** Throws UserError when it cannot be decided (any more), or not by this person. */
  async decide(id: number, approved: boolean, by: string, note: string): Promise<Decided> {
    const { store, clock, feed } = this.#deps;
    const nowMs = clock.nowMs();
    const known = store.restores.byId(id);
    if (!known) throw new UserError(`there is no restore ${id}`, { next: 'backproof-collector restores' });
    const why = objection(known, by, approved, nowMs);
    if (why !== null) throw new UserError(why);
    const restore = store.transaction(() => {
      const decided = store.restores.decide(id, { approved, by, note }, nowMs - RESTORE_APPROVAL_MS, nowMs);
      if (!decided) throw new UserError('somebody else has decided it just now');
      const action = approved ? 'restore-approved' : 'restore-refused';
      const subject = `job:${known.host}/${known.order.job}`;
      const detail = `${known.order.archives.join(', ')} to ${known.order.destination}, for ${known.order.by}${note && `: ${note}`}`;
      store.system.journal({ actor: by, action, subject, detail }, nowMs);
      return decided;
    });
    this.#untold.add(restore.host);
    const told = await this.#tell(restore);
    feed.publish({ type: 'job', customer: restore.customer, host: restore.host, job: restore.order.job });
    return { restore, told };
  }

  /** A host came, or said something: the command there may only just have come back as well. */
  #happened(event: FeedEvent): void {
    if ((event.type !== 'host' && event.type !== 'job') || !this.#untold.has(event.host)) return;
    const open = this.#decided(event.host);
    if (open.length === 0) this.#untold.delete(event.host);
    for (const restore of open) void this.#tell(restore);
  }

  #decided(host: string | null): RestoreRow[] {
    return this.#deps.store.restores.decided(host, this.#deps.clock.nowMs() - RESTORE_APPROVAL_MS);
  }

  async #tell(restore: RestoreRow): Promise<Decided['told']> {
    const { sessions, clock, log } = this.#deps;
    const { approved, by, note, atMs } = restore.decision!;
    const validMs = Math.max(0, atMs + RESTORE_APPROVAL_MS - clock.nowMs());
    const { order } = restore;
    const decision = { restoreId: order.restoreId, digest: digestOf(order), approved, by, note, validMs };
    try {
      const { accepted, reason } = await sessions.request(
        restore.hostId,
        { type: 'restore-decided', decision },
        ANSWER_WITHIN_MS,
      );
      const told = { accepted, reason };
      log.info({ restore: restore.id, host: restore.host, approved, by, ...told }, 'a decision was told');
      return told;
    } catch (error) {
      return { accepted: false, reason: messageOf(error) };
    }
  }
}
