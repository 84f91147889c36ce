/** The network between agent and collector, with bad days: everything TCP and the boxes in between can do. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export const TROUBLES = ['delay', 'cut', 'cut-mid-frame', 'half-open', 'late', 'none'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** Chunks of one direction, each passed on at its time and in its turn. */
interface Lane {
  from: Socket;
  to: Socket;
  waiting: { chunk: Buffer; atMs: number }[];
}

interface Pair {
  agent: Socket;
  collector: Socket;
  /** How it is broken, once it is. */
  broken: 'mid-frame' | 'silent' | 'late' | null;
  /** What the agent sent before its connection broke, and the collector is still to hear. */
  held: Buffer[];
}

const DELAY_MAX_MS = 40;
/** An older connection's bytes come so long after the newer one began. */
const LATE_BY_MAX_MS = 60;
/** How long the collector may leave a connection open whose agent is long gone. */
const LATE_OPEN_MS = 2_000;

export class Weather {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #random: () => number;
  readonly #pairs = new Set<Pair>();
  #delayMs = 0;
  /** Chunks that were cut in two, connections that fell silent, bytes that came late. */
  readonly happened = { midFrame: 0, silent: 0, late: 0, cut: 0 };

  private constructor(targetPort: number, random: () => number) {
    this.#targetPort = targetPort;
    this.#random = random;
    this.#server = createServer((agent) => this.#accept(agent));
  }

  static async start(targetPort: number, random: () => number): Promise<Weather> {
    const weather = new Weather(targetPort, random);
    await new Promise<void>((resolve) => weather.#server.listen(0, '127.0.0.1', resolve));
    return weather;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on. What breaks connections breaks those that are open; new ones are whole. */
  become(trouble: Trouble): void {
    this.#delayMs = trouble === 'delay' ? this.#random() * DELAY_MAX_MS : 0;
    for (const pair of this.#pairs) {
      if (pair.broken) continue;
      if (trouble === 'cut') {
        this.happened.cut += 1;
        reset(pair);
      } else if (trouble === 'cut-mid-frame') pair.broken = 'mid-frame';
      else if (trouble === 'half-open') {
        this.happened.silent += 1;
        pair.broken = 'silent';
      } else if (trouble === 'late') pair.broken = 'late';
    }
  }

  async stop(): Promise<void> {
    for (const pair of this.#pairs) reset(pair);
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(agent: Socket): void {
    const collector = connect(this.#targetPort, '127.0.0.1');
    const pair: Pair = { agent, collector, broken: null, held: [] };
    for (const socket of [agent, collector]) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
    }
    this.#pairs.add(pair);
    this.#forward(pair, { from: agent, to: collector, waiting: [] });
    this.#forward(pair, { from: collector, to: agent, waiting: [] });
    agent.once('close', () => {
      if (pair.broken === null) collector.destroy();
      else if (pair.broken !== 'late') collector.end();
    });
    collector.once('close', () => {
      this.#pairs.delete(pair);
      agent.destroy();
    });
    for (const older of this.#pairs) if (older !== pair && older.held.length > 0) this.#deliverLate(older);
  }

  #forward(pair: Pair, lane: Lane): void {
    lane.from.on('data', (chunk: Buffer) => {
      if (pair.broken === 'silent') return;
      if (pair.broken === 'mid-frame') {
        this.happened.midFrame += 1;
        lane.to.end(chunk.subarray(0, Math.floor(this.#random() * chunk.length)));
        lane.from.resetAndDestroy();
        return;
      }
      if (pair.broken === 'late') {
        // The agent hears of the break; the collector will hear what was said before it.
        if (lane.from === pair.agent) pair.held.push(chunk);
        pair.agent.resetAndDestroy();
        return;
      }
      this.#pass(lane, chunk);
    });
  }

  #pass(lane: Lane, chunk: Buffer): void {
    lane.waiting.push({ chunk, atMs: performance.now() + this.#delayMs });
    if (lane.waiting.length === 1) this.#pump(lane);
  }

  #pump(lane: Lane): void {
    for (let next = lane.waiting[0]; next; next = lane.waiting[0]) {
      const leftMs = next.atMs - performance.now();
      if (leftMs > 0) {
        setTimeout(() => this.#pump(lane), leftMs);
        return;
      }
      lane.waiting.shift();
      if (!lane.to.destroyed) lane.to.write(next.chunk);
    }
  }

  #deliverLate(pair: Pair): void {
    const held = Buffer.concat(pair.held);
    pair.held = [];
    setTimeout(() => {
      this.happened.late += 1;
      if (!pair.collector.destroyed) pair.collector.write(held);
    }, this.#random() * LATE_BY_MAX_MS);
    setTimeout(() => pair.collector.destroy(), LATE_OPEN_MS).unref();
  }
}

function reset(pair: Pair): void {
  pair.agent.resetAndDestroy();
  pair.collector.resetAndDestroy();
}
