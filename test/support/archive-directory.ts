/** A cluster whose WAL a plain archive_command copies into a folder, and a borg repository behind that. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveDirectoryJob } from '../../agent/config/job-spec.ts';
import { until } from '../../scripts/lab/until.ts';
import { archiveDirectoryJob, repositorySpec } from './job-specs.ts';
import { PostgresCluster } from './postgres.ts';

const asRoot = process.getuid?.() === 0;
const ARRIVED_WITHIN_MS = 60_000;

export class DirectoryCluster {
  readonly cluster: PostgresCluster;
  /** Where segments arrive. */
  readonly directory: string;
  readonly job: ArchiveDirectoryJob;
  /** Of the agent and of whoever looks into the repository. */
  readonly environment: Record<string, string>;

  private constructor(cluster: PostgresCluster, folder: string) {
    this.cluster = cluster;
    this.directory = join(folder, 'wal');
    const passphraseFile = join(folder, 'passphrase');
    const repository = repositorySpec({ name: 'wal', location: join(folder, 'repository'), passphraseFile });
    this.job = archiveDirectoryJob({
      repository,
      store: { engine: 'archive-directory', directory: this.directory, repository },
      connection: { host: cluster.socketFolder, port: cluster.port, user: 'postgres' },
    });
    this.environment = {
      PATH: process.env.PATH!,
      BORG_BASE_DIR: join(folder, 'borg'),
      BORG_PASSPHRASE: 'secret',
    };
  }

  /**
   * Running, with a folder that it does not archive into yet, and an empty repository. The folder's parents must be open
   * to others (mode o+x).
   */
  static async start(folder: string, initdb: string[] = []): Promise<DirectoryCluster> {
    const cluster = await PostgresCluster.start(join(folder, 'cluster'), undefined, initdb);
    const self = new DirectoryCluster(cluster, folder);
    mkdirSync(self.directory, { mode: 0o750 });
    if (asRoot) execFileSync('chown', ['postgres', self.directory]);
    writeFileSync(self.job.store.repository.passphraseFile!, 'secret\n', { mode: 0o600 });
    self.borg('init', '--encryption', 'repokey-blake2', self.job.store.repository.location);
    await cluster.sql(`alter system set archive_timeout = '60s'`);
    return self;
  }

  /** As PostgreSQL's documentation has it. */
  async archiveByCommand(): Promise<void> {
    const { cluster, directory } = this;
    await cluster.sql(`alter system set archive_mode = 'on'`);
    await cluster.sql(
      `alter system set archive_command = 'test ! -f ${directory}/%f && cp %p ${directory}/%f'`,
    );
    await cluster.pause('fast');
    await cluster.resume();
  }

  /** pg_receivewal, until the returned function is called; without a slot it would lose what a checkpoint removes. */
  async receive(): Promise<() => Promise<void>> {
    const { cluster, directory } = this;
    await cluster.sql(`select pg_create_physical_replication_slot('receivewal', true)`);
    const argv = [
      join(cluster.bin, 'pg_receivewal'),
      '--slot=receivewal',
      '-D',
      directory,
      '-h',
      cluster.socketFolder,
      '-U',
      'postgres',
    ];
    const [command, ...rest] = asRoot ? ['runuser', '-u', 'postgres', '--', ...argv] : argv;
    const child = spawn(command!, rest, { cwd: '/', stdio: 'ignore', detached: true });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await until('pg_receivewal to begin', ARRIVED_WITHIN_MS, () =>
      this.files().some((name) => name.endsWith('.partial')),
    );
    return async () => {
      process.kill(-child.pid!, 'SIGTERM');
      await ended;
    };
  }

  /** Writes something and ends the segment; resolves with the name of it once it has arrived. */
  async write(): Promise<string> {
    await this.cluster.sql('create table if not exists t (n int)');
    await this.cluster.sql('insert into t values (1)');
    const name = await this.cluster.sql('select pg_walfile_name(pg_switch_wal())');
    await until(`${name} to arrive`, ARRIVED_WITHIN_MS, () => this.files().includes(name));
    return name;
  }

  files(): string[] {
    return readdirSync(this.directory).sort();
  }

  archives(): string[] {
    return this.borg('list', '--lock-wait', '60', '--short', this.job.store.repository.location)
      .split('\n')
      .filter((name) => name !== '');
  }

  borg(...args: string[]): string {
    return execFileSync('borg', args, {
      env: this.environment,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }
}
