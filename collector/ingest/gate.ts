/**
 * Lets connections in at a bounded rate, before their TLS handshake: after a restart thousands of agents come
 * back at once, and handshakes are what would hold the event loop up.
 */
import type { Socket } from 'node:net';
import { type AdmissionRate, admit, type Bucket } from '../decide/admission.ts';
import type { IngestContext } from './context.ts';

/** Connections that wait without a handshake; beyond it they are dropped, and agents back off. */
const WAITING_MAX = 10_000;
/** A handshake and its Hello cost about 2 ms of this process. */
export const ADMISSION_RATE: AdmissionRate = { perSecond: 250, burst: 50 };

export class Gate {
  readonly #context: IngestContext;
  readonly #rate: AdmissionRate;
  readonly #letIn: (socket: Socket) => void;
  readonly #waiting = new Set<Socket>();
  #bucket: Bucket;
  #cancel: (() => void) | null = null;

  constructor(context: IngestContext, rate: AdmissionRate, letIn: (socket: Socket) => void) {
    this.#context = context;
    this.#rate = rate;
    this.#letIn = letIn;
    this.#bucket = { tokens: rate.burst, atMs: context.clock.monotonicMs() };
  }

  arrived(socket: Socket): void {
    if (this.#waiting.size >= WAITING_MAX) {
      this.#context.counters.turnedAway['waiting-room-full'] += 1;
      socket.destroy();
      return;
    }
    socket.once('close', this.#gone);
    socket.on('error', ignore);
    this.#waiting.add(socket);
    if (!this.#cancel) this.#next();
  }

  stop(): void {
    this.#cancel?.();
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
  }

  readonly #next = (): void => {
    this.#cancel = null;
    for (const socket of this.#waiting) {
      const { admitted, bucket, waitMs } = admit(this.#bucket, this.#rate, this.#context.clock.monotonicMs());
      this.#bucket = bucket;
      if (!admitted) {
        this.#cancel = this.#context.clock.after(waitMs, this.#next);
        return;
      }
      this.#waiting.delete(socket);
      socket.removeListener('close', this.#gone);
      socket.removeListener('error', ignore);
      this.#letIn(socket);
    }
  };

  readonly #gone = (): void => {
    for (const socket of this.#waiting) if (socket.destroyed) this.#waiting.delete(socket);
  };
}

/** `close` follows every error. */
function ignore(): void {}
