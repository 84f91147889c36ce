/** What the client programs of MariaDB and MySQL print on a machine where all is well. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../golden/mysql');

/** What MySQL's own client printed; the files say which, and test/golden/record-mysql how. */
export function recordedMysql(name: string): string {
  return readFileSync(join(folder, `${name}.txt`), 'utf8').replace(/^#.*\n/gm, '');
}

export const batch = (...rows: string[][]) => rows.map((row) => `${row.join('\t')}\n`).join('');

const GRANTS = 'SELECT, SHOW VIEW, EVENT, TRIGGER';

export function factsAnswer(version: string, change: string[][] = []): string {
  return batch(
    ['server', version, 'Debian 12', '0', 'backproof@localhost'],
    ['database', 'shop'],
    ['database', 'odd\\tname/ü'],
    [`GRANT ${GRANTS} ON *.* TO \`backproof\`@\`localhost\``],
    ...change,
    ['end'],
  );
}

/** @param question what a held client was asked. */
export function mysqlAnswers(version: string, argv: readonly string[], question: string): string {
  const sql = question || argv.at(-1)!;
  if (/(slaves|replica) status/.test(sql)) return 'asked\n1\n';
  if (sql.includes("'server'")) return factsAnswer(version);
  if (sql.includes("'position'")) return batch(['position', 'bin.000001:4', '1', '77']);
  if (sql.includes("'object'")) return batch(['object', 'triggers', '1'], ['object', 'events', '0']);
  if (sql.includes("'tables'")) return batch(['table', 'customer', '16384'], ['tables']);
  if (sql.includes('count(*)')) return batch(['count', '0', '3', sql.includes('sha2') ? '42' : '']);
  if (sql.includes('mysql.user')) return recordedMysql('9.7-accounts');
  return recordedMysql('9.7-users');
}
