/** `kind: mysql-dump` in agent.yaml. */
import * as z from 'zod';
import { databasesKey, excludeDatabasesKey, REPLICA_LAG_MAX_MS, takeFromKey } from './dump-keys.ts';
import { commonKeys, commonOf, type Named } from './job-common.ts';
import type { MysqlDumpJob } from './job-spec.ts';
import { mysqlConnectionKey, mysqlConnectionOf, mysqlConnectionSchema } from './mysql-connection.ts';
import { duration, name, path } from './values.ts';

export const mysqlDumpSchema = z.strictObject({
  kind: z.literal('mysql-dump'),
  ...commonKeys,
  repository: name.describe('A name from `repositories`.'),
  connection: mysqlConnectionKey,
  programs: path
    .optional()
    .describe(
      'Folder of `mariadb` and `mariadb-dump`, or `mysql` and `mysqldump`, where the ones in PATH are not meant.',
    ),
  databases: databasesKey.describe(
    '`all`, or a list of names: then a database that is neither listed nor excluded ends the run with a warning. Users and grants always come along; the server’s own schemas never.',
  ),
  exclude_databases: excludeDatabasesKey,
  take_from: takeFromKey.describe(
    '`primary`: a server that is a replica fails the run. `replica`: so does one that is none, lags, or has a thread that stands still. A replica that does not replicate always fails it.',
  ),
  replica_lag_max: duration
    .optional()
    .describe('With `take_from: replica`: how far Seconds_Behind may be behind. Default: 5m.'),
  fallback: mysqlConnectionSchema
    .optional()
    .describe(
      'With `take_from: replica`: the server to dump from while the replica will not do; such a run ends with a warning.',
    ),
});

export function mysqlDumpJob(
  job: string,
  raw: z.output<typeof mysqlDumpSchema>,
  zone: string,
  named: Named,
): MysqlDumpJob {
  return {
    ...commonOf(job, raw, zone),
    kind: 'mysql-dump',
    repository: named(raw.repository)!,
    connection: mysqlConnectionOf(raw.connection),
    programs: raw.programs ?? null,
    databases: raw.databases,
    excludes: raw.exclude_databases,
    takeFrom: raw.take_from,
    replicaLagMaxMs: raw.replica_lag_max ?? REPLICA_LAG_MAX_MS,
    fallback: raw.fallback ? mysqlConnectionOf(raw.fallback) : null,
  };
}
