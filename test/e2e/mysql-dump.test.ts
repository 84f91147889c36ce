/** Dumps of real MariaDB servers, of every release that Debian supports, and what comes back from them. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { differences, readManifest } from '../../agent/tools/manifest.ts';
import type { RunFinished } from '../../proto/run.ts';
import { cannotHavePrograms, DebianPrograms, type Release } from '../support/debian-programs.ts';
import { temporaryFolder } from '../support/folder.ts';
import { cannotRunMariaDb, MariaDb } from '../support/mariadb.ts';
import { agentFor, jobFor } from '../support/mysql-agent.ts';

const CAUGHT_UP_WITHIN_MS = 60_000;
/** What docs/operations.md tells an admin to grant. */
const GRANTS = 'select, show view, trigger, event, slave monitor';

const CONTENTS = `
create database shop character set utf8mb4 collate utf8mb4_german2_ci;
use shop;
create table customer (id int primary key auto_increment, name varchar(50), picture blob) engine=innodb;
insert into customer (name, picture) values ('Müller 🙂', x'00ff0a0d27'), ('it''s', null);
insert into customer (name) select concat('customer ', seq) from seq_1_to_2000;
create table session (id int, what text) engine=myisam;
insert into session values (1, 'a');
create view names as select name from customer;
create sequence numbers start with 100;
delimiter //
create procedure p() begin select 1; end//
create function f() returns int deterministic return 3//
create trigger t before insert on session for each row set new.what = upper(new.what)//
create event e on schedule every 1 day do delete from session//
delimiter ;
create database \`odd name/ü\`;
create table \`odd name/ü\`.t (i int);
create user shop@localhost identified by 'secret';
grant all on shop.* to shop@localhost;
create role reader;
grant select on shop.* to reader;
grant reader to shop@localhost;
create user backproof@localhost;
grant ${GRANTS} on *.* to backproof@localhost;
`;

/** Everything there is to lose, in words. */
const INVENTORY = `
select 'table', table_schema, table_name, engine, table_collation from information_schema.tables
 where table_schema not in ('mysql', 'information_schema', 'performance_schema', 'sys') order by 2, 3;
select 'schema', schema_name, default_collation_name from information_schema.schemata
 where schema_name not in ('mysql', 'information_schema', 'performance_schema', 'sys') order by 2;
select 'routine', routine_schema, routine_name, definer from information_schema.routines
 where routine_schema not in ('mysql', 'sys') order by 2, 3;
select 'trigger', trigger_schema, trigger_name from information_schema.triggers where trigger_schema <> 'sys';
select 'event', event_schema, event_name from information_schema.events;
checksum table shop.customer, shop.session, \`odd name/ü\`.t;
show grants for shop@localhost;
show grants for reader;
`;

async function server(release: DebianPrograms | null = null, options: string[] = []): Promise<MariaDb> {
  const started = await MariaDb.start(join(temporaryFolder(), 'mariadb'), release, options);
  onTestFinished(() => started.stop());
  return started;
}

const points = (run: RunFinished) => run.recoveryPoints.map(({ subject }) => subject);

const OLDER: [Release, string][] = [
  ['bullseye', '10.5'],
  ['bookworm', '10.11'],
  ['trixie', '11.8'],
];

describe.each(OLDER)('MariaDB of %s', (release, branch) => {
  const why = cannotHavePrograms();
  // Their programs run by chroot, which takes root and debootstrap.
  it.skipIf(why !== null)(
    `${branch} comes back from its dumps as it was, with users, grants and every kind of object${why ? `: ${why}` : ''}`,
    async () => {
      const programs = await DebianPrograms.of(release);
      const source = await server(programs, ['--log-bin']);
      const copy = await server(programs);
      await source.sql(CONTENTS);
      const { run, extract } = await agentFor({ cms: jobFor(source), copy: jobFor(copy) });
      const manifestOf = async ({ recoveryPoints }: RunFinished) => {
        const archive = recoveryPoints[0]!.name.replace(/-globals$/, '-manifest');
        return readManifest(await extract(archive))!;
      };

      const made = await run('cms');
      expect(made, made.reason).toMatchObject({ outcome: 'succeeded' });
      expect(made.reason).toMatch(
        new RegExp(`^2 databases and the users dumped from MariaDB ${branch}\\.\\d+, the server at /`),
      );
      expect(points(made)).toEqual(['globals', 'odd name/ü', 'shop']);
      expect(made.warnings).toMatchObject([{ code: 'untransactional', harmless: true }]);
      expect(made.warnings[0]!.message).toContain('shop has 1 MyISAM table');

      for (const { name } of made.recoveryPoints) await copy.sql(await extract(name));
      expect(await copy.sql(INVENTORY)).toBe(await source.sql(INVENTORY));

      const manifest = await manifestOf(made);
      expect(manifest).toMatchObject({ engine: 'mariadb' });
      const [odd, shop] = manifest.databases;
      expect(odd).toMatchObject({ name: 'odd name/ü', snapshot: 'same', rows: { t: 0 } });
      expect(shop).toMatchObject({
        name: 'shop',
        snapshot: 'same',
        objects: { tables: 2, views: 1, sequences: 1, procedures: 1, functions: 1, triggers: 1, events: 1 },
        rows: { customer: 2002, session: 1 },
        leftOut: {},
      });
      expect(Object.keys(shop!.checksums).sort()).toEqual(['customer', 'session']);

      const held = async () => (await manifestOf(await run('copy'))).databases;
      expect((await held()).map((one, at) => differences(manifest.databases[at]!, one))).toEqual([[], []]);
      await copy.sql(
        `update shop.customer set name = 'Muller' where id = 1; insert into shop.session values (2, '')`,
      );
      const [, changed] = await held();
      expect(differences(shop!, changed!)).toEqual([
        'session holds 2 rows instead of 1',
        'rows of customer have other contents',
      ]);
    },
    10 * 60_000,
  );
});

// Without mariadb-server, which scripts/test installs.
describe.skipIf(cannotRunMariaDb() !== null)(`this machine's MariaDB ${cannotRunMariaDb() ?? ''}`, () => {
  it('takes dumps from the replica while it follows, and says why it did not when it fell back', async () => {
    const primary = await server(null, ['--log-bin', '--server-id=1']);
    await primary.sql(CONTENTS);
    await primary.sql(
      `create user replica@'127.0.0.1'; grant replication slave on *.* to replica@'127.0.0.1'`,
    );
    const replica = await server(null, ['--server-id=2']);
    await replica.sql(`change master to master_host='127.0.0.1', master_port=${primary.port},
      master_user='replica', master_use_gtid=slave_pos; start slave`);
    await vi.waitFor(
      async () => expect(await replica.sql('select count(*) from shop.customer')).toBe('2002'),
      { timeout: CAUGHT_UP_WITHIN_MS },
    );
    const fromReplica = { take_from: 'replica' };
    const fallback = { socket: primary.socket, user: 'backproof' };
    const { run } = await agentFor({
      replica: jobFor(replica, fromReplica),
      either: jobFor(replica, { ...fromReplica, fallback }),
      none: jobFor(primary, fromReplica),
      primary: jobFor(replica, { take_from: 'primary' }),
    });

    const made = await run('replica');
    expect(made, made.reason).toMatchObject({ outcome: 'succeeded' });
    expect(made.reason).toMatch(
      new RegExp(`replicating from 127\\.0\\.0\\.1:${primary.port}, \\d+m?s behind`),
    );
    expect((await run('none')).reason).toContain('is no replica, and take_from asks for one');
    expect((await run('primary')).reason).toContain('is a replica, and take_from asks for the primary');

    await replica.sql('stop slave io_thread');
    const refused = await run('replica');
    expect(refused).toMatchObject({ outcome: 'failed', recoveryPoints: [] });
    expect(refused.reason).toContain('it receives nothing from 127.0.0.1');
    const instead = await run('either');
    expect(instead.outcome).toBe('warning');
    expect(instead.reason).toMatch(/^Not taken from the replica: .*the fallback at /);
    expect(points(instead)).toEqual(['globals', 'odd name/ü', 'shop']);
  });

  it('dumps nothing that would silently lack what its user may not see, and what works when it may', async () => {
    const source = await server();
    await source.sql(CONTENTS);
    await source.sql(`create user few@localhost identified by 'pass word';
      grant slave monitor on *.* to few@localhost;
      grant select, show view, trigger, event on shop.* to few@localhost`);
    const file = join(temporaryFolder(), 'my.cnf');
    writeFileSync(file, '[client]\nuser = few\npassword = "pass word"\n', { mode: 0o600 });
    const few = jobFor(source, {
      connection: { socket: source.socket, defaults_file: file },
      databases: ['shop'],
    });
    const { run, extract } = await agentFor({
      few,
      nobody: jobFor(source, { connection: { socket: source.socket, user: 'nobody' } }),
    });
    const refused = await run('few');
    expect(refused).toMatchObject({ outcome: 'failed', recoveryPoints: [] });
    expect(refused.reason).toContain("GRANT SELECT ON `mysql`.* TO 'few'@'localhost'");
    expect((await run('nobody')).reason).toContain('does not let this user in');

    await source.sql('grant select on mysql.* to few@localhost');
    const made = await run('few');
    expect(points(made)).toEqual(['globals', 'shop']);
    expect(await extract(made.recoveryPoints[1]!.name)).toContain('FUNCTION `f`()');

    chmodSync(file, 0o644);
    expect((await run('few')).reason).toMatch(/^connection\.defaults_file is .* with mode 0644; allowed is /);
  });

  it('dumps the other databases when one cannot be dumped', async () => {
    const source = await server();
    await source.sql(CONTENTS);
    await source.sql('create database gone; create table gone.t (i int) engine=myisam');
    const file = join(source.folder, 'data/gone/t.MYI');
    writeFileSync(file, 'no index');
    const { run } = await agentFor({ cms: jobFor(source) });
    const made = await run('cms');
    expect(made.outcome).toBe('failed');
    expect(points(made)).toEqual(['globals', 'odd name/ü', 'shop']);
    expect(made.reason).toMatch(/^gone: .* 3 of 4 dumps are good/s);
  });

  it('dumps a new database by itself, leaves excluded ones out, and says which nobody listed', async () => {
    const source = await server();
    await source.sql(CONTENTS);
    const { run } = await agentFor({
      all: jobFor(source, { exclude_databases: ['odd*'] }),
      some: jobFor(source, { databases: ['shop'] }),
    });
    await source.sql('create database fresh; create table fresh.t (i int)');
    const all = await run('all');
    expect(points(all)).toEqual(['globals', 'fresh', 'shop']);
    expect(all.reason).toContain('1 excluded (odd name/ü)');
    const some = await run('some');
    expect(some.outcome).toBe('warning');
    expect(some.reason).toContain('2 databases that nobody backs up: fresh, odd name/ü');
  });
});
