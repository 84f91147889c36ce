import { expect, it } from 'vitest';
import {
  explainMysqlRestore,
  isAbsence,
  isForbidden,
  sqlErrors,
} from '../../../../agent/tools/mysql-restore-failure.ts';
import { mysqlJob } from '../../../support/job-specs.ts';

const { connection } = mysqlJob();

// As mariadb 10.11.19 and mysql 9.7.4 wrote them.
it.each([
  ['ERROR 2006 (HY000) at line 45: Server has gone away', 'max_allowed_packet'],
  [
    "ERROR 1153 (08S01) at line 44: Got a packet bigger than 'max_allowed_packet' bytes",
    'max_allowed_packet',
  ],
  [
    'ERROR 1418 (HY000) at line 44: This function has none of DETERMINISTIC, NO SQL, or READS SQL DATA in its declaration and binary logging is enabled (you *might* want to use the less safe log_bin_trust_function_creators variable)',
    'SET GLOBAL log_bin_trust_function_creators = 1',
  ],
  ["ERROR 3510 (HY000) at line 33: Tablespace ts1 doesn't exist.", 'make the tablespace there first'],
  ["ERROR 1146 (42S02) at line 64: Table 'fb.t' doesn't exist", 'table of another database'],
  ["ERROR 1273 (HY000) at line 25: Unknown collation: 'utf8mb4_0900_ai_ci'", 'at least as new'],
])('says what to do about %s', (said, what) => {
  const { why, next } = explainMysqlRestore(`--------------\nINSERT\n--------------\n\n${said}`, connection);
  expect(why).toContain(said.slice(0, 40));
  expect(next).toContain(what);
});

it('passes on what is known of any client, where a restore is nothing special', () => {
  const refused = explainMysqlRestore("ERROR 2002 (HY000): Can't connect to local server", connection);
  expect(refused.why).toContain('No server answers');
});

it('reads the errors of a client that went on, and which of them a database will heal', () => {
  const [absent, forbidden, other, ...more] = sqlErrors([
    'GRANT SELECT ON `shop`.`customer` TO `shop`@`localhost`',
    '--------------',
    '',
    "ERROR 1146 (42S02) at line 56: Table 'shop.customer' doesn't exist",
    'ERROR 1227 (42000) at line 57: Access denied; you need (at least one of) the CREATE USER privilege(s) for this operation',
    "ERROR 1524 (HY000) at line 7: Plugin 'mysql_native_password' is not loaded",
  ]);
  expect(more).toEqual([]);
  expect([absent, forbidden, other].map((error) => isAbsence(error!))).toEqual([true, false, false]);
  expect([absent, forbidden, other].map((error) => isForbidden(error!))).toEqual([false, true, false]);
  expect(other).toEqual({
    code: 1524,
    text: "ERROR 1524 (HY000) at line 7: Plugin 'mysql_native_password' is not loaded",
  });
});
