import { expect, it } from 'vitest';
import { missingGrants } from '../../../../agent/decide/mysql-rights.ts';
import { parseServerFacts } from '../../../../agent/tools/mysql-facts.ts';
import { batch } from '../../../support/mysql-answers.ts';

function missing(version: string, grants: string[], databases: string[] | null = null): string[] {
  const facts = parseServerFacts(
    batch(
      ['server', version, '', '0', 'backproof@localhost'],
      ...grants.map((grant) => [`GRANT ${grant} TO \`backproof\`@\`localhost\``]),
      ['end'],
    ),
  );
  return missingGrants(facts!, databases);
}

const MARIADB = '10.11.19-MariaDB-0+deb12u1';

it('asks for nothing where everything may be read', () => {
  expect(missing(MARIADB, ['SELECT, SHOW VIEW, EVENT, TRIGGER, SLAVE MONITOR ON *.*'])).toEqual([]);
  expect(missing(MARIADB, ['ALL PRIVILEGES ON *.*'])).toEqual([]);
  expect(missing('8.0.36', ['SELECT, SHOW VIEW, EVENT, TRIGGER ON *.*'])).toEqual([]);
});

it('names the statement for what would be absent from a dump without a word', () => {
  expect(missing(MARIADB, ['SELECT, SHOW VIEW ON *.*'])).toEqual([
    "GRANT TRIGGER, EVENT ON *.* TO 'backproof'@'localhost'",
  ]);
});

it('is not content with rights to some databases where all are to be dumped', () => {
  const grants = ['USAGE ON *.*', 'ALL PRIVILEGES ON `shop`.*', 'SELECT ON `mysql`.*'];
  expect(missing(MARIADB, grants)).toEqual([
    "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON *.* TO 'backproof'@'localhost'",
  ]);
  expect(missing(MARIADB, grants, ['shop'])).toEqual([]);
});

it('asks for the tables of users and routines: without them mariadb-dump leaves routines out and succeeds', () => {
  expect(missing(MARIADB, ['SELECT, SHOW VIEW, TRIGGER, EVENT ON `shop`.*'], ['shop'])).toEqual([
    "GRANT SELECT ON `mysql`.* TO 'backproof'@'localhost'",
  ]);
});

it('asks MySQL 8 for the rights that only it has', () => {
  const grants = ['SELECT, SHOW VIEW, TRIGGER, EVENT ON `shop`.*', 'SELECT ON `mysql`.*'];
  expect(missing('8.0.36', grants, ['shop'])).toEqual([
    "GRANT SHOW_ROUTINE ON *.* TO 'backproof'@'localhost'",
  ]);
  expect(missing('5.7.44', grants, ['shop'])).toEqual([]);
});
