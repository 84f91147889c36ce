/** `kind: postgres-dump` in agent.yaml. */
import * as z from 'zod';
import { SOURCES_PER_JOB_MAX } from '../../proto/limits.ts';
import { commonKeys, commonOf, type Named } from './job-common.ts';
import type { PostgresDumpJob } from './job-spec.ts';
import { connectionKey, connectionOf, connectionSchema } from './postgres-connection.ts';
import { duration, name, text } from './values.ts';

export const postgresDumpSchema = z.strictObject({
  kind: z.literal('postgres-dump'),
  ...commonKeys,
  repository: name.describe('A name from `repositories`.'),
  connection: connectionKey,
  databases: z
    .union(
      [
        z.literal('all'),
        z
          .array(text('a database name').min(1, 'a database name'), { error: 'a list of database names' })
          .min(1, 'at least one database name')
          .max(SOURCES_PER_JOB_MAX, `at most ${SOURCES_PER_JOB_MAX} names`),
      ],
      { error: '"all" or a list of database names' },
    )
    .default('all')
    .describe(
      '`all`, or a list of names: then a database that is neither listed nor excluded ends the run with a warning. Globals (roles, tablespaces) always come along; templates never.',
    ),
  exclude_databases: z
    .array(text('a database name or a glob such as "test_*"'), { error: 'a list of names or globs' })
    .max(SOURCES_PER_JOB_MAX, `at most ${SOURCES_PER_JOB_MAX} names`)
    .default([])
    .describe('Databases to leave out: names, or globs with `*` and `?`.'),
  take_from: z
    .enum(['any', 'primary', 'replica'], { error: 'any, primary, replica' })
    .default('any')
    .describe(
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

/** A dump is nightly: minutes do not matter to it, and a replica that is hours behind is broken. */
const REPLICA_LAG_MAX_MS = 5 * 60_000;
