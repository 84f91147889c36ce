/** What a database that was just restored lacks, though every statement of its dump went well. Pure. */
import { type MysqlConnection, type MysqlPrograms, queryArgv } from './mysql.ts';
import { batchRows } from './mysql-batch.ts';

export interface Lacks {
  /** `shop@localhost`, who owns views, routines, triggers or events here and is no user of the server. */
  definers: string[];
  /** Events that a replica does not run, and neither does whoever gets its dump. */
  asleep: string[];
}

const text = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

export function lacksArgv(programs: MysqlPrograms, connection: MysqlConnection, database: string): string[] {
  const own = text(database);
  const definers = [
    `select definer from information_schema.views where table_schema = ${own}`,
    `select definer from information_schema.routines where routine_schema = ${own}`,
    `select definer from information_schema.triggers where trigger_schema = ${own}`,
    `select definer from information_schema.events where event_schema = ${own}`,
  ].join(' union ');
  const questions = [
    `select 'definer', d.definer from (${definers}) d where not exists
 (select 1 from mysql.user u where cast(concat(u.user, '@', u.host) as binary) = cast(d.definer as binary)) order by 2`,
    // SLAVESIDE_DISABLED; MySQL 8.2 calls it REPLICA_SIDE_DISABLED.
    `select 'asleep', event_name from information_schema.events
 where event_schema = ${own} and status like '%SIDE\\_DISABLED' order by 2`,
  ];
  return queryArgv(programs, connection, questions, 'without-names');
}

export function parseLacks(stdout: string): Lacks {
  const rows = batchRows(stdout);
  const tagged = (tag: string) => rows.filter(([first]) => first === tag).map(([, name]) => name!);
  return { definers: tagged('definer'), asleep: tagged('asleep') };
}
