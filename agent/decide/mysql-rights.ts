/** Which rights a user lacks for a dump with nothing missing from it. Pure. */

import { atLeast } from '../tools/mysql.ts';
import type { MysqlFacts } from '../tools/mysql-facts.ts';
import { mayDo } from '../tools/mysql-grants.ts';

/** Tables, views, triggers and events of a database; without TRIGGER they are left out without a word. */
const OF_A_DATABASE = ['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT'];

/**
 * What an admin has to grant, as statements; none when nothing is missing.
 * @param databases null: all there are, so that what the user may not see counts as well.
 */
export function missingGrants(facts: MysqlFacts, databases: readonly string[] | null): string[] {
  const { grants } = facts;
  const to = accountOf(facts.account);
  const missing: string[] = [];
  for (const database of databases ?? [null]) {
    const rights = OF_A_DATABASE.filter((right) => !mayDo(grants, right, database));
    const on = database === null ? '*.*' : `\`${database.replaceAll('`', '``')}\`.*`;
    if (rights.length > 0) missing.push(`GRANT ${rights.join(', ')} ON ${on} TO ${to}`);
  }
  // Users and grants, and the routines of every database.
  if (!mayDo(grants, 'SELECT', 'mysql') && databases !== null)
    missing.push(`GRANT SELECT ON \`mysql\`.* TO ${to}`);
  if (!routinesAreSeen(facts)) missing.push(`GRANT SHOW_ROUTINE ON *.* TO ${to}`);
  return missing;
}

/** Up to 5.7 and in MariaDB routines are read from `mysql`; MySQL 8 asks for a right of their own, or all tables. */
function routinesAreSeen({ flavour, version, grants }: MysqlFacts): boolean {
  if (flavour === 'MariaDB' || !atLeast(version, '8.0.20')) return true;
  return mayDo(grants, 'SHOW_ROUTINE', null) || mayDo(grants, 'SELECT', null);
}

/** `bp@localhost`, as CURRENT_USER() gives it, in the form that GRANT takes. */
function accountOf(account: string): string {
  const at = account.lastIndexOf('@');
  const quoted = (name: string) => `'${name.replaceAll("'", "''")}'`;
  return `${quoted(account.slice(0, at))}@${quoted(account.slice(at + 1))}`;
}
