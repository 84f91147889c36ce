/** MySQL's and MariaDB's command lines for getting a database back, and what a dump begins with. Pure. */
import { connectionOptions, type MysqlConnection, type MysqlPrograms, queryArgv } from './mysql.ts';

/** `name<TAB>objects` of every database: tables, views, routines and events. */
const DATABASES_SQL = `select s.schema_name,
 (select count(*) from information_schema.tables t where t.table_schema = s.schema_name)
 + (select count(*) from information_schema.routines r where r.routine_schema = s.schema_name)
 from information_schema.schemata s`;

export function databasesArgv(programs: MysqlPrograms, connection: MysqlConnection): string[] {
  return queryArgv(programs, connection, [DATABASES_SQL], 'without-names');
}

/** Reads a dump from standard input and stops at the first error: never with --force. */
export function restoreArgv(programs: MysqlPrograms, connection: MysqlConnection): string[] {
  return [
    programs.client,
    ...connectionOptions(connection),
    '--batch',
    '--no-auto-rehash',
    // Bytes stay what they are, also \r\n and NUL.
    '--binary-mode',
    '--max-allowed-packet=1G',
  ];
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function dropDatabaseSql(name: string): string {
  return `drop database if exists ${quoted(name)}`;
}

/** mariadb-dump's first line since 2024 (MDEV-33727): MySQL's clients and older MariaDB's refuse it. */
const SANDBOX = /^\/\*M?!999999\\- enable the sandbox mode \*\/ *\n/;
const CREATE = /^(CREATE DATABASE (?:\/\*![^*]*\*\/ )?)`(?:[^`]|``)+`/m;
const USE = /^USE `(?:[^`]|``)+`;$/m;

/** Whether as much of the dump is there as renamedHead needs: a single database's dump names it near its top. */
export function isWholeHead(head: string): boolean {
  return USE.test(head);
}

/**
 * The beginning of a dump, without the sandbox line, and for another database than its own.
 * @param name null: it is no dump of one database.
 */
export function renamedHead(head: string, name: string | null): string {
  const plain = head.replace(SANDBOX, '');
  if (name === null) return plain;
  return plain
    .replace(CREATE, (_, create: string) => `${create}${quoted(name)}`)
    .replace(USE, () => `USE ${quoted(name)};`);
}
