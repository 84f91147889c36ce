/** What the complaints of MySQL's and MariaDB's client programs mean. Pure. */
import { type MysqlConnection, placeOf } from './mysql.ts';

/** Beside what the server or the program says, which is the most of it; the first that fits. */
const KNOWN: [RegExp, (where: string) => string][] = [
  [
    /reading initial communication packet/,
    (where) =>
      `The server at ${where} takes connections and says nothing; it hangs, or has no connection left.`,
  ],
  [
    /\b(1040|1203|1226)\b|Too many connections/,
    (where) =>
      `The server at ${where} has no connection left for this user; raise max_connections or the user's own limit, or find what holds them.`,
  ],
  [
    /\b(1129|1130)\b|is not allowed to connect|is blocked because of/,
    (where) =>
      `The server at ${where} takes no connection from this host; see the host part of the user's account, or flush the hosts it has blocked.`,
  ],
  [
    /\b(1820|1862|3118|4151)\b|password has expired|must reset your password|account is locked/i,
    (where) =>
      `The account is locked or its password has expired at ${where}; as an admin: ALTER USER ... PASSWORD EXPIRE NEVER ACCOUNT UNLOCK.`,
  ],
  [
    /\b(2061|1524|2059)\b|requires secure connection|cannot be loaded|is not loaded/,
    (where) =>
      `The server at ${where} and the client programs share no way to log in for this user; use the server's own client programs, and the socket or TLS.`,
  ],
  [
    /Can't connect to|\((2002|2003|2005)\)|Connection refused/,
    (where) => `No server answers at ${where}; see whether it runs and the connection is right.`,
  ],
  [
    /Access denied for user .*using password|\(1045\)|\(1698\)/,
    (where) =>
      `The server at ${where} does not let this user in; put user and password into a file that connection.defaults_file names (mode 0600), or let the agent's user in by unix_socket.`,
  ],
  [
    /\(1356\)|ERROR 1356|references invalid table/,
    () =>
      `A view names a table, column or function that is gone, or its definer may not read it; drop the view or mend it, for until then the database cannot be dumped.`,
  ],
  [
    /\b(126|127|144|145|1034|1194|1195)\b.*(corrupt|crashed|repair)|is marked as crashed|is corrupt; try to repair/s,
    () =>
      `A table is damaged and cannot be read to its end; repair it (REPAIR TABLE, aria_chk, myisamchk) and see to the disk.`,
  ],
  [
    /\b(1812|1932|1877)\b|doesn't exist in engine|Tablespace is missing/,
    () => `The file of an InnoDB table is gone or unreadable; the server's error log names it.`,
  ],
  [
    /\b(1969|3024)\b|max_statement_time exceeded|maximum statement execution time exceeded/,
    () =>
      `The server ends statements that take longer than its max_statement_time or max_execution_time; lift that for this user.`,
  ],
  [
    /\b1205\b|Lock wait timeout exceeded/,
    () =>
      `A table stayed locked by somebody else for longer than lock_wait_timeout; see SHOW PROCESSLIST while a dump waits.`,
  ],
  [
    /command denied to user|Access denied|insufficient privileges|\((1044|1142|1227)\)/,
    (where) =>
      `The server at ${where} does not let this user read everything; docs/operations.md has the grants.`,
  ],
  [
    /Table definition has changed|\(1412\)/,
    () => `A table was altered while it was dumped; the dump was ended, and the next run will tell.`,
  ],
  [
    /\b2013\b.*when dumping table/,
    (where) =>
      `The server at ${where} ended the connection in the middle of a table: the repository took nothing for longer than net_write_timeout (60 s; raise it), or the server's error log knows why.`,
  ],
  [
    /Lost connection|server has gone away|\((2006|2013|2026)\)/,
    (where) =>
      `The connection to the server at ${where} broke while it was dumped; see the server's error log.`,
  ],
  [
    /SHOW CREATE USER.*\(1133\)/s,
    (where) =>
      `The server at ${where} runs with skip_name_resolve and has an account with a host name, which can never log in and cannot be dumped; drop that account.`,
  ],
  [/Unknown database|\(1049\)/, (where) => `The server at ${where} has no such database (any more).`],
  [
    /COLUMN_STATISTICS/i,
    (where) =>
      `The dump program is MySQL 8's and the server at ${where} is older or MariaDB; install the client programs of its own kind.`,
  ],
];

/** What a client program's complaint means, in one sentence. */
export function explainMysqlFailure(said: string, connection: MysqlConnection): string {
  const where = placeOf(connection);
  const line = errorLine(said);
  const found = KNOWN.find(([pattern]) => pattern.test(line));
  const words = line === '' ? 'It said nothing.' : `It said: ${line}`;
  return found ? `${found[1](where)} (${words})` : `The client program failed at ${where}. ${words}`;
}

const QUOTE_CHARS_MAX = 300;
/** How the programs begin an error; MariaDB's client prints the whole statement before it, with its values. */
const ERROR = /^(ERROR \d+|(mariadb|mysql)(-dump|dump)?: )/;

/** The line that is the error. Never a line of a statement: that is data. */
export function errorLine(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((one) => ERROR.test(one) && !/\[Warning\]/.test(one)) ?? lines.at(-1) ?? '';
  return line.trim().slice(0, QUOTE_CHARS_MAX);
}
