import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { findSocket, loadConfig, readEnvironment } from '../../../agent/config.ts';
import { checkJob } from '../../../agent/engines/index.ts';
import { ConfigError, type ConfigProblem } from '../../../proto/yaml-config.ts';
import { temporaryFolder } from '../../support/folder.ts';

const schedule = { cron: '0 2 * * *', spread: '1h', finish_within: '6h' };

function fixture() {
  const folder = temporaryFolder();
  const key = join(folder, 'key');
  writeFileSync(key, 'secret\n', { mode: 0o600 });
  const good = {
    collector: 'wss://backup.example.net:7443',
    timezone: 'Europe/Berlin',
    data: folder,
    repositories: { acme: { borg: 'ssh://a@b/./web1', passphrase_file: key, upload_limit: '20MiB' } },
    jobs: {
      files: { kind: 'files', repository: 'acme', schedule, paths: ['/etc'], keep: '7d' } as Record<
        string,
        unknown
      >,
    } as Record<string, Record<string, unknown>>,
  };
  const load = (config: unknown) => {
    const file = join(folder, 'agent.yaml');
    writeFileSync(file, typeof config === 'string' ? config : stringify(config));
    return loadConfig(file, checkJob);
  };
  const problems = async (config: unknown): Promise<ConfigProblem[]> => {
    const error = await load(config).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  };
  return { folder, key, good, load, problems };
}

it('reads a configuration into the units the code works with', async () => {
  const { good, load, folder } = fixture();
  const config = await load({ ...good, not_backed_up: { redis: 'a cache' } });
  expect(config).toMatchObject({
    collectorUrl: 'wss://backup.example.net:7443',
    zone: 'Europe/Berlin',
    socket: join(folder, 'agent.sock'),
    spoolBytesMax: 256 * 1024 ** 2,
    notBackedUp: [{ name: 'redis', why: 'a cache' }],
    repositories: [{ name: 'acme', lockWaitMs: 600_000, uploadBytesPerSecond: 20 * 1024 ** 2 }],
    jobs: [
      {
        name: 'files',
        schedule: {
          zone: 'Europe/Berlin',
          spreadMs: 3_600_000,
          startGraceMs: 600_000,
          finishWithinMs: 21_600_000,
        },
        timeoutMs: 2 * 21_600_000,
        keepMs: 7 * 86_400_000,
        startedByAgent: true,
      },
    ],
  });
});

it('promises the same silence whenever it is read', async () => {
  const { good, load } = fixture();
  const [job] = (await load(good)).jobs;
  // A day, what a run may take, and the hour of a clock change.
  expect(job!.longestSilenceMs).toBe((24 + 6 + 1) * 3_600_000);
});

it('takes a command without `command` for one that is started from outside', async () => {
  const { good, load } = fixture();
  const [job] = (await load({ ...good, jobs: { sync: { kind: 'command', schedule } } })).jobs;
  expect(job).toMatchObject({ startedByAgent: false, command: null, repository: null });
});

it('names every mistake at once, with its line and the nearest known key', async () => {
  const { problems } = fixture();
  const found = await problems(
    [
      'collektor: wss://x:1',
      'timezone: Europe/Berln',
      'repositories:',
      '  acme: { borg: /srv/r }',
      'jobs:',
      '  files: { kind: files, repository: acm, schedule: { cron: "0 2 * *", finish_within: 6x }, paths: [etc] }',
      '  pitr: { kind: postgres-pitr, engine: barman, stanza: shop, longest_silence: 1d }',
      'storage: { repositories: [/srv], snapshots: { kind: btrfs } }',
    ].join('\n'),
  );
  const at = (key: string) => found.find((problem) => problem.key === key);
  expect(at('collektor')).toMatchObject({ line: 1, nearest: 'collector' });
  expect(at('timezone')).toMatchObject({ line: 2, nearest: 'Europe/Berlin' });
  expect(at('repositories.acme')).toMatchObject({ line: 4, found: 'no passphrase' });
  expect(at('jobs.files.repository')).toMatchObject({ line: 6, nearest: 'acme' });
  expect(at('jobs.files.schedule.cron')).toMatchObject({ line: 6 });
  expect(at('jobs.files.schedule.finish_within')?.allowed).toContain('a duration');
  expect(at('jobs.files.paths.0')?.allowed).toBe('an absolute path');
  expect(at('jobs.pitr.engine')?.allowed).toBe('pgbackrest, archive-directory');
  expect(at('storage.snapshots')?.allowed).toContain('not supported by this version');
});

it('takes a plain archive directory with a repository, and none of the keys of pgBackRest', async () => {
  const { good, problems, load } = fixture();
  const job = { kind: 'postgres-pitr', engine: 'archive-directory', schedule };
  const pitr = { ...job, archive_directory: '/srv/wal', repository: 'acme' };
  expect(await load({ ...good, jobs: { pitr } })).toMatchObject({
    jobs: [
      {
        repository: { name: 'acme' },
        store: { engine: 'archive-directory', directory: '/srv/wal', repository: { name: 'acme' } },
      },
    ],
  });
  const said = async (change: object) =>
    (await problems({ ...good, jobs: { pitr: { ...job, ...change } } })).map(({ key, allowed }) => [
      key,
      allowed,
    ]);
  const needed = 'a value: engine archive-directory needs it';
  expect(await said({})).toEqual([
    ['jobs.pitr.archive_directory', needed],
    ['jobs.pitr.repository', needed],
  ]);
  const foreign = { ...pitr, stanza: 'shop', pgbackrest: {}, stale_after: { warning: '5m' } };
  expect(await said(foreign)).toEqual([
    ['jobs.pitr.stanza', 'nothing: it belongs to engine pgbackrest'],
    ['jobs.pitr.pgbackrest', 'nothing: it belongs to engine pgbackrest'],
    ['jobs.pitr.stale_after', 'warning: at least 10m with engine archive-directory'],
  ]);
  expect(await said({ engine: 'pgbackrest', repository: 'acme' })).toEqual([
    ['jobs.pitr.stanza', 'a value: engine pgbackrest needs it'],
    ['jobs.pitr.repository', 'nothing: it belongs to engine archive-directory'],
  ]);
});

it.each(['postgres-dump', 'mysql-dump'])(
  'takes keys of %s about a replica only where dumps are taken from one',
  async (kind) => {
    const { good, problems, load } = fixture();
    const job = { kind, repository: 'acme', schedule, replica_lag_max: '1m', fallback: { host: 'db1' } };
    expect(await problems({ ...good, jobs: { job } })).toMatchObject([
      { key: 'jobs.job.replica_lag_max', allowed: expect.stringContaining('unless take_from is replica') },
      { key: 'jobs.job.fallback' },
    ]);
    const { jobs } = await load({ ...good, jobs: { job: { ...job, take_from: 'replica' } } });
    expect(jobs).toMatchObject([{ takeFrom: 'replica', replicaLagMaxMs: 60_000, fallback: { host: 'db1' } }]);
  },
);

it('reads a MariaDB job, and refuses an option file with a password that others may read', async () => {
  const { folder, good, load, problems } = fixture();
  const file = join(folder, 'my.cnf');
  writeFileSync(file, '[client]\npassword=secret\n', { mode: 0o600 });
  const connection = { socket: '/run/mysqld/mysqld.sock', user: 'backproof', defaults_file: file };
  const cms = { kind: 'mysql-dump', repository: 'acme', schedule, connection, exclude_databases: ['test_*'] };
  expect((await load({ ...good, jobs: { cms } })).jobs).toMatchObject([
    {
      kind: 'mysql-dump',
      connection: { socket: '/run/mysqld/mysqld.sock', host: null, user: 'backproof', defaultsFile: file },
      databases: 'all',
      excludes: ['test_*'],
      takeFrom: 'any',
    },
  ]);
  chmodSync(file, 0o644);
  expect(await problems({ ...good, jobs: { cms } })).toMatchObject([
    { key: 'jobs.cms.connection.defaults_file', found: expect.stringContaining('with mode 0644') },
  ]);
});

it('refuses a passphrase that others may read, and one that is not there', async () => {
  const { good, problems, key, folder } = fixture();
  chmodSync(key, 0o640);
  expect(await problems(good)).toMatchObject([
    { key: 'repositories.acme.passphrase_file', found: expect.stringContaining('mode 0640') },
  ]);
  good.repositories.acme.passphrase_file = join(folder, 'nowhere');
  expect(await problems(good)).toMatchObject([{ found: expect.stringContaining('ENOENT') }]);
});

it('wants either a schedule or a longest silence', async () => {
  const { good, problems } = fixture();
  delete good.jobs.files!.schedule;
  expect(await problems(good)).toMatchObject([{ allowed: 'a schedule, or longest_silence' }]);
});

it('asks engines about what a schema cannot say', async () => {
  const { good, problems } = fixture();
  Object.assign(good.jobs.files!, { paths: ['/etc', '/etc'], require_mounted: ['/gluster'] });
  expect((await problems(good)).map((problem) => problem.key)).toEqual([
    'jobs.files.paths',
    'jobs.files.require_mounted',
  ]);
});

it('reads a path as borg will name it', async () => {
  const { good, load } = fixture();
  Object.assign(good.jobs.files!, { paths: ['/srv/www/', '//srv//mail/../etc', '/'] });
  expect((await load(good)).jobs[0]).toMatchObject({ paths: ['/srv/www', '/srv/etc', '/'] });
});

it('finds the socket beside a configuration that is wrong or absent', async () => {
  const { folder } = fixture();
  const file = join(folder, 'broken.yaml');
  writeFileSync(file, `data: ${folder}\njobs: 7\n`);
  expect(await findSocket(file)).toBe(join(folder, 'agent.sock'));
  expect(await findSocket(join(folder, 'absent.yaml'))).toBe('/var/lib/backproof/agent.sock');
});

it("keeps systemd's private variables from children", () => {
  const environment = readEnvironment({ PATH: '/bin', NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '60000000' });
  expect(environment).toMatchObject({
    variables: { PATH: '/bin' },
    notifySocket: '/run/n',
    watchdogMs: 60_000,
  });
});
