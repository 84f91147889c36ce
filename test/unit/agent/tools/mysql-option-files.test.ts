import { expect, it } from 'vitest';
import { optionProblem, printDefaultsArgv } from '../../../../agent/tools/mysql-option-files.ts';
import { MARIADB, mysqlJob } from '../../../support/job-specs.ts';

/** As mariadb-dump 10.11.19 prints it. */
const printed = (options: string) =>
  `mariadb-dump would have been started with the following arguments:\n${options} \n`;

it.each([
  ['--user=backproof --password=pass word --no-data --quick', 'no-data'],
  ['--ignore-table=shop.log --ignore-table=shop.trace', 'ignore-table'],
  ['--where=id > 7 --no_create_info', 'where, no-create-info'],
  ['--quick --skip-quote-names --tz-utc=0', 'skip-quote-names, tz-utc'],
  ['--loose-ignore-database=scratch', 'ignore-database'],
])('finds what makes dumps lack something in %s', (options, names) => {
  const problem = optionProblem(printed(options), MARIADB);
  expect(problem).toContain(` ${names}, and its dumps`);
  expect(problem).not.toContain('pass');
});

it.each([
  '',
  '--socket=/run/mysqld/mysqld.sock --quick --quote-names --max_allowed_packet=16M',
  '--user=backproof --password=***** --no-data=0 --tz-utc=1 --single-transaction --events',
])('has nothing against %j', (options) => {
  expect(optionProblem(printed(options), MARIADB)).toBeNull();
});

it('asks about the option file that dumps are made with', () => {
  const connection = { ...mysqlJob().connection, defaultsFile: '/etc/backproof/my.cnf' };
  const argv = [MARIADB.dump, '--defaults-file=/etc/backproof/my.cnf', '--print-defaults'];
  expect(printDefaultsArgv(MARIADB, connection)).toEqual(argv);
  expect(printDefaultsArgv(MARIADB, mysqlJob().connection)).toEqual([MARIADB.dump, '--print-defaults']);
});
