/** Keys that all kinds have which dump databases. */
import * as z from 'zod';
import { SOURCES_PER_JOB_MAX } from '../../proto/limits.ts';
import { text } from './values.ts';

export const databasesKey = z
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
  .default('all');

export const excludeDatabasesKey = z
  .array(text('a database name or a glob such as "test_*"'), { error: 'a list of names or globs' })
  .max(SOURCES_PER_JOB_MAX, `at most ${SOURCES_PER_JOB_MAX} names`)
  .default([])
  .describe('Databases to leave out: names, or globs with `*` and `?`.');

export const takeFromKey = z
  .enum(['any', 'primary', 'replica'], { error: 'any, primary, replica' })
  .default('any');

/** A dump is nightly: minutes do not matter to it, and a replica that is hours behind is broken. */
export const REPLICA_LAG_MAX_MS = 5 * 60_000;
