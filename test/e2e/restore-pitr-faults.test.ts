/** What is broken when a cluster is brought back to a moment, and what is said of it: on real programs. */
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { UserError } from '../../proto/errors.ts';
import { clockAhead, faketimeNeeds } from '../../scripts/lab/faults/faketime.ts';
import { writeConfig } from '../support/agent.ts';
import { asPostgres, inCopy, stopCopy, whyOf } from '../support/copies.ts';
import { ArchivedCluster, cannotArchive } from '../support/pgbackrest.ts';
import { postgresBin } from '../support/postgres.ts';
import { type RestoreWorld, restoreNow } from '../support/restore.ts';
import { until } from '../support/wire.ts';

const asRoot = process.getuid?.() === 0;
const STARTING_MAX_MS = 180_000;
const RESTORE_MAX_MS = 120_000;
const HOUR_MS = 3_600_000;

// Needs pgbackrest; scripts/test installs it.
describe.skipIf(cannotArchive() !== null)('a restore to a moment', () => {
  let archived: ArchivedCluster;
  let folder: string;
  let configFile: string;
  let to = '';
  let turn = 0;
  const moments = { first: '' };

  const sql = (text: string) => archived.cluster.sql(text);
  const restored = (at: string, world: RestoreWorld = {}) =>
    restoreNow({ configFile, job: 'shop-pitr', to, at }, world);
  /** The exit code and what was said, or why it was refused. */
  const saidOf = async (at: string, world: RestoreWorld = {}) => {
    const done = await restored(at, world).catch((error: unknown) => error as UserError);
    return done instanceof Error
      ? `refused: ${done.message}; ${done.next}`
      : `${done.code}: ${done.said.join('\n')}`;
  };
  const rows = () => inCopy(to, `select string_agg(n::text, ' ' order by n) from rows`);
  const kept = (...path: string[]) => join(archived.repository, ...path);
  const fullSets = () =>
    readdirSync(kept('backup/shop'))
      .filter((name) => /^\d{8}-\d{6}F$/.test(name))
      .sort();
  const wal = () => kept('archive/shop/15-1/0000000100000000');
  const segments = () =>
    readdirSync(wal())
      .filter((name) => /^[0-9A-F]{24}-/.test(name))
      .sort();
  const pgbackrest = (...args: string[]) =>
    asPostgres('pgbackrest', `--config=${archived.configFile}`, '--stanza=shop', ...args);
  /** Writes other bytes into files; the function that it returns puts back what was there. */
  const damage = (files: string[], bytes: (whole: Buffer) => Buffer) => {
    const whole = files.map((file) => readFileSync(file));
    files.forEach((file, index) => {
      writeFileSync(file, bytes(whole[index]!));
    });
    const heal = () => {
      files.forEach((file, index) => {
        writeFileSync(file, whole[index]!);
      });
    };
    onTestFinished(heal);
    return heal;
  };
  const withCopy = (file: string) => [file, `${file}.copy`];
  const garbage = () => Buffer.from('x');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backproof-test-'));
    chmodSync(folder, 0o755);
    archived = await ArchivedCluster.start(folder, { settings: ['job-retry=0'] });
    await sql('create table rows (n int)');
    await sql('insert into rows values (1)');
    await archived.pgbackrest('--type=full', 'backup');
    moments.first = await sql('select clock_timestamp()');
    for (const n of [2, 3, 4]) {
      await sql(`insert into rows values (${n})`);
      await sql('select pg_switch_wal()');
    }
    await archived.archived();
    configFile = writeConfig(folder, {
      collector: 'wss://127.0.0.1:1',
      jobs: {
        'shop-pitr': {
          kind: 'postgres-pitr',
          stanza: archived.stanza,
          pgbackrest: { config: archived.configFile },
          connection: { host: archived.cluster.socketFolder },
          schedule: { cron: '0 0 1 1 *', finish_within: '10m' },
        },
      },
    });
  }, STARTING_MAX_MS);
  afterAll(async () => {
    await archived?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    turn += 1;
    to = join(folder, `copy-${turn}`);
  });
  afterEach(() => stopCopy(to));

  it('says whether the repository is away or cannot be read, before anything is made', async () => {
    const heal = damage(withCopy(kept('backup/shop/backup.info')), garbage);
    expect(await saidOf('latest')).toMatch(
      /^refused: .*backup\.info.*; it is there and cannot be read: .*repo1-cipher-pass/,
    );
    heal();
    damage([archived.configFile], (conf) =>
      Buffer.from(conf.toString().replace('a-passphrase-of', 'another')),
    );
    expect(await saidOf('latest')).toMatch(
      /^refused: .*; it is there and cannot be read: .*repo1-cipher-pass/,
    );
    expect(existsSync(to)).toBe(false);
  });

  it(
    'takes an older base backup when the newest one is damaged, and comes to the same moment',
    async () => {
      const [older, newer] = fullSets().slice(-2) as [string, string];
      damage([kept('backup/shop', newer, 'pg_data/base/1/1259.gz')], (whole) => whole.subarray(0, 500));
      const done = await restored('latest');
      expect(done.code, whyOf(done, to)).toBe(0);
      expect(done.said.join('\n')).toMatch(
        new RegExp(`${newer} is not whole in the repository .*taking an older one, ${older}, and more WAL`),
      );
      expect(done.said.join('\n')).toContain(`from base backup ${older}`);
      expect(rows()).toBe('1 2 3 4');
    },
    RESTORE_MAX_MS,
  );

  it(
    'says why and how near it came when a segment is whole outside and damaged inside',
    async () => {
      const name = segments().at(-2)!;
      const raw = join(archived.cluster.folder, name.slice(0, 24));
      pgbackrest(`--pg1-path=${archived.cluster.data}`, 'archive-get', name.slice(0, 24), raw);
      damage([raw], (whole) => Buffer.from(whole).fill(0x5a, 48, 400));
      renameSync(join(wal(), name), join(folder, name));
      pgbackrest('archive-push', raw);
      const done = await saidOf('latest');
      for (const pushed of segments().filter((one) => one.startsWith(name.slice(0, 24))))
        rmSync(join(wal(), pushed));
      renameSync(join(folder, name), join(wal(), name));
      expect(done).toMatch(
        /^1: [\s\S]*warning after .*Replay ended before the WAL that the repository lists, 3\d(\.\d)? MiB before its end: .*\((invalid|record|incorrect|unexpected|there is no).*\)/,
      );
      expect(rows()).toBe('1 2');
    },
    RESTORE_MAX_MS,
  );

  it(
    'says what pgBackRest says when it is kept from fetching WAL',
    async () => {
      pgbackrest('stop');
      onTestFinished(() => void pgbackrest('start'));
      expect(await saidOf('latest')).toMatch(
        /Not restored: the WAL could not be fetched \(pgBackRest said: stop file exists.*\n?[\s\S]*next: see to that, and restore again/,
      );
    },
    RESTORE_MAX_MS,
  );

  it(
    'says that the base backup has gone meanwhile',
    async () => {
      const gone = fullSets();
      const onSaid = (line: string) => {
        if (!line.startsWith('base backup ') || line.includes('not whole')) return;
        for (const set of gone) renameSync(kept('backup/shop', set), join(folder, set));
      };
      const done = await saidOf('latest', { onSaid });
      for (const set of gone) renameSync(join(folder, set), kept('backup/shop', set));
      expect(done).toMatch(
        /Not restored: pgBackRest: unable to load backup manifest .*\.manifest\.copy'\. [\s\S]*next: see what the repository still holds with backproof-agent recovery-points/,
      );
    },
    RESTORE_MAX_MS,
  );

  // Only root can mount.
  it.skipIf(!asRoot)(
    'says that the disk is full when the WAL fills it, be it pgBackRest or the server that meets it',
    async () => {
      for (const size of ['24m', '70m']) {
        const disk = join(folder, `disk-${size}`);
        mkdirSync(disk);
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', disk]);
        to = join(disk, 'copy');
        try {
          const done = await saidOf('latest');
          expect(done).toMatch(/Not restored: the disk is full/);
          expect(done).not.toContain('taking an older one');
          stopCopy(to);
        } finally {
          execFileSync('umount', [disk]);
        }
      }
    },
    RESTORE_MAX_MS,
  );

  it('is made in no data directory, of which every base backup would hold it', async () => {
    to = join(archived.cluster.data, 'copies/first');
    expect(await saidOf('latest')).toMatch(
      /^refused: .*, which is the data directory of a cluster; name a folder outside/,
    );
    expect(existsSync(join(archived.cluster.data, 'copies'))).toBe(false);
  });

  it(
    'says of a restore that was killed that its server may still run, and how to begin again',
    async () => {
      const main = join(import.meta.dirname, '../../agent/main.ts');
      const own = ['--config', configFile, '--to', to, '--reason', 'a test'];
      const child = spawn(process.execPath, ['--import', 'tsx', main, 'restore', 'shop-pitr', ...own], {
        stdio: 'ignore',
      });
      await until(() => existsSync(join(to, 'data/postmaster.pid')), RESTORE_MAX_MS);
      child.kill('SIGKILL');
      const advice =
        /its server may still run, so (pg_ctl -D \S+ -m immediate stop) first, then (rm -rf \S+)$/.exec(
          await saidOf('latest'),
        );
      expect(advice).not.toBeNull();
      asPostgres('sh', '-c', `${postgresBin()}/${advice![1]}`);
      execFileSync('sh', ['-c', advice![2]!]);
      const again = await restored(moments.first);
      expect(again.code, whyOf(again, to)).toBe(0);
      expect(rows()).toBe('1');
    },
    RESTORE_MAX_MS,
  );

  // Needs the Debian package faketime, for a server with another clock.
  it.skipIf(faketimeNeeds() !== null)(
    'says that it came short because production’s clock was ahead for a while',
    async () => {
      const { cluster } = archived;
      for (const [n, clock] of [
        [5, clockAhead(HOUR_MS)],
        [6, {}],
      ] as const) {
        await cluster.pause('fast');
        cluster.environment = clock;
        await cluster.resume();
        await sql(`insert into rows values (${n})`);
        await sql('select pg_switch_wal()');
        await archived.archived();
      }
      const done = await saidOf(await sql('select clock_timestamp()'));
      expect(done).toMatch(
        /^1: [\s\S]*warning after .*Production’s clock was ahead there: replay stopped at a transaction/,
      );
      expect(rows()).toBe('1 2 3 4');
    },
    RESTORE_MAX_MS,
  );

  it(
    'says that production wrote for a while what is in no WAL',
    async () => {
      await archived.set({ wal_level: 'minimal', archive_mode: 'off', max_wal_senders: '0' });
      await archived.set({ wal_level: 'replica', archive_mode: 'on', max_wal_senders: '10' });
      await sql('select pg_switch_wal()');
      await archived.archived();
      expect(await saidOf('latest')).toMatch(
        /Not restored: production ran with wal_level = minimal after the base backup/,
      );
    },
    RESTORE_MAX_MS,
  );

  it(
    'says how to get at a cluster that was in the stanza before this one',
    async () => {
      const { cluster } = archived;
      const before = fullSets().at(-1)!;
      await cluster.pause('fast');
      renameSync(cluster.data, `${cluster.data}.before`);
      const plain = ['-U', 'postgres', '-A', 'trust', '-N', '--no-locale', '-E', 'UTF8'];
      asPostgres(join(postgresBin(), 'initdb'), '-D', cluster.data, ...plain);
      copyFileSync(join(`${cluster.data}.before`, 'postgresql.conf'), join(cluster.data, 'postgresql.conf'));
      await cluster.resume();
      pgbackrest('stanza-upgrade');
      const way = `of the cluster that was there before (15-1), the last of`;
      expect(await saidOf('latest')).toContain(way);
      await archived.pgbackrest('--type=full', 'backup');
      const refused = await saidOf(moments.first);
      expect(refused).toContain('lies before everything that can be restored');
      expect(refused).toContain(way);
      const [, command] = /with pgbackrest (.*) restore, into/.exec(refused)!;
      expect(command).toContain(before);
      pgbackrest(
        ...command!.split(' ').slice(1),
        `--pg1-path=${join(folder, 'cluster/of-before')}`,
        'restore',
      );
      expect(existsSync(join(folder, 'cluster/of-before/PG_VERSION'))).toBe(true);
    },
    RESTORE_MAX_MS,
  );

  it(
    'ends when nobody can look at the copy, whose locale is not installed here',
    async () => {
      const { cluster } = archived;
      const locale = `update pg_database set datcollate = 'xx_YY.UTF-8', datctype = 'xx_YY.UTF-8' where datname in ('template1', 'postgres')`;
      const psql = [
        join(postgresBin(), 'psql'),
        '-h',
        cluster.socketFolder,
        '-U',
        'postgres',
        '-d',
        'postgres',
      ];
      asPostgres(...psql, '-c', locale, '-c', 'select pg_switch_wal()');
      const status = join(cluster.data, 'pg_wal/archive_status');
      await until(() => readdirSync(status).every((name) => !name.endsWith('.ready')), RESTORE_MAX_MS);
      expect(await saidOf('latest')).toMatch(
        /Not restored: production’s locale is not installed here, .*incompatible with operating system.*\nnext: install it/,
      );
    },
    RESTORE_MAX_MS,
  );
});
