/**
 * Every session, and the rules between them: at most one open session a host, clones are found out, the
 * silent are dead after PEER_DEAD_AFTER_MS. One sweep serves them all.
 */
import type { RawData } from 'ws';
import { encodeToAgent } from '../../proto/codec.ts';
import * as limits from '../../proto/limits.ts';
import type { Ask, Gap, Hello, RefusedCode, ToAgent } from '../../proto/messages.ts';
import type { Refused } from '../assurances/types.ts';
import { REFUSED_SHOWN_MS } from '../decide/host.ts';
import type { Live } from '../presence.ts';
import { StoreUnavailable } from '../store/errors.ts';
import { type Answer, Asks } from './asks.ts';
import { Commit } from './commit.ts';
import type { IngestContext } from './context.ts';
import { type FrameSink, readFrame } from './frames.ts';
import { Liveness } from './liveness.ts';
import { closeCode, closeReason } from './refusal.ts';
import { type AgentSocket, Session, type SessionHost } from './session.ts';

const SWEEP_MS = 1_000;
const LIVENESS_FLUSH_MS = 5_000;
const HELLO_WITHIN_MS = 10_000;
/** How long an older session has to prove that it is alive when its host connects again. */
const PROBE_MS = 5_000;
/** An agent that reads so slowly that its acks pile up to this is cut off. */
const UNREAD_BYTES_MAX = 1024 * 1024;
const STORE_RETRY_AFTER_MS = 10_000;
const CLONED_RETRY_AFTER_MS = 60_000;

type Watermark = NonNullable<ReturnType<IngestContext['store']['spools']['watermark']>>;

/** Stands for everything before the new spool's first record. */
const SPOOL_BEGUN_ANEW = (nowMs: number): Gap => ({
  fromSeq: 1,
  toSeq: 1,
  reason:
    'its spool was begun anew, so what the one before held and had not handed in is missing; if the machine was ' +
    'not made anew, find out who removed spool.db',
  oldestAtMs: nowMs,
  newestAtMs: nowMs,
});

interface Probe {
  newcomer: Session;
  hello: Hello;
  cancel: () => void;
}

export class Sessions implements FrameSink {
  readonly context: IngestContext;
  readonly commit: Commit;
  readonly asks: Asks;
  readonly #liveness: Liveness;
  readonly #all = new Set<Session>();
  /** The one session each host speaks through. */
  readonly #byHost = new Map<number, Session>();
  /** By the older session, which is asked whether it is alive. */
  readonly #probes = new Map<Session, Probe>();
  /** By host; one that has not been refused for REFUSED_SHOWN_MS begins a new row. */
  readonly #refused = new Map<number, Refused>();
  #cancelSweep: (() => void) | null = null;
  #flushedMs = 0;

  constructor(context: IngestContext) {
    this.context = context;
    this.asks = new Asks(context.clock);
    this.#liveness = new Liveness(context, ({ hostId }) => !this.#byHost.has(hostId));
    this.commit = new Commit(context, {
      committed: (session) => this.send(session, { type: 'ack', value: { seq: session.committedSeq } }),
      storeUnavailable: (session) =>
        this.end(
          session,
          'store-unavailable',
          'the collector cannot write its database',
          STORE_RETRY_AFTER_MS,
        ),
      cannotStore: (session, reason) => this.end(session, 'protocol', reason),
    });
  }

  start(): void {
    this.#cancelSweep = this.context.clock.after(SWEEP_MS, () => {
      this.#sweep();
      this.start();
    });
  }

  /** Ends every session, so that agents come back to whoever listens next. */
  stop(): void {
    this.#cancelSweep?.();
    this.commit.flush();
    for (const session of [...this.#all]) this.end(session, 'stopping', 'the collector stops');
    this.#liveness.flush();
  }

  /** Sessions that were welcomed. */
  count(): number {
    return this.#byHost.size;
  }

  /** Null when the host has no session. `lastSeenAtMs` is by the collector's clock. */
  liveness(hostId: number): Live | null {
    const session = this.#byHost.get(hostId);
    if (!session) return null;
    const { caughtUp, committedSeq, lastSeenAtMs, instance } = session;
    return { connected: true, caughtUp, committedSeq, lastSeenAtMs, instance };
  }

  /** Whether what the host says has been refused lately, and since when without a break. */
  refused(hostId: number): Refused | null {
    return this.#refused.get(hostId) ?? null;
  }

  /** Asks the host for a sign of life now: `lastSeenAtMs` moves as soon as it answers. */
  probe(hostId: number): void {
    this.#byHost.get(hostId)?.socket.ping();
  }

  /** Resolves in any case, within `timeoutMs`. */
  request(hostId: number, ask: Ask, timeoutMs: number): Promise<Answer> {
    const session = this.#byHost.get(hostId);
    if (!session) return Promise.resolve({ accepted: false, reason: 'its agent is not connected' });
    return this.asks.ask(session, ask, timeoutMs);
  }

  /** Ends every session of the host, welcomed or not. */
  endHost(hostId: number, code: RefusedCode, reason: string): void {
    for (const session of [...this.#all]) {
      if (session.hostId === hostId) this.end(session, code, reason);
    }
  }

  /** A connection whose certificate was examined. */
  connected(socket: AgentSocket, host: SessionHost): void {
    const { clock } = this.context;
    const session = new Session(socket, host, clock.nowMs(), clock.monotonicMs());
    socket.session = session;
    this.#all.add(session);
    this.context.counters.sessions += 1;
  }

  received(session: Session, data: RawData, isBinary: boolean): void {
    if (session.state === 'ended') return;
    session.heard(this.context.clock.nowMs(), this.context.clock.monotonicMs());
    readFrame(this, session, data as Buffer, isBinary);
  }

  ponged(session: Session, payload: Buffer): void {
    session.heard(this.context.clock.nowMs(), this.context.clock.monotonicMs());
    const probe = this.#probes.get(session);
    if (probe && payload.toString() === probe.hello.instance) this.#cloned(session, probe);
  }

  closed(session: Session): void {
    if (session.state !== 'ended') this.#drop(session);
  }

  send(session: Session, message: ToAgent): void {
    if (session.state === 'ended') return;
    if (session.socket.bufferedAmount > UNREAD_BYTES_MAX) {
      this.context.log.warn({ host: session.host }, 'the agent does not read; its connection is cut');
      session.socket.terminate();
      return;
    }
    session.socket.send(encodeToAgent(message));
  }

  /** Says why, closes, and reads nothing from it any more. */
  end(session: Session, code: RefusedCode, reason: string, retryAfterMs = 0): void {
    if (session.state === 'ended') return;
    this.context.counters.refused[code] += 1;
    if (code === 'protocol') this.#noteRefused(session.hostId, reason);
    this.context.log.info({ host: session.host, code, reason }, 'session ended');
    this.send(session, { type: 'refused', value: { code, reason, retryAfterMs } });
    session.socket.close(closeCode(code), closeReason(reason));
    this.#drop(session);
  }

  /** A frame that is none (too large, not masked, no UTF-8): the socket closes itself. */
  frameRefused(session: Session, reason: string): void {
    this.context.counters.refused.protocol += 1;
    this.#noteRefused(session.hostId, reason);
  }

  noteLiveness(session: Session): void {
    this.#liveness.note(session);
  }

  noteLivenessNow(session: Session): void {
    this.#liveness.noteNow(session);
  }

  /** The first frame. Welcomes, unless the host already has a session that may be alive. */
  hello(session: Session, hello: Hello): void {
    session.instance = hello.instance;
    session.agentVersion = hello.agentVersion;
    session.noteClock(hello.sentAtMs, this.context.clock.nowMs());
    const older = this.#byHost.get(session.hostId);
    // The same process came back before we noticed that its connection was gone.
    if (!older || older.instance === hello.instance) this.#welcome(session, hello);
    else if (this.#probes.has(older)) {
      this.end(session, 'overloaded', 'another session of this host is being examined', PROBE_MS);
    } else {
      session.state = 'probing';
      const cancel = this.context.clock.after(PROBE_MS, () => this.#olderIsDead(older));
      this.#probes.set(older, { newcomer: session, hello, cancel });
      older.socket.ping(hello.instance);
    }
  }

  #welcome(session: Session, hello: Hello): void {
    const { store, clock, feed } = this.context;
    let committed: Watermark;
    try {
      // What an older session of this host sent may still be queued.
      this.commit.flush();
      committed = store.spools.watermark(session.hostId, hello.epoch) ?? this.#newSpool(session, hello);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.end(session, 'store-unavailable', 'the collector cannot read its database', STORE_RETRY_AFTER_MS);
      return;
    }
    const older = this.#byHost.get(session.hostId);
    if (older) this.end(older, 'superseded', 'this host has connected again');
    session.epoch = hello.epoch;
    session.firstSeq = hello.firstSeq;
    session.announcedSeq = hello.lastSeq;
    session.committedSeq = committed.committedSeq;
    session.nextSeq = session.committedSeq + 1;
    session.state = 'open';
    this.#byHost.set(session.hostId, session);
    this.send(session, {
      type: 'welcome',
      value: {
        epoch: hello.epoch,
        committedSeq: session.committedSeq,
        committedChain: committed.committedChain,
        credit: limits.CREDIT_RECORDS,
        heartbeatMs: limits.HEARTBEAT_MS,
        serverTimeMs: clock.nowMs(),
      },
    });
    this.#liveness.noteNow(session);
    feed.publish({ type: 'host', customer: session.customer, host: session.host });
  }

  /**
   * The first word of a spool. One that was begun empty where there was another has lost what that one had not
   * handed in yet: deleted, truncated, or a machine made anew. Nobody else can say so, for it remembers nothing.
   */
  #newSpool({ hostId }: Session, { epoch, continuesEpoch }: Hello): Watermark {
    const { store, clock } = this.context;
    const none = { committedSeq: 0, committedChain: new Uint8Array(0) };
    if (continuesEpoch !== 0 || !store.spools.hasOther(hostId, epoch)) return none;
    const nowMs = clock.nowMs();
    store.transaction(() => {
      // From here on the spool is known, so that this is said once.
      store.spools.setWatermark(hostId, epoch, none.committedSeq, none.committedChain);
      store.spools.saveGap(hostId, epoch, SPOOL_BEGUN_ANEW(nowMs), nowMs);
    });
    return none;
  }

  /** The older session answered the probe, so two processes speak for one host. */
  #cloned(older: Session, { newcomer, cancel }: Probe): void {
    cancel();
    this.#probes.delete(older);
    this.end(
      newcomer,
      'cloned',
      `another agent is connected as ${older.host}; a copy of a machine needs an enrollment of its own`,
      CLONED_RETRY_AFTER_MS,
    );
    this.context.onCloned(older.hostId);
  }

  #noteRefused(hostId: number, reason: string): void {
    const nowMs = this.context.clock.nowMs();
    const before = this.#refused.get(hostId);
    const goesOn = before !== undefined && nowMs - before.lastAtMs < REFUSED_SHOWN_MS;
    this.#refused.set(hostId, { firstAtMs: goesOn ? before.firstAtMs : nowMs, lastAtMs: nowMs, reason });
  }

  #olderIsDead(older: Session): void {
    const probe = this.#probes.get(older);
    if (!probe) return;
    probe.cancel();
    this.#probes.delete(older);
    if (probe.newcomer.state === 'probing') this.#welcome(probe.newcomer, probe.hello);
  }

  #drop(session: Session): void {
    const wasOpen = session.state === 'open';
    session.state = 'ended';
    this.#all.delete(session);
    this.asks.lost(session);
    if (this.#byHost.get(session.hostId) === session) this.#byHost.delete(session.hostId);
    if (wasOpen) {
      this.#liveness.noteNow(session);
      this.context.feed.publish({ type: 'host', customer: session.customer, host: session.host });
    }
    this.#olderIsDead(session);
    for (const [older, { newcomer, cancel }] of this.#probes) {
      if (newcomer !== session) continue;
      cancel();
      this.#probes.delete(older);
    }
  }

  #sweep(): void {
    const nowMs = this.context.clock.nowMs();
    const monotonicMs = this.context.clock.monotonicMs();
    for (const session of this.#all) {
      if (monotonicMs - session.heardMs >= limits.PEER_DEAD_AFTER_MS) {
        this.context.log.info({ host: session.host }, 'the agent has gone silent; its connection is cut');
        session.socket.terminate();
        this.#drop(session);
      } else if (session.certificateNotAfterMs <= nowMs) {
        this.end(session, 'revoked', 'the certificate has expired; enroll this host again');
      } else if (session.state === 'new' && monotonicMs - session.connectedMs >= HELLO_WITHIN_MS) {
        this.end(session, 'protocol', 'no Hello came');
      } else if (monotonicMs - session.pingedMs >= limits.PING_EVERY_MS) {
        session.pingedMs = monotonicMs;
        session.socket.ping();
      }
    }
    if (monotonicMs - this.#flushedMs >= LIVENESS_FLUSH_MS) {
      this.#flushedMs = monotonicMs;
      this.#liveness.flush();
    }
  }
}
