/** `kind: files` in agent.yaml. */
import * as z from 'zod';
import { SOURCES_PER_JOB_MAX } from '../../proto/limits.ts';
import { commonKeys, commonOf, type Named } from './job-common.ts';
import type { FilesJob } from './job-spec.ts';
import { name, path, text } from './values.ts';

export const filesSchema = z.strictObject({
  kind: z.literal('files'),
  ...commonKeys,
  repository: name.describe('A name from `repositories`.'),
  paths: z
    .array(path, { error: 'a list of absolute paths' })
    .min(1, 'at least one absolute path')
    .max(SOURCES_PER_JOB_MAX, `at most ${SOURCES_PER_JOB_MAX} paths`)
    .describe('What is backed up. A path that is missing or holds no file fails the run.'),
  require_mounted: z
    .array(path, { error: 'a list of absolute paths' })
    .default([])
    .describe(
      'Mount points: while one of them is not mounted, the run fails and nothing is archived; one that is mounted and holds no file fails it as well.',
    ),
  exclude: z
    .array(text('a pattern'), { error: 'a list of patterns' })
    .default([])
    .describe(
      "What is left out: borg's `--exclude` patterns, in its own language (`fm:`, `sh:`, `re:`, `pp:`, `pf:`; `fm:` when none is named). What they leave out is counted and shown.",
    ),
  allow_empty: z
    .boolean()
    .default(false)
    .describe('True: a path without any file, or an archive without any, is no failure.'),
  dump_crontabs: z
    .boolean()
    .default(false)
    .describe("True: each user's crontab goes into `~/.crontab-dump` first, and into the archive."),
  shared_as: name
    .optional()
    .describe(
      'Name of shared storage (GlusterFS, NFS) that several hosts of the customer back up under the same name: one success of any of them suffices.',
    ),
});

export function filesJob(
  job: string,
  raw: z.output<typeof filesSchema>,
  zone: string,
  named: Named,
): FilesJob {
  return {
    ...commonOf(job, raw, zone),
    kind: 'files',
    repository: named(raw.repository)!,
    paths: raw.paths,
    excludes: raw.exclude,
    requireMounted: raw.require_mounted,
    allowEmpty: raw.allow_empty,
    dumpCrontabs: raw.dump_crontabs,
    sharedAs: raw.shared_as ?? '',
  };
}
