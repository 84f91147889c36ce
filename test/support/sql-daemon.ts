/**
 * A real, throw-away MariaDB or MySQL server: its own folder, a unix socket, and loopback on a free port, which
 * replicas need. Its programs are this machine's, or those of another Debian release.
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

/** What differs between the two. */
export interface Brand {
  name: string;
  /** Paths of its programs. */
  server: string;
  client: string;
  dump: string;
  /** Makes the data folder: the program, and what it takes. */
  install: (dataFolder: string) => string[];
  /** Of the server: small and quick. */
  options: string[];
}

export class SqlDaemon {
  readonly folder: string;
  readonly socket: string;
  readonly port: number;
  /** Folder of the client programs, null: PATH's. */
  readonly programs: string | null;
  readonly #brand: Brand;
  readonly #release: DebianPrograms | null;
  readonly #options: string[];
  #server: ChildProcess | null = null;

  protected constructor(
    brand: Brand,
    folder: string,
    port: number,
    release: DebianPrograms | null,
    options: string[],
  ) {
    this.#brand = brand;
    this.folder = folder;
    this.socket = socketFor(folder);
    this.port = port;
    this.#release = release;
    this.#options = options;
    this.programs = release ? join(folder, 'programs') : null;
  }

  /** Makes the data folder and starts the server. */
  protected async begin(): Promise<this> {
    for (const name of ['data', 'tmp']) mkdirSync(join(this.folder, name), { recursive: true });
    for (const program of [this.#brand.client, this.#brand.dump]) this.#program(program);
    const [program, ...argv] = this.#brand.install(join(this.folder, 'data'));
    // A server that starts removes temporary tables there, also its neighbours'.
    const tmpdir = `--tmpdir=${join(this.folder, 'tmp')}`;
    await exec(this.#program(program!), ['--no-defaults', ...argv, tmpdir, '--user=root']);
    await this.resume();
    return this;
  }

  async resume(): Promise<void> {
    const server = spawn(
      this.#program(this.#brand.server),
      [
        '--no-defaults',
        `--datadir=${join(this.folder, 'data')}`,
        `--tmpdir=${join(this.folder, 'tmp')}`,
        '--user=root',
        `--socket=${this.socket}`,
        `--port=${this.port}`,
        '--bind-address=127.0.0.1',
        '--innodb-buffer-pool-size=32M',
        '--innodb-flush-log-at-trx-commit=0',
        '--performance-schema=OFF',
        ...this.#brand.options,
        ...this.#options,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' },
    );
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      const timer = setTimeout(
        () => reject(new Error(`${this.#brand.name} did not start:\n${said}`)),
        READY_WITHIN_MS,
      );
      server.stderr!.on('data', (bytes: Buffer) => {
        said = `${said}${bytes}`.slice(-SAID_CHARS_MAX);
        if (!/ready for connections/.test(said)) return;
        clearTimeout(timer);
        resolve();
      });
      server.once('exit', () => {
        clearTimeout(timer);
        reject(new Error(`${this.#brand.name} did not start:\n${said}`));
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
    const running = exec(this.#program(this.#brand.client), [...argv, ...(database ? [database] : [])], {
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

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
