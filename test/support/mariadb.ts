/**
 * A real, throw-away MariaDB server: its own folder, a unix socket, and loopback on a free port, which replicas
 * need. Its programs are this machine's, or those of another Debian release.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DebianPrograms } from './debian-programs.ts';

const exec = promisify(execFile);
const READY_WITHIN_MS = 60_000;
/** Of what the server said last. */
const SAID_CHARS_MAX = 4_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
/** sockaddr_un allows 107 bytes, and test folders are deep. */
const socketFor = (folder: string) =>
  join(tmpdir(), `bp-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}.sock`);

/** Why there is no MariaDB here, or null. */
export function cannotRunMariaDb(): string | null {
  return existsSync('/usr/sbin/mariadbd') ? null : 'mariadb-server is not installed';
}

export class MariaDb {
  readonly folder: string;
  readonly socket: string;
  readonly port: number;
  /** Folder of `mariadb` and `mariadb-dump`, null: PATH's. */
  readonly programs: string | null;
  readonly #release: DebianPrograms | null;
  readonly #options: string[];
  #server: ChildProcess | null = null;

  private constructor(folder: string, port: number, release: DebianPrograms | null, options: string[]) {
    this.folder = folder;
    this.socket = socketFor(folder);
    this.port = port;
    this.#release = release;
    this.#options = options;
    this.programs = release ? join(folder, 'programs') : null;
  }

  /**
   * @param release whose server and programs; null: this machine's.
   * @param options of the server, such as `--log-bin`.
   */
  static async start(
    folder: string,
    release: DebianPrograms | null = null,
    options: string[] = [],
  ): Promise<MariaDb> {
    for (const name of ['data', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
    const server = new MariaDb(folder, await freePort(), release, options);
    for (const name of ['mariadb', 'mariadb-dump']) server.#program(`/usr/bin/${name}`);
    await exec(server.#program('/usr/bin/mariadb-install-db'), [
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      // A server that starts removes temporary tables there, also its neighbours'.
      `--tmpdir=${join(folder, 'tmp')}`,
      '--user=root',
      '--auth-root-authentication-method=normal',
      // Its host name need not be known to any DNS.
      '--force',
      '--skip-test-db',
    ]);
    await server.resume();
    return server;
  }

  async resume(): Promise<void> {
    const server = spawn(
      this.#program('/usr/sbin/mariadbd'),
      [
        '--no-defaults',
        `--datadir=${join(this.folder, 'data')}`,
        `--tmpdir=${join(this.folder, 'tmp')}`,
        '--user=root',
        `--socket=${this.socket}`,
        `--port=${this.port}`,
        '--bind-address=127.0.0.1',
        '--innodb-buffer-pool-size=32M',
        '--innodb-log-file-size=8M',
        '--innodb-flush-log-at-trx-commit=0',
        '--performance-schema=OFF',
        ...this.#options,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' },
    );
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      const timer = setTimeout(() => reject(new Error(`MariaDB did not start:\n${said}`)), READY_WITHIN_MS);
      server.stderr!.on('data', (bytes: Buffer) => {
        said = `${said}${bytes}`.slice(-SAID_CHARS_MAX);
        if (!/ready for connections/.test(said)) return;
        clearTimeout(timer);
        resolve();
      });
      server.once('exit', () => {
        clearTimeout(timer);
        reject(new Error(`MariaDB did not start:\n${said}`));
      });
    });
  }

  /** Runs SQL as root, also several statements; what it printed, unaligned and without column names. */
  async sql(text: string, database = ''): Promise<string> {
    const argv = [
      '--no-defaults',
      '--default-character-set=utf8mb4',
      `--socket=${this.socket}`,
      '--user=root',
      '--batch',
      '-N',
      '--raw',
    ];
    const running = exec(this.#program('/usr/bin/mariadb'), [...argv, ...(database ? [database] : [])], {
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    // A client that reaches no server ends without reading; its exit code says so.
    running.child.stdin!.on('error', () => {}).end(text);
    return (await running).stdout.trim();
  }

  /** Ends the server at once, keeps the data. */
  async pause(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.socket, { force: true });
  }

  /** A program by its path, or the script that runs it from the release. */
  #program(path: string): string {
    if (!this.#release) return path;
    const file = join(this.programs!, path.slice(path.lastIndexOf('/') + 1));
    return existsSync(file) ? file : this.#release.program(path, file);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
