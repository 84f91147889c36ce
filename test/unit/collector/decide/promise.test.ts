import { describe, expect, test } from 'vitest';
import { weakening } from '../../../../collector/decide/promise.ts';
import type { JobDeclaration } from '../../../../proto/job.ts';
import type { Schedule } from '../../../../proto/schedule.ts';

const HOUR_MS = 3_600_000;
const nightly: Schedule = {
  cron: '0 2 * * *',
  zone: 'Europe/Berlin',
  spreadMs: HOUR_MS,
  startGraceMs: 600_000,
  finishWithinMs: 6 * HOUR_MS,
};
const files: JobDeclaration = {
  job: 'files',
  kind: 'files',
  schedule: nightly,
  longestSilenceMs: 30 * HOUR_MS,
  keepMs: 7 * 24 * HOUR_MS,
  repository: 'acme',
  sources: ['/etc', '/home'],
  excludes: ['*/cache/*'],
  startedByAgent: true,
  sharedAs: '',
  staleAfter: null,
};
const withSchedule = (change: Partial<Schedule>): JobDeclaration => ({
  ...files,
  schedule: { ...nightly, ...change },
});

describe('what is no weakening', () => {
  test.each<[string, JobDeclaration]>([
    ['the same again', { ...files }],
    ['a schedule moved to another hour', withSchedule({ cron: '30 4 * * *' })],
    ['a schedule moved to another zone with other DST days', withSchedule({ zone: 'America/New_York' })],
    ['a schedule that is due more often', withSchedule({ cron: '0 */6 * * *' })],
    ['another spread', withSchedule({ spreadMs: 0 })],
    ['shorter deadlines', withSchedule({ startGraceMs: 1, finishWithinMs: HOUR_MS })],
    ['sources in another order, and one more', { ...files, sources: ['/srv', '/home', '/etc'] }],
    ['an exclude dropped', { ...files, excludes: [] }],
    ['a longer keep', { ...files, keepMs: files.keepMs * 2 }],
    ['a longer keep of what is shared', { ...files, keepMs: files.keepMs * 2, sharedAs: '' }],
    ['a shorter silence', { ...files, longestSilenceMs: HOUR_MS }],
  ])('%s', (_, after) => {
    expect(weakening(files, after)).toBe('');
  });

  test('a job that was never scheduled gets a schedule', () => {
    expect(weakening({ ...files, schedule: null }, files)).toBe('');
  });
});

describe('what is a weakening, and how it is called', () => {
  test.each<[string, JobDeclaration, string]>([
    ['weekly instead of nightly', withSchedule({ cron: '0 2 * * 0' }), 'less often'],
    ['working days instead of every day', withSchedule({ cron: '0 2 * * 1-5' }), 'less often'],
    ['as many runs a day, but a hole in the night', withSchedule({ cron: '0 2 1-15 * *' }), 'less often'],
    ['no schedule at all', { ...files, schedule: null }, 'no longer scheduled (it was due at "0 2 * * *")'],
    ['a longer start grace', withSchedule({ startGraceMs: 1_200_000 }), 'start late by 20m instead of 10m'],
    ['a longer run', withSchedule({ finishWithinMs: 8 * HOUR_MS }), 'may take 8h instead of 6h'],
    [
      'a longer silence',
      { ...files, longestSilenceMs: 50 * HOUR_MS },
      'be silent for 2d 2h instead of 1d 6h',
    ],
    ['a shorter keep', { ...files, keepMs: 24 * HOUR_MS }, 'keeps 1d instead of 7d'],
    ['no keep', { ...files, keepMs: 0 }, 'promises no recovery window (it was 7d)'],
    ['a source removed', { ...files, sources: ['/etc'] }, 'no longer covers "/home"'],
    ['an exclude added', { ...files, excludes: ['*/cache/*', '/home'] }, 'now excludes "/home"'],
    ['another repository', { ...files, repository: 'other' }, 'repository other instead of repository acme'],
    [
      'shared with other hosts from now on',
      { ...files, sharedAs: 'gluster' },
      "counts as shared storage gluster, for which another host's success suffices",
    ],
    ['another kind', { ...files, kind: 'command' }, 'is of kind command instead of files'],
  ])('%s', (_, after, says) => {
    expect(weakening(files, after)).toContain(says);
  });

  test('hourly only by day instead of hourly', () => {
    const hourly = withSchedule({ cron: '0 * * * *' });
    expect(weakening(hourly, withSchedule({ cron: '0 8-20 * * *' }))).toContain('less often');
  });

  test('everything at once is one sentence, and long lists are counted', () => {
    const sources = Array.from({ length: 12 }, (_, i) => `/srv/${i}`);
    const said = weakening({ ...files, sources }, { ...files, sources: [], keepMs: 0, repository: '' });
    expect(said).toMatch(/^The promise of files got weaker: it .*\.$/);
    expect(said).toContain('no repository instead of repository acme');
    expect(said).toContain('"/srv/4" and 7 more');
  });
});
