/** `kind: postgres-dump` in agent.yaml. */
import * as z from 'zod';
import { databasesKey, excludeDatabasesKey, REPLICA_LAG_MAX_MS, takeFromKey } from './dump-keys.ts';
import { commonKeys, commonOf, type Named } from './job-common.ts';
import type { PostgresDumpJob } from './job-spec.ts';
import { connectionKey, connectionOf, connectionSchema } from './postgres-connection.ts';
import { duration, name } from './values.ts';

export const postgresDumpSchema = z.strictObject({
  kind: z.literal('postgres-dump'),
  ...commonKeys,
  repository: name.describe('A name from `repositories`.'),
  connection: connectionKey,
  databases: databasesKey.describe(
    '`all`, or a list of names: then a database that is neither listed nor excluded ends the run with a warning. Globals (roles, tablespaces) always come along; templates never.',
  ),
  exclude_databases: excludeDatabasesKey,
  take_from: takeFromKey.describe(
    '`primary`: a server that is a standby fails the run. `replica`: so does one that is no standby, or lags.',
  ),
  replica_lag_max: duration
    .optional()
    .describe('With `take_from: replica`: how old its data may be. Default: 5m.'),
  fallback: connectionSchema
    .optional()
    .describe(
      'With `take_from: replica`: the server to dump from while the replica will not do; such a run ends with a warning.',
    ),
});

export function postgresDumpJob(
  job: string,
  raw: z.output<typeof postgresDumpSchema>,
  zone: string,
  named: Named,
): PostgresDumpJob {
  return {
    ...commonOf(job, raw, zone),
    kind: 'postgres-dump',
    repository: named(raw.repository)!,
    connection: connectionOf(raw.connection),
    databases: raw.databases,
    excludes: raw.exclude_databases,
    takeFrom: raw.take_from,
    replicaLagMaxMs: raw.replica_lag_max ?? REPLICA_LAG_MAX_MS,
    fallback: raw.fallback ? connectionOf(raw.fallback) : null,
  };
}
