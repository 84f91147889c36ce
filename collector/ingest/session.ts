/**
 * One agent's connection, as plain data: the behaviour is in sessions.ts, and no timer or closure is kept
 * per session, because there are thousands of them.
 *
 * ## States
 * `new`      connected and examined; must say Hello within HELLO_WITHIN_MS.
 * `probing`  another session of the host is alive, or its connection is only half-open: a ping decides.
 * `open`     welcomed; records, heartbeats and requests flow. At most one per host.
 * `ended`    refused, superseded, dead or gone. Nothing is read from it any more.
 */
import { WebSocket } from 'ws';

export type SessionState = 'new' | 'probing' | 'open' | 'ended';

export interface SessionHost {
  hostId: number;
  host: string;
  customer: string;
  serial: string;
  certificateNotAfterMs: number;
}

export class Session {
  readonly socket: AgentSocket;
  readonly hostId: number;
  readonly host: string;
  readonly customer: string;
  readonly serial: string;
  certificateNotAfterMs: number;
  state: SessionState = 'new';
  /** Monotonic. */
  readonly connectedMs: number;
  /** Monotonic; of whatever came last, pongs included. */
  heardMs: number;
  pingedMs: number;
  /** The same moment as `heardMs`, by the wall clock. */
  lastSeenAtMs: number;
  renewedMs = Number.NEGATIVE_INFINITY;

  instance = '';
  agentVersion = '';
  epoch = 0;
  /** The oldest record the agent still had when it said Hello. */
  firstSeq = 0;
  /** The newest record the agent had when it said Hello: once it is committed, the agent is caught up. */
  announcedSeq = 0;
  nextSeq = 1;
  committedSeq = 0;
  /** Records received and not acked. */
  inFlight = 0;

  /** Agent clock minus collector clock; the larger of the last two readings, as delays only make it smaller. */
  clockOffsetMs = 0;
  lastOffsetMs = 0;
  spoolRecords = 0;
  spoolBytes = 0;
  spoolError = '';

  constructor(socket: AgentSocket, host: SessionHost, nowMs: number, monotonicMs: number) {
    this.socket = socket;
    this.hostId = host.hostId;
    this.host = host.host;
    this.customer = host.customer;
    this.serial = host.serial;
    this.certificateNotAfterMs = host.certificateNotAfterMs;
    this.connectedMs = monotonicMs;
    this.heardMs = monotonicMs;
    this.pingedMs = monotonicMs;
    this.lastSeenAtMs = nowMs;
  }

  get caughtUp(): boolean {
    return this.state === 'open' && this.committedSeq >= this.announcedSeq;
  }

  heard(nowMs: number, monotonicMs: number): void {
    this.heardMs = monotonicMs;
    this.lastSeenAtMs = nowMs;
  }

  noteClock(sentAtMs: number, nowMs: number): void {
    const offsetMs = sentAtMs - nowMs;
    this.clockOffsetMs = this.state === 'open' ? Math.max(offsetMs, this.lastOffsetMs) : offsetMs;
    this.lastOffsetMs = offsetMs;
  }
}

/** Carries its session, so that one set of listeners serves every socket. */
export class AgentSocket extends WebSocket {
  session: Session | null = null;
}
