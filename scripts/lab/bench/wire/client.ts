/**
 * A light client: an agent as the collector sees it (mutual TLS, the real codec, credit, acks, heartbeats,
 * reconnecting with full jitter), without anything behind it. Thousands fit into one process.
 */
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { decodeToAgent, encodeToCollector } from '../../../../proto/codec.ts';
import * as limits from '../../../../proto/limits.ts';
import type { RecordBody } from '../../../../proto/messages.ts';
import { LightSpool, type Line } from './results.ts';

export interface LightClientOptions {
  url: string;
  host: string;
  tls: { ca: string; key: string; cert: string };
  epoch: number;
  /** Called for every acked record, with the time from its (last) sending to its ack. */
  onAcked: (client: LightClient, ackedAfterMs: number) => void;
}

export class LightClient {
  readonly host: string;
  readonly spool: LightSpool;
  welcomed = false;
  refusals = 0;
  /** Spools and sends nothing until `release`. */
  holding = false;
  readonly #options: LightClientOptions;
  readonly #instance = randomUUID();
  #socket: WebSocket | undefined;
  #ended = false;
  #attempts = 0;
  #credit = 0;
  /** Of `spool.unacked`, how many were sent in this session. */
  #sent = 0;
  readonly #sentAtMs: number[] = [];
  #heartbeat: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: LightClientOptions) {
    this.#options = options;
    this.host = options.host;
    this.spool = new LightSpool(options.epoch);
  }

  connect(): void {
    const { url, tls } = this.#options;
    const socket = new WebSocket(url, limits.SUBPROTOCOL, {
      ...tls,
      perMessageDeflate: false,
      maxPayload: limits.FRAME_BYTES_MAX,
      skipUTF8Validation: true,
    });
    this.#socket = socket;
    let retryAfterMs = 0;
    socket.on('error', () => {});
    socket.once('open', () => {
      const { epoch, firstSeq, lastSeq } = this.spool;
      socket.send(
        encodeToCollector({
          type: 'hello',
          value: {
            epoch,
            firstSeq,
            lastSeq,
            agentVersion: 'bench',
            instance: this.#instance,
            capabilities: [],
            sentAtMs: Date.now(),
            continuesEpoch: 0,
          },
        }),
      );
    });
    socket.on('message', (frame: Buffer) => {
      const message = decodeToAgent(frame);
      if (message.type === 'welcome') this.#onWelcome(message.value);
      else if (message.type === 'ack') this.#onAck(message.value.seq);
      else if (message.type === 'refused') {
        this.refusals += 1;
        retryAfterMs = message.value.retryAfterMs;
      }
    });
    socket.once('close', () => this.#onClose(retryAfterMs));
  }

  /** Spools one record and sends it when the credit allows. */
  append(body: RecordBody): void {
    this.spool.append(body, Date.now());
    this.#pump();
  }

  release(): void {
    this.holding = false;
    this.#pump();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#retry);
    clearInterval(this.#heartbeat);
    this.#socket?.terminate();
  }

  #onWelcome(welcome: { committedSeq: number; credit: number; heartbeatMs: number }): void {
    this.welcomed = true;
    this.#attempts = 0;
    this.#credit = welcome.credit;
    this.spool.ack(welcome.committedSeq);
    this.#sent = 0;
    this.#sentAtMs.length = 0;
    this.#heartbeat = setInterval(() => this.#beat(), welcome.heartbeatMs);
    this.#pump();
  }

  #pump(): void {
    if (!this.welcomed || this.holding) return;
    const { unacked } = this.spool;
    while (this.#sent < unacked.length && this.#sent < this.#credit) {
      this.#send(unacked[this.#sent]!);
      this.#sent += 1;
    }
  }

  #send(line: Line): void {
    this.#sentAtMs.push(performance.now());
    this.#socket!.send(encodeToCollector({ type: 'spooled-record', value: line }));
  }

  #onAck(seq: number): void {
    const nowMs = performance.now();
    const before = this.spool.unacked.length;
    this.spool.ack(seq);
    const acked = before - this.spool.unacked.length;
    this.#sent -= acked;
    for (let i = 0; i < acked; i += 1) this.#options.onAcked(this, nowMs - this.#sentAtMs.shift()!);
    this.#pump();
  }

  #beat(): void {
    this.#socket!.send(
      encodeToCollector({
        type: 'heartbeat',
        value: {
          sentAtMs: Date.now(),
          spoolRecords: this.spool.unacked.length,
          spoolBytes: 0,
          spoolError: '',
          runningJobs: [],
          certificateExpiresAtMs: Date.now() + limits.CERTIFICATE_LIFE_MS,
        },
      }),
    );
  }

  #onClose(retryAfterMs: number): void {
    this.welcomed = false;
    clearInterval(this.#heartbeat);
    if (this.#ended) return;
    const widest = Math.min(limits.RECONNECT_MAX_MS, limits.RECONNECT_MIN_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#retry = setTimeout(() => this.connect(), retryAfterMs + Math.random() * widest);
  }
}
