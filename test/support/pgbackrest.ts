/**
 * A throw-away PostgreSQL cluster whose WAL goes into a pgBackRest repository beside it, encrypted. Real programs;
 * as root they run as `postgres`, which they belong to.
 */
import { execFile } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../scripts/lab/until.ts';
import { PostgresCluster } from './postgres.ts';

const exec = promisify(execFile);
const asRoot = process.getuid?.() === 0;
const PROGRAM = '/usr/bin/pgbackrest';
const ARCHIVED_WITHIN_MS = 60_000;

/** Why there is none here, or null. */
export function cannotArchive(): string | null {
  return existsSync(PROGRAM) ? null : 'pgbackrest is not installed';
}

export class ArchivedCluster {
  readonly stanza = 'shop';
  readonly cluster: PostgresCluster;
  readonly configFile: string;
  readonly repository: string;

  private constructor(cluster: PostgresCluster, folder: string) {
    this.cluster = cluster;
    this.configFile = join(folder, 'pgbackrest.conf');
    this.repository = join(folder, 'repository');
  }

  /** Running, archiving, with one full backup. The folder's parents must be open to others (mode o+x). */
  static async start(folder: string): Promise<ArchivedCluster> {
    const cluster = await PostgresCluster.start(join(folder, 'cluster'));
    const self = new ArchivedCluster(cluster, folder);
    for (const name of ['repository', 'log', 'lock']) mkdirSync(join(folder, name));
    writeFileSync(
      self.configFile,
      `[global]
repo1-path=${self.repository}
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=a-passphrase-of-tests
repo1-retention-full=2
log-path=${join(folder, 'log')}
lock-path=${join(folder, 'lock')}
start-fast=y
[${self.stanza}]
pg1-path=${cluster.data}
pg1-socket-path=${cluster.socketFolder}
`,
    );
    if (asRoot) {
      await exec('chown', [
        '-R',
        'postgres',
        self.configFile,
        ...['repository', 'log', 'lock'].map((name) => join(folder, name)),
      ]);
    }
    chmodSync(self.configFile, 0o644);
    await self.set({
      archive_mode: 'on',
      archive_command: `${PROGRAM} --config=${self.configFile} --stanza=${self.stanza} archive-push %p`,
      archive_timeout: '60',
    });
    await self.pgbackrest('stanza-create');
    await self.pgbackrest('--type=full', 'backup');
    return self;
  }

  /** Settings of the server, which is started anew: archive_mode takes that. */
  async set(settings: Record<string, string>): Promise<void> {
    const lines = Object.entries(settings).map(
      ([key, value]) => `${key} = '${value.replaceAll("'", "''")}'\n`,
    );
    appendFileSync(join(this.cluster.data, 'postgresql.conf'), lines.join(''));
    await this.cluster.pause();
    await this.cluster.resume();
  }

  async pgbackrest(...args: string[]): Promise<string> {
    const argv = [PROGRAM, `--config=${this.configFile}`, `--stanza=${this.stanza}`, ...args];
    const [command, ...rest] = asRoot ? ['runuser', '-u', 'postgres', '--', ...argv] : argv;
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
  async archived(): Promise<void> {
    const waiting = `select count(*) from pg_ls_archive_statusdir() where name like '%.ready'`;
    await until('the archiver to have nothing left', ARCHIVED_WITHIN_MS, async () => {
      return (await this.cluster.sql(waiting)) === '0';
    });
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }
}
