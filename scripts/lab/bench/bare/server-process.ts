/** The bare server (server.ts) in a process of its own, seen from a bench. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export class BareServer {
  readonly url: string;
  readonly pid: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.pid = child.pid!;
    this.url = `wss://localhost:${port}`;
  }

  /** `certificates`: folder of ca.pem, cert.pem and key.pem. Without a database, records are acked unread. */
  static async start(options: {
    certificates: string;
    database?: string;
    /** Any free one when it is not said. */
    port?: number;
    env?: NodeJS.ProcessEnv;
  }): Promise<BareServer> {
    const { certificates, database = '', port: wanted = 0, env } = options;
    const child = fork(join(import.meta.dirname, 'server.ts'), [certificates, String(wanted), database], {
      env: { ...process.env, ...env },
    });
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (message: { port: number }) => resolve(message.port));
      child.once('exit', (code) => reject(new Error(`the bare server ended with ${code}`)));
    });
    return new BareServer(child, port);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await exited;
  }
}
