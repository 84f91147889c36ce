/** PostgreSQL's command lines and answers for getting a database back. Pure. */
import {
  connectionOptions,
  databaseOption,
  type PostgresConnection,
  psqlArgv,
  psqlSessionArgv,
} from './postgres.ts';

/** The server that is restored into. */
export interface TargetServer {
  major: number;
  /** `15.18` */
  version: string;
  user: string;
  /** A standby takes nothing in. */
  standby: boolean;
  mayCreate: boolean;
  superuser: boolean;
  roles: string[];
  databases: string[];
  /** Extensions that can be created there. */
  extensions: string[];
}

const TARGET_SQL = `select json_build_object(
 'number', current_setting('server_version_num')::int,
 'version', current_setting('server_version'),
 'user', current_user,
 'standby', pg_is_in_recovery(),
 'may_create', (select rolcreatedb or rolsuper from pg_roles where rolname = current_user),
 'superuser', (select rolsuper from pg_roles where rolname = current_user),
 'roles', (select coalesce(json_agg(rolname), '[]') from pg_roles),
 'databases', (select coalesce(json_agg(datname), '[]') from pg_database),
 'extensions', (select coalesce(json_agg(name), '[]') from pg_available_extensions))`;

export function targetServerArgv(bin: string, connection: PostgresConnection): string[] {
  return psqlArgv(bin, connection, TARGET_SQL);
}

/** Null when psql printed something else. */
export function parseTargetServer(stdout: string): TargetServer | null {
  try {
    const said = JSON.parse(stdout);
    return {
      major: Math.floor(said.number / 10_000),
      version: String(said.version).split(' ')[0]!,
      user: String(said.user),
      standby: said.standby === true,
      mayCreate: said.may_create === true,
      superuser: said.superuser === true,
      roles: said.roles.map(String),
      databases: said.databases.map(String),
      extensions: said.extensions.map(String),
    };
  } catch {
    return null;
  }
}

const OWN_OBJECTS = `from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`;

/** What a database holds beside what every new one does: tables and their like, functions, schemas. */
const HELD_SQL = `select (select count(*) ${OWN_OBJECTS})
 + (select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e'))
 + (select count(*) from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public'))`;

export function heldObjectsArgv(bin: string, connection: PostgresConnection, database: string): string[] {
  return psqlArgv(bin, connection, HELD_SQL, database);
}

export function countTablesArgv(bin: string, connection: PostgresConnection, database: string): string[] {
  return psqlArgv(bin, connection, `select count(*) ${OWN_OBJECTS} and c.relkind in ('r', 'p')`, database);
}

/** Reads a dump in custom format from standard input and prints its table of contents. */
export function contentsArgv(bin: string): string[] {
  return [`${bin}/pg_restore`, '--list'];
}

/** Prints how the database itself was made, and the beginning of what is in it. */
export function headArgv(bin: string): string[] {
  return [`${bin}/pg_restore`, '--create', '--schema-only', '--section=pre-data', '--file=-'];
}

export interface DumpContents {
  /** The major of the pg_dump that made it. */
  dumpedBy: number;
  /** Of the server it came from: `15.18`. */
  version: string;
  tables: number;
  extensions: string[];
  /** It speaks of the schema public, which most dumps leave alone. */
  namesPublic: boolean;
  /** The entries' lines, each of which ends with its owner. */
  entries: string[];
}

/** Null when pg_restore printed something else. */
export function parseContents(stdout: string): DumpContents | null {
  const version = /^; +Dumped from database version: (\S+)/m.exec(stdout)?.[1];
  const dumpedBy = /^; +Dumped by pg_dump version: (\d+)/m.exec(stdout)?.[1];
  if (version === undefined || dumpedBy === undefined) return null;
  const entries = [...stdout.matchAll(/^\d+; \d+ \d+ (.*)$/gm)].map((match) => match[1]!);
  return {
    dumpedBy: Number(dumpedBy),
    version,
    tables: entries.filter((entry) => /^TABLE (?!DATA |ATTACH )/.test(entry)).length,
    extensions: entries.flatMap((entry) => /^EXTENSION - (.+?) *$/.exec(entry)?.[1] ?? []),
    namesPublic: entries.some((entry) => entry.startsWith('SCHEMA - public ')),
    entries,
  };
}

/** Entries that belong to nobody, or to the extension they come with. */
const OWNERLESS = /^(EXTENSION|COMMENT|ENCODING|STDSTRINGS|SEARCHPATH|ACL|DEFAULT ACL|SECURITY LABEL) /;

/** Owners the target does not know. Names may hold blanks: a known role at the line's end is believed first. */
export function missingOwners({ entries }: DumpContents, roles: readonly string[]): string[] {
  const missing = new Set<string>();
  for (const entry of entries) {
    if (OWNERLESS.test(entry) || entry.endsWith(' ') || roles.some((role) => entry.endsWith(` ${role}`)))
      continue;
    missing.add(entry.slice(entry.lastIndexOf(' ') + 1));
  }
  return [...missing].toSorted();
}

/**
 * Which pg_restore reads the dump and speaks to the server: none older than the pg_dump that made it, the
 * server's own major where there is a choice (a newer one sends settings an older server refuses), otherwise
 * the nearest below, otherwise the nearest above.
 */
export function chooseRestorer(
  bins: Record<number, string>,
  dumpedBy: number,
  serverMajor: number,
): { major: number; bin: string } | null {
  const able = Object.keys(bins)
    .map(Number)
    .filter((major) => major >= dumpedBy);
  const below = able.filter((major) => major <= serverMajor).toSorted((a, b) => b - a);
  const above = able.filter((major) => major > serverMajor).toSorted((a, b) => a - b);
  const major = below[0] ?? above[0];
  return major === undefined ? null : { major, bin: bins[major]! };
}

export interface RestoreChoices {
  owners: boolean;
  privileges: boolean;
}

/**
 * Reads the dump from standard input.
 * @param database an existing one; with `create`, any other to connect to first.
 */
export function restoreArgv(
  bin: string,
  connection: PostgresConnection,
  database: string,
  { owners, privileges }: RestoreChoices,
  create = false,
): string[] {
  return [
    `${bin}/pg_restore`,
    '--exit-on-error',
    ...(create ? ['--create'] : []),
    ...(owners ? [] : ['--no-owner']),
    ...(privileges ? [] : ['--no-privileges']),
    ...connectionOptions(connection),
    databaseOption(database),
  ];
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** One name, as PostgreSQL's programs write it. */
const NAME = '(?:"(?:[^"]|"")+"|[^\\s";]+)';
const LITERAL = "(?: ?E)?'(?:[^']|'')*'";
/** No more than one statement: the dump is somebody else's text, and who restores may do everything. */
const KEPT = new RegExp(
  `^ALTER DATABASE ${NAME} (OWNER TO ${NAME}|SET ${NAME} TO ${LITERAL}(?:, ${LITERAL})*);$`,
  'gm',
);

/** What pg_restore writes above each entry. */
const ENTRY = /^-- Name: .*; Type: ([A-Z ]+); Schema: /gm;
const OF_DATABASE = ['DATABASE', 'DATABASE PROPERTIES', 'COMMENT', 'SECURITY LABEL', 'ACL'];

/** The beginning, which is about the database itself. Behind it users' functions may hold any line. */
function ofDatabase(head: string): string {
  const other = [...head.matchAll(ENTRY)].find((match) => !OF_DATABASE.includes(match[1]!));
  return other ? head.slice(0, other.index) : head;
}

/**
 * Makes a database as the dump says its own was made: encoding, locale, owner, settings; under another name.
 * @param head what headArgv printed.
 */
export function createDatabaseSql(head: string, name: string, owners: boolean): string[] {
  const database = ofDatabase(head);
  const made = new RegExp(`^CREATE DATABASE ${NAME} WITH ([^;]*);$`, 'm').exec(database)?.[1];
  const kept = [...database.matchAll(KEPT)]
    .map((match) => match[1]!)
    .filter((what) => owners || !what.startsWith('OWNER'));
  return [
    `create database ${quoted(name)} with ${made ?? 'template = template0'}`,
    ...kept.map((what) => `alter database ${quoted(name)} ${what}`),
  ];
}

/** Each statement is a transaction of its own: a database cannot be made in a larger one. */
export function statementsArgv(
  bin: string,
  connection: PostgresConnection,
  statements: readonly string[],
  database = 'postgres',
): string[] {
  const [first, ...more] = statements;
  const argv = psqlArgv(bin, connection, first!, database);
  return [...argv, '--set=ON_ERROR_STOP=1', ...more.flatMap((statement) => ['--command', statement])];
}

export function dropDatabaseSql(name: string): string {
  return `drop database if exists ${quoted(name)}`;
}

/** Whether the dump makes the schema public itself, which every new database has: a false failure elsewhere. */
export function makesPublic(head: string): boolean {
  return /^CREATE SCHEMA public;$/m.test(head);
}

/** Then pg_restore makes it as the dump has it. */
export const DROP_PUBLIC_SQL = 'drop schema if exists public restrict';

/** Reads roles and tablespaces from standard input; those that are there already are no reason to stop. */
export function globalsArgv(bin: string, connection: PostgresConnection): string[] {
  return psqlSessionArgv(bin, connection, 'postgres');
}

/** Complaints of restored globals that mean something: that a role exists already does not. */
export function globalsProblems(stderr: readonly string[]): string[] {
  return stderr.filter((line) => /(ERROR|FATAL): /.test(line) && !/already exists$/.test(line.trim()));
}

/** What went wrong, and what to do about it. */
export function explainRestoreFailure(stderr: readonly string[]): { reason: string; next: string } {
  const said = stderr.find((line) => /error:|ERROR:|FATAL:/.test(line)) ?? stderr.at(-1) ?? 'it said nothing';
  const reason = said.replace(/^.*?pg_restore: (error: )?/, '').trim();
  const text = stderr.join('\n');
  const known: [RegExp, string][] = [
    [
      /role "([^"]*)" does not exist/,
      'make the role, restore roles with --globals, or leave rights out with --no-owner --no-privileges',
    ],
    [
      /extension "([^"]*)" is not available|could not open extension control file/,
      "install the extension's package on that server",
    ],
    [/tablespace "([^"]*)" does not exist/, 'make the tablespace there, or restore it with --globals'],
    [/must be superuser|must be owner of|permission denied/, 'restore as a superuser: --db-user postgres'],
    [/unsupported version \(/, 'install the client programs of a newer PostgreSQL'],
    [/No space left on device/, 'make room on the disk of that server'],
    [
      /invalid locale name|new encoding .* is incompatible|locale provider/,
      'make the locale on that server, or make the database yourself and name it with --into',
    ],
  ];
  return { reason, next: known.find(([pattern]) => pattern.test(text))?.[1] ?? '' };
}
