/** `kind: postgres-dump` in agent.yaml. */
import * as z from 'zod';
import { SOURCES_PER_JOB_MAX } from '../../proto/limits.ts';
import { commonKeys, commonOf, type Named } from './job-common.ts';
import type { PostgresDumpJob } from './job-spec.ts';
import { name, notYet, text } from './values.ts';

const TAKE_FROM = 'any, primary ("replica" is not supported by this version)';
export const postgresDumpSchema = z.strictObject({
  kind: z.literal('postgres-dump'),
  ...commonKeys,
  repository: name.describe('A name from `repositories`.'),
  connection: z
    .strictObject({
      host: text('a host name or the folder of the unix socket')
        .optional()
        .describe('Host name, or the folder of the unix socket.'),
      port: z
        .int({ error: 'a port, 1 to 65535' })
        .min(1, 'at least 1')
        .max(65_535, 'at most 65535')
        .optional(),
      user: text('a role name').optional(),
    })
    .default({})
    .describe('What is absent is left to libpq: PGHOST, PGPASSFILE and its like work as always.'),
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
    .describe('`all`, or a list of names. Globals (roles, tablespaces) always come along; templates never.'),
  take_from: z
    .enum(['any', 'primary'], { error: TAKE_FROM })
    .default('any')
    .describe('`primary`: a server that is a standby fails the run.'),
  replica_lag_max: notYet('dumps from a replica are'),
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
    connection: {
      host: raw.connection.host ?? null,
      port: raw.connection.port ?? null,
      user: raw.connection.user ?? null,
    },
    databases: raw.databases,
    takeFrom: raw.take_from,
  };
}
