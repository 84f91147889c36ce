import { expect, it } from 'vitest';
import { mayDo, parseGrant } from '../../../../agent/tools/mysql-grants.ts';

const grants = (...lines: string[]) => lines.map((line) => parseGrant(line)!);

it('reads lines of SHOW GRANTS, with the rights to columns left out', () => {
  expect(
    parseGrant('GRANT SELECT (`id`, `name`), INSERT, SHOW VIEW ON `shop`.`customer` TO `u`@`%`'),
  ).toEqual({ grants: true, rights: ['INSERT', 'SHOW VIEW'], database: 'shop', object: 'customer' });
  expect(parseGrant('GRANT BACKUP_ADMIN,BINLOG_ADMIN ON *.* TO `u`@`%`')?.rights).toEqual([
    'BACKUP_ADMIN',
    'BINLOG_ADMIN',
  ]);
});

it('takes no role, proxy or routine for a right to tables', () => {
  expect(parseGrant('GRANT `reader` TO `u`@`%`')).toBeNull();
  expect(parseGrant('GRANT PROXY ON ``@`%` TO `root`@`localhost` WITH GRANT OPTION')).toBeNull();
  expect(parseGrant('GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `u`@`%`')?.object).toBe('p');
});

it('knows patterns of database names, and what is escaped in them', () => {
  const some = grants('GRANT SELECT ON `shop\\_%`.* TO `u`@`%`', 'GRANT SELECT ON `a``b_`.* TO `u`@`%`');
  expect(mayDo(some, 'SELECT', 'shop_1')).toBe(true);
  expect(mayDo(some, 'SELECT', 'shopx1')).toBe(false);
  expect(mayDo(some, 'SELECT', 'a`bc')).toBe(true);
  expect(mayDo(some, 'SELECT', null)).toBe(false);
});

it('sees the holes that a partial revoke leaves', () => {
  const some = grants('GRANT SELECT ON *.* TO `u`@`%`', 'REVOKE SELECT ON `mysql`.* FROM `u`@`%`');
  expect(mayDo(some, 'SELECT', 'shop')).toBe(true);
  expect(mayDo(some, 'SELECT', 'mysql')).toBe(false);
});
