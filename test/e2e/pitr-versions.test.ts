/**
 * PostgreSQL 13, 15 and 17 of Debian 11, 12 and 13, each archived by that Debian's own pgBackRest (2.33, 2.45,
 * 2.55), backed up by the engine, watched, several of them side by side by one agent, and restored to a moment and to the
 * end; segments of other sizes than 16 MiB; and 16 and 18 by the last of these.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { writeConfig } from '../support/agent.ts';
import { inCopy, stopCopy, whyOf } from '../support/copies.ts';
import { debianHosts } from '../support/debian-hosts.ts';
import { cannotHavePrograms, DebianPrograms, type Release } from '../support/debian-programs.ts';
import { type EmbeddedMajor, embeddedServer, trixiePgBackRest } from '../support/embedded-postgres.ts';
import { sharedFolder } from '../support/folder.ts';
import { engineContext } from '../support/job-specs.ts';
import { ArchivedCluster, cannotArchive } from '../support/pgbackrest.ts';
import { postgresBin } from '../support/postgres.ts';
import { restoreNow } from '../support/restore.ts';
import { pitrJobOf, Watching } from '../support/wal-watching.ts';
import { walk } from '../support/walk.ts';

const MIB = 1024 ** 2;
/** Each with another size of its segments: 1 GiB of log in 64 or in 1024 of them. */
const VERSIONS: { major: number; release: Release; segmentMib: number; settings: string[] }[] = [
  { major: 13, release: 'bullseye', segmentMib: 1, settings: [] },
  { major: 15, release: 'bookworm', segmentMib: 16, settings: ['repo1-bundle=y'] },
  // Whole segments of 64 MiB are nearly empty.
  {
    ...{ major: 17, release: 'trixie', segmentMib: 64 },
    settings: ['repo1-bundle=y', 'repo1-block=y', 'compress-level=1'],
  },
];
/** Making a root takes a minute the first time. */
const ROOTS_WITHIN_MS = 20 * 60_000;
const WITHIN_MS = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'backproof-test-'));
/** In the order of VERSIONS. */
let clusters: ArchivedCluster[] = [];

/** Rows at known moments, looked for in two copies that are made side by side. */
async function comesBack(archived: ArchivedCluster, folder: string, major: number, bin: string) {
  const { cluster, stanza } = archived;
  await cluster.sql('create table rows (n int)');
  await cluster.sql('insert into rows values (1)');
  const moment = await cluster.sql('select clock_timestamp()');
  await cluster.sql('insert into rows values (2)');
  await archived.write();
  await archived.archived();
  const configFile = writeConfig(folder, {
    collector: 'wss://127.0.0.1:1',
    postgres: { [major]: bin },
    jobs: {
      [stanza]: {
        kind: 'postgres-pitr',
        stanza,
        pgbackrest: {
          config: archived.configFile,
          program: archived.becomesPostgres ? join(bin, 'pgbackrest') : archived.program,
        },
        connection: { host: cluster.socketFolder },
        schedule: { cron: '0 0 1 1 *', finish_within: '10m' },
      },
    },
  });
  const wanted = [
    { at: moment, rows: '1' },
    { at: 'latest', rows: '1\n2' },
  ];
  await Promise.all(
    wanted.map(async ({ at, rows }, index) => {
      const to = join(folder, `copy-${index}`);
      onTestFinished(() => stopCopy(to));
      const done = await restoreNow({ configFile, job: stanza, to, at });
      expect(done.code, whyOf(done, to)).toBe(0);
      expect(inCopy(to, 'select n from rows order by n')).toBe(rows);
      expect(inCopy(to, 'select pg_is_in_recovery()')).toBe('f');
    }),
  );
}

const why = cannotHavePrograms() ?? cannotArchive();
if (why) console.warn(`pitr-versions is skipped: ${why}`);

// Needs root and debootstrap, for programs of other releases.
describe.skipIf(why !== null)('PostgreSQL and pgBackRest of three Debian releases', () => {
  let watching: Watching;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    clusters = await Promise.all(
      VERSIONS.map(async ({ major, release, segmentMib, settings }) => {
        const archived = await ArchivedCluster.start(join(folder, `pg${major}`), {
          stanza: `shop${major}`,
          debian: { release: await DebianPrograms.of(release), major },
          initdb: [`--wal-segsize=${segmentMib}`],
          settings,
        });
        await archived.cluster.sql('create role backproof login in role pg_monitor');
        return archived;
      }),
    );
  }, ROOTS_WITHIN_MS);

  afterAll(async () => {
    for (const archived of clusters) await archived.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => watching?.watch.stop());

  const segmentsOf = (archived: ArchivedCluster, major: number) => {
    const path = join(archived.repository, `archive/${archived.stanza}/${major}-1/0000000100000000`);
    const names = readdirSync(path).filter((name) => /^[0-9A-F]{24}-/.test(name));
    return names.sort().map((name) => join(path, name));
  };

  it(
    'one agent watches all of them side by side, as a member of pg_monitor',
    async () => {
      for (const archived of clusters) await archived.write(2);
      for (const archived of clusters) await archived.archived();
      watching = new Watching(clusters, { user: 'backproof' });
      const samples = await watching.lookAtAll();
      expect(new Set(samples.map(({ systemIdentifier }) => systemIdentifier)).size).toBe(VERSIONS.length);
      for (const [index, sample] of samples.entries()) {
        expect(sample).toMatchObject({
          databaseProblem: '',
          repositoryProblem: '',
          role: 'primary',
          stanzaSystemIdentifier: sample.systemIdentifier,
          repositoryTimeline: 1,
          isArchiving: true,
          exposureMs: 0,
          lost: '',
          holes: [],
          isComplete: true,
          windows: [{ toMs: 0 }],
        });
        expect(sample.savedLsn % (VERSIONS[index]!.segmentMib * MIB)).toBe(0);
        expect(sample.lsn).toBeLessThanOrEqual(sample.savedLsn + 0x100);
      }
    },
    WITHIN_MS,
  );

  it(
    'each comes back to a moment and to its latest, with its own programs',
    async () => {
      const releases = await Promise.all(VERSIONS.map(({ release }) => DebianPrograms.of(release)));
      const hosts = VERSIONS.map(({ major }, index) => {
        return { major, release: releases[index]!, folder: join(folder, `pg${major}`) };
      });
      const { path, bins } = debianHosts(hosts, join(folder, 'hosts'));
      vi.stubEnv('PATH', `${path}:${process.env.PATH}`);
      onTestFinished(() => void vi.unstubAllEnvs());
      await Promise.all(
        clusters.map((archived, index) =>
          comesBack(archived, hosts[index]!.folder, VERSIONS[index]!.major, bins[VERSIONS[index]!.major]!),
        ),
      );
    },
    WITHIN_MS,
  );

  it.each(VERSIONS)(
    'PostgreSQL $major: the engine makes a base backup, and a lost segment is noticed',
    async ({ major }) => {
      const archived = clusters[VERSIONS.findIndex((one) => one.major === major)]!;
      const context = engineContext({ startedAtMs: Date.now(), isRoot: false });
      const { conclusion } = await walk(pitrJobOf(archived), context);
      expect(conclusion).toMatchObject({
        outcome: 'succeeded',
        recoveryPoints: [{ repository: archived.stanza }],
      });
      expect(conclusion.reason).toMatch(/^incr backup .*I of stanza .*, seen in the repository\.$/);

      await archived.write(3);
      await archived.archived();
      watching = new Watching(archived, { user: 'backproof' });
      const whole = await watching.look();
      expect(whole).toMatchObject({ exposureMs: 0, backupsAtMs: [expect.any(Number), expect.any(Number)] });
      rmSync(segmentsOf(archived, major).at(-2)!);
      const short = await watching.look();
      expect(short.savedLsn).toBeLessThan(whole.savedLsn);
      expect((await watching.look()).exposureMs).toBeGreaterThan(0);
    },
    WITHIN_MS,
  );
});

const OTHERS: EmbeddedMajor[] = [16, 18];

// Needs Debian 13's pgBackRest, which knows both.
describe.skipIf(why !== null)('servers of majors that no Debian has', () => {
  it.each(OTHERS)(
    'PostgreSQL %d is archived by pgBackRest 2.55, backed up, watched and restored',
    async (major) => {
      const folder = sharedFolder();
      const programs = {
        server: await embeddedServer(major, join(folder, 'server')),
        pgbackrest: await trixiePgBackRest(join(folder, 'pgbackrest')),
      };
      const archived = await ArchivedCluster.start(join(folder, 'pg'), {
        stanza: `shop${major}`,
        programs,
      });
      onTestFinished(() => archived.stop());
      await archived.cluster.sql('create role backproof login in role pg_monitor');
      const isRoot = process.getuid?.() === 0;
      const environment = { PATH: process.env.PATH! };
      const context = engineContext({ startedAtMs: Date.now(), isRoot, environment });
      expect((await walk(pitrJobOf(archived), context)).conclusion).toMatchObject({ outcome: 'succeeded' });
      await archived.write(2);
      await archived.archived();
      const watching = new Watching(archived, { user: 'backproof' });
      onTestFinished(() => watching.watch.stop());
      expect(await watching.look()).toMatchObject({
        ...{ databaseProblem: '', repositoryProblem: '', role: 'primary', exposureMs: 0, isComplete: true },
        ...{
          holes: [],
          lost: '',
          windows: [{ toMs: 0 }],
          backupsAtMs: [expect.any(Number), expect.any(Number)],
        },
      });
      // npm has servers without these programs; 15's read a control file of 16 to 18 as far as is asked for, and of the
      // gate in front of tablespaces they see nothing.
      for (const name of ['pg_controldata', 'pg_waldump', 'psql'])
        symlinkSync(join(postgresBin(), name), join(programs.server, name));
      await comesBack(archived, folder, major, programs.server);
    },
    ROOTS_WITHIN_MS,
  );
});
