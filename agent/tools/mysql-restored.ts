/** What is to know of a database that was just restored, though every statement of its dump went well. Pure. */
import { type MysqlConnection, type MysqlPrograms, queryArgv } from './mysql.ts';
import { batchRows } from './mysql-batch.ts';

export interface Oddities {
  /** `shop@localhost`, who owns views, routines, triggers or events here and is no user of the server. */
  definers: string[];
  /** Events that a replica does not run, and neither does whoever gets its dump. */
  asleep: string[];
  /** Events that run, and so do those of the database that this one is a copy of. */
  awake: string[];
}

const text = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** @param isCopy whether the database got another name than its own. */
export function odditiesArgv(
  programs: MysqlPrograms,
  connection: MysqlConnection,
  database: string,
  isCopy: boolean,
): string[] {
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
    ...(isCopy
      ? [
          `select 'awake', event_name from information_schema.events
 where event_schema = ${own} and status = 'ENABLED' and @@global.event_scheduler = 'ON' order by 2`,
        ]
      : []),
  ];
  return queryArgv(programs, connection, questions, 'without-names');
}

export function parseOddities(stdout: string): Oddities {
  const rows = batchRows(stdout);
  const tagged = (tag: string) => rows.filter(([first]) => first === tag).map(([, name]) => name!);
  return { definers: tagged('definer'), asleep: tagged('asleep'), awake: tagged('awake') };
}
