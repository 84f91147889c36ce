/**
 * Command lines of the client programs of MySQL and MariaDB. Pure.
 * Passwords come from option files or are not needed (unix_socket): never from here.
 */

export interface MysqlConnection {
  /** Path of the unix socket. */
  socket: string | null;
  host: string | null;
  port: number | null;
  user: string | null;
  /** The only option file that is read; null: the programs' own. */
  defaultsFile: string | null;
}

export type Flavour = 'MariaDB' | 'MySQL';

/** The client programs of this machine. */
export interface MysqlPrograms {
  flavour: Flavour;
  /** `10.11.19` */
  version: string;
  /** Path of `mariadb` or `mysql`. */
  client: string;
  /** Path of `mariadb-dump` or `mysqldump`. */
  dump: string;
}

/** What the programs are called, the better names first. */
export const MYSQL_PROGRAM_NAMES: readonly { client: string; dump: string }[] = [
  { client: 'mariadb', dump: 'mariadb-dump' },
  { client: 'mysql', dump: 'mysqldump' },
];

/** Covers the greeting too: a server that accepts and then says nothing. */
const CONNECT_SECONDS = 15;

/**
 * What `mariadb-dump --version` or `mysqldump --version` printed, null when it is something else:
 * `... Ver 10.19 Distrib 10.5.23-MariaDB`, `... from 11.8.6-MariaDB`, `... Ver 8.0.36 for Linux`.
 */
export function parseProgramVersion(stdout: string): { flavour: Flavour; version: string } | null {
  const version = /(?:Distrib|from|Ver) (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  return version ? { flavour: /MariaDB/.test(stdout) ? 'MariaDB' : 'MySQL', version } : null;
}

/** Whether `version` is at least `wanted`; both like `10.5.9`. */
export function atLeast(version: string, wanted: string): boolean {
  const is = version.split('.').map(Number);
  for (const [at, part] of wanted.split('.').map(Number).entries()) {
    const own = is[at] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

export function connectionOptions(connection: MysqlConnection): string[] {
  const { socket, host, port, user, defaultsFile } = connection;
  return [
    // Has to be the first.
    ...(defaultsFile === null ? [] : [`--defaults-file=${defaultsFile}`]),
    ...(socket === null ? [] : ['--protocol=socket', `--socket=${socket}`]),
    // Without the protocol, "localhost" would mean the socket.
    ...(host === null ? [] : ['--protocol=tcp', `--host=${host}`]),
    ...(port === null ? [] : [`--port=${port}`]),
    ...(user === null ? [] : [`--user=${user}`]),
    '--default-character-set=utf8mb4',
  ];
}

/** Names are quoted in one way whatever the server's sql_mode is. */
const PLAIN_SQL_MODE = `set session sql_mode = ''`;

/** @param names whether every result begins with the names of its columns. */
export function queryArgv(
  programs: MysqlPrograms,
  connection: MysqlConnection,
  statements: readonly string[],
  names: 'with-names' | 'without-names',
): string[] {
  return [
    programs.client,
    ...connectionOptions(connection),
    '--batch',
    ...(names === 'without-names' ? ['--skip-column-names'] : []),
    '--no-auto-rehash',
    `--connect-timeout=${CONNECT_SECONDS}`,
    `--execute=${[PLAIN_SQL_MODE, ...statements].join('; ')}`,
  ];
}

/** A client that reads statements from its standard input, and ends at the first that fails. */
export function scriptArgv(programs: MysqlPrograms, connection: MysqlConnection): string[] {
  const how = ['--batch', '--skip-column-names', '--no-auto-rehash', `--connect-timeout=${CONNECT_SECONDS}`];
  return [programs.client, ...connectionOptions(connection), ...how];
}

/** A client that answers questions on its standard input one by one, and goes on after those it cannot answer. */
export function sessionArgv(programs: MysqlPrograms, connection: MysqlConnection): string[] {
  const how = ['--batch', '--skip-column-names', '--unbuffered', '--force', '--no-auto-rehash'];
  const options = connectionOptions(connection);
  return [programs.client, ...options, ...how, `--connect-timeout=${CONNECT_SECONDS}`];
}

/** Rows longer than this exist nowhere: the protocol's own bound. */
const PACKET_MAX = '1G';

function dumpOptions(connection: MysqlConnection): string[] {
  return [
    ...connectionOptions(connection),
    // The mark at the end is a comment, and without it nobody knows a whole dump from half of one.
    '--comments',
    `--max-allowed-packet=${PACKET_MAX}`,
  ];
}

/** Since this version of both, mariadb-dump writes what system-versioned tables held before, and it can be restored. */
export const HISTORY_SINCE = '10.11.0';

/**
 * One database with everything in it, from one snapshot as far as its tables are transactional.
 * @param history also of what its tables held before (MariaDB's system versioning).
 */
export function dumpArgv(
  programs: MysqlPrograms,
  connection: MysqlConnection,
  database: string,
  history = false,
): string[] {
  return [
    programs.dump,
    ...dumpOptions(connection),
    '--single-transaction',
    '--quick',
    '--routines',
    '--events',
    '--triggers',
    '--hex-blob',
    // NDB's alone, and asking for them takes the PROCESS privilege (MySQL 8.0.21).
    '--no-tablespaces',
    // A dump of one database that sets the whole server's GTIDs cannot be restored beside others.
    ...(programs.flavour === 'MySQL' ? ['--set-gtid-purged=OFF'] : []),
    ...(history ? ['--dump-history'] : []),
    // With its own CREATE DATABASE: character set and collation belong to it.
    '--databases',
    '--',
    database,
  ];
}

/** Since these, mariadb-dump writes users and roles as statements (MDEV-23630). */
const SYSTEM_USERS_SINCE: readonly string[] = ['10.2.37', '10.3.28', '10.4.18', '10.5.9'];

/** Whether these programs can write users, roles and grants, or ask for them. */
export function dumpsUsers({ flavour, version }: Pick<MysqlPrograms, 'flavour' | 'version'>): boolean {
  if (flavour !== 'MariaDB') return true;
  const branch = version.split('.').slice(0, 2).join('.');
  const since = SYSTEM_USERS_SINCE.find((one) => one.startsWith(`${branch}.`));
  return atLeast(version, since ?? SYSTEM_USERS_SINCE.at(-1)!);
}

/**
 * Users, roles and what is granted to them, and what tables and routines need beside: foreign servers and functions
 * of libraries. Restoring it leaves accounts alone that are there already.
 */
export function dumpUsersArgv(programs: MysqlPrograms, connection: MysqlConnection): string[] {
  return [programs.dump, ...dumpOptions(connection), '--insert-ignore', '--system=users,servers,udfs'];
}

export function placeOf({ socket, host, port, defaultsFile }: MysqlConnection): string {
  const place = socket ?? (host === null ? null : `${host}${port === null ? '' : `, port ${port}`}`);
  if (place !== null) return place;
  return defaultsFile === null ? 'the default socket' : `the server that ${defaultsFile} names`;
}
