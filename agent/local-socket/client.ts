/** The commands' side of the agent's unix socket. */
import { connect, type Socket } from 'node:net';
import { UserError } from '../../proto/errors.ts';
import { LineSplitter } from '../process/lines.ts';
import { type FromAgent, type FromClient, LOCAL_LINE_BYTES_MAX, parseFromAgent } from './protocol.ts';

const CONNECT_WITHIN_MS = 5_000;

export class LocalClient {
  readonly #socket: Socket;
  readonly #arrived: FromAgent[] = [];
  #waiting: ((message: FromAgent | null) => void) | null = null;
  #closed = false;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const splitter = new LineSplitter(LOCAL_LINE_BYTES_MAX, (line) => {
      const message = parseFromAgent(line);
      if (!message) return;
      if (this.#waiting) {
        this.#waiting(message);
        this.#waiting = null;
      } else this.#arrived.push(message);
    });
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => splitter.add(text));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#closed = true;
        this.#waiting?.(null);
        resolve();
      });
    });
  }

  /** Throws UserError when no agent answers. */
  static async open(file: string): Promise<LocalClient> {
    const socket = connect(file);
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(CONNECT_WITHIN_MS, () => socket.destroy(new Error('it does not answer')));
      socket.once('connect', resolve);
      socket.once('error', (error) => reject(notRunning(file, error)));
    });
    socket.setTimeout(0);
    socket.on('error', () => {});
    return new LocalClient(socket);
  }

  send(message: FromClient): void {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  /** The next message, null when the connection is gone. One caller at a time. */
  async receive(): Promise<FromAgent | null> {
    const message = this.#arrived.shift();
    if (message) return message;
    if (this.#closed) return null;
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Keeps the process alive no longer. */
  unref(): void {
    this.#socket.unref();
  }

  close(): void {
    this.#socket.destroy();
  }
}

function notRunning(file: string, error: NodeJS.ErrnoException): UserError {
  const denied = error.code === 'EACCES';
  return new UserError(
    denied ? `the agent's socket ${file} may not be opened` : `no agent answers at ${file}`,
    {
      next: denied
        ? 'run this as root or as a member of the group backproof'
        : 'start it (systemctl start backproof-agent), or name its configuration with --config FILE',
      cause: error,
    },
  );
}
