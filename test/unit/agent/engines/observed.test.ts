import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observed } from '../../../../agent/engines/observed.ts';
import type { ProcessSeen, Seen } from '../../../../agent/engines/types.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { golden } from '../../../support/golden.ts';
import { engineContext } from '../../../support/job-specs.ts';
import { OBSERVED_JOB } from '../../../support/jobs.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';

const HOUR_MS = 3_600_000;
const JOB = { ...OBSERVED_JOB, repository: { ...OBSERVED_JOB.repository, location: '/tmp/record-borg/r' } };

function said(id: string, archives: object[]): ProcessSeen {
  return { ...golden('1.2.4-listed', id), stdout: JSON.stringify({ archives }) };
}

function archive(name: string, atMs: number): object {
  return { name, id: name, start: new Date(atMs).toISOString().slice(0, -1) };
}

const ORIGIN = said('origin', [{ hostname: 'web9', username: 'root', comment: '' }]);

/** What a look at these archives concludes, and whose origin was asked for. */
function look(archives: object[], origin = ORIGIN, kinds: Partial<ProcessSeen> = {}) {
  const list = said('confirm', archives);
  const asked = observed.plan(JOB, engineContext(), [list]);
  const held = { ...golden('1.2.4-listed', 'kinds'), stdout: 'd\n-\n', ...kinds };
  const seen: Seen[] = asked ? [list, origin, held] : [list];
  const argv = asked?.type === 'process' ? asked.argv : [];
  return { argv, ...observed.outcome(JOB, engineContext(), seen) };
}

test('the archives that are there are its recovery points, whoever made them', () => {
  const made = look([
    archive('offsite-1', SAMPLE_AT_MS - 30 * HOUR_MS),
    archive('offsite-2', SAMPLE_AT_MS - HOUR_MS),
  ]);
  expect(made).toMatchObject({
    outcome: 'succeeded',
    reason: '2 archives; the newest, offsite-2, was made by root on web9 2026-11-20 01:00:00 UTC.',
  });
  expect(made.recoveryPoints.map(({ name }) => name)).toEqual(['offsite-2']);
  expect(made.inventory?.map(({ name }) => name)).toEqual(['offsite-1', 'offsite-2']);
});

test('however old the newest archive is, the look itself has succeeded: silence is judged elsewhere', () => {
  const made = look([archive('offsite-1', SAMPLE_AT_MS - 90 * 24 * HOUR_MS)]);
  expect(made.outcome).toBe('succeeded');
  expect(made.recoveryPoints.map(({ name }) => name)).toEqual(['offsite-1']);
});

test('an archive that holds no file is no backup, however new it is', () => {
  const archives = [archive('offsite-1', SAMPLE_AT_MS - HOUR_MS)];
  expect(look(archives, ORIGIN, { stdout: 'd\nd\nl\n' })).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/^The newest archive offsite-1 holds no file: .*not mounted/),
    recoveryPoints: [],
  });
  expect(look(archives, ORIGIN, { stdout: '' }).outcome).toBe('failed');
  // Ended, because the beginning is enough.
  expect(look(archives, ORIGIN, { stdout: 'd\nd\n', stdoutCut: true, exitCode: 2 }).outcome).toBe(
    'succeeded',
  );
  expect(look(archives, ORIGIN, golden('1.2.4-locked-elsewhere', 'kinds')).outcome).toBe('skipped');
  expect(look(archives, ORIGIN, golden('1.2.4-broken', 'kinds')).reason).toMatch(
    /offsite-1 cannot be read: .*damaged/,
  );
});

test('a checkpoint is no backup', () => {
  const made = look([
    archive('offsite-1.checkpoint', SAMPLE_AT_MS - 1),
    archive('offsite-2.checkpoint.3', SAMPLE_AT_MS - 1),
  ]);
  expect(made).toMatchObject({
    outcome: 'failed',
    reason: 'Repository acme holds no archive named offsite-*; nothing can be restored from it.',
  });
});

test('an archive dated in the future is not taken for the newest', () => {
  const made = look([
    archive('offsite-1', SAMPLE_AT_MS - HOUR_MS),
    archive('offsite-2', SAMPLE_AT_MS + 99 * HOUR_MS),
  ]);
  expect(made.argv).toContain('offsite-1');
  expect(made.reason).toContain('the newest, offsite-1,');
  // The collector hears of it all the same: it may be all there is.
  expect(made.recoveryPoints.map(({ name }) => name)).toEqual(['offsite-1', 'offsite-2']);
  expect(look([archive('offsite-2', SAMPLE_AT_MS + HOUR_MS)]).reason).toContain('which is in the future');
});

test('a repository somebody works in is not looked at, and that is no failure', () => {
  const locked = { ...golden('1.2.4-locked-elsewhere', 'confirm'), stdout: '' };
  expect(observed.plan(JOB, engineContext(), [locked])).toMatchObject({ type: 'look' });
  const holder: Seen = {
    type: 'look',
    id: 'lock',
    missing: [],
    silent: [],
    links: [],
    empty: [],
    notMounted: [],
    folders: [],
    lockHolders: ['web9 (process 7)'],
  };
  const made = observed.outcome(JOB, engineContext(), [locked, holder]);
  expect(made).toMatchObject({ outcome: 'skipped', recoveryPoints: [], inventory: null });
  expect(made.reason).toContain('by web9 (process 7)');
});

test('a repository that may not be written to is no repository somebody works in', () => {
  const list = { ...golden('1.2.4-read-only', 'confirm'), stdout: '' };
  expect(observed.outcome(JOB, engineContext(), [list])).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('Read-only file system'),
  });
});

test('a look that sees nothing fails at once', () => {
  for (const name of ['1.2.4-wrong-passphrase-list', '1.2.4-no-repository']) {
    const made = observed.outcome(JOB, engineContext(), [{ ...golden(name, 'confirm'), stdout: '' }]);
    expect(made.outcome, name).toBe('failed');
  }
});

test('a look waits a minute for a lock at most: whoever works in the repository goes first', () => {
  const step = observed.plan(JOB, engineContext(), []);
  const argv = step?.type === 'process' ? step.argv : [];
  expect(argv[argv.indexOf('--lock-wait') + 1]).toBe('60');
  expect(argv[argv.indexOf('--glob-archives') + 1]).toBe('offsite-*');
});

test('a real borg says who made the newest archive', () => {
  const folder = temporaryFolder();
  const env = {
    PATH: process.env.PATH,
    BORG_BASE_DIR: folder,
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
    TZ: 'UTC',
  };
  const borg = (...args: string[]) =>
    execFileSync('borg', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const repository = join(folder, 'r');
  mkdirSync(join(folder, 'src'));
  borg('init', '-e', 'none', repository);
  for (const name of ['off[1]', 'off1'])
    borg(
      'create',
      '--comment',
      `of ${name}`,
      '--timestamp',
      '2026-11-20T01:00:00',
      `${repository}::${name}`,
      folder,
    );
  const origin = borg(
    ...[
      'list',
      '--json',
      '--format',
      '{hostname}{username}{comment}',
      '--glob-archives',
      'off[[]1]',
      repository,
    ],
  );
  expect(look([archive('off[1]', SAMPLE_AT_MS - HOUR_MS)]).argv).toContain('off[[]1]');
  const made = look([archive('off[1]', SAMPLE_AT_MS - HOUR_MS)], { ...ORIGIN, stdout: origin });
  expect(made.reason).toMatch(/was made by \S+ on \S+ 2026-11-20 01:00:00 UTC \("of off\[1\]"\)\.$/);
});
