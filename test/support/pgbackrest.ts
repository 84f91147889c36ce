/**
 * A throw-away PostgreSQL cluster whose WAL goes into a pgBackRest repository beside it, encrypted. Real programs;
 * as root they run as `postgres`, which they belong to.
 */
import { execFile } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../scripts/lab/until.ts';
import type { DebianPrograms } from './debian-programs.ts';
import { PostgresCluster } from './postgres.ts';

const exec = promisify(execFile);
const asRoot = process.getuid?.() === 0;
const PROGRAM = '/usr/bin/pgbackrest';
const ARCHIVED_WITHIN_MS = 60_000;

/** Why there is none here, or null. */
export function cannotArchive(): string | null {
  return existsSync(PROGRAM) ? null : 'pgbackrest is not installed';
}

export interface ArchivedOptions {
  stanza?: string;
  /** Another Debian's server and its own pgBackRest, instead of what is installed here. */
  debian?: { release: DebianPrograms; major: number };
  /** A folder with a server's programs, and a pgBackRest that knows it. */
  programs?: { server: string; pgbackrest: string };
  /** More words for initdb, such as `--wal-segsize=1`. */
  initdb?: string[];
  /** Lines of the stanza's section in pgbackrest.conf. */
  settings?: string[];
}

export class ArchivedCluster {
  readonly stanza: string;
  readonly cluster: PostgresCluster;
  readonly configFile: string;
  readonly repository: string;
  /** pgBackRest, as whoever runs tests may call it. */
  readonly program: string;
  /** `program` becomes postgres by itself: nothing else is to. */
  readonly becomesPostgres: boolean;

  private constructor(
    cluster: PostgresCluster,
    folder: string,
    repository: string,
    options: ArchivedOptions,
  ) {
    this.cluster = cluster;
    this.stanza = options.stanza ?? 'shop';
    this.configFile = join(folder, 'pgbackrest.conf');
    this.repository = repository;
    this.becomesPostgres = options.debian !== undefined;
    this.program =
      options.debian?.release.program(PROGRAM, join(folder, 'pgbackrest'), { user: 'postgres' }) ??
      options.programs?.pgbackrest ??
      PROGRAM;
  }

  /** Running, archiving, with one full backup. The folder's parents must be open to others (mode o+x). */
  static async start(folder: string, options: ArchivedOptions = {}): Promise<ArchivedCluster> {
    const { debian, programs, initdb } = options;
    const data = join(folder, 'cluster');
    const cluster = debian
      ? await PostgresCluster.startOf(debian.release, debian.major, data, initdb)
      : await PostgresCluster.start(data, programs?.server, initdb);
    const self = new ArchivedCluster(cluster, folder, join(folder, 'repository'), options);
    await self.#archive(folder, options);
    await self.pgbackrest('stanza-create');
    await self.pgbackrest('--type=full', 'backup');
    return self;
  }

  /** A streaming standby that would archive into the same stanza, as a second host does. */
  static async standbyOf(primary: ArchivedCluster, folder: string): Promise<ArchivedCluster> {
    const cluster = await PostgresCluster.standbyOf(primary.cluster, join(folder, 'cluster'));
    const self = new ArchivedCluster(cluster, folder, primary.repository, { stanza: primary.stanza });
    await self.#archive(folder, {});
    return self;
  }

  /** pgBackRest's configuration of this host, and what the server needs to use it. */
  async #archive(folder: string, { settings = [], programs }: ArchivedOptions): Promise<void> {
    const folders = [this.repository, join(folder, 'log'), join(folder, 'lock')];
    for (const name of folders) mkdirSync(name, { recursive: true });
    writeFileSync(
      this.configFile,
      `[global]
repo1-path=${this.repository}
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=a-passphrase-of-tests
repo1-retention-full=2
log-path=${join(folder, 'log')}
lock-path=${join(folder, 'lock')}
start-fast=y
${programs ? `cmd=${programs.pgbackrest}\n` : ''}[${this.stanza}]
pg1-path=${this.cluster.data}
pg1-socket-path=${this.cluster.socketFolder}
${settings.join('\n')}
`,
    );
    if (asRoot) await exec('chown', ['-R', 'postgres', this.configFile, ...folders]);
    chmodSync(this.configFile, 0o644);
    await this.set({
      archive_mode: 'on',
      // Another Debian's server finds its own pgBackRest there.
      archive_command: `${programs?.pgbackrest ?? PROGRAM} --config=${this.configFile} --stanza=${this.stanza} archive-push %p`,
      archive_timeout: '60',
    });
  }

  /** Settings of the server, which is started anew: archive_mode takes that. */
  async set(settings: Record<string, string>, waits = true): Promise<void> {
    const lines = Object.entries(settings).map(
      ([key, value]) => `${key} = '${value.replaceAll("'", "''")}'\n`,
    );
    appendFileSync(join(this.cluster.data, 'postgresql.conf'), lines.join(''));
    await this.cluster.pause();
    await this.cluster.resume(waits);
  }

  async pgbackrest(...args: string[]): Promise<string> {
    const argv = [this.program, `--config=${this.configFile}`, `--stanza=${this.stanza}`, ...args];
    const becomesIt = asRoot && !this.becomesPostgres;
    const [command, ...rest] = becomesIt ? ['runuser', '-u', 'postgres', '--', ...argv] : argv;
    const { stdout } = await exec(command!, rest, { cwd: '/' });
    return stdout;
  }

  /** Writes something and ends the segment, and the next one: that they are archived is the server's to do. */
  async write(segments = 1): Promise<void> {
    for (let i = 0; i < segments; i += 1) {
      await this.cluster.sql('create table if not exists t (n int)');
      await this.cluster.sql('insert into t values (1)');
      await this.cluster.sql('select pg_switch_wal()');
    }
  }

  /** Resolves once the archiver has nothing left to do. */
  async archived(withinMs = ARCHIVED_WITHIN_MS): Promise<void> {
    const waiting = `select count(*) from pg_ls_archive_statusdir() where name like '%.ready'`;
    await until('the archiver to have nothing left', withinMs, async () => {
      return (await this.cluster.sql(waiting)) === '0';
    });
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }
}
