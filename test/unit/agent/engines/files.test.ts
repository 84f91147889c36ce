import { describe, expect, it } from 'vitest';
import { archiveNameOf, archivesOf } from '../../../../agent/engines/borg-steps.ts';
import { files } from '../../../../agent/engines/files.ts';
import type { LookSeen, ProcessSeen, Seen } from '../../../../agent/engines/types.ts';
import { isArchiveOf, makerOf } from '../../../../agent/tools/archive-name.ts';
import { BorgLog } from '../../../../agent/tools/borg-log.ts';
import { WARNINGS_PER_RUN_MAX } from '../../../../proto/limits.ts';
import { BORG_VERSIONS, golden } from '../../../support/golden.ts';
import { engineContext, filesJob, repositorySpec } from '../../../support/job-specs.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';

const SOURCE = '/tmp/record-borg/src';
const GONE = '/tmp/record-borg/gone';

function looked(change: Partial<LookSeen> = {}): LookSeen {
  return {
    type: 'look',
    id: 'sources',
    missing: [],
    silent: [],
    links: [],
    empty: [],
    notMounted: [],
    folders: [],
    lockHolders: [],
    ...change,
  };
}

/** As if the repository had answered with just the archive that create reported. */
function confirmed(create: ProcessSeen): ProcessSeen {
  const { archive } = JSON.parse(create.stdout);
  const archives = [{ name: archive.name, id: archive.id, start: archive.start }];
  return { ...golden('1.2.4-listed', 'confirm'), stdout: JSON.stringify({ archives }) };
}

function verdict(seen: Seen[], change: Parameters<typeof filesJob>[0] = {}) {
  return files.outcome(filesJob(change), engineContext(), seen);
}

describe('the plan', () => {
  it('looks at the sources, creates, then asks the repository', () => {
    const job = filesJob();
    const context = engineContext();
    const create = golden('1.2.4-created', 'create');
    const ids: string[] = [];
    const seen: Seen[] = [];
    for (const one of [looked(), create, confirmed(create)]) {
      ids.push(files.plan(job, context, seen)!.id);
      seen.push(one);
    }
    expect(ids).toEqual(['sources', 'create', 'confirm']);
    expect(files.plan(job, context, seen)).toBeNull();
  });

  it('archives nothing while a required mount is missing, or no source is left', () => {
    const plan = (seen: Seen[]) => files.plan(filesJob(), engineContext(), seen);
    expect(plan([looked({ notMounted: ['/gluster'] })])).toBeNull();
    expect(plan([looked({ missing: [SOURCE] })])).toBeNull();
  });

  it('backs up what is left when one of two sources is missing', () => {
    const job = filesJob({ paths: [SOURCE, GONE] });
    expect(files.plan(job, engineContext(), [looked({ missing: [GONE] })])).toMatchObject({ id: 'create' });
  });

  it('looks who holds the lock of a local repository, and does not for a remote one', () => {
    const seen = [looked(), golden('1.2.4-locked-elsewhere', 'create')];
    expect(files.plan(filesJob(), engineContext(), seen)).toMatchObject({
      lockedRepository: '/tmp/record-borg/r',
    });
    const remote = filesJob({ repository: repositorySpec({ location: 'ssh://a@b/r' }) });
    expect(files.plan(remote, engineContext(), seen)).toBeNull();
  });

  it('hands the passphrase over by descriptor, never by argv or environment', () => {
    const step = files.plan(filesJob(), engineContext(), [looked()]);
    expect(step).toMatchObject({ needsPassphrase: true, env: { BORG_PASSPHRASE_FD: '3' } });
    expect(JSON.stringify(step)).not.toContain('keys/acme');
  });
});

describe.each(BORG_VERSIONS)('with borg %s', (version) => {
  it('succeeds only when the repository shows the archive', () => {
    const create = golden(`${version}-created`, 'create');
    expect(verdict([looked(), create, confirmed(create)])).toMatchObject({
      outcome: 'succeeded',
      exitCode: 0,
      recoveryPoints: [{ name: 'a1', repository: 'acme' }],
      stats: { files: 2 },
    });
    const none = { ...golden(`${version}-listed-none`, 'confirm') };
    expect(verdict([looked(), create, none])).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('does not hold it'),
      recoveryPoints: [],
    });
    expect(verdict([looked(), create]).outcome).toBe('failed');
  });

  it('does not take another archive of the same name for the one that was made', () => {
    const create = golden(`${version}-created`, 'create');
    const other = { archives: [{ name: 'a1', id: 'f'.repeat(64), start: '2026-11-22T00:00:00.000000' }] };
    const confirm = { ...confirmed(create), stdout: JSON.stringify(other) };
    expect(verdict([looked(), create, confirm]).outcome).toBe('failed');
  });

  it('fails when a source went missing although borg made an archive', () => {
    const create = golden(`${version}-missing-path`, 'create', [GONE]);
    const paths = [SOURCE, GONE];
    expect(verdict([looked(), create, confirmed(create)], { paths })).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^\/tmp\/record-borg\/gone is missing; the rest was archived/),
      recoveryPoints: [{ name: 'a2' }],
    });
  });

  it('fails on an empty archive unless that is allowed', () => {
    const create = golden(`${version}-empty`, 'create');
    const seen = [looked(), create, confirmed(create)];
    expect(verdict(seen)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('holds no file'),
    });
    expect(verdict(seen, { allowEmpty: true }).outcome).toBe('succeeded');
  });

  it('says why borg failed', () => {
    const create = golden(`${version}-wrong-passphrase`, 'create');
    expect(verdict([looked(), create])).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^The passphrase of repository acme is wrong/),
    });
  });
});

it('fails when one of several sources is empty', () => {
  const create = golden('1.2.4-created', 'create');
  const seen = [looked({ empty: ['/srv/unmounted'] }), create, confirmed(create)];
  expect(verdict(seen)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/^\/srv\/unmounted is empty; .*allow_empty: true/),
  });
  expect(verdict(seen, { allowEmpty: true }).outcome).toBe('succeeded');
});

it('fails when a source is a link to what no other source holds', () => {
  const create = golden('1.2.4-created', 'create');
  const link = { path: '/var/www', target: '/srv/www' };
  const seen = [looked({ links: [link] }), create, confirmed(create)];
  const paths = [SOURCE, '/var/www'];
  expect(verdict(seen, { paths })).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/^\/var\/www is a link, and borg archives the link alone: put \/srv\/www/),
  });
  expect(verdict(seen, { paths: [...paths, '/srv'] }).outcome).toBe('succeeded');
});

it('fails when a source as a whole cannot be read, whatever else was archived and warned of', () => {
  const create = golden('1.2.4-created', 'create');
  const log = new BorgLog([SOURCE, '/mnt/dead']);
  const warn = (message: string) =>
    log.add(JSON.stringify({ type: 'log_message', levelname: 'WARNING', message, name: 'borg.archiver' }));
  for (let i = 0; i < WARNINGS_PER_RUN_MAX; i += 1) warn(`/a${i}: open: [Errno 13] Permission denied: 'a'`);
  warn("/mnt/dead: [Errno 107] Transport endpoint is not connected: 'dead'");
  const seen = [looked(), { ...create, exitCode: 1, said: log.said() }, confirmed(create)];
  expect(verdict(seen, { paths: [SOURCE, '/mnt/dead'] })).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(
      /^A source cannot be read: \/mnt\/dead: .*not connected.* The rest was archived as a1\.$/,
    ),
  });
});

it('archives nothing while a source gives no answer, and says so', () => {
  const seen = [looked({ silent: ['/mnt/dead'] })];
  const paths = [SOURCE, '/mnt/dead'];
  expect(files.plan(filesJob({ paths }), engineContext(), seen)).toBeNull();
  expect(verdict(seen, { paths })).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/^\/mnt\/dead gives no answer: .*file server/),
  });
});

it.each(['1.2.4', '1.4.0'])('warns of files it may not read, with borg %s', (version) => {
  const create = golden(`${version}-permission-denied`, 'create', [SOURCE]);
  expect(verdict([looked(), create, confirmed(create)])).toMatchObject({
    outcome: 'warning',
    reason: expect.stringMatching(/Permission denied.*and 1 more\.$/),
    warningsTotal: 2,
  });
});

it('stays green when a file changed while it was read', () => {
  const create = golden('1.2.4-created', 'create');
  const warning = { code: 'file-changed', message: '/a: file changed', path: '/a', harmless: true };
  const changed = { ...create, exitCode: 1, said: { ...create.said, warnings: [warning], warningsTotal: 1 } };
  expect(verdict([looked(), changed, confirmed(create)])).toMatchObject({
    outcome: 'succeeded',
    reason: expect.stringContaining('1 harmless warning'),
  });
  const unexplained = { ...create, exitCode: 1 };
  expect(verdict([looked(), unexplained, confirmed(create)]).outcome).toBe('warning');
});

it('says of a step that could not begin why, and nothing else', () => {
  const startError = 'passphrase_file is /k, empty; allowed is a file with a passphrase';
  const create = { ...golden('1.2.4-created', 'create'), stdout: '', exitCode: null, startError };
  expect(verdict([looked(), create])).toMatchObject({ outcome: 'failed', reason: `${startError}.` });
});

it('says that the kernel may have killed borg', () => {
  const killed = { ...golden('1.2.4-created', 'create'), stdout: '', exitCode: null, signal: 'SIGKILL' };
  expect(verdict([looked(), killed])).toMatchObject({
    outcome: 'failed',
    signal: 'SIGKILL',
    reason: expect.stringContaining('memory runs out'),
  });
});

it('knows its own archives from those of jobs whose names begin alike', () => {
  const name = archiveNameOf('db1', 'shop', SAMPLE_AT_MS);
  expect(name).toBe('db1-shop-2026-11-20T02:00:00.000Z');
  expect(isArchiveOf('db1', 'shop', { name })).toBe(true);
  const longer = archiveNameOf('db1', 'shop-pitr', SAMPLE_AT_MS);
  expect(isArchiveOf('db1', 'shop', { name: longer })).toBe(false);
  expect(isArchiveOf('db1', 'shop', { name: 'db1-shop-by-hand' })).toBe(false);
});

it('asks who made an archive only where another host and job make the same names', () => {
  const name = archiveNameOf('web', 'a-b', SAMPLE_AT_MS);
  expect(archiveNameOf('web-a', 'b', SAMPLE_AT_MS)).toBe(name);
  const comment = makerOf('web-a', 'b');
  expect(isArchiveOf('web', 'a-b', { name, comment })).toBe(false);
  expect(isArchiveOf('web-a', 'b', { name, comment })).toBe(true);
  expect(archivesOf('web', 'a-b')).toEqual({ glob: 'web-a-b-*', comments: true });
  expect(archivesOf('web', 'files')).toEqual({ glob: 'web-files-*', comments: false });
});

it('claims no archive of another host that shares the repository and has a job of the same name', () => {
  const job = filesJob();
  const context = engineContext({ host: 'web1', inventoryDue: true });
  const create = golden('1.2.4-created', 'create');
  const made = JSON.parse(create.stdout).archive;
  const names = ['web1', 'web2', 'web1-old'].map((host) => archiveNameOf(host, job.name, SAMPLE_AT_MS));
  const archives = [made.name, ...names].map((name) => ({ ...made, name }));
  const list = { ...golden('1.2.4-listed', 'confirm'), stdout: JSON.stringify({ archives }) };
  expect(files.plan(job, context, [looked(), create])).toMatchObject({
    argv: expect.arrayContaining(['--glob-archives', 'web1-files-*']),
  });
  const { inventory } = files.outcome(job, context, [looked(), create, list]);
  expect(inventory?.map(({ name }) => name)).toEqual(['web1-files-2026-11-20T02:00:00.000Z']);
});
