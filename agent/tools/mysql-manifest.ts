/**
 * The questions of a MySQL or MariaDB manifest, for a client that is held open inside a snapshot, and how their
 * answers read. Pure.
 *
 * The client goes on after an error (--force), so an answer may lack rows: only rows that are there count.
 */
import type { Counted, TableToCount } from './manifest.ts';
import type { Flavour } from './mysql.ts';
import { batchRows } from './mysql-batch.ts';

/** Ends every answer. */
export const ANSWER_END = 'backproof: answered';

function question(...statements: string[]): string {
  return [...statements, `select '${ANSWER_END}'`].map((one) => `${one};\n`).join('');
}

const text = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
const name = (value: string) => `\`${value.replaceAll('`', '``')}\``;

/** How far the server has written; equal ones mean that nothing was written between them. */
export interface Position {
  /** File and offset of the binary log, or the executed GTIDs; '' when neither is kept. */
  log: string;
  /** Whether the log has also what a replica replays. */
  logHasReplayed: boolean;
  /** InnoDB's log sequence number, '' when it is not told. */
  lsn: string;
}

const status = (variable: string) =>
  `(select variable_value from information_schema.session_status where variable_name = '${variable}')`;

/**
 * MariaDB tells the position of a session's own snapshot; MySQL's GTIDs are those at the time of the question, and
 * without a binary log what is written here gets none.
 */
const POSITION: Record<Flavour, string> = {
  MariaDB: `select 'position', if(@@log_bin, concat(${status('BINLOG_SNAPSHOT_FILE')}, ':', ${status('BINLOG_SNAPSHOT_POSITION')}), ''),
 @@log_slave_updates, coalesce(${status('INNODB_LSN_CURRENT')}, '')`,
  MySQL: `select 'position', if(@@log_bin and @@global.gtid_mode = 'ON', replace(@@global.gtid_executed, '\\n', ''), ''), 1, ''`,
};

const SNAPSHOT = 'savepoint snapshot';
/**
 * Lets go of the tables that were read, and keeps the snapshot: an ALTER would wait for them to the end of the dump,
 * and everybody else for that ALTER. A MariaDB with a binary log keeps them all the same.
 */
const LET_GO = 'rollback to savepoint snapshot';

/** Whatever a row's text depends on is fixed, so that a copy prints the same. */
export function openText(flavour: Flavour): string {
  return question(
    `set session sql_mode = '', time_zone = '+00:00', group_concat_max_len = 1048576`,
    'set session transaction isolation level repeatable read',
    'start transaction with consistent snapshot',
    SNAPSHOT,
    POSITION[flavour],
  );
}

export function releaseText(flavour: Flavour): string {
  // Not COMMIT: with a savepoint in it, MariaDB would write that to the binary log.
  return question('rollback', POSITION[flavour]);
}

/** Null when the answer has none. */
export function parsePosition(answer: string): Position | null {
  const row = batchRows(answer).find(([tag]) => tag === 'position');
  if (row?.length !== 4) return null;
  const [, log, replayed, lsn] = row;
  return { log: log!, logHasReplayed: replayed === '1', lsn: lsn! };
}

const KINDS = `case table_type when 'BASE TABLE' then 'tables' when 'SYSTEM VERSIONED' then 'tables'
 when 'VIEW' then 'views' when 'SEQUENCE' then 'sequences' else lower(table_type) end`;

/** A row a kind: how many objects a database has. */
export function objectsText(database: string): string {
  const own = text(database);
  return question(
    `select 'object', ${KINDS} as kind, count(*) from information_schema.tables where table_schema = ${own} group by kind`,
    `select 'object', concat(lower(routine_type), 's') as kind, count(*) from information_schema.routines where routine_schema = ${own} group by kind`,
    `select 'object', 'triggers', count(*) from information_schema.triggers where trigger_schema = ${own}`,
    `select 'object', 'events', count(*) from information_schema.events where event_schema = ${own}`,
    `select 'object', 'indexes', count(distinct table_name, index_name) from information_schema.statistics where table_schema = ${own}`,
    `select 'object', 'foreign keys', count(*) from information_schema.referential_constraints where constraint_schema = ${own}`,
  );
}

/** Null when the answer is none; a kind of which there is nothing is left out. */
export function parseObjects(answer: string): Record<string, number> | null {
  const rows = batchRows(answer).filter(([tag]) => tag === 'object');
  // The last two kinds are always told.
  if (rows.length < 2) return null;
  return Object.fromEntries(
    rows.map(([, kind, count]) => [kind!, Number(count)]).filter(([, count]) => count),
  );
}

export function tablesText(database: string): string {
  return question(
    `select 'table', table_name, coalesce(data_length, 0) from information_schema.tables
 where table_schema = ${text(database)} and table_type in ('BASE TABLE', 'SYSTEM VERSIONED') order by data_length, table_name`,
    `select 'tables'`,
  );
}

/** The smallest first; null when the answer is none. */
export function parseTables(answer: string): TableToCount[] | null {
  const rows = batchRows(answer);
  if (rows.at(-1)?.[0] !== 'tables') return null;
  return rows
    .filter(([tag]) => tag === 'table')
    .map(([, table, bytes], oid) => ({ name: table!, oid, bytes: Number(bytes) }));
}

/** Milliseconds here, seconds there. */
const LIMIT: Record<Flavour, (withinMs: number) => string> = {
  MariaDB: (withinMs) => `set session max_statement_time = ${(withinMs / 1_000).toFixed(3)}`,
  MySQL: (withinMs) => `set session max_execution_time = ${Math.round(withinMs)}`,
};

/** Counts rows, with their checksum where it is wanted. */
export function countText(
  flavour: Flavour,
  database: string,
  tables: readonly TableToCount[],
  sums: boolean,
  withinMs: number,
): string {
  const limit = LIMIT[flavour](Math.max(1, withinMs));
  if (sums) return question(limit, ...tables.flatMap((table) => summing(database, table)), LET_GO);
  const each = tables.map(
    ({ name: table, oid }) => `select 'count', ${oid}, count(*), '' from ${name(database)}.${name(table)}`,
  );
  return question(limit, each.join(' union all\n'), LET_GO);
}

/**
 * The sum of the first 64 bits of each row's SHA-224, which is the same in every order (MySQL 9.6 has no MD5 without
 * a component). The statement is put together by the server, which knows the columns.
 */
function summing(database: string, { name: table, oid }: TableToCount): string[] {
  const column = `concat('ifnull(hex(cast(\`', replace(column_name, '\`', '\`\`'), '\` as binary)), ''~'')')`;
  const from = `${name(database)}.${name(table)}`;
  return [
    `select concat('select ''count'', ${oid}, count(*), sum(cast(conv(left(sha2(concat_ws('','', ',
 group_concat(${column} order by ordinal_position), '), 224), 16), 16, 10) as unsigned)) from ', ${text(from)}) into @backproof
 from information_schema.columns where table_schema = ${text(database)} and table_name = ${text(table)}`,
    'prepare backproof from @backproof',
    'execute backproof',
    'deallocate prepare backproof',
  ];
}

/** What was counted; or why nothing was. */
export function parseCounts(
  answer: string,
  tables: readonly TableToCount[],
): { counted: Counted<TableToCount>[] } | { problem: string } {
  const counted = batchRows(answer).flatMap(([tag, oid, rows, sum]) => {
    const table = tag === 'count' ? tables.find((one) => one.oid === Number(oid)) : undefined;
    return table ? [{ table, rows: Number(rows), sum: sum === '' || sum === undefined ? null : sum }] : [];
  });
  if (counted.length > 0) return { counted };
  return { problem: 'it took longer than its share of the dump, or was altered meanwhile' };
}
