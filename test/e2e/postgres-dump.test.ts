import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { databaseManifest } from '../../agent/engines/postgres-manifest.ts';
import type { ProcessSeen } from '../../agent/engines/types.ts';
import { processesSeen } from '../../agent/engines/types.ts';
import { differences, readManifest } from '../../agent/tools/manifest.ts';
import { DUMP_GUARD } from '../support/agent.ts';
import { engineContext, postgresJob, repositorySpec } from '../support/job-specs.ts';
import { PostgresCluster, postgresBin } from '../support/postgres.ts';
import { type Walk, walk } from '../support/walk.ts';

const WITHIN_MS = 240_000;
const folder = mkdtempSync(join(tmpdir(), 'backproof-test-'));
const passphraseFile = join(folder, 'passphrase');
const repository = repositorySpec({
  location: join(folder, 'repository'),
  passphraseFile,
  lockWaitMs: 10_000,
});
const environment = {
  PATH: process.env.PATH!,
  BORG_BASE_DIR: join(folder, 'borg'),
  BORG_PASSPHRASE: 'secret',
};
let primary: PostgresCluster;
let standby: PostgresCluster;
let scratch: PostgresCluster;
let runs = 0;

/** Each run at a moment of its own: archives are named after it. */
const contextNow = () => {
  runs += 1;
  return engineContext({
    startedAtMs: Date.UTC(2026, 10, 20) + runs * 60_000,
    environment,
    dumpGuard: DUMP_GUARD,
    postgresBins: { 15: postgresBin(15) },
  });
};
const jobOn = (server: PostgresCluster, change = {}) =>
  postgresJob({
    repository,
    connection: { host: server.socketFolder, port: server.port, user: 'postgres' },
    ...change,
  });
const borg = (...args: string[]) =>
  execFileSync('borg', args, {
    env: environment,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const SHOP = `
  create table orders (id int primary key, what text, at timestamptz default '2026-01-01');
  insert into orders select g, repeat('x', g % 50) from generate_series(1, 5000) g;
  create table "Odd ""name""" (orders int, _row text); insert into "Odd ""name""" values (1, 'a'), (2, null);
  create table nothing ();
  create table parent (a int); create table child () inherits (parent);
  insert into parent values (1); insert into child values (2), (3);
  create table measured (at date not null, v float8) partition by range (at);
  create table measured_1 partition of measured for values from ('2026-01-01') to ('2026-02-01');
  insert into measured select '2026-01-05', g / 3.0 from generate_series(1, 100) g;
  create unlogged table cached (a int); insert into cached select generate_series(1, 10);
  create materialized view counted as select count(*) from orders;
  create view newest as select max(id) from orders;
  create sequence numbers; create type mood as enum ('good', 'bad');
  create function twice(a int) returns int language sql as 'select a * 2';
  create extension file_fdw; create server files foreign data wrapper file_fdw;
  create foreign table outside (a text) server files options (filename '/nowhere');
  select lo_from_bytea(0, 'large');`;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  writeFileSync(passphraseFile, 'secret\n', { mode: 0o600 });
  borg('init', '-e', 'repokey', repository.location);
  primary = await PostgresCluster.start(join(folder, 'primary'));
  await primary.sql('create database shop');
  await primary.sql(SHOP, 'shop');
  await primary.sql('create role watcher login in role pg_monitor; create role blind login');
  [standby, scratch] = await Promise.all([
    PostgresCluster.standbyOf(primary, join(folder, 'standby'), { max_standby_streaming_delay: '0' }),
    PostgresCluster.start(join(folder, 'scratch')),
  ]);
}, WITHIN_MS);

afterAll(async () => {
  await Promise.all([standby, scratch, primary].map((server) => server?.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function manifestIn({ steps }: Walk) {
  const step = steps.find(({ id }) => id === 'manifest') as { argv: string[] };
  const location = step.argv.find((word) => word.includes('::'))!;
  return readManifest(borg('extract', '--stdout', location).toString())!;
}

/** The dump of `shop`, restored into the scratch cluster under another name. */
async function restored(run: Walk, database: string): Promise<void> {
  const dump = run.conclusion.recoveryPoints.find(({ subject }) => subject === 'shop')!;
  await scratch.sql(`create database ${database}`);
  execFileSync(
    join(scratch.bin, 'pg_restore'),
    ['-h', scratch.socketFolder, '-U', 'postgres', '-d', database, '--exit-on-error'],
    { input: borg('extract', '--stdout', `${repository.location}::${dump.name}`) },
  );
}

/** What the same questions find in a restored copy. */
async function found(database: string) {
  const run = await walk(jobOn(scratch, { databases: [database] }), contextNow());
  const step = run.steps.find(({ id }) => id.startsWith('dump ') && id.includes('-db-'))!;
  return databaseManifest(
    { subject: database, archive: step.id.split(' ')[1]! } as never,
    processesSeen(run.seen),
  )!;
}

it(
  'a dump’s manifest is equal to what is restored of it, and differs when a row or a table is gone',
  async () => {
    const run = await walk(jobOn(primary), contextNow());
    expect(run.conclusion).toMatchObject({ outcome: 'succeeded', recoveryPoints: [{}, {}, {}] });
    for (const { sizeBytes } of run.conclusion.recoveryPoints) expect(sizeBytes).toBeGreaterThan(500);
    const [, shop] = manifestIn(run).databases;
    expect(shop).toMatchObject({
      name: 'shop',
      snapshot: 'same',
      objects: {
        tables: 6,
        partitions: 1,
        'partitioned tables': 1,
        'foreign tables': 1,
        'materialized views': 1,
        views: 1,
        extensions: 2,
        functions: 1,
        types: 1,
        'large objects': 1,
      },
      leftOut: {},
    });
    expect(shop!.rows).toEqual({
      'public.orders': 5000,
      'public."Odd ""name"""': 2,
      'public.nothing': 0,
      'public.parent': 1,
      'public.child': 2,
      'public.measured_1': 100,
      'public.cached': 10,
    });
    expect(Object.keys(shop!.checksums).length).toBeGreaterThanOrEqual(5);
    await restored(run, 'copy');
    expect(differences(shop!, await found('copy'))).toEqual([]);
    await scratch.sql("update orders set what = 'changed' where id = 7", 'copy');
    expect(differences(shop!, await found('copy'))).toEqual(['rows of public.orders have other contents']);
    await scratch.sql('delete from measured where v < 1', 'copy');
    await scratch.sql('drop table child', 'copy');
    expect(differences(shop!, await found('copy'))).toEqual([
      '5 tables instead of 6',
      'public.child is missing',
      'public.measured_1 holds 98 rows instead of 100',
      'rows of public.orders have other contents',
    ]);
  },
  WITHIN_MS,
);

it(
  'takes a manifest in the snapshot of the dump: what is written meanwhile is in neither, what is emptied later in both',
  async () => {
    let emptied = false;
    const run = await walk(jobOn(primary, { databases: ['shop'] }), contextNow(), async ({ id }) => {
      if (id.startsWith('dump ') && id.includes('-db-'))
        await primary.sql('insert into orders values (9001)', 'shop');
      // It waits for pg_dump, and would wait for whoever has counted already.
      if (/^(sum|count) /.test(id) && !emptied) {
        emptied = true;
        await primary.sql('truncate "Odd ""name"""', 'shop');
      }
    });
    const [shop] = manifestIn(run).databases;
    expect(shop?.rows['public.orders']).toBe(5000);
    expect(emptied).toBe(true);
    expect(shop?.rows['public."Odd ""name"""']).toBe(2);
    expect(shop?.leftOut).toEqual({});
    await primary.sql('delete from orders where id = 9001', 'shop');
  },
  WITHIN_MS,
);

/** Programs of which pg_dump loses one row of `orders`, and keeps its dump whole in form. */
function losingPrograms(): string {
  const programs = mkdtempSync(join(folder, 'programs-'));
  chmodSync(programs, 0o755);
  for (const name of ['psql', 'pg_dumpall']) symlinkSync(join(primary.bin, name), join(programs, name));
  // The length of the row, and the row.
  const lose = String.raw`perl -0777 -pe 's/\x00.{3}\x002500\t[^\n]*\n//s'`;
  const script = `#!/bin/sh\n'${primary.bin}/pg_dump' "$@" | ${lose}\n`;
  writeFileSync(join(programs, 'pg_dump'), script, { mode: 0o755 });
  return programs;
}

it(
  'a dump that lost a row on its way fails the run, and names table and figures',
  async () => {
    const context = { ...contextNow(), postgresBins: { 15: losingPrograms() } };
    const { conclusion } = await walk(jobOn(primary, { databases: ['shop'] }), context);
    expect(conclusion).toMatchObject({ outcome: 'failed', recoveryPoints: [{ subject: 'globals' }] });
    expect(conclusion.reason).toMatch(
      /^shop: the dump holds 4999 rows of public\.orders, and the server counted 5000 in the same snapshot; do not rely on this dump: see /,
    );
  },
  WITHIN_MS,
);

it(
  'takes dump and manifest from a replica of an idle primary, and says which server it was',
  async () => {
    const job = jobOn(standby, { takeFrom: 'replica', replicaLagMaxMs: 1 });
    const run = await walk(job, contextNow());
    expect(run.conclusion.reason).toMatch(
      /dumped from PostgreSQL 15\.\d+, the replica at .*standby, port 5432 \(streaming from .*primary:5432, 0 bytes behind\)/,
    );
    expect(run.conclusion.outcome).toBe('succeeded');
    const shop = manifestIn(run).databases.find(({ name }) => name === 'shop')!;
    expect(shop.rows).not.toHaveProperty('public.cached');
    expect(shop.rows['public.orders']).toBe(5000);
  },
  WITHIN_MS,
);

it(
  'refuses a replica whose replay is paused, takes the fallback where there is one, and sees through a blind role',
  async () => {
    const watcher = { host: standby.socketFolder, port: 5432, user: 'watcher' };
    const job = jobOn(standby, { takeFrom: 'replica', replicaLagMaxMs: 1, connection: watcher });
    await standby.sql('select pg_wal_replay_pause()');
    await primary.sql('insert into orders values (9002)', 'shop');
    const { conclusion } = await walk(job, contextNow());
    expect(conclusion).toMatchObject({ outcome: 'failed', recoveryPoints: [] });
    expect(conclusion.reason).toMatch(
      /will not do: its replay is paused: it is streaming from .* bytes behind/,
    );
    const fallback = { host: primary.socketFolder, port: 5432, user: 'postgres' };
    const other = await walk({ ...job, fallback }, contextNow());
    expect(other.conclusion).toMatchObject({ outcome: 'warning', recoveryPoints: [{}, {}, {}] });
    expect(other.conclusion.reason).toMatch(
      /^Not taken from the replica: .*paused.* the fallback, the primary at/s,
    );
    await standby.sql('select pg_wal_replay_resume()');
    await primary.sql('delete from orders where id = 9002', 'shop');
    const blind = await walk({ ...job, connection: { ...watcher, user: 'blind' } }, contextNow());
    expect(blind.conclusion.reason).toContain('the role blind may not see what its WAL receiver does');
  },
  WITHIN_MS,
);

it(
  'a conflict with recovery is met by a second attempt, and counted',
  async () => {
    let left = 1;
    const job = jobOn(standby, { takeFrom: 'replica' });
    // The rows a dump's snapshot needs are removed while it is held: at once, since the standby waits for nobody.
    const conflict = async () => {
      await primary.sql('delete from orders where id > 4000', 'shop');
      await primary.sql('vacuum orders', 'shop');
      await primary.sql('insert into orders select g from generate_series(4001, 5000) g', 'shop');
      const at = await primary.sql('select pg_current_wal_lsn()');
      await expect
        .poll(() => standby.sql(`select pg_last_wal_replay_lsn() >= '${at}'`), { timeout: 30_000 })
        .toBe('t');
    };
    const breaks = async ({ id }: { id: string }) => {
      if (!/^dump (again )?web1.*-db-shop$/.test(id) || left <= 0) return;
      left -= 1;
      await conflict();
    };
    const once = await walk(job, contextNow(), breaks);
    expect(once.conclusion.reason).toMatch(/^shop was dumped at the second attempt/);
    expect(once.conclusion).toMatchObject({ outcome: 'warning', recoveryPoints: [{}, {}, {}] });
  },
  WITHIN_MS,
);

it(
  'a database that vanishes midway costs none of the others their dump',
  async () => {
    await primary.sql('create database brief');
    const run = await walk(jobOn(primary), contextNow(), async ({ id }) => {
      if (id.startsWith('dump ') && id.endsWith('globals')) await primary.sql('drop database brief');
    });
    expect(run.conclusion).toMatchObject({ outcome: 'warning', recoveryPoints: [{}, {}, {}] });
    expect(run.conclusion.reason).toMatch(/^brief vanished from the server before its turn/);
  },
  WITHIN_MS,
);

it(
  'a server that stops midway ends the run in time, with what was made before',
  async () => {
    const run = await walk(jobOn(scratch), contextNow(), async ({ id }) => {
      if (/^snapshot 1 .*-db-postgres$/.test(id)) await scratch.pause();
    });
    // What was stopped at once may hold its shared memory a moment longer.
    await vi.waitFor(() => scratch.resume(), { timeout: 30_000, interval: 500 });
    expect(run.conclusion.outcome).toBe('failed');
    expect(run.conclusion.recoveryPoints[0]).toMatchObject({ subject: 'globals' });
    const said = run.seen.filter((one): one is ProcessSeen => one.type === 'process');
    expect(Math.max(...said.map(({ tookMs }) => tookMs ?? 0))).toBeLessThan(60_000);
    expect(run.conclusion.reason).toMatch(/^postgres: PostgreSQL does not answer/);
  },
  WITHIN_MS,
);

it(
  'no byte of a dump is written to a disk in the clear',
  async () => {
    const marker = 'clear-text-marker';
    await primary.sql(
      `create table secrets as select '${marker}-' || n as what from generate_series(1, 20000) n`,
      'shop',
    );
    const traces = join(folder, 'traces');
    const temporary = join(folder, 'tmp');
    for (const one of [traces, temporary]) mkdirSync(one);
    // What every program of the run writes, with all that it starts: the bytes, and where to.
    const writes = 'trace=write,writev,pwrite64,pwritev,sendto,sendmsg';
    const strace = `strace -ff -qq -y -s 1000000 -e ${writes} -o ${join(traces, 'trace')}`;
    const program = join(folder, 'traced-borg');
    writeFileSync(program, `#!/bin/sh\nexec ${strace} borg "$@"\n`, { mode: 0o755 });
    const job = jobOn(primary, { databases: ['shop'], repository: { ...repository, program } });
    const context = { ...contextNow(), environment: { ...environment, TMPDIR: temporary } };
    expect((await walk(job, context)).conclusion.outcome).toBe('succeeded');

    const clear = readdirSync(traces)
      .flatMap((name) => readFileSync(join(traces, name), 'utf8').split('\n'))
      .filter((line) => line.includes(marker))
      .map((line) => /^\w+\(\d+<([^>]*)>/.exec(line)?.[1] ?? line);
    expect(clear.length).toBeGreaterThan(2);
    // A pipe with a name is none of a file.
    expect(clear.filter((to) => !/^(pipe|socket|UNIX)|\/backproof-pipe-\w+\/pipe\b/.test(to))).toEqual([]);
    const borgs = [repository.location, environment.BORG_BASE_DIR, temporary];
    const found = spawnSync('grep', ['-rl', marker, ...borgs]);
    expect(found.stdout.toString()).toBe('');
    expect(spawnSync('grep', ['-rl', marker, primary.data]).stdout.toString()).not.toBe('');
  },
  WITHIN_MS,
);

it(
  'a socket that accepts and never answers, or asks for a password, ends the run in bounded time',
  async () => {
    const silent = join(folder, 'silent');
    mkdirSync(silent);
    const held: Socket[] = [];
    const server = createServer((socket) => held.push(socket)).listen(join(silent, '.s.PGSQL.5432'));
    const environmentOf = (wait: string) => ({
      ...contextNow(),
      environment: { ...environment, PGCONNECT_TIMEOUT: wait },
    });
    const job = postgresJob({ repository, connection: { host: silent, port: 5432, user: 'postgres' } });
    const { conclusion } = await walk(job, environmentOf('2'));
    expect(conclusion.outcome).toBe('failed');
    expect(conclusion.reason).toMatch(/takes the connection and does not answer/);
    for (const socket of held) socket.destroy();
    server.close();

    const hba = join(scratch.data, 'pg_hba.conf');
    writeFileSync(hba, 'local all guarded scram-sha-256\nlocal all all trust\n');
    await scratch.sql("create role guarded login password 'x'");
    await scratch.sql('select pg_reload_conf()');
    const asked = await walk(
      jobOn(scratch, { connection: { host: scratch.socketFolder, port: 5432, user: 'guarded' } }),
      environmentOf('15'),
    );
    expect(asked.conclusion.reason).toMatch(/refuses the password; put it into the agent's ~\/.pgpass/);
  },
  WITHIN_MS,
);
