/**
 * What an account may read. It has to be looked at beforehand, because what it may not see is silently absent:
 * mariadb-dump ends with 0 and without the routines, and a database nobody let it see is not in the list. Pure.
 */

export interface Grant {
  /** False: `REVOKE`, a hole in a wider right (MySQL 8.0.16). */
  grants: boolean;
  /** In capitals; `ALL PRIVILEGES` is every one of them. */
  rights: string[];
  /** `*`, or a LIKE pattern of names. */
  database: string;
  /** `*` or a name. */
  object: string;
}

const NAME = '\\*|`(?:[^`]|``)*`';
const GRANT = new RegExp(
  `^(GRANT|REVOKE) (.+?) ON (?:(?:TABLE|FUNCTION|PROCEDURE) )?(${NAME})\\.(${NAME}) (?:TO|FROM) `,
);

/** A line of SHOW GRANTS; null when it grants something else, such as a role. */
export function parseGrant(line: string): Grant | null {
  const found = GRANT.exec(line);
  if (!found) return null;
  const [, verb, rights, database, object] = found;
  return {
    grants: verb === 'GRANT',
    // `SELECT (id, name)` is a right to columns only, which is none to the table.
    rights: rights!.split(/,\s*(?![^()]*\))/).filter((right) => !right.includes('(')),
    database: unquoted(database!),
    object: unquoted(object!),
  };
}

function unquoted(name: string): string {
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
}

/** Whether an account has a right to all of a database (null: to all of the server). */
export function mayDo(grants: readonly Grant[], right: string, database: string | null): boolean {
  const reaching = grants.filter(
    (grant) =>
      grant.object === '*' &&
      (grant.database === '*' || (database !== null && matches(grant.database, database))) &&
      (grant.rights.includes(right) || grant.rights.includes('ALL PRIVILEGES')),
  );
  return reaching.some((grant) => grant.grants) && !reaching.some((grant) => !grant.grants);
}

/** A database in a grant is a pattern: `_` is any sign, `%` any signs, `\` takes the next as it is. */
function matches(pattern: string, name: string): boolean {
  const source = pattern.replace(/\\?[\s\S]/g, (sign) => {
    if (sign === '%') return '[\\s\\S]*';
    if (sign === '_') return '[\\s\\S]';
    return sign.at(-1)!.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`).test(name);
}
