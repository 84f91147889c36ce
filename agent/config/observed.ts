/** `kind: observed` in agent.yaml. */
import * as z from 'zod';
import { ARCHIVE_NAME_CHARS_MAX } from '../../proto/limits.ts';
import { commonKeys, commonOf, type Named } from './job-common.ts';
import type { ObservedJob } from './job-spec.ts';
import { duration, name, text } from './values.ts';

/**
 * Others begin their backups at the full or the half hour: a look holds the repository's lock for a moment, and
 * borg itself waits a single second for it.
 */
const HOURLY = { cron: '10 * * * *', spread: '15m', start_grace: '30m', finish_within: '1h' };

const archives = text('part of an archive name')
  .min(1, 'at least one character')
  .max(ARCHIVE_NAME_CHARS_MAX, `at most ${ARCHIVE_NAME_CHARS_MAX} characters`)
  .optional();

export const observedSchema = z.strictObject({
  kind: z.literal('observed'),
  ...commonKeys,
  schedule: commonKeys.schedule
    .unwrap()
    .prefault(HOURLY)
    .describe('When the repository is looked at. Default: every hour.'),
  longest_silence: duration.describe('How old the newest archive may become.'),
  repository: name.describe('A name from `repositories`. Somebody else writes to it; here it is looked at.'),
  archive_prefix: archives.describe('Only archives whose names begin so. Default: every archive.'),
  archive_glob: archives.describe(
    'Instead of `archive_prefix`: only archives whose names fit, such as `*-web1-*`.',
  ),
});

export function observedJob(
  job: string,
  raw: z.output<typeof observedSchema>,
  zone: string,
  named: Named,
): ObservedJob {
  return {
    ...commonOf(job, raw, zone),
    kind: 'observed',
    repository: named(raw.repository)!,
    archives:
      raw.archive_glob ?? (raw.archive_prefix === undefined ? '*' : `${literal(raw.archive_prefix)}*`),
  };
}

/** A glob that means the text itself. */
function literal(prefix: string): string {
  return prefix.replace(/[*?[]/g, '[$&]');
}
