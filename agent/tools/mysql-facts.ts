/** What a MySQL or MariaDB server says of itself, in one question. Pure. */

import type { Flavour, MysqlConnection, MysqlPrograms } from './mysql.ts';
import { queryArgv } from './mysql.ts';
import { batchRows } from './mysql-batch.ts';
import { type Grant, parseGrant } from './mysql-grants.ts';

export interface MysqlFacts {
  flavour: Flavour;
  /** `10.11.19` */
  version: string;
  /** `backproof@localhost`, as the server knows who asks. */
  account: string;
  readOnly: boolean;
  /** Without the server's own schemas, sorted. */
  databases: string[];
  /** Tables that no transaction covers, by database and storage engine. */
  untransactional: { database: string; engine: string; tables: number }[];
  /** Tables with system versioning, by database: MariaDB's. */
  versioned: { database: string; tables: number }[];
  /** Whether something is granted to PUBLIC, which MariaDB knows since 10.11. */
  grantsToPublic: boolean;
  grants: Grant[];
}

/** Made by the server itself, and made anew by it. `mysql` comes along as users and grants. */
const SYSTEM_SCHEMAS = [
  ...['information_schema', 'performance_schema', 'mysql', 'sys'],
  // What fsck leaves at the top of a file system that is the data folder: MariaDB takes every folder for a database.
  '#mysql50#lost+found',
];
const system = `(${SYSTEM_SCHEMAS.map((name) => `'${name}'`).join(', ')})`;

const QUESTIONS = [
  `select 'server', version(), @@version_comment, @@global.read_only, current_user()`,
  `select 'database', schema_name from information_schema.schemata
 where schema_name not in ${system} order by schema_name`,
  `select 'untransactional', t.table_schema, t.engine, count(*) from information_schema.tables t
 join information_schema.engines e on e.engine = t.engine
 where e.transactions = 'NO' and t.table_type = 'BASE TABLE' and t.table_schema not in ${system}
 group by t.table_schema, t.engine order by t.table_schema, t.engine`,
  `select 'versioned', table_schema, count(*) from information_schema.tables
 where table_type = 'SYSTEM VERSIONED' and table_schema not in ${system} group by table_schema order by table_schema`,
  `select 'public' from (${['user', 'schema', 'table']
    .map((of) => `select grantee, privilege_type from information_schema.${of}_privileges`)
    .join(' union all ')}) p where grantee = '''PUBLIC''@''''' and privilege_type <> 'USAGE' limit 1`,
  'show grants',
  `select 'end'`,
];

export function serverFactsArgv(programs: MysqlPrograms, connection: MysqlConnection): string[] {
  return queryArgv(programs, connection, QUESTIONS, 'without-names');
}

/** Null when the client printed something else, or not all of it. */
export function parseServerFacts(stdout: string): MysqlFacts | null {
  const rows = batchRows(stdout);
  const tagged = (tag: string) => rows.filter(([first]) => first === tag).map(([, ...rest]) => rest);
  const [server] = tagged('server');
  const version = /^(\d+\.\d+\.\d+)/.exec(server?.[0] ?? '')?.[1];
  if (!server || version === undefined || rows.at(-1)?.[0] !== 'end') return null;
  const [said = '', comment = '', readOnly, account = ''] = server;
  return {
    flavour: /mariadb/i.test(`${said} ${comment}`) ? 'MariaDB' : 'MySQL',
    version,
    account,
    readOnly: readOnly !== '0' && readOnly !== 'OFF',
    databases: tagged('database').map(([name]) => name!),
    untransactional: tagged('untransactional').map(([database, engine, tables]) => ({
      database: database!,
      engine: engine!,
      tables: Number(tables),
    })),
    versioned: tagged('versioned').map(([database, tables]) => ({
      database: database!,
      tables: Number(tables),
    })),
    grantsToPublic: tagged('public').length > 0,
    grants: rows.map(([line]) => parseGrant(line!)).filter((grant) => grant !== null),
  };
}
