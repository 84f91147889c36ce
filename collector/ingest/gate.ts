/**
 * Lets connections in at a bounded rate, before their TLS handshake: after a restart thousands of agents come
 * back at once, and handshakes are what would hold the event loop up.
 *
 * Addresses take turns: whoever opens connections by the thousand waits behind his own, and everybody else
 * comes in as if he were one. A flood from very many addresses still shares the rate with the agents.
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
  /** By address, in the order in which their turns come; none is empty. With what hears of their end. */
  readonly #waiting = new Map<string, Map<Socket, () => void>>();
  #count = 0;
  #bucket: Bucket;
  #cancel: (() => void) | null = null;

  constructor(context: IngestContext, rate: AdmissionRate, letIn: (socket: Socket) => void) {
    this.#context = context;
    this.#rate = rate;
    this.#letIn = letIn;
    this.#bucket = { tokens: rate.burst, atMs: context.clock.monotonicMs() };
  }

  arrived(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    socket.on('error', ignore);
    const queue = this.#waiting.get(address) ?? new Map<Socket, () => void>();
    if (this.#count >= WAITING_MAX && !this.#makeRoom(queue)) {
      this.#context.counters.turnedAway['waiting-room-full'] += 1;
      socket.destroy();
      return;
    }
    const gone = () => this.#remove(address, socket);
    socket.once('close', gone);
    queue.set(socket, gone);
    this.#waiting.set(address, queue);
    this.#count += 1;
    if (!this.#cancel) this.#next();
  }

  stop(): void {
    this.#cancel?.();
    const queues = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#count = 0;
    for (const queue of queues) for (const socket of queue.keys()) socket.destroy();
  }

  /** Turns the last one away of the address that takes the most room; false when that is the newcomer's own. */
  #makeRoom(newcomers: Map<Socket, () => void>): boolean {
    let [crowded, longest] = ['', newcomers];
    for (const [address, queue] of this.#waiting)
      if (queue.size > longest.size) [crowded, longest] = [address, queue];
    if (longest === newcomers) return false;
    this.#context.counters.turnedAway['waiting-room-full'] += 1;
    const last = [...longest.keys()].at(-1)!;
    this.#remove(crowded, last);
    last.destroy();
    return true;
  }

  readonly #next = (): void => {
    this.#cancel = null;
    for (;;) {
      const [turn] = this.#waiting;
      if (!turn) return;
      const { admitted, bucket, waitMs } = admit(this.#bucket, this.#rate, this.#context.clock.monotonicMs());
      this.#bucket = bucket;
      if (!admitted) {
        this.#cancel = this.#context.clock.after(waitMs, this.#next);
        return;
      }
      const [address, queue] = turn;
      const [[socket, gone]] = queue as unknown as [[Socket, () => void]];
      this.#remove(address, socket);
      // Its next one waits until every other address had its turn.
      if (queue.size > 0) {
        this.#waiting.delete(address);
        this.#waiting.set(address, queue);
      }
      socket.removeListener('close', gone);
      socket.removeListener('error', ignore);
      this.#letIn(socket);
    }
  };

  #remove(address: string, socket: Socket): void {
    const queue = this.#waiting.get(address);
    if (!queue?.delete(socket)) return;
    this.#count -= 1;
    if (queue.size === 0) this.#waiting.delete(address);
  }
}

/** `close` follows every error. */
function ignore(): void {}
