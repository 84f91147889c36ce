/**
 * A real, throw-away PostgreSQL cluster: its own folder, a unix socket only, no TCP, trust inside that folder.
 * PostgreSQL refuses to run as root, so root runs it as the user `postgres` that Debian's package makes.
 */
import { execFile } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DebianPrograms } from './debian-programs.ts';

const exec = promisify(execFile);
const asRoot = process.getuid?.() === 0;

/** Folder of a major's programs; the newest installed one when none is named. */
export function postgresBin(major?: number): string {
  const root = '/usr/lib/postgresql';
  const majors = existsSync(root) ? readdirSync(root).map(Number).filter(Number.isInteger) : [];
  const wanted = major ?? Math.max(...majors);
  const bin = join(root, String(wanted), 'bin');
  if (!existsSync(join(bin, 'initdb')))
    throw new Error(`PostgreSQL ${major ?? ''} is not installed in ${root}`);
  return bin;
}

export class PostgresCluster {
  readonly folder: string;
  readonly port = 5432;
  readonly bin: string;
  /** For the server and its tools from the next start on, such as another clock. */
  environment: NodeJS.ProcessEnv = {};

  /** On the server's command line from the next start on. */
  readonly settings: Record<string, string>;
  #release: DebianPrograms | null = null;

  private constructor(folder: string, bin: string, settings: Record<string, string> = {}) {
    this.folder = folder;
    this.bin = bin;
    this.settings = settings;
  }

  /**
   * The folder's parents must be open to others (mode o+x) when root makes it for `postgres`. `version` is
   * an installed major or a folder with the server's programs; the newest installed when it is absent.
   */
  static async start(
    folder: string,
    version?: number | string,
    initdb: string[] = [],
  ): Promise<PostgresCluster> {
    const bin = typeof version === 'string' ? version : postgresBin(version);
    const cluster = new PostgresCluster(folder, bin);
    await cluster.#make(initdb);
    return cluster;
  }

  async #make(initdb: string[]): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    if (asRoot) await exec('chown', ['postgres', this.folder]);
    const plain = ['-U', 'postgres', '-A', 'trust', '-N', '--no-locale', '-E', 'UTF8'];
    await this.#as('initdb', '-D', this.data, ...plain, ...initdb);
    chmodSync(this.folder, 0o755);
    await this.resume();
  }

  /** A cluster of another Debian release's PostgreSQL; its client programs are in `bin` as well. */
  static async startOf(
    release: DebianPrograms,
    major: number,
    folder: string,
    initdb: string[] = [],
  ): Promise<PostgresCluster> {
    const bin = join(folder, 'programs');
    const installed = `/usr/lib/postgresql/${major}/bin`;
    for (const name of ['initdb', 'pg_ctl'])
      release.program(`${installed}/${name}`, join(bin, name), { user: 'postgres' });
    for (const name of ['psql', 'pg_dump', 'pg_dumpall', 'pg_restore'])
      release.program(`${installed}/${name}`, join(bin, name));
    const cluster = new PostgresCluster(folder, bin);
    cluster.#release = release;
    await cluster.#make(initdb);
    return cluster;
  }

  /** A streaming standby of a primary, made by pg_basebackup; `settings` go on its command line. */
  static async standbyOf(
    primary: PostgresCluster,
    folder: string,
    settings: Record<string, string> = {},
  ): Promise<PostgresCluster> {
    const standby = new PostgresCluster(folder, primary.bin, settings);
    mkdirSync(folder, { recursive: true });
    if (asRoot) await exec('chown', ['postgres', folder]);
    const from = ['-h', primary.folder, '-U', 'postgres'];
    await standby.#as('pg_basebackup', ...from, '-D', standby.data, '-R', '-X', 'stream', '-c', 'fast');
    chmodSync(folder, 0o755);
    await standby.resume();
    return standby;
  }

  get data(): string {
    return join(this.folder, 'data');
  }
  /** For `connection.host` in agent.yaml and PGHOST. */
  get socketFolder(): string {
    return this.folder;
  }

  /** @param waits until it answers; a server that recovers may take for ever. */
  async resume(waits = true): Promise<void> {
    const settings = Object.entries(this.settings).map(([name, value]) => ` -c ${name}='${value}'`);
    await this.#as(
      'pg_ctl',
      '-D',
      this.data,
      waits ? '-w' : '-W',
      '-s',
      '-l',
      join(this.folder, 'log'),
      '-o',
      `-c listen_addresses='' -c unix_socket_directories='${this.folder}' -c fsync=off${settings.join('')}`,
      'start',
    );
  }

  /** Runs SQL as the superuser and returns unaligned rows. */
  async sql(text: string, database = 'postgres'): Promise<string> {
    const { stdout } = await exec(join(postgresBin(), 'psql'), [
      '-h',
      this.folder,
      '-U',
      'postgres',
      '-d',
      database,
      '-At',
      '-q',
      '-v',
      'ON_ERROR_STOP=1',
      '-c',
      text,
    ]);
    return stdout.trim();
  }

  /** Stops the server, keeps the data. `fast` writes and archives what is left to, as a planned stop does. */
  async pause(mode: 'immediate' | 'fast' = 'immediate'): Promise<void> {
    await this.#as('pg_ctl', '-D', this.data, '-w', '-s', '-m', mode, 'stop');
  }

  /** A standby becomes a primary, on a timeline of its own. */
  async promote(): Promise<void> {
    await this.#as('pg_ctl', '-D', this.data, '-w', '-s', 'promote');
  }

  /** A server that is stopped comes up as another's standby; it must not have written what that one has not. */
  async follow(primary: PostgresCluster): Promise<void> {
    const conninfo = `primary_conninfo = 'host=${primary.socketFolder} user=postgres'\n`;
    appendFileSync(join(this.data, 'postgresql.auto.conf'), conninfo);
    writeFileSync(join(this.data, 'standby.signal'), '');
    if (asRoot) await exec('chown', ['postgres', join(this.data, 'standby.signal')]);
    await this.resume();
  }

  /** Undoes what a stopped server wrote after another's timeline branched off; needs `initdb -k`. */
  async rewindTo(source: PostgresCluster): Promise<void> {
    const from = `--source-server=host=${source.socketFolder} user=postgres dbname=postgres`;
    await this.#as('pg_rewind', '-D', this.data, from);
  }

  async stop(): Promise<void> {
    await this.pause().catch(() => {});
  }

  async #as(program: string, ...args: string[]): Promise<void> {
    const argv = [join(this.bin, program), ...args];
    const becomesIt = asRoot && this.#release === null;
    const [command, ...rest] = becomesIt ? ['runuser', '-u', 'postgres', '--', ...argv] : argv;
    // pg_ctl's server would keep an inherited pipe open for ever: no output is read from it.
    await new Promise<void>((resolve, reject) => {
      const env = { ...process.env, ...this.environment };
      const child = execFile(command!, rest, { cwd: '/', env });
      let said = '';
      child.stderr?.on('data', (text) => {
        said += text;
      });
      child.once('error', reject);
      child.once('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${said.trim()}`)),
      );
    });
  }
}
