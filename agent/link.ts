/**
 * The agent's connection to its collector: sends what the spool holds, in order, and removes nothing that was
 * not acked. Whatever happens here, backups go on without it.
 *
 * ## States
 * `waiting`   for the next attempt: full jitter, and not before a refusal's retryAfterMs.
 * `greeting`  connecting, then Hello is sent. Ends with Welcome, a refusal, or silence.
 * `open`      welcomed: records flow as far as the credit goes, heartbeats and progress in between.
 * `stopped`   for good.
 * From `greeting` and `open`, a peer from which nothing came for PEER_DEAD_AFTER_MS is dead, whatever TCP says.
 *
 * ## Welcome
 * It names the last record the collector has on disk, and its chain value. When that chain is not ours, or
 * the record is one we do not have yet, this spool and the collector speak of different histories (a restored
 * machine): the spool begins a new epoch. When it is older than what was acked, the collector was restored,
 * and gets everything again that we still have.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { type RawData, WebSocket } from 'ws';
import type { Clock } from '../proto/clock.ts';
import { decodeToAgent, encodeToCollector } from '../proto/codec.ts';
import { messageOf, ProtocolError } from '../proto/errors.ts';
import { FRAME_BYTES_MAX, PEER_DEAD_AFTER_MS, SUBPROTOCOL } from '../proto/limits.ts';
import type { Ask, Heartbeat, ToAgent, ToCollector } from '../proto/messages.ts';
import type { RunProgress } from '../proto/run.ts';
import type { WalSample } from '../proto/wal.ts';
import { backoffMs } from './decide/backoff.ts';
import type { IdentityStore } from './identity.ts';
import { Outflow } from './link/outflow.ts';
import { readRefusal } from './link/refusal.ts';
import { Renewal } from './link/renewal.ts';
import type { Spool } from './spool.ts';

export interface LinkDeps {
  /** wss://HOST:PORT of the collector's agent listener. */
  url: string;
  identity: IdentityStore;
  spool: Spool;
  clock: Clock;
  log: Logger;
  agentVersion: string;
  /** In [0, 1). */
  random: () => number;
  heartbeat: () => Pick<Heartbeat, 'spoolError' | 'runningJobs'>;
  /** Decides at once; what was accepted happens later. */
  onRequest: (ask: Ask) => { accepted: boolean; reason: string };
}

export interface LinkStatus {
  connected: boolean;
  /** Since when it is, or is not. */
  sinceMs: number;
  /** Why the last attempt or session ended; '' when it was never needed. */
  lastError: string;
  unacked: number;
}

/** Progress is worth nothing when it comes late. */
const UNSENT_FOR_PROGRESS_BYTES = 64 * 1024;
const PRUNE_EVERY_MS = 3_600_000;
const STOP_WITHIN_MS = 1_000;
const CAPABILITIES = ['run-job', 'renew-certificate'];

type State = 'waiting' | 'greeting' | 'open' | 'stopped';

export class Link {
  readonly #deps: LinkDeps;
  readonly #instance = randomUUID();
  #state: State = 'waiting';
  #socket: WebSocket | null = null;
  #sinceMs: number;
  #lastError = '';
  /** Attempts since the last Welcome that lasted. */
  #failures = 0;
  #failuresBeforeWelcome = 0;
  #retryAfterMs = 0;
  #heardMs = 0;
  #beatEveryMs = 0;
  readonly #outflow: Outflow;
  readonly #renewal: Renewal;
  #cancelRetry = (): void => {};
  #cancelWatch = (): void => {};
  #cancelHeartbeat = (): void => {};
  #cancelPrune = (): void => {};

  constructor(deps: LinkDeps) {
    this.#deps = deps;
    this.#sinceMs = deps.clock.nowMs();
    const send = (message: ToCollector): void => this.#send(message);
    this.#renewal = new Renewal(deps, send);
    this.#outflow = new Outflow(deps.spool, {
      send,
      unsentBytes: () => this.#socket?.bufferedAmount ?? 0,
      failed: (error) => this.#cut(messageOf(error)),
    });
    deps.spool.onAppend(() => this.#outflow.more());
  }

  start(): void {
    this.#connect();
    this.#pruneLater();
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#cancelRetry();
    this.#cancelPrune();
    this.#quiet();
    const socket = this.#socket;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const cut = this.#deps.clock.after(STOP_WITHIN_MS, () => socket.terminate());
      socket.once('close', () => {
        cut();
        resolve();
      });
      socket.close(1000);
    });
  }

  /** Dropped when nobody listens or the line is full. */
  sendProgress(progress: RunProgress): void {
    if (this.#state !== 'open' || (this.#socket?.bufferedAmount ?? 0) > UNSENT_FOR_PROGRESS_BYTES) return;
    this.#send({ type: 'run-progress', value: progress });
  }

  /** Dropped likewise: the next one comes within a minute, and says as much. */
  sendWalSample(sample: WalSample): void {
    if (this.#state === 'open') this.#send({ type: 'wal-sample', value: sample });
  }

  /** For news that should not wait for the next heartbeat. */
  beatNow(): void {
    if (this.#state === 'open') this.#beat();
  }

  status(): LinkStatus {
    return {
      connected: this.#state === 'open',
      sinceMs: this.#sinceMs,
      lastError: this.#lastError,
      unacked: this.#deps.spool.backlog().records,
    };
  }

  #connect(): void {
    const { url, identity, clock } = this.#deps;
    this.#state = 'greeting';
    this.#retryAfterMs = 0;
    this.#heard();
    if (this.#failures > 0) this.#reloadIdentity();
    const socket = new WebSocket(url, SUBPROTOCOL, {
      ...identity.tlsOptions(),
      perMessageDeflate: false,
      maxPayload: FRAME_BYTES_MAX,
      followRedirects: false,
    });
    this.#socket = socket;
    const ours = (handle: () => void): void => {
      if (this.#socket === socket) handle();
    };
    socket.on('open', () => ours(() => this.#greet()));
    socket.on('message', (data: RawData, isBinary) => ours(() => this.#received(data as Buffer, isBinary)));
    socket.on('ping', () => this.#heard());
    socket.on('error', (error) => ours(() => this.#note(this.#explained(error))));
    socket.on('close', (_code, reason) => ours(() => this.#lost(reason.toString())));
    socket.on('unexpected-response', (request, response) => {
      readRefusal(response, (why) => {
        ours(() => this.#note(why));
        request.destroy();
        ours(() => this.#lost(''));
      });
    });
    this.#watch(clock.monotonicMs());
  }

  #reloadIdentity(): void {
    try {
      this.#deps.identity.reload();
    } catch (error) {
      this.#note(messageOf(error));
    }
  }

  #greet(): void {
    const { spool, clock, agentVersion } = this.#deps;
    const { epoch, continuesEpoch, firstSeq, lastSeq } = spool.position();
    this.#send({
      type: 'hello',
      value: {
        epoch,
        firstSeq,
        lastSeq,
        agentVersion,
        instance: this.#instance,
        capabilities: CAPABILITIES,
        sentAtMs: clock.nowMs(),
        continuesEpoch,
      },
    });
  }

  #received(data: Buffer, isBinary: boolean): void {
    this.#heard();
    try {
      if (!isBinary) throw new ProtocolError('the collector sent a text frame');
      this.#handle(decodeToAgent(data));
    } catch (error) {
      // A frame that is wrong, a spool that cannot be read: neither may end the agent.
      this.#cut(messageOf(error));
    }
  }

  #handle(message: ToAgent): void {
    switch (message.type) {
      case 'welcome':
        this.#welcomed(message.value);
        return;
      case 'refused': {
        const { code, reason, retryAfterMs } = message.value;
        this.#note(`the collector refused (${code}): ${reason}`);
        this.#retryAfterMs = retryAfterMs;
        // A welcome that ended like this was none: without this a poisoned session would be tried every second.
        if (code !== 'stopping') this.#failures = this.#failuresBeforeWelcome + 1;
        return;
      }
      case 'ack':
        this.#outflow.acked(message.value.seq, this.#deps.clock.nowMs());
        return;
      case 'request':
        this.#requested(message.value.id, message.value.ask);
        return;
      case 'certificate-issued':
        this.#renewal.issued(message.value.certificatePem);
        return;
    }
  }

  #welcomed(welcome: Extract<ToAgent, { type: 'welcome' }>['value']): void {
    const { spool, clock, log } = this.#deps;
    const { epoch, committedSeq, committedChain } = welcome;
    const position = spool.position();
    if (this.#state !== 'greeting') throw new ProtocolError('the collector sent Welcome twice');
    if (epoch !== position.epoch) throw new ProtocolError('the collector welcomed another epoch');
    const ours = committedSeq === 0 ? null : spool.chainAt(committedSeq);
    if (committedSeq > position.lastSeq || (ours && Buffer.compare(ours, committedChain) !== 0)) {
      log.warn(
        { committedSeq, lastSeq: position.lastSeq },
        'the collector knows another history of this spool',
      );
      spool.beginNewEpoch();
      this.#cut('this spool began a new numbering');
      return;
    }
    if (committedSeq < position.ackedSeq) {
      log.warn({ committedSeq, ackedSeq: position.ackedSeq }, 'the collector went back; sending again');
      spool.rewind(committedSeq);
      // Declarations that old may be gone from the spool, and a restored collector needs them.
      if (committedSeq + 1 < position.firstSeq) this.#declareAgain();
    } else spool.ack(committedSeq, clock.nowMs());
    this.#failuresBeforeWelcome = this.#failures;
    this.#failures = 0;
    this.#enter('open');
    this.#beatEveryMs = welcome.heartbeatMs;
    this.#beat();
    this.#outflow.open(committedSeq, welcome.credit);
  }

  #declareAgain(): void {
    const { spool, clock } = this.#deps;
    for (const value of spool.declaredJobs()) spool.append({ type: 'job-declared', value }, clock.nowMs());
    for (const value of spool.repositories.all())
      spool.append({ type: 'repository-seen', value }, clock.nowMs());
    const facts = spool.lastHostFacts();
    if (facts) spool.append({ type: 'host-facts', value: facts }, clock.nowMs());
  }

  #beat(): void {
    const { spool, clock, identity, heartbeat } = this.#deps;
    const { records, bytes } = spool.backlog();
    this.#send({
      type: 'heartbeat',
      value: {
        ...heartbeat(),
        sentAtMs: clock.nowMs(),
        spoolRecords: records,
        spoolBytes: bytes,
        certificateExpiresAtMs: identity.certificateNotAfterMs,
      },
    });
    this.#outflow.more();
    this.#renewal.askWhenDue();
    this.#cancelHeartbeat();
    this.#cancelHeartbeat = clock.after(this.#beatEveryMs, () => this.#beat());
  }

  #requested(id: string, ask: Ask): void {
    const answer =
      ask.type === 'renew-certificate'
        ? { accepted: true, reason: 'the certificate is being renewed' }
        : this.#deps.onRequest(ask);
    this.#send({ type: 'request-answered', value: { id, ...answer } });
    if (ask.type === 'renew-certificate') this.#renewal.ask();
  }

  #send(message: ToCollector): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encodeToCollector(message));
  }

  #heard(): void {
    this.#heardMs = this.#deps.clock.monotonicMs();
  }

  #watch(nowMs: number): void {
    const leftMs = this.#heardMs + PEER_DEAD_AFTER_MS - nowMs;
    this.#cancelWatch();
    this.#cancelWatch = this.#deps.clock.after(leftMs, () => {
      const laterMs = this.#deps.clock.monotonicMs();
      if (laterMs - this.#heardMs >= PEER_DEAD_AFTER_MS) {
        this.#cut(`nothing was heard from the collector for ${PEER_DEAD_AFTER_MS / 1_000} s`);
      } else this.#watch(laterMs);
    });
  }

  /** Ends this connection from our side, without waiting for the other. */
  #cut(why: string): void {
    this.#note(why);
    const socket = this.#socket;
    this.#lost('');
    socket?.terminate();
  }

  #lost(reason: string): void {
    if (this.#state === 'stopped') return;
    const { clock, random, log } = this.#deps;
    const wasOpen = this.#state === 'open';
    this.#socket = null;
    this.#quiet();
    this.#enter('waiting');
    if (!this.#lastError && reason) this.#note(reason);
    const waitMs = Math.max(backoffMs(this.#failures, random()), this.#retryAfterMs);
    if (!wasOpen) this.#failures += 1;
    // Aloud once: attempts that follow say nothing new.
    const level = wasOpen || this.#failures === 1 ? 'warn' : 'info';
    log[level]({ waitMs, error: this.#lastError }, wasOpen ? 'the connection was lost' : 'no connection');
    this.#cancelRetry = clock.after(waitMs, () => this.#connect());
  }

  #quiet(): void {
    this.#outflow.shut();
    this.#cancelWatch();
    this.#cancelHeartbeat();
  }

  #enter(state: State): void {
    const connected = state === 'open';
    if (connected !== (this.#state === 'open')) this.#sinceMs = this.#deps.clock.nowMs();
    if (connected) this.#lastError = '';
    this.#state = state;
  }

  #note(why: string): void {
    this.#lastError = why;
  }

  #explained(error: Error): string {
    const { identity, clock } = this.#deps;
    if (identity.certificateNotAfterMs <= clock.nowMs()) {
      const until = new Date(identity.certificateNotAfterMs).toISOString();
      return `this host's certificate expired at ${until}; enroll it again with "backproof-agent enroll"`;
    }
    return messageOf(error);
  }

  #pruneLater(): void {
    const { clock, spool, log } = this.#deps;
    this.#cancelPrune = clock.after(PRUNE_EVERY_MS, () => {
      try {
        spool.prune(clock.nowMs());
      } catch (error) {
        log.error({ error: messageOf(error) }, 'old records cannot be removed');
      }
      this.#pruneLater();
    });
  }
}
