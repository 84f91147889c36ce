/** MySQL's own server and programs, the newest that Debian has: dumps, replicas, and what comes back from them. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { differences, readManifest } from '../../agent/tools/manifest.ts';
import { sessionArgv } from '../../agent/tools/mysql.ts';
import { countText, openText } from '../../agent/tools/mysql-manifest.ts';
import type { RunFinished } from '../../proto/run.ts';
import { cannotHavePrograms, DebianPrograms } from '../support/debian-programs.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Mysql } from '../support/mysql.ts';
import { agentFor, jobFor } from '../support/mysql-agent.ts';
import { restoreNow } from '../support/restore.ts';
import { SqlSession } from '../support/sql-session.ts';

const CAUGHT_UP_WITHIN_MS = 60_000;
const TEST_MAX_MS = 10 * 60_000;
const WITH_GTIDS = ['--gtid-mode=ON', '--enforce-gtid-consistency=ON'];
/** What docs/operations.md tells an admin to grant. */
const GRANTS = 'select, show view, trigger, event, replication client';

const CONTENTS = `
create database shop character set utf8mb4 collate utf8mb4_de_pb_0900_ai_ci;
use shop;
create table customer (
  id int primary key auto_increment,
  name varchar(50),
  picture blob,
  mail json,
  loud varchar(50) generated always as (upper(name)) stored,
  quiet varchar(50) generated always as (lower(name)) virtual,
  hidden int invisible default 7,
  place point srid 4326,
  check (name <> ''),
  key ((cast(mail->'$.n' as unsigned)))
);
insert into customer (name, picture, mail, place) values
  ('Müller 🙂', x'00ff0a0d27', '{"n": 1, "ü": "🙂\\\\n"}', st_srid(point(7, 51), 4326)), ('it''s', null, null, null);
insert into customer (name)
  with recursive s(n) as (select 1 union all select n + 1 from s where n < 900) select concat('customer ', n) from s;
create table session (id int, what text) engine=myisam;
insert into session values (1, 'a');
create table embedding (id int primary key, e vector(3));
insert into embedding values (1, string_to_vector('[1,2,3]'));
create table year (y int) partition by range (y)
  (partition old values less than (2000), partition young values less than maxvalue);
insert into year values (1999), (2020);
set sql_generate_invisible_primary_key = 1;
create table keyless (a int);
insert into keyless values (5), (6);
create user owner@localhost identified by 'x';
grant all on *.* to owner@localhost;
create definer=owner@localhost view names as select name from customer;
delimiter //
create procedure p() begin select 1; end//
create function f() returns int deterministic return 3//
create trigger t before insert on session for each row set new.what = upper(new.what)//
create event e on schedule every 1 day starts '2099-01-01' do delete from session//
delimiter ;
create database \`odd name/ü\`;
create table \`odd name/ü\`.\`tab\`\`le ✓\` (i int);
create role reader, \`odd role\`;
grant select on shop.* to reader;
grant execute on procedure shop.p to reader;
create user shop@localhost identified by 'secret' password expire interval 90 day comment 'it''s "his"';
grant all on shop.* to shop@localhost;
grant reader, \`odd role\` to shop@localhost with admin option;
set default role reader to shop@localhost;
create user \`o'neill\`@'10.0.0.0/255.0.0.0' account lock;
grant select (name), update (name) on shop.customer to \`o'neill\`@'10.0.0.0/255.0.0.0';
create user backproof@localhost;
grant ${GRANTS} on *.* to backproof@localhost;
`;

/** Everything there is to lose, in words. */
const INVENTORY = `
set sql_mode = '', print_identified_with_as_hex = 1;
select 'table', table_schema, table_name, engine, table_collation from information_schema.tables
 where table_schema in ('shop', 'odd name/ü') order by 2, 3;
select 'schema', schema_name, default_collation_name from information_schema.schemata order by 2;
select 'routine', routine_name, definer from information_schema.routines where routine_schema = 'shop' order by 2;
select 'trigger', trigger_name, definer from information_schema.triggers where trigger_schema = 'shop';
select 'event', event_name, status, starts from information_schema.events;
select 'view', definer from information_schema.views where table_schema = 'shop';
checksum table shop.customer, shop.session, shop.embedding, shop.year, shop.keyless;
select id, name, hex(picture), mail, loud, quiet, hidden, st_astext(place) from shop.customer where id < 3;
select name from shop.names where name like 'M%';
select table_name, column_name, column_type, collation_name, generation_expression, extra, srs_id
 from information_schema.columns where table_schema = 'shop' order by 1, 2;
select table_name, index_name, column_name, expression from information_schema.statistics
 where table_schema = 'shop' order by 1, 2;
show create user shop@localhost;
show grants for shop@localhost;
show grants for reader;
show create user \`o'neill\`@'10.0.0.0/255.0.0.0';
show grants for \`o'neill\`@'10.0.0.0/255.0.0.0';
`;

async function server(options: string[] = []): Promise<Mysql> {
  const programs = await DebianPrograms.of('sid');
  const started = await Mysql.start(join(temporaryFolder(), 'mysql'), programs, options);
  onTestFinished(() => started.stop());
  return started;
}

const points = (run: RunFinished) => run.recoveryPoints.map(({ subject }) => subject);
const why = cannotHavePrograms();

// Their programs run by chroot, which takes root and debootstrap.
describe.skipIf(why !== null)(`MySQL's own server and programs${why ? `: ${why}` : ''}`, () => {
  it(
    'comes back on a new server as it was: users, roles, rights to columns and routines, every kind of object',
    async () => {
      const source = await server(WITH_GTIDS);
      await source.sql(CONTENTS);
      const copy = await server(['--skip-log-bin', '--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES']);
      const { configFile, run, extract } = await agentFor({
        cms: jobFor(source),
        copy: jobFor(copy, { connection: { socket: copy.socket, user: 'root' } }),
      });
      const made = await run('cms');
      expect(made, made.reason).toMatchObject({ outcome: 'succeeded' });
      expect(made.reason).toMatch(
        /^2 databases and the users dumped from MySQL \d+\.\d+\.\d+, the server at \//,
      );
      expect(points(made)).toEqual(['globals', 'odd name/ü', 'shop']);
      expect(made.warnings).toMatchObject([{ code: 'untransactional', harmless: true }]);

      const restored = await restoreNow({
        configFile,
        job: 'cms',
        allDatabases: true,
        globals: true,
        dbHost: copy.socket,
        dbUser: 'root',
      });
      expect(restored.code, restored.said.join('\n')).toBe(0);
      expect(await copy.sql(INVENTORY)).toBe(await source.sql(INVENTORY));

      const manifestOf = async ({ recoveryPoints }: RunFinished) =>
        readManifest(await extract(recoveryPoints[0]!.name.replace(/-globals$/, '-manifest')))!;
      const manifest = await manifestOf(made);
      expect(manifest).toMatchObject({ engine: 'mysql' });
      const [, shop] = manifest.databases;
      expect(shop).toMatchObject({
        name: 'shop',
        snapshot: 'same',
        objects: { tables: 5, views: 1, procedures: 1, functions: 1, triggers: 1, events: 1 },
        rows: { customer: 902, session: 1, embedding: 1, year: 2, keyless: 2 },
        leftOut: {},
      });
      expect(Object.keys(shop!.checksums).sort()).toEqual([
        'customer',
        'embedding',
        'keyless',
        'session',
        'year',
      ]);
      const held = await manifestOf(await run('copy'));
      expect(manifest.databases.map((one, at) => differences(one, held.databases[at]!))).toEqual([[], []]);
      // What is written where there is no binary log gets no GTID.
      expect(held.databases.map(({ snapshot }) => snapshot)).toEqual(['near', 'near']);
    },
    TEST_MAX_MS,
  );

  it(
    'is dumped from the replica while that follows, and says why not when it does not',
    async () => {
      const primary = await server([...WITH_GTIDS, '--server-id=1']);
      await primary.sql(CONTENTS);
      await primary.sql(
        `create user replica@'127.0.0.1' identified by 'r'; grant replication slave on *.* to replica@'127.0.0.1'`,
      );
      const replica = await server([...WITH_GTIDS, '--server-id=2']);
      await replica.sql(`change replication source to source_host='127.0.0.1', source_port=${primary.port},
        source_user='replica', source_password='r', source_auto_position=1, get_source_public_key=1; start replica`);
      await vi.waitFor(
        async () => expect(await replica.sql('select count(*) from shop.customer')).toBe('902'),
        { timeout: CAUGHT_UP_WITHIN_MS },
      );
      const { run } = await agentFor({
        replica: jobFor(replica, { take_from: 'replica' }),
        none: jobFor(primary, { take_from: 'replica' }),
      });
      const made = await run('replica');
      expect(made, made.reason).toMatchObject({ outcome: 'succeeded' });
      expect(made.reason).toMatch(
        new RegExp(`replicating from 127\\.0\\.0\\.1:${primary.port}, \\d+m?s behind`),
      );
      expect((await run('none')).reason).toContain('is no replica, and take_from asks for one');

      // Who alters a table that was counted does not wait for the end of the dump.
      const programs = {
        flavour: 'MySQL' as const,
        version: '9.7.4',
        client: `${primary.programs}/mysql`,
        dump: '',
      };
      const connection = { socket: primary.socket, host: null, port: null, user: 'root', defaultsFile: null };
      const session = new SqlSession(sessionArgv(programs, connection));
      await session.ask(openText('MySQL'));
      await session.ask(countText('MySQL', 'shop', [{ name: 'year', oid: 0, bytes: 1 }], true, 1_000));
      await primary.sql('set lock_wait_timeout = 1; alter table shop.year add column later int');
      await session.close();

      await replica.sql('create table shop.mine (i int)');
      await primary.sql('create table shop.mine (i int)');
      await vi.waitFor(
        async () => expect(await replica.sql('show replica status')).toContain('Coordinator stopped'),
        { timeout: CAUGHT_UP_WITHIN_MS },
      );
      const refused = await run('replica');
      expect(refused).toMatchObject({ outcome: 'failed', recoveryPoints: [] });
      expect(refused.reason).toMatch(/it does not apply what comes from .*Coordinator stopped/);
      await replica.sql('stop replica; start replica sql_thread');
      expect((await run('replica')).reason).toMatch(/will not do/);
    },
    TEST_MAX_MS,
  );
});
