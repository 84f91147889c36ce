/**
 * Group commit: everything that arrived in one turn of the event loop becomes one transaction with one fsync,
 * and only then it is acked. The agents' watermarks move in the same transaction.
 *
 * When the store cannot write, nothing is acked and every session of the batch is told to come back: the
 * agents still have their records. A record whose content cannot be stored is set aside as it came, with an
 * alert about its host: it is acked, and what comes behind it goes on. Only a host that has too many of those
 * is sent away with them.
 */
import { messageOf } from '../../proto/errors.ts';
import type { Gap, RecordBody } from '../../proto/messages.ts';
import { StoreUnavailable } from '../store/errors.ts';
import type { IngestContext } from './context.ts';
import { Facts } from './facts.ts';
import type { Session } from './session.ts';

export interface Item {
  session: Session;
  seq: number;
  chain: Uint8Array;
  /** By the agent's clock. */
  recordedAtMs: number;
  body: RecordBody;
  /** Records before this one that the agent no longer has. */
  hole: Gap | null;
}

export interface CommitListener {
  /** Everything up to `session.committedSeq` is on disk. */
  committed(session: Session): void;
  storeUnavailable(session: Session): void;
  cannotStore(session: Session, reason: string): void;
}

/** A host that was taken over must not fill the collector with what it cannot use. */
export const ASIDE_PER_HOST_MAX = 100;

/** Longest transaction: about 20 ms at 40 us a record, so that nothing else waits longer. */
const BATCH_MAX = 512;

export class Commit {
  readonly #context: IngestContext;
  readonly #listener: CommitListener;
  readonly #facts: Facts;
  #queue: Item[] = [];
  #scheduled = false;
  #failing = false;

  constructor(context: IngestContext, listener: CommitListener) {
    this.#context = context;
    this.#listener = listener;
    this.#facts = new Facts(context.store);
  }

  submit(item: Item): void {
    this.#queue.push(item);
    this.#schedule();
  }

  /** Stores what is queued now, so that a watermark read next is true. */
  flush(): void {
    while (this.#queue.length > 0) this.#commitBatch();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#commitBatch();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #commitBatch(): void {
    const batch = this.#queue.length > BATCH_MAX ? this.#queue.splice(0, BATCH_MAX) : this.#queue;
    if (batch === this.#queue) this.#queue = [];
    if (batch.length === 0) return;
    try {
      this.#store(batch);
    } catch (error) {
      if (error instanceof StoreUnavailable) this.#unavailable(batch, error);
      else this.#oneByOne(batch);
    }
  }

  #apply({ session, recordedAtMs, body }: Item, nowMs: number): { job: string; news: boolean } {
    return this.#facts.store(session, { recordedAtMs, body }, nowMs);
  }

  /** One transaction, then the acks. Throws what the store throws; then nothing was stored. */
  #store(batch: Item[], apply = this.#apply.bind(this)): void {
    const { store, clock, counters, feed } = this.#context;
    const nowMs = clock.nowMs();
    const last = new Map<Session, Item>();
    const jobs = new Map<string, Session>();
    let repeatedRuns = 0;
    try {
      store.transaction(() => {
        for (const item of batch) {
          const { session, hole } = item;
          if (hole) store.spools.saveGap(session.hostId, session.epoch, hole, nowMs);
          const { job, news } = apply(item, nowMs);
          if (!news) repeatedRuns += 1;
          else if (job !== '') jobs.set(`${session.hostId}/${job}`, session);
          last.set(session, item);
        }
        for (const [session, { seq, chain }] of last) {
          store.spools.setWatermark(session.hostId, session.epoch, seq, chain);
          // From here on its absences can be judged.
          if (!session.caughtUp && seq >= session.announcedSeq) store.hosts.touch(session.hostId);
        }
      });
    } catch (error) {
      this.#facts.forget();
      throw error;
    }
    counters.commits += 1;
    counters.repeatedRuns += repeatedRuns;
    for (const { session, body } of batch) {
      session.inFlight -= 1;
      counters.records[body.type] = (counters.records[body.type] ?? 0) + 1;
    }
    for (const [session, { seq }] of last) {
      session.committedSeq = seq;
      this.#listener.committed(session);
    }
    for (const [key, { customer, host, hostId }] of jobs) {
      feed.publish({ type: 'job', customer, host, job: key.slice(`${hostId}/`.length) });
    }
    if (this.#failing) {
      this.#failing = false;
      this.#context.onStore(null);
    }
    this.#context.onChanged();
  }

  #unavailable(batch: Item[], error: Error): void {
    this.#context.counters.commitFailures += 1;
    this.#failing = true;
    this.#context.log.error({ error: messageOf(error) }, 'the store cannot be written; nothing is acked');
    this.#context.onStore(error);
    const sessions = new Set(batch.map((item) => item.session));
    this.#forget(sessions);
    for (const session of sessions) this.#listener.storeUnavailable(session);
  }

  /** What a session sent behind a record that was not stored must not be stored either: it would hide the hole. */
  #forget(sessions: Set<Session>): void {
    this.#queue = this.#queue.filter((item) => !sessions.has(item.session));
  }

  /** Something in the batch is wrong with its content: find out whose it is, and keep the others. */
  #oneByOne(batch: Item[]): void {
    const sessions = new Map<Session, Item[]>();
    for (const item of batch) {
      const items = sessions.get(item.session);
      if (items) items.push(item);
      else sessions.set(item.session, [item]);
    }
    for (const [session, items] of sessions) {
      try {
        this.#storeOrSetAside(items);
      } catch (error) {
        if (error instanceof StoreUnavailable) {
          this.#unavailable(items, error);
          continue;
        }
        this.#context.counters.commitFailures += 1;
        this.#context.log.error({ host: session.host, error: messageOf(error) }, 'a record cannot be stored');
        this.#forget(new Set([session]));
        this.#listener.cannotStore(session, `a record cannot be stored: ${messageOf(error)}`);
      }
    }
  }

  /** Of one session, in order: what is good is stored and acked, also when it came before what is not. */
  #storeOrSetAside(items: Item[]): void {
    try {
      this.#store(items);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      if (items.length === 1) this.#setAside(items[0]!, error);
      else for (const item of items) this.#storeOrSetAside([item]);
    }
  }

  /** Throws `problem` when the host has too many set aside already. */
  #setAside(poison: Item, problem: unknown): void {
    const { session, seq, body, recordedAtMs } = poison;
    const { spools, system } = this.#context.store;
    const { hostId, host, epoch } = session;
    if (spools.countAside(hostId) >= ASIDE_PER_HOST_MAX) throw problem;
    const reason = `the collector cannot store record ${seq} (${body.type}) and has set it aside: ${messageOf(problem)}`;
    this.#context.counters.commitFailures += 1;
    this.#context.log.error({ host, seq, error: messageOf(problem) }, 'a record is set aside');
    this.#store([poison], (_item, nowMs) => {
      spools.setAside(hostId, epoch, { seq, body, reason }, nowMs);
      const gap = { fromSeq: seq, toSeq: seq, reason, oldestAtMs: recordedAtMs, newestAtMs: recordedAtMs };
      spools.saveGap(hostId, epoch, gap, nowMs);
      system.journal(
        { actor: `agent ${host}`, action: 'record-aside', subject: `host:${host}`, detail: reason },
        nowMs,
      );
      return { job: '', news: true };
    });
  }
}
