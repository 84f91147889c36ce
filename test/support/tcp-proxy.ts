/** Stands between an agent and its collector, and breaks the network on demand. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export class TcpProxy {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #pairs = new Set<{ client: Socket; target: Socket }>();
  #delayMs = 0;
  #swallowing = false;
  #refusing = false;
  /** Connections accepted so far. */
  connections = 0;

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => proxy.close());
    return proxy;
  }

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((client) => this.#accept(client));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `wss://127.0.0.1:${this.port}`;
  }

  /** Every chunk arrives this much later, in order. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Both ends see their connection reset. */
  cut(): void {
    for (const { client, target } of this.#pairs) {
      client.resetAndDestroy();
      target.resetAndDestroy();
    }
  }

  /** Both ends see an open connection from which nothing ever comes: a dead router, a pulled cable. */
  halfOpen(): void {
    this.#swallowing = true;
  }

  /** New connections are reset at once. */
  refuse(): void {
    this.#refusing = true;
  }

  /** What comes from now on passes; what was swallowed is gone, and so are its connections. */
  heal(): void {
    this.cut();
    this.#swallowing = false;
    this.#refusing = false;
    this.#delayMs = 0;
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    this.connections += 1;
    client.on('error', ignore);
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    const target = connect(this.#targetPort, '127.0.0.1');
    target.on('error', ignore);
    const pair = { client, target };
    this.#pairs.add(pair);
    this.#forward(client, target);
    this.#forward(target, client);
    const gone = (): void => {
      this.#pairs.delete(pair);
      if (this.#swallowing) return;
      client.destroy();
      target.destroy();
    };
    client.once('close', gone);
    target.once('close', gone);
  }

  #forward(from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      if (this.#swallowing) return;
      if (this.#delayMs === 0) to.write(chunk);
      else setTimeout(() => !this.#swallowing && !to.destroyed && to.write(chunk), this.#delayMs);
    });
  }
}

/** `close` follows every error. */
function ignore(): void {}
