import { describe, expect, it } from 'vitest';
import {
  chooseClient,
  dumpArgv,
  dumpGlobalsArgv,
  explainPostgresFailure,
  newestClient,
  serverFactsArgv,
} from '../../../../agent/tools/postgres.ts';

const connection = { host: '/run/postgresql', port: 5433, user: 'backproof' };
const bins = { 13: '/13', 15: '/15', 17: '/17' };

it("takes the server's own major, else the next newer, never an older one", () => {
  expect(chooseClient(bins, 15)).toEqual({ major: 15, bin: '/15' });
  expect(chooseClient(bins, 16)).toEqual({ major: 17, bin: '/17' });
  expect(chooseClient(bins, 18)).toBeNull();
  expect(newestClient(bins)?.major).toBe(17);
  expect(newestClient({})).toBeNull();
});

it('can ask the server to wait before it answers', () => {
  const argv = serverFactsArgv('/15', connection, 5);
  expect(argv.filter((word) => word === '--command')).toHaveLength(2);
  expect(argv.at(-3)).toBe('select pg_sleep(5)');
  expect(serverFactsArgv('/15', connection).at(-1)).toBe(argv.at(-1));
});

it('quotes a database name that looks like a connection string', () => {
  expect(dumpArgv('/15', connection, "host=evil o'x\\y", '0-1')).toEqual([
    '/15/pg_dump',
    '--format=custom',
    '--compress=0',
    '--lock-wait-timeout=15min',
    '--snapshot=0-1',
    '--no-password',
    '--host',
    '/run/postgresql',
    '--port',
    '5433',
    '--username',
    'backproof',
    "--dbname=dbname='host=evil o\\'x\\\\y'",
  ]);
});

it('leaves password hashes out where it may not read them', () => {
  expect(dumpGlobalsArgv('/15', connection, false)).toContain('--no-role-passwords');
  expect(dumpGlobalsArgv('/15', connection, true)).not.toContain('--no-role-passwords');
});

describe('failures', () => {
  it.each([
    [
      'psql: error: connection to server on socket "/run/x/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally',
      /does not answer at here/,
    ],
    [
      'psql: error: connection to server at "h", port 5432 failed: Connection refused',
      /does not answer at here/,
    ],
    ['psql: error: connection to server failed: timeout expired', /takes the connection and does not answer/],
    ['psql: error: fe_sendauth: no password supplied', /refuses the password/],
    ['FATAL:  Peer authentication failed for user "x"', /does not let this user in/],
    ['pg_dump: error: aborting because of server version mismatch', /older than the PostgreSQL server/],
    ['pg_dump: error: query failed: ERROR:  permission denied for table t', /pg_read_all_data/],
    ['something else', /failed at here: \(It said: something else\)/],
  ])('explains %s', (text, wanted) => {
    expect(explainPostgresFailure(text, 'here')).toMatch(wanted);
  });
});
