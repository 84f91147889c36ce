/** What a files run leaves out: by exclude patterns, by mounts that hold nothing, by crontabs that nobody dumped. */
import { describe, expect, it } from 'vitest';
import { files } from '../../../../agent/engines/files.ts';
import type { LookSeen, ProcessSeen, Seen } from '../../../../agent/engines/types.ts';
import type { CrontabLine } from '../../../../agent/tools/crontabs.ts';
import { golden } from '../../../support/golden.ts';
import { engineContext, filesJob } from '../../../support/job-specs.ts';

const context = engineContext();
const created = golden('1.2.4-created', 'create');

function looked(change: Partial<LookSeen> = {}, id = 'sources'): LookSeen {
  const nothing = {
    missing: [],
    silent: [],
    links: [],
    empty: [],
    notMounted: [],
    folders: [],
    lockHolders: [],
  };
  return { type: 'look', id, ...nothing, ...change };
}

function confirmed(): ProcessSeen {
  const { archive } = JSON.parse(created.stdout);
  const archives = [{ name: archive.name, id: archive.id, start: archive.start }];
  return { ...golden('1.2.4-listed', 'confirm'), stdout: JSON.stringify({ archives }) };
}

function createdWithout(top: string[], total = top.length): ProcessSeen {
  return { ...created, said: { ...created.said, excluded: { total, top } } };
}

describe('exclude patterns', () => {
  const job = filesJob({ paths: ['/var/www', '/home/u'], excludes: ['*/shop*', '*/.cache', '*.tmp'] });

  it('are counted, and what they leave out is listed by borg only where there are any', () => {
    const create = createdWithout([], 1_234);
    expect(files.outcome(job, context, [looked(), create, confirmed()])).toMatchObject({
      outcome: 'succeeded',
      stats: { excluded: 1_234, files: 2 },
      reason: '2 files in a1, seen in the repository, 1234 entries left out by excludes.',
    });
    expect(files.plan(job, context, [looked()])).toMatchObject({
      argv: expect.arrayContaining(['--list', '--filter', 'x']),
    });
    const plain = files.plan(filesJob({ paths: ['/srv'] }), context, [looked()]);
    expect(plain).toMatchObject({ argv: expect.not.arrayContaining(['--list']) });
  });

  it('that swallow a folder right below a source are a warning that names it', () => {
    const create = createdWithout(['/var/www/shop2', '/home/u/.cache', '/home/u/x.tmp']);
    const seen: Seen[] = [looked(), create];
    const look = files.plan(job, context, seen);
    // What was spelled out is not looked at.
    expect(look).toMatchObject({ type: 'look', folders: ['/var/www/shop2', '/home/u/x.tmp'] });
    seen.push(looked({ folders: ['/var/www/shop2'] }, look!.id));
    expect(files.plan(job, context, seen)).toMatchObject({ id: 'confirm' });
    expect(files.outcome(job, context, [...seen, confirmed()])).toMatchObject({
      outcome: 'warning',
      reason:
        'Not everything is in a1: /var/www/shop2 is left out as a whole by the exclude pattern "*/shop*"; ' +
        'if that is meant, exclude it by its name.',
      warnings: [{ code: 'excluded-by-pattern', path: '/var/www/shop2', harmless: false }],
      warningsTotal: 1,
      recoveryPoints: [{ name: 'a1' }],
    });
  });

  it('look at nothing when all that they leave out was spelled out', () => {
    const seen = [looked(), createdWithout(['/home/u/.cache'])];
    expect(files.plan(job, context, seen)).toMatchObject({ id: 'confirm' });
  });

  it('that leave a source itself out break what the job promises', () => {
    const contrary = filesJob({ paths: ['/srv/shop', '/srv/b'], excludes: ['*/shop*'] });
    const create = createdWithout(['/srv/shop']);
    const seen = [looked(), create, looked({ folders: ['/srv/shop'] }, 'excluded'), confirmed()];
    expect(files.outcome(contrary, context, seen)).toMatchObject({
      outcome: 'failed',
      reason: '/srv/shop is left out by the exclude pattern "*/shop*"; the rest was archived as a1.',
    });
  });

  it('of a style that borg does not have are refused before anything runs', () => {
    expect(files.validate({ paths: ['/srv'], exclude: ['sh:/srv/**/x', 'zz:/srv'] })).toMatchObject([
      { key: 'exclude', allowed: expect.stringContaining('"zz:" is none') },
    ]);
  });
});

describe('a mount point', () => {
  const job = filesJob({ paths: ['/gluster'], requireMounted: ['/gluster/shared'] });

  it('is looked into by itself: its source may hold other files', () => {
    expect(files.plan(job, context, [])).toMatchObject({
      paths: ['/gluster', '/gluster/shared'],
      mounts: ['/gluster/shared'],
    });
  });

  it('that is mounted and holds nothing fails the run, unless that is allowed', () => {
    const seen = [looked({ empty: ['/gluster/shared'] }), created, confirmed()];
    expect(files.outcome(job, context, seen)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^\/gluster\/shared is empty; .*allow_empty/),
    });
    const allowed = filesJob({ ...job, allowEmpty: true });
    expect(files.outcome(allowed, context, seen).outcome).toBe('succeeded');
  });

  it('that is not even there is not mounted, and no missing source', () => {
    const seen = [looked({ missing: ['/gluster/shared'], notMounted: ['/gluster/shared'] })];
    expect(files.plan(job, context, seen)).toBeNull();
    expect(files.outcome(job, context, seen).reason).toBe(
      '/gluster/shared is not mounted; nothing was archived.',
    );
  });
});

describe('crontabs', () => {
  const job = filesJob({ paths: ['/home'], dumpCrontabs: true });

  function said(lines: CrontabLine[], change: Partial<ProcessSeen> = {}): ProcessSeen {
    const stdout = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    return { ...created, id: 'crontabs', stdout, ...change };
  }
  const all: CrontabLine[] = [
    { user: 'alice', dumped: '/home/alice/.crontab-dump' },
    { user: 'www-data', dumped: '/var/www/.crontab-dump' },
    { user: 'gone', removed: '/home/gone/.crontab-dump' },
    { end: true },
  ];

  it('are dumped first, within a bound, and those outside the paths are archived as well', () => {
    expect(files.plan(job, context, [looked()])).toMatchObject({
      id: 'crontabs',
      argv: ['timeout', '--kill-after=10', '300', '/usr/bin/backproof-agent', 'dump-crontabs'],
      needsPassphrase: false,
    });
    const create = files.plan(job, context, [looked(), said(all)]);
    expect(create).toMatchObject({ id: 'create', sources: ['/home'] });
    expect('argv' in create! && create.argv.slice(-2)).toEqual(['/home', '/var/www/.crontab-dump']);
    expect(files.outcome(job, context, [looked(), said(all), created, confirmed()]).outcome).toBe(
      'succeeded',
    );
  });

  it('are not dumped before it is known that there is something to back up, nor when nobody asked', () => {
    expect(files.plan(job, context, [looked({ missing: ['/home'] })])).toBeNull();
    expect(files.plan(filesJob({ paths: ['/home'] }), context, [looked()])).toMatchObject({ id: 'create' });
  });

  it('of users whose home takes none are a warning with name and reason; the rest is archived', () => {
    const lines: CrontabLine[] = [{ user: 'bob', problem: 'the home /nowhere does not exist' }, ...all];
    const seen = [looked(), said(lines), created, confirmed()];
    expect(files.outcome(job, context, seen)).toMatchObject({
      outcome: 'warning',
      reason: 'Not everything is in a1: the crontab of bob: the home /nowhere does not exist.',
      recoveryPoints: [{ name: 'a1' }],
    });
  });

  const failures: [string, Partial<ProcessSeen>, string][] = [
    [
      'could not be started',
      { startError: 'timeout is not installed', stdout: '' },
      'timeout is not installed',
    ],
    ['takes too long', { exitCode: 124, stdout: '' }, 'no answer within 300 s'],
    ['was cut off', { stdout: JSON.stringify(all[0]) }, 'the answer was cut off'],
    ['says nothing although it ended well', { stdout: '' }, 'the answer was cut off'],
    [
      'says why',
      {
        exitCode: 1,
        stdout: '',
        said: {
          ...created.said,
          plain: ['backproof-agent: no crontab was dumped: EACCES.', 'next: run: this'],
        },
      },
      'no crontab was dumped: EACCES',
    ],
  ];
  it.each(failures)('a step that %s is a warning, and the files are archived', (_, change, reason) => {
    const seen = [looked(), said([], change)];
    expect(files.plan(job, context, seen)).toMatchObject({ id: 'create' });
    expect(files.outcome(job, context, [...seen, created, confirmed()])).toMatchObject({
      outcome: 'warning',
      reason: `Not everything is in a1: the crontabs were not dumped: ${reason}.`,
      recoveryPoints: [{ name: 'a1' }],
    });
  });
});
