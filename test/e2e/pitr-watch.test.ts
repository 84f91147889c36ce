/** The watch over a real server's log and a real pgBackRest repository; only the minutes are not waited for. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_EVERY_MS } from '../../agent/watch/wal.ts';
import { temporaryFolder } from '../support/folder.ts';
import { ArchivedCluster, cannotArchive } from '../support/pgbackrest.ts';
import { pitrJobOf, Watching } from '../support/wal-watching.ts';

const cannot = cannotArchive();
const STARTING_MAX_MS = 120_000;
const LOOK_MAX_MS = 40_000;

// Needs pgbackrest; scripts/test installs it.
describe.skipIf(cannot !== null)('the watch over a write-ahead log', () => {
  let archived: ArchivedCluster;
  let watching: Watching;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backproof-test-'));
    chmodSync(folder, 0o755);
    archived = await ArchivedCluster.start(folder);
  }, STARTING_MAX_MS);
  afterAll(async () => {
    await archived?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => watching?.watch.stop());

  const segments = () => join(archived.repository, 'archive/shop/15-1/0000000100000000');

  it(
    'sees everything saved, the window that can be restored, and what is written and not yet archived',
    async () => {
      await archived.write();
      await archived.archived();
      watching = new Watching(archived);
      const saved = await watching.look();
      expect(saved).toMatchObject({
        databaseProblem: '',
        repositoryProblem: '',
        role: 'primary',
        timeline: 1,
        repositoryTimeline: 1,
        isArchiving: true,
        archiveTimeoutMs: 60_000,
        holes: [],
        lost: '',
        isComplete: true,
        exposureMs: 0,
      });
      expect(saved.systemIdentifier).toBe(saved.stanzaSystemIdentifier);
      expect(saved.lsn).toBeLessThanOrEqual(saved.savedLsn + 0x100);
      expect(saved.windows).toEqual([{ fromMs: saved.backupsAtMs[0], toMs: 0 }]);

      await archived.cluster.sql(`alter system set archive_command = '/bin/false'`);
      await archived.cluster.sql('select pg_reload_conf()');
      await archived.write(2);
      const first = await watching.look();
      const second = await watching.look();
      expect(first.savedLsn).toBe(saved.savedLsn);
      expect(second.lsn).toBeGreaterThan(second.savedLsn);
      expect(second.exposureMs).toBeGreaterThan(0);
      await archived.cluster.sql('alter system reset archive_command');
      await archived.cluster.sql('select pg_reload_conf()');
      await archived.archived();
      expect((await watching.look()).exposureMs).toBe(0);
    },
    LOOK_MAX_MS,
  );

  it(
    'sees a segment that vanished in the middle, and that a new base backup ends the gap',
    async () => {
      await archived.write(4);
      await archived.archived();
      watching = new Watching(archived);
      const whole = await watching.look();
      const names = readdirSync(segments())
        .filter((name) => /^[0-9A-F]{24}-/.test(name))
        .sort();
      rmSync(join(segments(), names.at(-3)!));
      const holed = await watching.look();
      // Named once it has been there for two minutes of the server's clock, which no test waits for.
      expect(holed.holes).toEqual([]);
      expect(holed.savedLsn).toBeLessThan(whole.savedLsn);
      await archived.pgbackrest('--type=incr', 'backup');
      const mended = await watching.look();
      expect(mended.holes).toEqual([]);
      expect(mended.savedLsn).toBeGreaterThan(whole.savedLsn);
    },
    LOOK_MAX_MS,
  );

  it(
    'sees that the newest segments are gone although the archiver says they are saved',
    async () => {
      await archived.write(3);
      await archived.archived();
      watching = new Watching(archived);
      const whole = await watching.look();
      const names = readdirSync(segments())
        .filter((name) => /^[0-9A-F]{24}-/.test(name))
        .sort();
      const kept = names.slice(-2).map((name) => {
        const aside = join(archived.repository, name);
        renameSync(join(segments(), name), aside);
        return { aside, back: join(segments(), name) };
      });
      const short = await watching.look();
      expect(short.savedLsn).toBeLessThan(whole.savedLsn);
      for (const { aside, back } of kept) renameSync(aside, back);
      expect((await watching.look()).savedLsn).toBeGreaterThanOrEqual(whole.savedLsn);
    },
    LOOK_MAX_MS,
  );

  it(
    'says when the newest heartbeat was written that arrived, and leaves an idle server at rest',
    async () => {
      await archived.archived();
      watching = new Watching({ ...pitrJobOf(archived), heartbeatMs: SAMPLE_EVERY_MS });
      const beforeMs = Date.now();
      const written = await watching.look();
      expect(written).toMatchObject({ databaseProblem: '', heartbeatAtMs: 0 });
      expect(written.lsn).toBeGreaterThan(written.savedLsn);
      // The checkpointer would do it after archive_timeout, which no test waits for.
      await archived.cluster.sql('select pg_switch_wal()');
      await archived.archived();
      const arrived = await watching.look();
      expect(arrived.heartbeatAtMs).toBeGreaterThanOrEqual(beforeMs);
      expect(arrived.heartbeatAtMs).toBeLessThanOrEqual(Date.now());
    },
    LOOK_MAX_MS,
  );

  it(
    'sees that a segment lost its end after it was archived, and that a new base backup ends the gap',
    async () => {
      await archived.write(3);
      await archived.archived();
      watching = new Watching(archived);
      const whole = await watching.look();
      const names = readdirSync(segments())
        .filter((name) => /^[0-9A-F]{24}-/.test(name))
        .sort();
      truncateSync(join(segments(), names.at(-2)!), 4_096);
      const cut = await watching.look();
      expect(cut.savedLsn).toBeLessThan(whole.savedLsn);
      await archived.pgbackrest('--type=incr', 'backup');
      expect((await watching.look()).savedLsn).toBeGreaterThan(whole.savedLsn);
    },
    LOOK_MAX_MS,
  );

  it(
    'sees a timeline that this primary has not come to',
    async () => {
      watching = new Watching(archived);
      const rogue = join(archived.repository, 'archive/shop/15-1/0000000200000000');
      mkdirSync(rogue);
      writeFileSync(join(rogue, `000000020000000000000042-${'a'.repeat(40)}.gz`), 'x');
      chmodSync(rogue, 0o755);
      expect(await watching.look()).toMatchObject({ timeline: 1, repositoryTimeline: 2 });
      rmSync(rogue, { recursive: true });
      expect(await watching.look()).toMatchObject({ timeline: 1, repositoryTimeline: 1 });
    },
    LOOK_MAX_MS,
  );

  it(
    'remembers over a restart since when something is unsaved',
    async () => {
      const dataDir = temporaryFolder();
      await archived.cluster.sql(`alter system set archive_command = '/bin/false'`);
      await archived.cluster.sql('select pg_reload_conf()');
      await archived.write();
      watching = new Watching(archived, { dataDir });
      await watching.look();
      const before = await watching.look();
      watching.watch.stop();
      watching = new Watching(archived, { dataDir });
      const after = await watching.look();
      expect(after.exposureMs).toBeGreaterThanOrEqual(before.exposureMs);
      await archived.cluster.sql('alter system reset archive_command');
      await archived.cluster.sql('select pg_reload_conf()');
    },
    LOOK_MAX_MS,
  );

  it(
    'says which of the two witnesses it cannot ask',
    async () => {
      await archived.archived();
      watching = new Watching(archived);
      const known = await watching.look();
      renameSync(archived.repository, `${archived.repository}.away`);
      const blind = await watching.look();
      expect(blind.repositoryProblem).toMatch(/shop/);
      expect(blind).toMatchObject({
        role: 'primary',
        databaseProblem: '',
        systemIdentifier: known.systemIdentifier,
      });
      renameSync(`${archived.repository}.away`, archived.repository);
      await archived.cluster.pause();
      const deaf = await watching.look();
      expect(deaf.databaseProblem).toMatch(/does not answer/);
      await archived.cluster.resume();
      expect((await watching.look()).databaseProblem).toBe('');
    },
    LOOK_MAX_MS,
  );
});
