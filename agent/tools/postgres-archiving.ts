/** How a server is set up to archive its log: the question, the answer, and the statements that change it. Pure. */
import { type PostgresConnection, psqlArgv } from './postgres.ts';

/** Settings that have to do with archiving, as pg_settings shows them. */
export const ARCHIVING_SETTINGS = [
  'archive_mode',
  'archive_command',
  'archive_library',
  'archive_timeout',
  'wal_level',
  'max_wal_senders',
] as const;
export type ArchivingSetting = (typeof ARCHIVING_SETTINGS)[number];

export interface ArchivingFacts {
  /** By the server's own clock. */
  atMs: number;
  major: number;
  isStandby: boolean;
  /** As text: it takes 64 bits. */
  systemIdentifier: string;
  /** In force; absent where the server has no such setting. archive_timeout in seconds. */
  settings: Partial<Record<ArchivingSetting, string>>;
  /** Changed, and waiting for a restart of the server. */
  waiting: ArchivingSetting[];
  role: string;
  /** It is a superuser or in pg_monitor. */
  mayMonitor: boolean;
  /** May make base backups with pg_basebackup. */
  mayReplicate: boolean;
  /** pg_receivewal that are connected. */
  receivers: number;
  /** Empty when the role may not see them. */
  dataDirectory: string;
  socketFolders: string;
  port: number;
}

const IN_NAMES = `in (${ARCHIVING_SETTINGS.map((name) => `'${name}'`).join(', ')})`;

/** For any role; what it may not see comes as null. */
const ARCHIVING_SQL = `select json_build_object(
 'now', floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
 'version', current_setting('server_version_num')::int,
 'standby', pg_is_in_recovery(),
 'system', (select system_identifier::text from pg_control_system()),
 'settings', (select json_object_agg(name, setting) from pg_settings where name ${IN_NAMES}),
 'waiting', (select coalesce(json_agg(name), '[]') from pg_settings where pending_restart and name ${IN_NAMES}),
 'role', current_user,
 'monitor', pg_has_role(current_user, 'pg_monitor', 'usage'),
 'superuser', (select rolsuper from pg_roles where rolname = current_user),
 'replication', (select rolreplication from pg_roles where rolname = current_user),
 'receivers', (select count(*) from pg_stat_replication where application_name = 'pg_receivewal'),
 'data', (select setting from pg_settings where name = 'data_directory'),
 'sockets', (select setting from pg_settings where name = 'unix_socket_directories'),
 'port', current_setting('port')::int)`;

export function archivingFactsArgv(bin: string, connection: PostgresConnection): string[] {
  return psqlArgv(bin, connection, ARCHIVING_SQL);
}

/** Null when psql printed something else. */
export function parseArchivingFacts(stdout: string): ArchivingFacts | null {
  const answer = parse(stdout);
  const { now, version, system, settings, waiting, port } = answer;
  if (typeof now !== 'number' || typeof version !== 'number' || typeof system !== 'string') return null;
  if (settings === null || typeof settings !== 'object' || !Array.isArray(waiting)) return null;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    atMs: now,
    major: Math.floor(version / 10_000),
    isStandby: answer.standby === true,
    systemIdentifier: system,
    settings: settings as ArchivingFacts['settings'],
    waiting: waiting.filter((name) => ARCHIVING_SETTINGS.includes(name)),
    role: text(answer.role),
    mayMonitor: answer.monitor === true || answer.superuser === true,
    mayReplicate: answer.replication === true || answer.superuser === true,
    receivers: typeof answer.receivers === 'number' ? answer.receivers : 0,
    dataDirectory: text(answer.data),
    socketFolders: text(answer.sockets),
    port: typeof port === 'number' ? port : 0,
  };
}

export interface WrittenFacts {
  /** As configuration files say it now, in force or not; a name that is in none of them is absent. */
  settings: Partial<Record<ArchivingSetting, string>>;
  roleExists: boolean;
  roleMayMonitor: boolean;
  roleMayReplicate: boolean;
}

/** What is written in the server's files and about a role; a superuser may see it. */
export function writtenFactsArgv(bin: string, connection: PostgresConnection, role: string): string[] {
  const sql = `select json_build_object(
 'settings', (select coalesce(json_object_agg(name, setting), '{}') from (
   select distinct on (name) name, setting from pg_file_settings where name ${IN_NAMES} order by name, seqno desc) f),
 'role', (select json_build_object('replication', rolsuper or rolreplication,
   'monitor', rolsuper or pg_has_role(oid, 'pg_monitor', 'usage'))
   from pg_roles where rolname = ${literal(role)}))`;
  return psqlArgv(bin, connection, sql);
}

export function parseWrittenFacts(stdout: string): WrittenFacts | null {
  const { settings, role } = parse(stdout);
  if (settings === null || typeof settings !== 'object') return null;
  const exists = role !== null && typeof role === 'object';
  const may = (what: string) => exists && (role as Record<string, unknown>)[what] === true;
  return {
    settings: settings as WrittenFacts['settings'],
    roleExists: exists,
    roleMayMonitor: may('monitor'),
    roleMayReplicate: may('replication'),
  };
}

export function alterSystemSql(name: ArchivingSetting, value: string): string {
  return `ALTER SYSTEM SET ${name} = ${literal(value)};`;
}

export const RELOAD_SQL = 'SELECT pg_reload_conf();';

/**
 * What the watch's role needs: to come in, and to see what pg_monitor may.
 * @param makesBackups by pg_basebackup, as this role.
 */
export function roleSql(
  role: string,
  { roleExists, roleMayMonitor, roleMayReplicate }: WrittenFacts,
  makesBackups: boolean,
): string[] {
  return [
    ...(roleExists ? [] : [`CREATE ROLE ${identifier(role)} LOGIN;`]),
    ...(roleMayMonitor ? [] : [`GRANT pg_monitor TO ${identifier(role)};`]),
    ...(makesBackups && !roleMayReplicate ? [`ALTER ROLE ${identifier(role)} REPLICATION;`] : []),
  ];
}

export function statementArgv(bin: string, connection: PostgresConnection, sql: string): string[] {
  return psqlArgv(bin, connection, sql);
}

/** Standard-conforming strings are the default since 9.1. */
function literal(text: string): string {
  return text.includes('\\')
    ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${text.replaceAll("'", "''")}'`;
}

function identifier(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function parse(stdout: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(stdout);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
