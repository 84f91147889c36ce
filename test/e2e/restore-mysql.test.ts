/** MariaDB databases that come back: real borg, this machine's MariaDB, dumped, destroyed, restored, compared. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestAgent } from '../support/agent.ts';
import { makeRepository } from '../support/borg.ts';
import { temporaryFolder } from '../support/folder.ts';
import { cannotRunMariaDb, MariaDb } from '../support/mariadb.ts';
import { restoreNow } from '../support/restore.ts';
import { runJob } from '../support/run-job.ts';
import { enrollDirectly, startCollector } from '../support/wire.ts';

const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };
const CONTENTS = `
create database \`shop\`\`ü\` character set latin1;
use \`shop\`\`ü\`;
create table customer (id int primary key auto_increment, name varchar(50), picture blob) engine=innodb;
insert into customer (name, picture) values ('it''s', x'00ff0a0d27'), (null, null);
insert into customer (name) select concat('customer ', seq) from seq_1_to_3000;
create view names as select name from customer;
delimiter //
create procedure p() begin select 1; end//
delimiter ;
create user shop@localhost identified by 'secret';
grant select on \`shop\`\`ü\`.* to shop@localhost;
create user clerk@localhost identified by 'secret';
grant select (name) on \`shop\`\`ü\`.customer to clerk@localhost;
grant execute on procedure \`shop\`\`ü\`.p to clerk@localhost;
grant process on *.* to clerk@localhost;
create user last@localhost;
`;
const DATABASE = 'shop`ü';
const unavailable = cannotRunMariaDb();

// Only where mariadb-server is installed; the reason is in `unavailable`.
describe.skipIf(unavailable !== null)('with this machine’s MariaDB', () => {
  it('restores under its own and under another name, users first, and overwrites nothing', async () => {
    const collector = await startCollector();
    const dataDir = enrollDirectly(collector);
    const folder = temporaryFolder();
    const server = await MariaDb.start(join(folder, 'mariadb'));
    onTestFinished(() => server.stop());
    await server.sql(CONTENTS);
    const repository = makeRepository(folder, 'repository', 'the passphrase');
    const { configFile, socket } = await startTestAgent(dataDir, {
      collector: collector.url,
      repositories: { acme: { borg: repository.path, passphrase_file: repository.passphraseFile } },
      jobs: {
        cms: {
          kind: 'mysql-dump',
          repository: 'acme',
          schedule: NEVER,
          connection: { socket: server.socket, user: 'root' },
        },
      },
    });
    process.env.BORG_BASE_DIR = join(folder, 'borg-of-root');
    const ran = await runJob(socket, 'cms');
    expect(ran.outcome, ran.reason).toMatch(/succeeded|warning/);
    const job = { configFile, job: 'cms', database: DATABASE };
    const sum = (name: string) => server.sql(`checksum table \`${name.replaceAll('`', '``')}\`.customer`);
    const before = (await sum(DATABASE)).split('\t')[1];

    await expect(restoreNow({ ...job, into: DATABASE })).rejects.toThrow('is not empty');
    const beside = await restoreNow({ ...job, into: 'beside' });
    expect(beside.code, beside.said.join('\n')).toBe(0);
    expect((await sum('beside')).split('\t')[1]).toBe(before);
    expect(await server.sql('select count(*) from beside.names')).toBe('3002');
    expect(await server.sql('call beside.p()')).toBe('1');

    const grants = await server.sql('show grants for clerk@localhost');
    await server.sql('drop database `shop``ü`; drop user clerk@localhost, last@localhost');
    await server.sql("set password for shop@localhost = password('a newer one')");
    const password = "select authentication_string from mysql.user where user = 'shop'";
    const newer = await server.sql(password);
    const early = await restoreNow({ configFile, job: 'cms', globals: true });
    expect(early.said.join('\n')).toMatch(
      /Users and grants restored, but not all: ERROR 1146 .*doesn't exist/,
    );
    const done = await restoreNow({ ...job, into: DATABASE, globals: true });
    expect(done.code, done.said.join('\n')).toBe(0);
    expect((await sum(DATABASE)).split('\t')[1]).toBe(before);
    const charset = `select default_character_set_name from information_schema.schemata where schema_name = 'shop\`ü'`;
    expect(await server.sql(charset)).toBe('latin1');
    expect(await server.sql('show grants for clerk@localhost')).toBe(grants);
    expect(await server.sql("select count(*) from mysql.user where user = 'last'")).toBe('1');
    expect(await server.sql(password)).toBe(newer);
  });
});
