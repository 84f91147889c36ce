/** What every kind of job has: when it is due, and what it promises. */
import * as z from 'zod';
import { CRON_CHARS_MAX, PROMISE_MS_MAX } from '../../proto/limits.ts';
import { impliedSilenceMs, type Schedule } from '../../proto/schedule.ts';
import type { JobCommon, RepositorySpec } from './job-spec.ts';
import { duration, text } from './values.ts';

const DAY_MS = 86_400_000;
/**
 * From here the silence that a schedule implies is computed: a fixed instant, so that the promise of an
 * unchanged configuration never changes with the season.
 */
const SILENCE_REFERENCE_MS = Date.UTC(2026, 0, 1);

const CRON = 'a cron expression of five fields';
export const scheduleKeys = z.strictObject({
  cron: text(CRON)
    .max(CRON_CHARS_MAX, `at most ${CRON_CHARS_MAX} characters`)
    .describe('Five fields: minute, hour, day of the month, month, day of the week.'),
  spread: duration
    .prefault('0s')
    .describe(
      'Hosts start spread over this long, each at its own fixed offset, so that not all come at once.',
    ),
  start_grace: duration
    .prefault('10m')
    .describe('A run that has not started this long after it is due is missed.'),
  finish_within: duration.describe('A run that has not finished this long after it is due is overdue.'),
});

export const commonKeys = {
  schedule: scheduleKeys
    .optional()
    .describe('When the job is due. Without it, `longest_silence` has to be given.'),
  timeout: duration
    .optional()
    .describe(
      'A run that takes longer is killed. Default: twice `finish_within`, or 24h without a schedule.',
    ),
  longest_silence: duration
    .optional()
    .describe('Longest time between two successes. Default: what the schedule implies.'),
  keep: duration
    .optional()
    .describe('How far back recovery points are promised to reach. Default: nothing is promised.'),
};

const commonSchema = z.object(commonKeys);

/** A repository by its name in the configuration; undefined for a name nobody gave. */
export type Named = (name: string | undefined) => RepositorySpec | undefined;

/** @param zone in which the schedule is read. */
export function commonOf(name: string, raw: z.output<typeof commonSchema>, zone: string): JobCommon {
  const schedule: Schedule | null = raw.schedule
    ? {
        cron: raw.schedule.cron,
        zone,
        spreadMs: raw.schedule.spread,
        startGraceMs: raw.schedule.start_grace,
        finishWithinMs: raw.schedule.finish_within,
      }
    : null;
  return {
    name,
    schedule,
    startedByAgent: true,
    timeoutMs: raw.timeout ?? (schedule ? 2 * schedule.finishWithinMs : DAY_MS),
    // The findings about the file have seen to it that one of the two is there.
    longestSilenceMs:
      raw.longest_silence ?? Math.min(impliedSilenceMs(schedule!, SILENCE_REFERENCE_MS), PROMISE_MS_MAX),
    keepMs: raw.keep ?? 0,
  };
}
