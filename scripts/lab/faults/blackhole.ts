/**
 * A TCP proxy that can turn into a black hole, as a cable that is pulled: connections stay open on both
 * sides, nothing comes through, and new ones are accepted and never answered.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class BlackHole {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  #swallowing = false;

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(targetPort: number): Promise<BlackHole> {
    const sockets = new Set<Socket>();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new BlackHole(server, sockets);
    server.on('connection', (near) => proxy.#join(near, targetPort));
    return proxy;
  }

  swallow(): void {
    this.#swallowing = true;
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket, targetPort: number): void {
    this.#keep(near);
    if (this.#swallowing) return;
    const far = connect(targetPort, '127.0.0.1');
    this.#keep(far);
    near.pipe(far);
    far.pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.once('close', () => {
        if (!this.#swallowing) other.destroy();
      });
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
