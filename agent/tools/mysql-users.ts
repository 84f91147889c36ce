/**
 * Users, roles and grants of a MySQL server as statements: mysqldump has nothing for them, so they are asked for
 * one by one and written down here. Pure.
 */
import { atLeast } from './mysql.ts';
import { batchRows } from './mysql-batch.ts';

export interface Account {
  user: string;
  host: string;
}

/** The server's own, which every server makes by itself. */
const SYSTEM_USERS = ['mysql.sys', 'mysql.session', 'mysql.infoschema'];

export const ACCOUNTS_SQL = [
  `select 'account', user, host from mysql.user order by user, host`,
  `select 'end'`,
];

/** Null when the client printed something else, or not all of it. */
export function parseAccounts(stdout: string): Account[] | null {
  const rows = batchRows(stdout);
  if (rows.at(-1)?.[0] !== 'end') return null;
  return rows
    .filter(([tag, user]) => tag === 'account' && !SYSTEM_USERS.includes(user!))
    .map(([, user, host]) => ({ user: user!, host: host! }));
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** The statements to ask them with, on standard input: there may be thousands. */
export function grantsScript(accounts: readonly Account[], serverVersion: string): string {
  return [
    `set session sql_mode = ''`,
    // caching_sha2_password hashes are bytes that no text can hold (8.0.17).
    ...(atLeast(serverVersion, '8.0.17') ? ['set session print_identified_with_as_hex = 1'] : []),
    ...accounts.flatMap(({ user, host }) => {
      const account = `${quoted(user)}@${quoted(host)}`;
      return [`select 'account'`, `show create user ${account}`, `show grants for ${account}`];
    }),
    `select 'end'`,
  ]
    .map((one) => `${one};\n`)
    .join('');
}

const NAME = "(?:`(?:[^`]|``)*`|'(?:[^']|'')*')";
const ACCOUNT = `${NAME}@${NAME}`;
const CREATED = new RegExp(`^CREATE USER (${ACCOUNT})`);
/** Of a CREATE USER, which fails while the role is not there. */
const DEFAULT_ROLE = new RegExp(` DEFAULT ROLE (${ACCOUNT}(?:,\\s*${ACCOUNT})*)`);

/**
 * Statements that make them anew, with the mark at their end; accounts that are there already stay as they are.
 * @returns null when an account's answer is missing.
 */
export function usersDump(
  stdout: string,
  accounts: readonly Account[],
  serverVersion: string,
): string | null {
  const lines = batchRows(stdout).map(([line]) => line!);
  if (lines.at(-1) !== 'end') return null;
  const creations: string[] = [];
  const rest: string[] = [];
  for (const line of lines) {
    const created = CREATED.exec(line);
    const roles = DEFAULT_ROLE.exec(line)?.[1];
    if (created)
      creations.push(line.replace(/^CREATE USER /, 'CREATE USER IF NOT EXISTS ').replace(DEFAULT_ROLE, ''));
    else if (/^(GRANT|REVOKE) /.test(line)) rest.push(line);
    if (created && roles) rest.push(`ALTER USER ${created[1]} DEFAULT ROLE ${roles}`);
  }
  if (creations.length !== accounts.length) return null;
  // A default role has to be granted first.
  const ordered = [
    ...rest.filter((one) => !one.startsWith('ALTER')),
    ...rest.filter((one) => one.startsWith('ALTER')),
  ];
  const statements = [...creations, ...ordered].map((one) => `${one};\n`).join('');
  // As they were asked for: under NO_BACKSLASH_ESCAPES a comment with a quote in it would be no statement.
  const head = `-- Users and grants of MySQL ${serverVersion}\n\nSET SESSION sql_mode = '';\n`;
  return `${head}${statements}\n-- Dump completed\n`;
}
