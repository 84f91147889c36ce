/** `steward`: repositories of other hosts that this machine prunes. Each becomes a job `prune-NAME`. */
import { join } from 'node:path';
import * as z from 'zod';
import { commonOf, scheduleKeys } from './job-common.ts';
import type { PruneJob } from './job-spec.ts';
import { repositoryOf, repositorySchema } from './repository.ts';
import { duration, name, notYet } from './values.ts';

const PERIODS_MAX = 10_000;
const periods = (what: string) =>
  z
    .int({ error: 'a whole number' })
    .min(0, 'at least 0')
    .max(PERIODS_MAX, `at most ${PERIODS_MAX}`)
    .default(0)
    .describe(
      `As borg's \`--keep-${what}\`: beyond \`keep\`, so many stay. Days, weeks and months are UTC's.`,
    );

const stewardRepository = repositorySchema.extend({
  host: name
    .optional()
    .describe(
      'Whose archives are pruned: those named HOST-JOB-TIME. Default: the name of the entry. Hosts that share a repository need an entry each; archives of others are left alone.',
    ),
  keep: duration
    .refine((ms) => ms > 0, 'more than nothing')
    .describe(
      'Everything younger stays, and what covers its beginning. At least as long as the jobs of that host promise.',
    ),
  keep_daily: periods('daily'),
  keep_weekly: periods('weekly'),
  keep_monthly: periods('monthly'),
});

export const stewardSchema = z.strictObject({
  schedule: scheduleKeys
    .prefault({ cron: '30 5 * * *', finish_within: '6h' })
    .describe('When repositories are pruned. Default: daily at 05:30.'),
  repositories: z
    .record(name, stewardRepository, { error: 'repositories by name' })
    .describe('Repositories this machine prunes, by name; each becomes a job `prune-NAME`.'),
  scratch: notYet('restore tests are'),
  limits: notYet('restore tests are'),
  postgres: notYet('restore tests are'),
  mysql: notYet('restore tests are'),
});

/** What the jobs of a steward begin with. */
export const PRUNE_PREFIX = 'prune-';

export function pruneJobs(
  raw: z.output<typeof stewardSchema> | undefined,
  zone: string,
  dataDir: string,
): PruneJob[] {
  const entries = Object.entries(raw?.repositories ?? {});
  const hostOf = (entry: string, one: { host?: string | undefined }) => one.host ?? entry;
  return entries.map(([entry, one]) => {
    const beside = entries.filter(([, other]) => other.borg === one.borg);
    const host = hostOf(entry, one);
    return {
      ...commonOf(PRUNE_PREFIX + entry, { schedule: raw!.schedule, keep: one.keep }, zone),
      kind: 'prune',
      repository: repositoryOf(entry, one),
      policy: {
        host,
        otherHosts: beside.map(([other, its]) => hostOf(other, its)).filter((other) => other !== host),
        keepMs: one.keep,
        daily: one.keep_daily,
        weekly: one.keep_weekly,
        monthly: one.keep_monthly,
      },
      // One of each repository: what one entry removes is nothing that vanished for the others.
      memoryFile: join(dataDir, 'steward', `${beside[0]![0]}.json`),
    };
  });
}
