/** A real server archives into a plain folder, by archive_command and by pg_receivewal; real borg behind it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ArchiveDirectoryJob } from '../../agent/config/job-spec.ts';
import { parseSegment, segmentName } from '../../agent/tools/wal.ts';
import type { WalSample } from '../../proto/wal.ts';
import { until } from '../../scripts/lab/until.ts';
import { DUMP_GUARD, startTestAgent } from '../support/agent.ts';
import { DirectoryCluster } from '../support/archive-directory.ts';
import { engineContext } from '../support/job-specs.ts';
import { postgresBin } from '../support/postgres.ts';
import { runJob } from '../support/run-job.ts';
import { Watching } from '../support/wal-watching.ts';
import { walk } from '../support/walk.ts';
import { enrollDirectly, startCollector } from '../support/wire.ts';

const STARTING_MAX_MS = 120_000;
const LOOKS_MAX_MS = 120_000;

const LOOKS_MAX = 8;
const SEGMENT_BYTES = 16 * 1024 ** 2;

let folder: string;
let watching: Watching | null = null;

function newFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'backproof-test-'));
  chmodSync(made, 0o755);
  return made;
}

function watch(archived: DirectoryCluster, options = {}): Watching {
  watching?.watch.stop();
  watching = new Watching(archived.job, { environment: archived.environment, ...options });
  return watching;
}

let runs = 0;
/** Each run at a moment of its own: archives are named after it. */
function baseBackup(archived: DirectoryCluster, change: Partial<ArchiveDirectoryJob> = {}) {
  runs += 1;
  return walk(
    { ...archived.job, ...change },
    engineContext({
      host: 'db1',
      startedAtMs: Date.now() + runs,
      environment: archived.environment,
      dumpGuard: DUMP_GUARD,
      postgresBins: { 15: postgresBin() },
      inventoryDue: true,
    }),
  );
}

afterEach(() => watching?.watch.stop());

/** Looks, a minute apart, until a sample is as it should be: an archive is made each five minutes at most. */
async function lookUntil(wanted: (sample: WalSample) => boolean): Promise<WalSample> {
  for (let looks = 1; ; looks += 1) {
    const sample = await watching!.look();
    if (wanted(sample)) return sample;
    if (looks >= LOOKS_MAX) throw new Error(`not seen in ${looks} looks: ${JSON.stringify(sample)}`);
  }
}

const lsnAfter = (segment: string) => (parseSegment(segment, SEGMENT_BYTES)!.index + 1) * SEGMENT_BYTES;
function segmentAfter(segment: string): string {
  const { timeline, index } = parseSegment(segment, SEGMENT_BYTES)!;
  return segmentName({ timeline, index: index + 1 }, SEGMENT_BYTES);
}

const isSaved = (segment: string) => (sample: WalSample) => sample.savedLsn >= lsnAfter(segment);

describe('an archive directory that archive_command fills', () => {
  let archived: DirectoryCluster;
  beforeAll(async () => {
    folder = newFolder();
    archived = await DirectoryCluster.start(folder);
    await archived.archiveByCommand();
  }, STARTING_MAX_MS);
  afterAll(async () => {
    await archived?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'goes on into its repository: with a base backup all since can be restored, and an idle server makes no archives',
    async () => {
      const { conclusion } = await baseBackup(archived);
      expect(conclusion).toMatchObject({ outcome: 'succeeded', recoveryPoints: [{ repository: 'wal' }] });
      expect(conclusion.inventory).toMatchObject([{ name: conclusion.recoveryPoints[0]!.name }]);
      const segment = await archived.write();
      const seen = await watch(archived).look();
      expect(seen).toMatchObject({
        databaseProblem: '',
        repositoryProblem: '',
        isArchiving: true,
        archiverProblem: '',
        holes: [],
        lost: '',
        exposureMs: 0,
        isComplete: true,
        savedLsn: lsnAfter(segment),
      });
      expect(seen.stanzaSystemIdentifier).toBe(seen.systemIdentifier);
      expect(seen.windows).toEqual([{ fromMs: seen.backupsAtMs[0], toMs: 0 }]);
      const archives = archived.archives();
      for (let idle = 0; idle < LOOKS_MAX; idle += 1) await watching!.look();
      expect(archived.archives()).toEqual(archives);
    },
    LOOKS_MAX_MS,
  );

  it(
    'waits while a run is in the repository, counts as exposed and not as lost, and goes in one archive then',
    async () => {
      let busy = false;
      watch(archived, { isBusy: () => busy });
      await watching!.look();
      busy = true;
      const before = archived.archives().length;
      await archived.write();
      const last = await archived.write();
      const first = await watching!.look();
      const second = await watching!.look();
      expect(second.exposureMs).toBeGreaterThan(0);
      expect(second).toMatchObject({ repositoryProblem: '', lost: '', holes: [], savedLsn: first.savedLsn });
      expect(second.archiverProblem).toBe('a run of this host works in repository wal');
      busy = false;
      expect(await lookUntil(isSaved(last))).toMatchObject({ exposureMs: 0, archiverProblem: '' });
      expect(archived.archives().length).toBe(before + 1);
    },
    LOOKS_MAX_MS,
  );

  it(
    'is not believed where a segment went away before it was sent: nothing after it counts until a base backup',
    async () => {
      let busy = true;
      watch(archived, { isBusy: () => busy });
      const whole = await archived.write();
      const gone = await archived.write();
      const last = await archived.write();
      rmSync(join(archived.directory, gone));
      busy = false;
      await lookUntil(isSaved(whole));
      const holed = await watching!.look();
      expect(holed.savedLsn).toBe(lsnAfter(whole));
      expect(holed.lsn).toBeGreaterThanOrEqual(lsnAfter(last));
      expect(archived.archives().some((name) => name.endsWith(`-${last}-${last}`))).toBe(true);
      await baseBackup(archived);
      const after = await archived.write();
      const mended = await lookUntil(isSaved(after));
      expect(mended.windows).toHaveLength(2);
    },
    LOOKS_MAX_MS,
  );

  it(
    'is sent on while the server is down, without what is still being copied and what is no segment',
    async () => {
      watch(archived);
      await watching!.look();
      const last = await archived.write();
      const next = segmentAfter(last);
      writeFileSync(
        join(archived.directory, next),
        readFileSync(join(archived.directory, last)).subarray(1e6),
      );
      const other = segmentAfter(next);
      writeFileSync(join(archived.directory, other), Buffer.alloc(SEGMENT_BYTES));
      await archived.cluster.pause();
      const down = await lookUntil(() => archived.archives().some((name) => name.endsWith(`-${last}`)));
      expect(down.databaseProblem).toMatch(/does not answer/);
      expect(archived.archives().filter((name) => name.endsWith(next) || name.endsWith(other))).toEqual([]);
      rmSync(join(archived.directory, next));
      rmSync(join(archived.directory, other));
      await archived.cluster.resume();
    },
    LOOKS_MAX_MS,
  );

  it(
    'is followed over a promotion by the history that was sent, also when somebody has removed that from the folder',
    async () => {
      const { cluster, directory } = archived;
      watch(archived);
      await watching!.look();
      await cluster.pause('fast');
      await cluster.follow(cluster);
      await cluster.promote();
      const segment = await archived.write();
      const after = await lookUntil(isSaved(segment));
      expect(after).toMatchObject({ timeline: 2, repositoryTimeline: 2, holes: [], lost: '', stray: '' });
      expect(after.windows.at(-1)).toMatchObject({ toMs: 0 });
      expect(archived.archives().filter((name) => /-history-\d+-00000002$/.test(name))).toHaveLength(1);
      expect(archived.files()).toContain('00000002.history');
      rmSync(join(directory, '00000002.history'));
      const removed = await watching!.look();
      expect(removed).toMatchObject({ savedLsn: after.savedLsn, holes: [], windows: after.windows });
    },
    LOOKS_MAX_MS,
  );

  it(
    'is served by a whole agent: it sends what lies there when it starts, and makes a base backup when it is told to',
    async () => {
      await archived.write();
      const own = () => archived.archives().filter((name) => name.startsWith('web1-shop-pitr-'));
      const collector = await startCollector();
      const { store, connection } = archived.job;
      const { location, passphraseFile } = store.repository;
      const { agent, socket } = await startTestAgent(
        enrollDirectly(collector, 'web1'),
        {
          collector: collector.url,
          repositories: { wal: { borg: location, passphrase_file: passphraseFile } },
          jobs: {
            'shop-pitr': {
              kind: 'postgres-pitr',
              engine: 'archive-directory',
              archive_directory: store.directory,
              repository: 'wal',
              connection: { host: connection.host, user: 'postgres' },
              longest_silence: '2d',
            },
          },
        },
        { environment: archived.environment },
      );
      await until('the WAL to be sent', LOOKS_MAX_MS, () => own().some((name) => /Z-wal-\d+-/.test(name)));
      const run = await runJob(socket, 'shop-pitr');
      expect(run).toMatchObject({ outcome: 'succeeded', recoveryPoints: [{ repository: 'wal' }] });
      expect(own().some((name) => name.endsWith('Z-base'))).toBe(true);
      await agent.stop();
    },
    LOOKS_MAX_MS,
  );

  it(
    'says what it cannot look at: the folder, the repository',
    async () => {
      watch(archived);
      renameSync(archived.directory, `${archived.directory}.away`);
      expect((await watching!.look()).repositoryProblem).toMatch(/cannot be looked at: ENOENT/);
      renameSync(`${archived.directory}.away`, archived.directory);
      const { location } = archived.job.store.repository;
      renameSync(location, `${location}.away`);
      expect((await watching!.look()).repositoryProblem).toMatch(/no borg repository|does not exist/i);
      renameSync(`${location}.away`, location);
      expect((await watching!.look()).repositoryProblem).toBe('');
    },
    LOOKS_MAX_MS,
  );

  it(
    'gets no base backup of a cluster with tablespaces, nor for a role without REPLICATION, and says why',
    async () => {
      await archived.cluster.sql('create role plain login');
      await archived.cluster.sql('grant pg_monitor to plain');
      const connection = { ...archived.job.connection, user: 'plain' };
      const refused = await baseBackup(archived, { connection });
      expect(refused.conclusion.reason).toMatch(/attribute REPLICATION/);
      const elsewhere = join(folder, 'space');
      mkdirSync(elsewhere);
      if (process.getuid?.() === 0) execFileSync('chown', ['postgres', elsewhere]);
      await archived.cluster.sql(`create tablespace elsewhere location '${elsewhere}'`);
      const { conclusion } = await baseBackup(archived);
      expect(conclusion).toMatchObject({ outcome: 'failed' });
      expect(conclusion.reason).toMatch(/tablespaces .*\(elsewhere\).*use engine pgbackrest/);
      await archived.cluster.sql('drop tablespace elsewhere');
    },
    LOOKS_MAX_MS,
  );
});

describe('an archive directory that pg_receivewal fills', () => {
  let archived: DirectoryCluster;
  beforeAll(async () => {
    folder = newFolder();
    archived = await DirectoryCluster.start(folder);
    await archived.cluster.sql('select pg_reload_conf()');
  }, STARTING_MAX_MS);
  afterAll(async () => {
    await archived?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'goes on into its repository, its unfinished segment excepted, although the server archives nothing itself',
    async () => {
      watch(archived);
      expect(await watching!.look()).toMatchObject({ isArchiving: false });
      onTestFinished(await archived.receive());
      await baseBackup(archived);
      const segment = await archived.write();
      const seen = await lookUntil(isSaved(segment));
      expect(seen).toMatchObject({ isArchiving: true, exposureMs: 0, lost: '', holes: [] });
      expect(seen.windows).toEqual([{ fromMs: seen.backupsAtMs[0], toMs: 0 }]);
      // Nothing to fill after a switch: the next change begins the next.
      await archived.cluster.sql('insert into t values (2)');
      const partial = `${segmentAfter(segment)}.partial`;
      await until('the next segment', LOOKS_MAX_MS, () => archived.files().includes(partial));
      expect(await watching!.look()).toMatchObject({ isArchiving: true, savedLsn: seen.savedLsn });
    },
    LOOKS_MAX_MS,
  );
});
