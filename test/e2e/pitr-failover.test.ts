/**
 * Two real servers that swap roles, each with its own agent's watch, one pgBackRest repository, and what the collector
 * makes of both. The steps build on each other.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresPitrJob } from '../../agent/config/job-spec.ts';
import type { HostRow, JobRow } from '../../collector/store/types.ts';
import type { WalSample } from '../../proto/wal.ts';
import { until } from '../../scripts/lab/until.ts';
import { engineContext } from '../support/job-specs.ts';
import { Judging } from '../support/judging.ts';
import { ArchivedCluster, cannotArchive } from '../support/pgbackrest.ts';
import { pitrJobOf, Watching } from '../support/wal-watching.ts';
import { walk } from '../support/walk.ts';

const cannot = cannotArchive();
const STARTING_MAX_MS = 120_000;
const STEP_MAX_MS = 90_000;
const CAUGHT_UP_WITHIN_MS = 30_000;
const MINUTE_MS = 60_000;

/** A server, the watch of its host's agent, and its job as the collector knows it. */
interface Server {
  archived: ArchivedCluster;
  dataDir: string;
  watching: Watching;
  host: HostRow;
  job: JobRow;
}

// Needs pgbackrest; scripts/test installs it.
describe.skipIf(cannot !== null)('a primary and its standby', () => {
  let folder: string;
  let judging: Judging;
  let db1: Server;
  let db2: Server;

  const watch = ({ archived, dataDir }: Pick<Server, 'archived' | 'dataDir'>) =>
    new Watching(archived, { dataDir, user: 'backproof' });

  function server(name: string, archived: ArchivedCluster): Server {
    const dataDir = join(folder, name, 'agent');
    mkdirSync(dataDir);
    const host = judging.enroll(name);
    judging.connect(host);
    const job = judging.declare(host, {
      ...{ job: 'shop-pitr', kind: 'postgres-pitr', repository: '' },
      staleAfter: { warningMs: 15 * MINUTE_MS, criticalMs: 60 * MINUTE_MS },
    });
    return { archived, dataDir, host, job, watching: watch({ archived, dataDir }) };
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backproof-test-'));
    chmodSync(folder, 0o755);
    for (const name of ['db1', 'db2']) mkdirSync(join(folder, name));
    // pg_rewind needs checksums, and the log since the servers parted.
    const primary = await ArchivedCluster.start(join(folder, 'db1'), { initdb: ['-k'] });
    await primary.cluster.sql('create role backproof login in role pg_monitor');
    await primary.cluster.sql(`alter system set wal_keep_size = '512MB'`);
    const standby = await ArchivedCluster.standbyOf(primary, join(folder, 'db2'));
    judging = new Judging({ nowMs: Date.now() });
    judging.evaluator.start();
    [db1, db2] = [server('db1', primary), server('db2', standby)];
  }, STARTING_MAX_MS);
  afterAll(async () => {
    for (const one of [db1, db2]) {
      one?.watching.watch.stop();
      await one?.archived.stop();
    }
    judging?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A minute later both agents have looked. */
  async function look(): Promise<[WalSample, WalSample]> {
    judging.clock.setWallClock(judging.clock.nowMs() + MINUTE_MS - 3_000);
    const samples = await Promise.all([db1.watching.look(), db2.watching.look()]);
    for (const [i, { host, job }] of [db1, db2].entries()) {
      judging.heard(host.id);
      judging.store.wal.save(job.id, samples[i]!, judging.clock.nowMs());
    }
    judging.evaluator.wake();
    judging.clock.advance(3_000);
    return samples;
  }

  const verdictOf = ({ job }: Server) => judging.job(job).verdicts.receiving!;
  const states = () => [db1, db2].map((one) => [verdictOf(one).state, verdictOf(one).rule]);

  async function caughtUp(standby: Server, primary: Server): Promise<void> {
    const lsn = await primary.archived.cluster.sql('select pg_current_wal_lsn()');
    await until('the standby to have come as far', CAUGHT_UP_WITHIN_MS, async () => {
      return (await standby.archived.cluster.sql(`select pg_last_wal_replay_lsn() >= '${lsn}'`)) === 't';
    });
  }

  /** pgBackRest reads the files of the standby, and asks the primary. */
  function fromStandby(): { configFile: string } {
    const configFile = join(folder, 'db1/from-standby.conf');
    const { data, socketFolder } = db2.archived.cluster;
    const standby = `pg2-path=${data}\npg2-socket-path=${socketFolder}\nbackup-standby=y\n`;
    writeFileSync(configFile, readFileSync(db1.archived.configFile, 'utf8') + standby, { mode: 0o644 });
    return { configFile };
  }

  async function archiveBy({ archived }: Server, command: string): Promise<void> {
    await archived.cluster.sql(`alter system set archive_command = '${command}'`);
    await archived.cluster.sql('select pg_reload_conf()');
  }

  it(
    'are watched on the primary',
    async () => {
      await db1.archived.write(2);
      await db1.archived.archived();
      await caughtUp(db2, db1);
      const [primary, standby] = await look();
      expect(primary).toMatchObject({ role: 'primary', exposureMs: 0, windows: [{ toMs: 0 }] });
      expect(standby).toMatchObject({ role: 'standby', databaseProblem: '', repositoryProblem: '' });
      expect(standby.lsn).toBeGreaterThan(0);
      expect(verdictOf(db2)).toMatchObject({ state: 'ok', reason: expect.stringContaining('primary, db1') });
    },
    STEP_MAX_MS,
  );

  it(
    'swap roles without an alert, and what can be restored goes on with the new timeline',
    async () => {
      await db1.archived.cluster.pause('fast');
      await db2.archived.cluster.promote();
      await look();
      expect(verdictOf(db2).rule).toBeNull();
      await db2.archived.write(2);
      await db2.archived.archived();
      const [old, promoted] = await look();
      expect(old.databaseProblem).not.toBe('');
      expect(verdictOf(db1)).toMatchObject({ state: 'ok', reason: expect.stringContaining('primary, db2') });
      expect(promoted).toMatchObject({
        ...{ role: 'primary', timeline: 2, repositoryTimeline: 2, exposureMs: 0 },
        ...{ lost: '', holes: [], damaged: [], stray: '' },
        windows: [{ toMs: 0 }],
      });
      expect(promoted.windows[0]!.fromMs).toBe(promoted.backupsAtMs[0]);

      await db1.archived.cluster.follow(db2.archived.cluster);
      expect((await look())[0].role).toBe('standby');
      expect(states()).toEqual([
        ['ok', null],
        ['ok', null],
      ]);
      expect(judging.history()).toEqual([]);
    },
    STEP_MAX_MS,
  );

  it(
    'of which the primary dies with changes that it has not archived: their age goes on',
    async () => {
      await archiveBy(db2, '/bin/false');
      await db2.archived.write(2);
      await caughtUp(db1, db2);
      const [, primary] = await look();
      const seenAtMs = Date.now();
      await db2.archived.cluster.pause();
      await db1.archived.cluster.promote();
      await db1.archived.cluster.sql('alter system reset archive_command');
      await db1.archived.cluster.sql('select pg_reload_conf()');
      await db1.archived.write();
      await db1.archived.archived();
      const exposedMs = Date.now() - seenAtMs;
      const [promoted] = await look();
      expect(promoted).toMatchObject({ role: 'primary', timeline: 3, repositoryTimeline: 3, lost: '' });
      expect(promoted.savedLsn).toBe(primary.savedLsn);
      expect(promoted.exposureMs).toBeGreaterThanOrEqual(exposedMs);
      // What only the new timeline holds cannot be reached from the base backup any more.
      expect(promoted.windows.every(({ toMs }) => toMs > 0)).toBe(true);
    },
    STEP_MAX_MS,
  );

  it(
    'of which the old primary comes back beside the new one: one alert, and one on what it archives',
    async () => {
      await db2.archived.cluster.resume();
      await db2.archived.cluster.sql('alter system reset archive_command');
      await db2.archived.cluster.sql('select pg_reload_conf()');
      await db2.archived.write(3);
      await db2.archived.archived();
      // As if the promotion were ten minutes ago.
      const promotedAt = new Date(Date.now() - 10 * MINUTE_MS);
      utimesSync(join(db1.archived.repository, 'archive/shop/15-1/00000003.history'), promotedAt, promotedAt);
      db1.watching.watch.stop();
      db1.watching = watch(db1);
      const [promoted, returned] = await look();
      expect(promoted.stray).toMatch(/^00000002/);
      expect(returned).toMatchObject({ role: 'primary', timeline: 2, repositoryTimeline: 3 });
      expect(states()).toEqual([
        ['broken', 'pitr_timeline'],
        ['broken', null],
      ]);
    },
    STEP_MAX_MS,
  );

  it(
    'are well again once the old one is rewound and follows, and a base backup was made of it',
    async () => {
      await db2.archived.cluster.pause('fast');
      await db2.archived.cluster.rewindTo(db1.archived.cluster);
      await db2.archived.cluster.follow(db1.archived.cluster);
      await caughtUp(db2, db1);
      const { conclusion } = await walk(
        {
          ...pitrJobOf(db1.archived),
          store: { ...pitrJobOf(db1.archived).store, ...fromStandby() },
        } as PostgresPitrJob,
        engineContext({
          startedAtMs: Date.now(),
          environment: { PATH: process.env.PATH! },
          isRoot: process.getuid?.() === 0,
        }),
      );
      expect(conclusion).toMatchObject({ outcome: 'succeeded' });
      expect(readFileSync(join(folder, 'db1/log/shop-backup.log'), 'utf8')).toContain(
        'replay on the standby',
      );
      await db1.archived.archived();
      const [promoted, standby] = await look();
      expect(promoted).toMatchObject({ stray: '', exposureMs: 0, holes: [] });
      expect(promoted.windows.at(-1)).toMatchObject({ toMs: 0 });
      expect(standby.role).toBe('standby');
      expect(states()).toEqual([
        ['ok', null],
        ['ok', null],
      ]);
    },
    STEP_MAX_MS,
  );

  it(
    'raise nothing when statistics are reset, or a server recovers and takes no connection',
    async () => {
      await db1.archived.cluster.sql(`select pg_stat_reset_shared('archiver')`);
      // It waits for WAL before it is consistent.
      await db2.archived.set({ restore_command: 'sleep 20' }, false);
      await until('the server to recover', CAUGHT_UP_WITHIN_MS, () =>
        db2.archived.cluster.sql('select 1').then(
          () => false,
          (error) => /starting up/.test(String(error)),
        ),
      );
      const [primary, recovering] = await look();
      expect(primary).toMatchObject({ lost: '', archiverProblem: '', exposureMs: 0 });
      expect(recovering.databaseProblem).toMatch(/starting up/);
      expect(states()).toEqual([
        ['ok', null],
        ['ok', null],
      ]);
    },
    STEP_MAX_MS,
  );
});
