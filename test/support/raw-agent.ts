/** An agent that says whatever a test wants it to say, right or wrong. */

import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { IdentityStore } from '../../agent/identity.ts';
import { decodeToAgent, encodeRecord, encodeToCollector } from '../../proto/codec.ts';
import { SUBPROTOCOL } from '../../proto/limits.ts';
import type { Hello, RecordBody, ToAgent, ToCollector } from '../../proto/messages.ts';
import { until } from './wire.ts';

export class RawAgent {
  readonly socket: WebSocket;
  readonly heard: ToAgent[] = [];
  closed: { code: number; reason: string } | null = null;
  error: Error | null = null;

  /** Resolves when the connection is open or was turned away. */
  static async connect(dataDir: string, url: string, options: object = {}): Promise<RawAgent> {
    const tls = IdentityStore.open(dataDir).tlsOptions();
    const agent = new RawAgent(new WebSocket(url, SUBPROTOCOL, { ...tls, ...options }));
    await until(() => agent.socket.readyState !== WebSocket.CONNECTING);
    return agent;
  }

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.heard.push(decodeToAgent(data as Buffer)));
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    onTestFinished(() => socket.terminate());
  }

  say(message: ToCollector): void {
    this.socket.send(encodeToCollector(message));
  }

  hello(change: Partial<Hello> = {}): void {
    this.say({
      type: 'hello',
      value: {
        epoch: 1,
        firstSeq: 1,
        lastSeq: 0,
        agentVersion: 'raw',
        instance: 'raw',
        capabilities: [],
        sentAtMs: Date.now(),
        continuesEpoch: 0,
        ...change,
      },
    });
  }

  record(seq: number, body: RecordBody, recordedAtMs = 1_000): void {
    const record = encodeRecord({ recordedAtMs, body });
    this.say({ type: 'spooled-record', value: { seq, chain: Buffer.alloc(8, seq), record } });
  }

  /** The first message of this type. */
  expect<T extends ToAgent['type']>(type: T): Promise<Extract<ToAgent, { type: T }>> {
    return until(() => this.heard.find((message) => message.type === type)) as never;
  }

  async welcomed(change: Partial<Hello> = {}): Promise<Extract<ToAgent, { type: 'welcome' }>['value']> {
    this.hello(change);
    return (await this.expect('welcome')).value;
  }

  acked(seq: number): Promise<unknown> {
    return until(() => this.heard.some((message) => message.type === 'ack' && message.value.seq >= seq));
  }

  ended(): Promise<{ code: number; reason: string }> {
    return until(() => this.closed);
  }
}
