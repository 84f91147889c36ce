import { describe, expect, it } from 'vitest';
import {
  judgeWal,
  LOST_AFTER_MS,
  memoryFor,
  type RepositorySeen,
  type WalMemory,
  withListing,
} from '../../../../agent/decide/wal-watch.ts';
import type { BaseBackup } from '../../../../agent/decide/wal-windows.ts';
import type { WalFacts } from '../../../../agent/tools/postgres-wal.ts';
import { segmentName } from '../../../../agent/tools/wal.ts';
import { upTo } from '../../../support/ranges.ts';

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
    heartbeatLsn: null,
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

/** Archived a minute after each other, the tenth of them now. */
const archivedAtMs = (index: number) => NOW_MS + (index - 9) * MINUTE_MS;

function holding(
  indexes: number[],
  timeline = 1,
  before: WalMemory | null = null,
  sizeOf: (index: number) => number = () => SEGMENT,
): WalMemory {
  const memory = memoryFor(before, facts(), '15-1');
  const folder = {
    name: folderName(timeline, 0),
    timeline,
    range: { from: 0, to: 255 },
    segments: indexes.map((index) => ({
      index,
      sizeBytes: sizeOf(index),
      changedAtMs: archivedAtMs(index),
      isWhole: sizeOf(index) > 0,
    })),
  };
  return withListing(memory, [folder], [...new Set([...memory.folders.keys(), folder.name])]);
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
    // The second look after it, which may come a little early, and never the first.
    expect(LOST_AFTER_MS).toBeGreaterThan(MINUTE_MS + 10_000);
    expect(LOST_AFTER_MS).toBeLessThan(2 * MINUTE_MS - 1_000);
    // One of the two segments came late; the other is still missing.
    const shrunk = holding([...upTo(1, 6), ...upTo(8, 9)], 1, first.memory);
    expect(look(shrunk, NOW_MS + LOST_AFTER_MS).sample.holes).toEqual([name(7)]);
    const closed = look(holding(upTo(1, 9), 1, first.memory), NOW_MS + LOST_AFTER_MS);
    expect(closed.sample.holes).toEqual([]);
    // A hole of its own counts from when it appears.
    const other = holding([...upTo(1, 5), ...upTo(7, 9)], 1, closed.memory);
    expect(look(other, NOW_MS + 2 * LOST_AFTER_MS).sample.holes).toEqual([]);
  });

  it('does not follow a timeline above the primary, and names it', () => {
    const memory = holding(upTo(9, 40), 7, holding(upTo(1, 9)));
    expect(judged(memory)).toMatchObject({ savedLsn: 10 * SEGMENT, timeline: 1, repositoryTimeline: 7 });
  });
});

describe('what can be restored', () => {
  const old = backup(2, archivedAtMs(2));
  const newer = backup(7, archivedAtMs(7));
  /** After the troubles have lasted. */
  const lasting = (memory: WalMemory, backups: BaseBackup[], about: Partial<WalFacts> = {}) => {
    const first = judgeWal(seen(memory, backups), facts(about));
    return judgeWal(seen(first.memory, backups), facts({ ...about, atMs: NOW_MS + LOST_AFTER_MS })).sample;
  };

  it('begins at the oldest base backup and goes on to the present', () => {
    expect(judged(holding(upTo(1, 9)), {}, [old, newer]).windows).toEqual([
      { fromMs: old.stoppedAtMs, toMs: 0 },
    ]);
    expect(judged(holding(upTo(1, 9)), {}, []).windows).toEqual([]);
  });

  it('ends when the last segment before a gap was archived, and begins again at the next base backup', () => {
    const holed = holding([...upTo(1, 4), ...upTo(6, 9)]);
    expect(judged(holed, {}, [old, newer]).windows).toEqual([
      { fromMs: old.stoppedAtMs, toMs: archivedAtMs(4) },
      { fromMs: newer.stoppedAtMs, toMs: 0 },
    ]);
  });

  it('has an end after the newest base backup too, once the gap behind it lasts', () => {
    const holed = holding([...upTo(1, 4), ...upTo(6, 9)]);
    expect(judged(holed, {}, [old]).windows).toEqual([{ fromMs: old.stoppedAtMs, toMs: 0 }]);
    expect(lasting(holed, [old]).windows).toEqual([{ fromMs: old.stoppedAtMs, toMs: archivedAtMs(4) }]);
  });

  it('is nothing from a base backup whose own WAL is not whole, and the hole in it is named', () => {
    const broken = { ...old, walStart: name(2), walStop: name(4) };
    const sample = lasting(holding([2, ...upTo(4, 9)]), [broken]);
    expect(sample).toMatchObject({ windows: [], holes: [name(3)], backupsAtMs: [broken.stoppedAtMs] });
    expect(judged(holding(upTo(2, 3)), {}, [broken]).windows).toEqual([]);
    expect(judged(holding(upTo(1, 9)), {}, [{ ...old, walStop: null }]).windows).toEqual([]);
  });

  it('is not said as long as folders are unknown', () => {
    expect(judged(holding(upTo(1, 9)), {}, [old], false).windows).toEqual([]);
  });
});

describe('a segment whose size is another than when it was first seen', () => {
  const shrunk = (index: number) => (index === 6 ? 100 : SEGMENT);
  const look = (memory: WalMemory, atMs: number, backups = [backup(2)]) =>
    judgeWal(seen(memory, backups), facts({ atMs }));

  it('is damaged: named once that lasts, and nothing behind it is reached', () => {
    const first = look(holding(upTo(1, 9), 1, holding(upTo(1, 9)), shrunk), NOW_MS);
    expect(first.sample).toMatchObject({ damaged: [], savedLsn: 6 * SEGMENT });
    const second = look(first.memory, NOW_MS + LOST_AFTER_MS);
    expect(second.sample).toMatchObject({ damaged: [name(6)], holes: [] });
    expect(second.sample.windows).toEqual([{ fromMs: backup(2).stoppedAtMs, toMs: archivedAtMs(5) }]);
    // Seen again as it was.
    const mended = look(holding(upTo(1, 9), 1, second.memory), NOW_MS + LOST_AFTER_MS + MINUTE_MS);
    expect(mended.sample).toMatchObject({ damaged: [], savedLsn: 10 * SEGMENT });
  });

  it('is the newest of all as well, and is behind us after a new base backup', () => {
    const last = (index: number) => (index === 9 ? 100 : SEGMENT);
    const first = look(holding(upTo(1, 9), 1, holding(upTo(1, 9)), last), NOW_MS);
    expect(look(first.memory, NOW_MS + LOST_AFTER_MS).sample.damaged).toEqual([name(9)]);
    const older = look(holding(upTo(1, 9), 1, holding(upTo(1, 9)), shrunk), NOW_MS).memory;
    const backups = [backup(2), backup(7)];
    expect(look(older, NOW_MS + LOST_AFTER_MS, backups).sample).toMatchObject({
      damaged: [],
      savedLsn: 10 * SEGMENT,
    });
  });

  it('is damaged at first sight when it cannot be whole', () => {
    const empty = holding(upTo(1, 9), 1, null, (index) => (index === 6 ? 0 : SEGMENT));
    const first = look(empty, NOW_MS);
    expect(look(first.memory, NOW_MS + LOST_AFTER_MS).sample.damaged).toEqual([name(6)]);
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

  it('stays a loss when newer segments arrive behind it: then it is a hole, and not a new one', () => {
    const lost = judgeWal(seen(holding(upTo(1, 8))), facts({ lastArchivedAtMs: NOW_MS - LOST_AFTER_MS }));
    expect(lost.sample.lost).toBe(name(9));
    const atMs = NOW_MS + MINUTE_MS;
    const later = { atMs, lastArchived: name(10), lastArchivedAtMs: atMs, lsn: 11 * SEGMENT };
    const behind = judgeWal(seen(holding([...upTo(1, 8), 10], 1, lost.memory)), facts(later));
    expect(behind.sample).toMatchObject({ lost: '', holes: [name(9)] });
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

describe('a clock that was put back', () => {
  const HOUR_MS = 60 * MINUTE_MS;
  const holed = () => holding([...upTo(1, 5), ...upTo(7, 9)]);
  const look = (memory: WalMemory, about: Partial<WalFacts>) => judgeWal(seen(memory), facts(about));

  it('delays no hole until it gets there again, and names none at once', () => {
    const first = look(holed(), {});
    const back = look(first.memory, { atMs: NOW_MS - HOUR_MS });
    expect(back.sample.holes).toEqual([]);
    const later = look(back.memory, { atMs: NOW_MS - HOUR_MS + LOST_AFTER_MS });
    expect(later.sample.holes).toEqual([name(6)]);
  });

  it('does the same for a damaged segment', () => {
    const damaged = holding(upTo(1, 9), 1, null, (index) => (index === 6 ? 0 : SEGMENT));
    const back = look(look(damaged, {}).memory, { atMs: NOW_MS - HOUR_MS });
    expect(back.sample.damaged).toEqual([]);
    const later = look(back.memory, { atMs: NOW_MS - HOUR_MS + LOST_AFTER_MS });
    expect(later.sample.damaged).toEqual([name(6)]);
  });

  it('does the same for what the archiver said in a time that is yet to come', () => {
    const lost = { lastArchived: name(10), lastArchivedAtMs: NOW_MS };
    const back = look(holding(upTo(1, 9)), { ...lost, atMs: NOW_MS - HOUR_MS });
    expect(back.sample.lost).toBe('');
    const later = look(back.memory, { ...lost, atMs: NOW_MS - HOUR_MS + LOST_AFTER_MS });
    expect(later.sample.lost).toBe(name(10));
  });

  it('makes no window that ends before it begins', () => {
    const future = backup(2, archivedAtMs(4) + HOUR_MS);
    const { memory } = look(holed(), {});
    const sample = judgeWal(seen(memory, [future]), facts({ atMs: NOW_MS + LOST_AFTER_MS })).sample;
    expect(sample.windows).toEqual([{ fromMs: future.stoppedAtMs, toMs: future.stoppedAtMs }]);
  });
});

describe('what is remembered', () => {
  it('is forgotten for another cluster, another folder of WAL, another size of segments', () => {
    const known = holding(upTo(1, 9));
    expect(memoryFor(known, facts(), '15-1')).toBe(known);
    expect(memoryFor(known, facts({ systemIdentifier: '2' }), '15-1').folders.size).toBe(0);
    expect(memoryFor(known, facts(), '15-2').folders.size).toBe(0);
    expect(memoryFor(known, facts({ segmentBytes: 2 * SEGMENT }), '15-1').folders.size).toBe(0);
  });

  it('loses a folder that is gone, with all it held', () => {
    const known = holding(upTo(1, 9));
    expect(withListing(known, [], []).folders.size).toBe(0);
  });

  it('says when the newest heartbeat was written that is saved, and begins anew on another timeline', () => {
    const look = (memory: WalMemory, minute: number, lsn: number, beats: boolean, timeline = 1) =>
      judgeWal(
        { ...seen(memory), histories: { files: [], own: [{ timeline: 1, endLsn: 11 * SEGMENT }] } },
        facts({ atMs: NOW_MS + minute * MINUTE_MS, lsn, timeline, heartbeatLsn: beats ? lsn - 60 : null }),
      );
    const first = look(holding(upTo(1, 9)), 0, 10 * SEGMENT + 100, true);
    expect(first.sample.heartbeatAtMs).toBe(0);
    const saved = look(holding(upTo(1, 10), 1, first.memory), 2, 11 * SEGMENT, false);
    expect(saved.sample).toMatchObject({ heartbeatAtMs: NOW_MS, exposureMs: 0 });
    const second = look(saved.memory, 5, 11 * SEGMENT + 100, true);
    expect(second.sample.heartbeatAtMs).toBe(NOW_MS);
    expect(look(second.memory, 60, 11 * SEGMENT + 100, false).sample).toMatchObject({
      heartbeatAtMs: NOW_MS,
      exposureMs: 55 * MINUTE_MS,
    });
    expect(look(second.memory, 6, 11 * SEGMENT + 100, false, 2).sample.heartbeatAtMs).toBe(0);
  });
});
