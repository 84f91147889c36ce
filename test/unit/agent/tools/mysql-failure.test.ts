import { expect, it } from 'vitest';
import { errorLine, explainMysqlFailure } from '../../../../agent/tools/mysql-failure.ts';
import { mysqlJob } from '../../../support/job-specs.ts';

const { connection } = mysqlJob();

// As mariadb-dump 10.11.19, mariadb 10.11.19, mysqldump 9.7.4 and mysql 9.7.4 wrote them.
it.each([
  ["ERROR 2002 (HY000): Can't connect to local server through socket '/x' (2)", 'No server answers at /run'],
  [
    "ERROR 1045 (28000): Access denied for user 'b'@'localhost' (using password: NO)",
    'connection.defaults_file',
  ],
  [
    "ERROR 2013 (HY000): Lost connection to server at 'handshake: reading initial communication packet'",
    'hangs',
  ],
  [
    'mariadb-dump: Error 2013: Lost connection to server during query when dumping table `t` at row: 138',
    'net_write_timeout',
  ],
  ['ERROR 2013 (HY000) at line 3: Lost connection to server during query', 'broke'],
  ["mysqldump: Couldn't execute 'SELECT COLUMN_NAME ... COLUMN_STATISTICS'", 'of its own kind'],
  [
    "mariadb-dump: Couldn't execute 'SHOW FIELDS FROM `v`': View 'f1.v' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack rights to use them (1356)",
    'drop the view or mend it',
  ],
  [
    "mariadb-dump: Error 126: Index for table './f2/t.MYI' is corrupt; try to repair it when dumping table `t` at row: 0",
    'REPAIR TABLE',
  ],
  [
    "mariadb-dump: Got error: 1226: \"User 'lim' has exceeded the 'max_user_connections' resource (current value: 1)\" when trying to connect",
    'max_connections',
  ],
  [
    'mariadb-dump: Got error: 4151: "Access denied, this account is locked" when trying to connect',
    'ACCOUNT UNLOCK',
  ],
  [
    "mysqldump: Got error: 3118: Access denied for user 'ex'@'localhost'. Account is locked. when trying to connect",
    'ACCOUNT UNLOCK',
  ],
  [
    'mysqldump: Got error: 1862: Your password has expired. To log in you must change it using a client that supports expired passwords. when trying to connect',
    'PASSWORD EXPIRE NEVER',
  ],
  [
    'mysqldump: Error 3024: Query execution was interrupted, maximum statement execution time exceeded when dumping table `t` at row: 0',
    'max_execution_time',
  ],
  [
    "ERROR 2061 (HY000): Authentication plugin 'caching_sha2_password' reported error: Authentication requires secure connection.",
    'the socket or TLS',
  ],
  ['ERROR 1205 (HY000) at line 1: Lock wait timeout exceeded; try restarting transaction', 'PROCESSLIST'],
])('says what to do about %s', (said, what) => {
  const sentence = explainMysqlFailure(said, connection);
  expect(sentence).toContain(what);
  expect(sentence).toContain(said.slice(0, 20));
});

it('never takes a statement for the error: mariadb prints the one that failed, with what customers wrote', () => {
  const said = [
    '--------------',
    "INSERT INTO `letters` VALUES (1,'Access denied! error 1045, says Mrs. Müller')",
    '--------------',
    '',
    'ERROR 2006 (HY000) at line 45: Server has gone away',
  ].join('\n');
  expect(errorLine(said)).toBe('ERROR 2006 (HY000) at line 45: Server has gone away');
  expect(explainMysqlFailure(said, connection)).not.toMatch(/Müller|does not let this user in/);
});

it('says at least where a client failed that said nothing', () => {
  expect(explainMysqlFailure('', connection)).toBe(
    'The client program failed at /run/mysqld/mysqld.sock. It said nothing.',
  );
});
