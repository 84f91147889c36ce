import { describe, expect, it } from 'vitest';
import {
  type BaseBackup,
  FOLDERS_PER_LOOK_MAX,
  foldersToList,
  judgeWal,
  LOST_AFTER_MS,
  memoryFor,
  type RepositorySeen,
  type WalMemory,
  withListing,
} from '../../../../agent/decide/wal-watch.ts';
import type { WalFacts } from '../../../../agent/tools/postgres-wal.ts';
import { segmentName } from '../../../../agent/tools/wal.ts';

const SEGMENT = 16 * 1024 ** 2;
const NOW_MS = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;
const name = (index: number, timeline = 1) => segmentName({ timeline, index }, SEGMENT);
const folderName = (timeline: number, log: number) => name(log * 256, timeline).slice(0, 16);

function facts(change: Partial<WalFacts> = {}): WalFacts {
  return {
    atMs: NOW_MS,
    role: 'primary',
    systemIdentifier: '1',
    segmentBytes: SEGMENT,
    lsn: 10 * SEGMENT,
    timeline: 1,
    isArchiving: true,
    archiveTimeoutMs: MINUTE_MS,
    lastArchived: name(9),
    lastArchivedAtMs: NOW_MS - MINUTE_MS,
    lastFailed: '',
    lastFailedAtMs: null,
    ...change,
  };
}

function backup(walIndex: number, stoppedAtMs = NOW_MS - 60 * MINUTE_MS): BaseBackup {
  const wal = name(walIndex);
  return { label: `b${walIndex}`, startedAtMs: stoppedAtMs, stoppedAtMs, walStart: wal, walStop: wal };
}

/** A look that found this. */
function seen(memory: WalMemory, backups = [backup(2)], isComplete = true): RepositorySeen {
  return { memory, backups, isComplete, systemIdentifier: '1' };
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

function holding(indexes: number[], timeline = 1, before: WalMemory | null = null): WalMemory {
  const memory = memoryFor(before, facts(), '15-1');
  const folder = { name: folderName(timeline, 0), timeline, range: { from: 0, to: 255 }, indexes };
  return withListing(memory, [folder], []);
}

const judged = (memory: WalMemory, about: Partial<WalFacts> = {}, backups = [backup(2)], isComplete = true) =>
  judgeWal(seen(memory, backups, isComplete), facts(about)).sample;

describe('how far the repository reaches', () => {
  it('is the end of what follows the newest base backup without a hole', () => {
    expect(judged(holding(upTo(1, 9)))).toMatchObject({ savedLsn: 10 * SEGMENT, exposureMs: 0, holes: [] });
    const holed = judged(holding([...upTo(1, 5), ...upTo(7, 9)]));
    expect(holed).toMatchObject({ savedLsn: 6 * SEGMENT, holes: [] });
    const mended = judged(holding([...upTo(1, 5), ...upTo(7, 9)]), {}, [backup(2), backup(7)]);
    expect(mended).toMatchObject({ savedLsn: 10 * SEGMENT, holes: [] });
  });

  it('names a hole once it has been there for longer than segments overtake each other', () => {
    const look = (memory: WalMemory, atMs: number) => judgeWal(seen(memory), facts({ atMs }));
    const holed = holding([...upTo(1, 5), ...upTo(8, 9)]);
    const first = look(holed, NOW_MS);
    expect(look(first.memory, NOW_MS + LOST_AFTER_MS - 1).sample.holes).toEqual([]);
    // One of the two segments came late; the other is still missing.
    const shrunk = holding([...upTo(1, 6), ...upTo(8, 9)], 1, first.memory);
    expect(look(shrunk, NOW_MS + LOST_AFTER_MS).sample.holes).toEqual([name(7)]);
    const closed = look(holding(upTo(1, 9), 1, first.memory), NOW_MS + LOST_AFTER_MS);
    expect(closed.sample.holes).toEqual([]);
    // A hole of its own counts from when it appears.
    const other = holding([...upTo(1, 5), ...upTo(7, 9)], 1, closed.memory);
    expect(look(other, NOW_MS + 2 * LOST_AFTER_MS).sample.holes).toEqual([]);
  });

  it('begins at the oldest base backup from which the present is reached', () => {
    const old = backup(2, NOW_MS - 3 * 86_400_000);
    const newer = backup(7, NOW_MS - 86_400_000);
    expect(judged(holding(upTo(1, 9)), {}, [old, newer]).windows).toEqual([
      { fromMs: old.stoppedAtMs, toMs: 0 },
    ]);
    const holed = holding([...upTo(1, 4), ...upTo(6, 9)]);
    expect(judged(holed, {}, [old, newer]).windows).toEqual([{ fromMs: newer.stoppedAtMs, toMs: 0 }]);
    expect(judged(holed, {}, []).windows).toEqual([]);
  });

  it('goes on over a failover with the new timeline', () => {
    const memory = holding(upTo(9, 12), 2, holding(upTo(1, 8)));
    const after = judged(memory, { timeline: 2, lsn: 13 * SEGMENT, lastArchived: name(12, 2) });
    expect(after).toMatchObject({ savedLsn: 13 * SEGMENT, repositoryTimeline: 2, holes: [] });
  });

  it('does not follow a timeline above the primary, and names it', () => {
    const memory = holding(upTo(9, 40), 7, holding(upTo(1, 9)));
    expect(judged(memory)).toMatchObject({ savedLsn: 10 * SEGMENT, timeline: 1, repositoryTimeline: 7 });
  });
});

describe('what the archiver says', () => {
  it('is held against the repository, once it had its time to show it', () => {
    const archivedAtMs = NOW_MS - LOST_AFTER_MS;
    expect(judged(holding(upTo(1, 8)), { lastArchivedAtMs: archivedAtMs + 1 }).lost).toBe('');
    expect(judged(holding(upTo(1, 8)), { lastArchivedAtMs: archivedAtMs }).lost).toBe(name(9));
    expect(judged(holding(upTo(1, 9)), { lastArchivedAtMs: archivedAtMs }).lost).toBe('');
  });

  it('is one loss however many segments follow into nowhere, and ends when the newest is there', () => {
    const look = (memory: WalMemory, about: Partial<WalFacts>) => judgeWal(seen(memory), facts(about));
    const first = look(holding(upTo(1, 8)), { lastArchivedAtMs: NOW_MS - LOST_AFTER_MS });
    expect(first.sample.lost).toBe(name(9));
    const later = { atMs: NOW_MS + MINUTE_MS, lastArchived: name(10), lastArchivedAtMs: NOW_MS + MINUTE_MS };
    const second = look(first.memory, { ...later, lsn: 11 * SEGMENT });
    expect(second.sample.lost).toBe(name(10));
    const named = look(second.memory, { ...later, lastArchived: '00000002.history', lsn: 11 * SEGMENT });
    expect(named.memory.lostSinceMs).toBe(first.memory.lostSinceMs);
    const mended = look(holding(upTo(1, 10), 1, second.memory), { ...later, lsn: 11 * SEGMENT });
    expect(mended.sample.lost).toBe('');
    expect(mended.memory.lostSinceMs).toBeNull();
  });

  it('is no segment after a promotion or a backup, and nothing after a reset: none of that is lost', () => {
    for (const lastArchived of ['00000002.history', `${name(9)}.00000028.backup`, `${name(9)}.partial`, '']) {
      const lastArchivedAtMs = lastArchived === '' ? null : NOW_MS - 60 * MINUTE_MS;
      expect(judged(holding(upTo(1, 8)), { lastArchived, lastArchivedAtMs }).lost).toBe('');
    }
  });

  it('is trouble only while the last attempt failed', () => {
    const failed = { lastFailed: name(10), lastFailedAtMs: NOW_MS - 1_000 };
    expect(judged(holding(upTo(1, 9)), failed).archiverProblem).toMatch(/archive_command failed/);
    expect(judged(holding(upTo(1, 9)), { ...failed, lastArchivedAtMs: NOW_MS }).archiverProblem).toBe('');
  });

  it('raises nothing before every folder has been listed', () => {
    const sample = judged(
      holding([5, 9]),
      { lastArchivedAtMs: 0, lastArchived: name(7) },
      [backup(5)],
      false,
    );
    expect(sample).toMatchObject({ lost: '', holes: [], isComplete: false });
  });
});

describe('what is remembered', () => {
  it('is forgotten for another cluster, another folder of WAL, another size of segments', () => {
    const known = holding(upTo(1, 9));
    expect(memoryFor(known, facts(), '15-1')).toBe(known);
    expect(memoryFor(known, facts({ systemIdentifier: '2' }), '15-1').archive.size).toBe(0);
    expect(memoryFor(known, facts(), '15-2').archive.size).toBe(0);
    expect(memoryFor(known, facts({ segmentBytes: 2 * SEGMENT }), '15-1').archive.size).toBe(0);
  });

  it('loses a folder that is gone, with all it held', () => {
    const known = holding(upTo(1, 9));
    const gone = { name: folderName(1, 0), timeline: 1, range: { from: 0, to: 255 }, indexes: [] };
    const after = withListing(known, [], [gone]);
    expect(after.archive.size).toBe(0);
    expect(after.folders).toEqual([]);
  });

  it('keeps the exposure of a timeline to itself', () => {
    const first = judgeWal(seen(holding(upTo(1, 9))), facts({ lsn: 12 * SEGMENT }));
    const later = facts({ atMs: NOW_MS + MINUTE_MS, lsn: 12 * SEGMENT });
    expect(judgeWal(seen(first.memory), later).sample.exposureMs).toBe(MINUTE_MS);
    const promoted = { ...later, timeline: 2 };
    expect(judgeWal(seen(first.memory), promoted).sample.exposureMs).toBe(0);
  });
});

describe('which folders are listed', () => {
  const folders = upTo(0, 9).map((log) => folderName(1, log));
  const knowing = (names: string[]): WalMemory => ({ ...memoryFor(null, facts(), '15-1'), folders: names });

  it('are all of them at first, the newest first, and no more in one look than there is time for', () => {
    expect(foldersToList(null, folders, 0).sort()).toEqual(folders);
    const many = upTo(0, 999).map((log) => folderName(1, log));
    const first = foldersToList(null, many, 0);
    expect(first).toHaveLength(FOLDERS_PER_LOOK_MAX);
    expect(first[0]).toBe(many.at(-1));
  });

  it('are the two newest of each timeline later, and each of the others in its turn', () => {
    const all = [...folders, folderName(2, 9)];
    const looks = upTo(0, 20).map((turn) => foldersToList(knowing(all), all, turn));
    for (const look of looks) {
      expect(look).toContain(folderName(2, 9));
      expect(look).toContain(folderName(1, 9));
      expect(look).toContain(folderName(1, 8));
      expect(look.length).toBeLessThanOrEqual(4);
    }
    expect(new Set(looks.flat()).size).toBe(all.length);
  });
});
