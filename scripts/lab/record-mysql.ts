/** What test/golden/record-mysql does. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MysqlPrograms, parseProgramVersion, queryArgv, scriptArgv } from '../../agent/tools/mysql.ts';
import { parseServerFacts, serverFactsArgv } from '../../agent/tools/mysql-facts.ts';
import { replicaStatusArgv } from '../../agent/tools/mysql-replica.ts';
import { ACCOUNTS_SQL, grantsScript, parseAccounts } from '../../agent/tools/mysql-users.ts';
import { DebianPrograms } from '../../test/support/debian-programs.ts';
import { Mysql } from '../../test/support/mysql.ts';

/** A look takes some 50 ms. */
const LOOKS_MAX = 600;
const OUT = join(import.meta.dirname, '../../test/golden/mysql');
const CONTENTS = `
create database shop;
create table shop.customer (id int primary key, name varchar(50));
create table shop.session (id int) engine=myisam;
create database \`odd\tname/ü\`;
create role app_developer;
grant all on shop.* to app_developer;
create user dev1@localhost identified by 'secret' comment 'it''s "his"';
grant app_developer to dev1@localhost;
set default role app_developer to dev1@localhost;
create user \`o'neill\`@'10.0.0.0/255.0.0.0' account lock;
grant select (name) on shop.customer to \`o'neill\`@'10.0.0.0/255.0.0.0';
create user backproof@localhost;
grant select, show view, trigger, event, replication client on *.* to backproof@localhost;
create user replica@'127.0.0.1' identified by 'r';
grant replication slave on *.* to replica@'127.0.0.1';
`;

const folder = mkdtempSync(join(tmpdir(), 'record-mysql-'));
const debian = await DebianPrograms.of('sid');
const gtids = ['--gtid-mode=ON', '--enforce-gtid-consistency=ON', '--log-bin=binlog'];
const source = await Mysql.start(join(folder, 'source'), debian, [...gtids, '--server-id=1']);
const replica = await Mysql.start(join(folder, 'replica'), debian, [...gtids, '--server-id=2']);
try {
  const client = join(source.programs!, 'mysql');
  const dump = join(source.programs!, 'mysqldump');
  const printed = execFileSync(dump, ['--version'], { encoding: 'utf8' });
  const programs: MysqlPrograms = { ...parseProgramVersion(printed)!, client, dump };
  const branch = programs.version.split('.').slice(0, 2).join('.');
  for (const name of readdirSync(OUT)) rmSync(join(OUT, name));
  const record = (name: string, [program, ...argv]: string[], input = '') => {
    const said = execFileSync(program!, argv, { encoding: 'utf8', input });
    const how = `# Recorded by test/golden/record-mysql from MySQL ${programs.version}.\n`;
    writeFileSync(join(OUT, `${branch}-${name}.txt`), `${how}${said}`);
    return said;
  };
  const to = ({ socket }: Mysql) => ({
    socket,
    host: null,
    port: null,
    user: 'backproof',
    defaultsFile: null,
  });
  await source.sql(CONTENTS);
  const facts = parseServerFacts(record('facts', serverFactsArgv(programs, to(source))))!;
  const accounts = parseAccounts(
    record('accounts', queryArgv(programs, to(source), ACCOUNTS_SQL, 'without-names')),
  )!;
  record('users', scriptArgv(programs, to(source)), grantsScript(accounts, facts.version));
  record('replica-none', replicaStatusArgv(programs, to(source), facts));
  await replica.sql(
    `change replication source to source_host='127.0.0.1', source_port=${source.port}, source_user='replica',
      source_password='r', source_auto_position=1, get_source_public_key=1 for channel 'crm';
     change replication filter replicate_ignore_db = (scratch) for channel 'crm'; start replica`,
  );
  // Until its account has come along.
  for (let left = LOOKS_MAX; left > 0; left -= 1)
    if ((await replica.sql('select user from mysql.user')).includes('backproof')) break;
  record('replica-status', replicaStatusArgv(programs, to(replica), facts));
  await replica.sql('stop replica io_thread');
  record('replica-stopped', replicaStatusArgv(programs, to(replica), facts));
} finally {
  for (const server of [source, replica]) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
