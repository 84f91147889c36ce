/** PostgreSQL databases that come back: real borg, real PostgreSQL, dumped, destroyed, restored, compared. */
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDesk, openReader } from '../../agent/commands/restore-desk.ts';
import type { PostgresDumpJob } from '../../agent/config/job-spec.ts';
import { restorePoints } from '../../agent/restore/points.ts';
import { PostgresRestore } from '../../agent/restore/postgres.ts';
import { ProgressLine } from '../../agent/restore/progress-line.ts';
import { systemClock } from '../../proto/clock.ts';
import type { UserError } from '../../proto/errors.ts';
import { startTestAgent } from '../support/agent.ts';
import { makeRepository } from '../support/borg.ts';
import { temporaryFolder } from '../support/folder.ts';
import { PostgresCluster } from '../support/postgres.ts';
import { restoreNow } from '../support/restore.ts';
import { runJob } from '../support/run-job.ts';
import { enrollDirectly, startCollector } from '../support/wire.ts';

const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };
const SUM = `select count(*) || ' ' || sum(hashtext(i::text || t)) from "Über x"."odd ""table"`;

async function setUp() {
  const collector = await startCollector();
  const dataDir = enrollDirectly(collector);
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const cluster = await PostgresCluster.start(join(folder, 'pg'));
  onTestFinished(() => cluster.stop());
  await cluster.sql(`create role "shop owner"; create role reader`);
  await cluster.sql(
    `create database shop with owner "shop owner" encoding 'LATIN1' locale 'C' template template0`,
  );
  await cluster.sql(`alter database shop set work_mem = '7MB'`);
  await cluster.sql(
    `create schema "Über x" authorization "shop owner"; create table "Über x"."odd ""table" (i int primary key, t text);
     insert into "Über x"."odd ""table" select i, md5(i::text) from generate_series(1, 5000) i;
     alter table "Über x"."odd ""table" owner to "shop owner"; grant select on "Über x"."odd ""table" to reader;
     create view v as select count(*) from "Über x"."odd ""table"; create function f() returns int language sql as 'select 1'`,
    'shop',
  );
  await cluster.sql('create database empty');
  await cluster.sql('create database own_public');
  await cluster.sql(
    'drop schema public; create schema public authorization reader; create table public.t()',
    'own_public',
  );
  const repository = makeRepository(folder, 'repository', 'the passphrase');
  const { configFile, socket } = await startTestAgent(dataDir, {
    collector: collector.url,
    repositories: { acme: { borg: repository.path, passphrase_file: repository.passphraseFile } },
    jobs: {
      shop: {
        kind: 'postgres-dump',
        repository: 'acme',
        schedule: NEVER,
        connection: { host: cluster.socketFolder, user: 'postgres' },
      },
    },
  });
  process.env.BORG_BASE_DIR = join(folder, 'borg-of-root');
  const ran = await runJob(socket, 'shop');
  expect(ran.outcome, ran.reason).toBe('succeeded');
  return { collector, folder, cluster, repository, job: { configFile, job: 'shop' } };
}

it('restores a database under another name and under its own, equal in content, owner, encoding and rights', async () => {
  const { cluster, job } = await setUp();
  const before = await cluster.sql(SUM, 'shop');
  const beside = await restoreNow({ ...job, database: 'shop', into: 'shop "two"' });
  expect(beside.code, beside.said.join('\n')).toBe(0);
  expect(await cluster.sql(SUM, 'shop "two"')).toBe(before);
  await cluster.sql('drop database shop');
  const done = await restoreNow({ ...job, database: 'shop', into: 'shop' });
  expect(done.code, done.said.join('\n')).toBe(0);
  expect(done.said.join('\n')).toContain('1 tables');
  for (const name of ['shop', 'shop "two"']) {
    expect(await cluster.sql(SUM, name)).toBe(before);
    expect(await cluster.sql('select * from v', name)).toBe('5000');
    expect(
      await cluster.sql(`select has_table_privilege('reader', '"Über x"."odd ""table"', 'select')`, name),
    ).toBe('t');
    expect(await cluster.sql('show work_mem', name)).toBe('7MB');
    const of = `where datname = '${name}'`;
    expect(
      await cluster.sql(
        `select datdba::regrole || ' ' || pg_encoding_to_char(encoding) from pg_database ${of}`,
      ),
    ).toBe('"shop owner" LATIN1');
  }
});

it('knows no false failure: an empty database, a schema public of its own', async () => {
  const { cluster, job } = await setUp();
  await cluster.sql('drop database own_public');
  for (const [database, into] of [
    ['empty', 'empty2'],
    ['own_public', 'own_public'],
    ['own_public', 'own_public2'],
  ]) {
    const done = await restoreNow({ ...job, database, into });
    expect(done.code, done.said.join('\n')).toBe(0);
  }
  const owner = `select nspowner::regrole from pg_namespace where nspname = 'public'`;
  expect(await cluster.sql(owner, 'own_public')).toBe('reader');
  expect(await cluster.sql(owner, 'own_public2')).toBe('reader');
  // Into one that somebody made and that is still empty.
  await cluster.sql('create database made_by_hand');
  const done = await restoreNow({ ...job, database: 'shop', into: 'made_by_hand' });
  expect(done.code, done.said.join('\n')).toBe(0);
});

it('refuses before anything is touched: a database that holds something, missing owners, a server that is not there', async () => {
  const { folder, cluster, job } = await setUp();
  const error = (wish: object) =>
    restoreNow({ ...job, database: 'shop', into: 'new', ...wish }).then(
      ({ said }) => ({ message: `restored: ${said.join('\n')}`, next: '' }),
      (thrown: unknown) => thrown as UserError,
    );
  expect((await error({ into: 'shop' })).message).toContain(
    'is not empty, and a database is never overwritten',
  );
  expect((await error({ into: undefined })).message).toContain('where to');
  expect((await error({ database: 'shopp' })).next).toContain('there are some of:');
  expect((await error({ dbHost: folder })).message).toContain('PostgreSQL does not answer');
  expect((await error({ paths: ['/x'] })).message).toContain('holds dumps and no files');

  const other = await PostgresCluster.start(join(folder, 'other'));
  onTestFinished(() => other.stop());
  const there = { dbHost: other.socketFolder };
  const missing = await error(there);
  expect(missing.message).toContain('roles the server');
  expect(missing.message).toContain('owner');
  expect(missing.next).toContain('--globals');
  const mine = await restoreNow({
    ...job,
    ...there,
    database: 'shop',
    into: 'mine',
    owners: false,
    privileges: false,
  });
  expect(mine.code, mine.said.join('\n')).toBe(0);
  expect(await other.sql(SUM, 'mine')).toBe(await cluster.sql(SUM, 'shop'));
  // Rights for a role that is not there fail, and leave nothing behind.
  const half = await restoreNow({ ...job, ...there, database: 'shop', into: 'half', owners: false });
  expect(half.code).toBe(1);
  expect(half.said.join('\n')).toContain('half was removed again');
  expect(await other.sql(`select count(*) from pg_database where datname = 'half'`)).toBe('0');
});

it('leaves a database alone that somebody made between the look and the restore', async () => {
  const { cluster, job } = await setUp();
  await cluster.sql('drop database shop');
  const { signal } = new AbortController();
  const open = await openDesk({ ...job, host: undefined });
  const { config, environment } = open;
  const spec = open.job as PostgresDumpJob;
  const { reader, host } = openReader(open, spec.repository, undefined, systemClock, signal);
  const progress = new ProgressLine(() => {}, false, systemClock);
  const base = { reader, clock: systemClock, zone: config.zone, environment: environment.variables };
  const server = await PostgresRestore.open(
    { ...base, say: () => {}, progress, signal },
    {
      connection: { host: cluster.socketFolder, port: null, user: 'postgres' },
      bins: config.postgresBins,
      choices: { owners: true, privileges: true },
    },
  );
  const points = await restorePoints(reader, spec, host);
  const plan = await server.plan(points.find(({ subject }) => subject === 'shop')!, 'shop', false);
  await cluster.sql('create database shop');
  await cluster.sql('create table made_meanwhile()', 'shop');
  expect(await server.restore(plan)).toMatchObject({
    outcome: 'failed',
    result: expect.stringContaining('made by somebody else meanwhile'),
  });
  expect(await cluster.sql(`select count(*) from pg_class where relname = 'made_meanwhile'`, 'shop')).toBe(
    '1',
  );
});

it('brings a whole server back, roles first, and hands out dumps as files', async () => {
  const { folder, cluster, job } = await setUp();
  await cluster.sql('drop database shop');
  await cluster.sql('drop database own_public');
  await cluster.sql('drop database empty');
  await cluster.sql('drop role "shop owner"');
  await cluster.sql('drop role reader');
  const all = await restoreNow({ ...job, allDatabases: true, globals: true });
  expect(all.code, all.said.join('\n')).toBe(0);
  expect(await cluster.sql('select count(*) from v', 'shop')).toBe('1');
  const to = join(folder, 'dumps');
  const files = await restoreNow({ ...job, allDatabases: true, globals: true, to });
  expect(files.code, files.said.join('\n')).toBe(0);
  expect(readdirSync(to).toSorted()).toEqual([
    'empty.dump',
    'globals.sql',
    'own_public.dump',
    'postgres.dump',
    'shop.dump',
  ]);
  const out = await restoreNow({ ...job, database: 'shop', to: '-' });
  expect(out.stdout.subarray(0, 5).toString()).toBe('PGDMP');
});

it('removes what it made when it is interrupted', async () => {
  const { cluster, repository, job } = await setUp();
  await cluster.sql(
    `create table big as select i, repeat(md5(i::text), 20) from generate_series(1, 60000) i`,
    'shop',
  );
  const ending = new AbortController();
  const half = restoreNow({ ...job, database: 'shop', into: 'half' }, { signal: ending.signal });
  const made = `select count(*) from pg_database where datname = 'half'`;
  while ((await cluster.sql(made)) === '0') await new Promise((resolve) => setImmediate(resolve));
  ending.abort();
  const ended = await half;
  expect(ended.code).toBe(130);
  expect(ended.said.join('\n')).toContain('Interrupted: half was removed again');
  expect(await cluster.sql(made)).toBe('0');
  expect(existsSync(repository.path)).toBe(true);
});
