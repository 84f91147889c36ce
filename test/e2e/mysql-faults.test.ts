/** What goes wrong with dumps of real MariaDB servers and with getting them back, and what is said to it. */
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type MysqlPrograms, sessionArgv } from '../../agent/tools/mysql.ts';
import { countText, openText, releaseText } from '../../agent/tools/mysql-manifest.ts';
import type { RunFinished } from '../../proto/run.ts';
import { temporaryFolder } from '../support/folder.ts';
import { cannotRunMariaDb, MariaDb } from '../support/mariadb.ts';
import { agentFor, jobFor } from '../support/mysql-agent.ts';
import { restoreNow } from '../support/restore.ts';
import { SqlSession } from '../support/sql-session.ts';

const CAUGHT_UP_WITHIN_MS = 60_000;
/** What docs/operations.md tells an admin to grant. */
const BACKPROOF = `create user backproof@localhost;
grant select, show view, trigger, event, slave monitor on *.* to backproof@localhost;`;

async function server(contents = '', options: string[] = []): Promise<MariaDb> {
  const started = await MariaDb.start(join(temporaryFolder(), 'mariadb'), null, options);
  onTestFinished(() => started.stop());
  await started.sql(`${BACKPROOF}${contents}`);
  return started;
}

/** An agent that dumps the one, and restores into the other. */
async function agentBetween(source: MariaDb, copy: MariaDb, change: Record<string, unknown> = {}) {
  const { configFile, run } = await agentFor({ cms: jobFor(source, change) });
  const restored = async (wish: Record<string, unknown>) => {
    const { code, said } = await restoreNow({
      configFile,
      job: 'cms',
      dbHost: copy.socket,
      dbUser: 'root',
      ...wish,
    });
    return { code, said: said.join('\n') };
  };
  return { run: () => run('cms'), restored };
}

const points = (run: RunFinished) => run.recoveryPoints.map(({ subject }) => subject);

// Without mariadb-server, which scripts/test installs.
describe.skipIf(cannotRunMariaDb() !== null)(`this machine's MariaDB ${cannotRunMariaDb() ?? ''}`, () => {
  it('names the view that cannot be dumped and the table that is damaged, and dumps the other databases', async () => {
    const source = await server(`create database stale; create table stale.t (i int);
      create view stale.monthly as select i from stale.t; drop table stale.t;
      create database damaged; create table damaged.t (i int, key (i)) engine=myisam;
      insert into damaged.t values (1), (2); flush tables;
      create database sound;`);
    truncateSync(join(source.folder, 'data/damaged/t.MYI'), 1500);
    // MariaDB shows every folder as a database, also what fsck leaves at the top of a file system.
    mkdirSync(join(source.folder, 'data/lost+found'));
    const file = join(temporaryFolder(), 'my.cnf');
    writeFileSync(file, '[client]\nuser = backproof\n[mysqldump]\nno-data\n', { mode: 0o600 });
    const { run } = await agentFor({
      cms: jobFor(source),
      bare: jobFor(source, { connection: { socket: source.socket, defaults_file: file } }),
    });
    expect(await run('bare')).toMatchObject({
      outcome: 'failed',
      recoveryPoints: [],
      reason: expect.stringMatching(/^An option file gives .* no-data, /),
    });
    const made = await run('cms');
    expect(made.outcome).toBe('failed');
    expect(points(made)).toEqual(['globals', 'sound']);
    expect(made.reason).toMatch(/stale: A view names a table.*drop the view or mend it.*stale\.monthly/);
    expect(made.reason).toMatch(/damaged: A table is damaged.*REPAIR TABLE.*t\.MYI/);
    expect(made.reason).not.toContain('lost+found');
  });

  it('says what a server refuses of a dump: a row that is too large, a function it does not trust', async () => {
    const source = await server(
      `create database wide; create table wide.t (letter longtext);
       insert into wide.t values (concat('denied, error 1045, says Mrs. Smith', repeat('x', 17 * 1024 * 1024)));
       create database picture; create table picture.t (p longblob);
       insert into picture.t values (repeat('x', 10 * 1024 * 1024));
       create database chance; create function chance.f() returns double return rand();`,
      ['--max-allowed-packet=64M'],
    );
    const copy = await server('', ['--log-bin', '--max-allowed-packet=16M']);
    const { run, restored } = await agentBetween(source, copy);
    expect((await run()).outcome).toBe('succeeded');

    const wide = await restored({ database: 'wide', into: 'wide' });
    expect(wide.code).toBe(1);
    expect(wide.said).toMatch(/wide: ERROR 2006 .*wide was removed again/);
    expect(wide.said).toContain('SET GLOBAL max_allowed_packet = 1073741824');
    expect(wide.said).not.toMatch(/Smith|xxx|does not let this user/);
    // In a dump bytes are twice as long.
    const picture = await restored({ database: 'picture', into: 'picture' });
    expect(picture.said).toContain('SET GLOBAL max_allowed_packet = 1073741824');
    const chance = await restored({ database: 'chance', into: 'chance' });
    expect(chance.said).toContain('SET GLOBAL log_bin_trust_function_creators = 1');

    await copy.sql('set global max_allowed_packet = 1073741824, global log_bin_trust_function_creators = 1');
    expect(await restored({ allDatabases: true })).toMatchObject({ code: 0 });
    expect(await copy.sql('select length(letter) from wide.t')).toBe(String(35 + 17 * 1024 * 1024));
  });

  it('restores databases whose views look into one another, and says whose objects belong to nobody', async () => {
    const source = await server(`create database a; create database b; create table a.t (i int);
      create user owner@localhost; grant all on *.* to owner@localhost;
      create table b.t (i int); insert into b.t values (1);
      create view a.v as select i from b.t; create definer=owner@localhost view b.v as select i from a.v;`);
    const copy = await server();
    const { run, restored } = await agentBetween(source, copy);
    expect((await run()).outcome).toBe('succeeded');

    const alone = await restored({ database: 'a', into: 'a' });
    expect(alone.code).toBe(1);
    expect(alone.said).toMatch(/'b\.t' doesn't exist.*a was removed again/);
    expect(alone.said).toContain('a table of another database');
    await source.sql('drop view b.v; create definer=owner@localhost view b.v as select i from b.t');
    expect((await run()).outcome).toBe('succeeded');
    const all = await restored({ allDatabases: true });
    expect(all.said).toMatch(/views or routines of it belong to owner@localhost, who is no user there/);
    expect(all.said).toContain('bring the users with --globals');
    expect(await copy.sql('select * from a.v')).toBe('1');
    await copy.sql('drop database a; drop database b');
    expect(await restored({ allDatabases: true, globals: true })).toMatchObject({ code: 0 });
    expect(await copy.sql('select * from b.v')).toBe('1');
  });

  it('says of a replica’s dump that its events sleep, and what the replica never had', async () => {
    const primary = await server('', ['--log-bin', '--server-id=1']);
    await primary.sql(`create user replica@'127.0.0.1'; grant replication slave on *.* to replica@'127.0.0.1';
      create database shop; create event shop.nightly on schedule every 1 day do select 1;
      create database scratch`);
    const replica = await MariaDb.start(join(temporaryFolder(), 'replica'), null, ['--server-id=2']);
    onTestFinished(() => replica.stop());
    const follow = `change master to master_host='127.0.0.1', master_port=${primary.port},
      master_user='replica', master_use_gtid=slave_pos; start slave`;
    await replica.sql(follow);
    await vi.waitFor(async () => expect(await replica.sql('show databases')).toContain('scratch'), {
      timeout: CAUGHT_UP_WITHIN_MS,
    });
    const copy = await server();
    const { run, restored } = await agentBetween(replica, copy, { take_from: 'replica' });
    const made = await run();
    expect(made.outcome, made.reason).toBe('succeeded');
    expect(made.warnings).toMatchObject([{ code: 'replica-writable', harmless: true }]);
    const { said } = await restored({ database: 'shop', into: 'shop' });
    expect(said).toMatch(/the events nightly do not run, for they were dumped from a replica/);
    expect(said).toContain('ALTER EVENT ... ENABLE');

    await replica.sql(
      `stop slave; set global replicate_ignore_db = 'scratch', global read_only = 1; start slave`,
    );
    const filtered = await run();
    expect(filtered.warnings).toEqual([]);
    expect(filtered.outcome).toBe('warning');
    expect(filtered.reason).toContain(`Replicate_Ignore_DB: scratch from 127.0.0.1:${primary.port}`);
  });

  it('brings back what tables held before, foreign servers, and nothing that is not asked for', async () => {
    const source = await server(`create database shop;
      create table shop.price (id int primary key, cents int) with system versioning;
      insert into shop.price values (1, 100); update shop.price set cents = 200; update shop.price set cents = 300;
      create event shop.nightly on schedule every 1 day starts '2037-01-01' do select 1;
      grant select on shop.* to public;
      create server elsewhere foreign data wrapper mysql options (host '192.0.2.1', database 'd', user 'u');`);
    const copy = await server('', ['--event-scheduler=ON']);
    const { run, restored } = await agentBetween(source, copy);
    const made = await run();
    expect(made.outcome, made.reason).toBe('succeeded');
    expect(made.warnings).toMatchObject([{ code: 'public-rights', harmless: true }]);
    expect(await restored({ allDatabases: true, globals: true })).toMatchObject({ code: 0 });
    const history = 'select cents from shop.price for system_time all order by cents';
    expect(await copy.sql(history)).toBe('100\n200\n300');
    expect(await copy.sql(history.replace('cents from', 'row_start from'))).toBe(
      await source.sql(history.replace('cents from', 'row_start from')),
    );
    expect(await copy.sql('select server_name, host from mysql.servers')).toBe('elsewhere\t192.0.2.1');
    const beside = await restored({ database: 'shop', into: 'beside' });
    expect(beside.said).toContain('the events nightly run in the copy too');
  });

  it('lets go of a table that it has counted, so that nobody who alters it waits for the end of the dump', async () => {
    const source = await server(TABLE);
    const session = sessionAt(source);
    for (const sums of [false, true]) {
      await session.ask(openText('MariaDB'));
      expect(await session.ask(countText('MariaDB', 'shop', TABLES, sums, 1_000))).toContain('count\t0\t1\t');
      await source.sql(`set lock_wait_timeout = 1; alter table shop.t add column with_sums_${sums} int`);
    }
    await session.close();
  });

  it('writes nothing to the binary log of the server that it counts in', async () => {
    const source = await server(TABLE, ['--log-bin']);
    const written = await source.sql('show master status');
    const session = sessionAt(source);
    await session.ask(openText('MariaDB'));
    await session.ask(countText('MariaDB', 'shop', TABLES, false, 1_000));
    await session.ask(releaseText('MariaDB'));
    expect(await source.sql('show master status')).toBe(written);
    await session.close();
  });
});

const TABLE = 'create database shop; create table shop.t (i int); insert into shop.t values (1);';
const TABLES = [{ name: 't', oid: 0, bytes: 1 }];

function sessionAt({ socket }: MariaDb): SqlSession {
  const programs: MysqlPrograms = { flavour: 'MariaDB', version: '10.11.0', client: 'mariadb', dump: '' };
  const connection = { socket, host: null, port: null, user: 'root', defaultsFile: null };
  return new SqlSession(sessionArgv(programs, connection));
}
