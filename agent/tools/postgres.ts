/** Command lines and complaints of PostgreSQL's client programs. Pure. */
import { FACTS_SQL } from './postgres-facts.ts';

export interface PostgresConnection {
  /** Folder of the unix socket or a host name; null for the programs' default. */
  host: string | null;
  port: number | null;
  user: string | null;
}

/** The database every server has, for questions about the server itself. */
export const QUESTIONS_DATABASE = 'postgres';

export function connectionOptions(connection: PostgresConnection): string[] {
  return [
    // Never asks for a password: PGPASSFILE, peer authentication or a clear failure.
    '--no-password',
    ...(connection.host === null ? [] : ['--host', connection.host]),
    ...(connection.port === null ? [] : ['--port', String(connection.port)]),
    ...(connection.user === null ? [] : ['--username', connection.user]),
  ];
}

/** A database's name as a connection string, since a bare name may look like one (libpq, "dbname"). */
export function databaseOption(database: string): string {
  return `--dbname=dbname='${database.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** One question to the server, its answer unaligned and without a header. */
export function psqlArgv(
  bin: string,
  connection: PostgresConnection,
  sql: string,
  database = QUESTIONS_DATABASE,
): string[] {
  return [...psqlSessionArgv(bin, connection, database), '--command', sql];
}

/** What a question to a psql that is held open lets it print last. */
export const ANSWER_END = 'backproof: answered';

/** A psql that reads questions from its standard input. */
export function psqlSessionArgv(bin: string, connection: PostgresConnection, database: string): string[] {
  return [
    `${bin}/psql`,
    '--no-psqlrc',
    '--quiet',
    '--no-align',
    '--tuples-only',
    ...connectionOptions(connection),
    databaseOption(database),
  ];
}

/** @param laterSeconds the server waits so long before it answers. */
export function serverFactsArgv(bin: string, connection: PostgresConnection, laterSeconds = 0): string[] {
  const argv = psqlArgv(bin, connection, FACTS_SQL);
  return laterSeconds === 0 ? argv : argv.toSpliced(-2, 0, '--command', `select pg_sleep(${laterSeconds})`);
}

/** For the locks of all tables, which somebody's ALTER TABLE may hold. */
const LOCK_WAIT = '15min';

/**
 * One database in custom format, uncompressed: compression is borg's, or its deduplication finds nothing.
 * @param snapshot one that another session exported; null for pg_dump's own.
 */
export function dumpArgv(
  bin: string,
  connection: PostgresConnection,
  database: string,
  snapshot: string | null,
): string[] {
  return [
    `${bin}/pg_dump`,
    '--format=custom',
    '--compress=0',
    `--lock-wait-timeout=${LOCK_WAIT}`,
    ...(snapshot === null ? [] : [`--snapshot=${snapshot}`]),
    ...connectionOptions(connection),
    databaseOption(database),
  ];
}

/** Roles and tablespaces. Only a superuser may read the roles' password hashes. */
export function dumpGlobalsArgv(bin: string, connection: PostgresConnection, superuser: boolean): string[] {
  return [
    `${bin}/pg_dumpall`,
    '--globals-only',
    ...(superuser ? [] : ['--no-role-passwords']),
    ...connectionOptions(connection),
  ];
}

/**
 * The folder of client programs to use with a server: its own major, otherwise the next newer one, otherwise
 * none, since pg_dump refuses servers newer than itself.
 * @param bins major -> folder.
 */
export function chooseClient(
  bins: Record<number, string>,
  serverMajor: number,
): { major: number; bin: string } | null {
  const major = Object.keys(bins)
    .map(Number)
    .filter((one) => one >= serverMajor)
    .sort((a, b) => a - b)[0];
  return major === undefined ? null : { major, bin: bins[major]! };
}

/** The newest installed client, for questions to a server whose version is not known yet. */
export function newestClient(bins: Record<number, string>): { major: number; bin: string } | null {
  const major = Object.keys(bins)
    .map(Number)
    .sort((a, b) => b - a)[0];
  return major === undefined ? null : { major, bin: bins[major]! };
}

/** What a client program's complaint means, in one sentence; its own words where they are clear enough. */
export function explainPostgresFailure(text: string, where: string): string {
  const known: [RegExp, string][] = [
    [
      /Connection refused|No such file or directory\s*\n?.*Is the server running|connection to server .*failed: No such file/s,
      `PostgreSQL does not answer at ${where}; see whether the server runs and the connection's host and port are right.`,
    ],
    [
      /timeout expired/,
      `PostgreSQL at ${where} takes the connection and does not answer; see what the server is doing, and whether it is one.`,
    ],
    [
      /no password supplied|password authentication failed/,
      `PostgreSQL at ${where} refuses the password; put it into the agent's ~/.pgpass (mode 0600) or set PGPASSFILE.`,
    ],
    [
      /Peer authentication failed|no pg_hba\.conf entry/,
      `PostgreSQL at ${where} does not let this user in; allow it in pg_hba.conf, or name another user under connection.`,
    ],
    [
      /the database system is (starting up|shutting down|in recovery mode)/,
      `PostgreSQL at ${where} is starting up or shutting down; the next run will tell.`,
    ],
    [
      /permission denied for/,
      `PostgreSQL at ${where} does not let this role read everything; grant it pg_read_all_data.`,
    ],
    [
      /server version mismatch/,
      `The client is older than the PostgreSQL server at ${where}; install the client programs of the server's own major.`,
    ],
  ];
  const found = known.find(([pattern]) => pattern.test(text));
  if (found) return `${found[1]}${quoted(text)}`;
  return `PostgreSQL's client failed at ${where}:${quoted(text) || ' it said nothing.'}`;
}

const QUOTE_CHARS_MAX = 300;

/** The first line that is an error, as a quotation. */
function quoted(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((one) => /error|fatal/i.test(one)) ?? lines[0];
  return line ? ` (It said: ${line.trim().slice(0, QUOTE_CHARS_MAX)})` : '';
}
