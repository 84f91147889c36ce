import { describe, expect, it } from 'vitest';
import type { WalFolder } from '../../../../agent/decide/wal-folder.ts';
import {
  FOLDERS_SMALL_MAX,
  foldersToList,
  hasLess,
  isStanzaDue,
  isWideLook,
  UNKNOWN_SINGLY_MAX,
  WIDE_EVERY_LOOKS,
} from '../../../../agent/decide/wal-listing.ts';
import { memoryFor, type WalMemory } from '../../../../agent/decide/wal-watch.ts';
import { segmentName } from '../../../../agent/tools/wal.ts';
import { upTo } from '../../../support/ranges.ts';

const SEGMENT = 16 * 1024 ** 2;
const facts = { systemIdentifier: '1', segmentBytes: SEGMENT };
const segment = (timeline: number, index: number) => segmentName({ timeline, index }, SEGMENT);
const folderName = (timeline: number, log: number) => segment(timeline, log * 256).slice(0, 16);

/** Full to its end. */
function folder(timeline: number, log: number, upToPart = 255): WalFolder {
  const range = { from: log * 256, to: log * 256 + 255 };
  const stretches = [{ from: range.from, to: range.from + upToPart, endedAtMs: 0 }];
  return { name: folderName(timeline, log), timeline, range, stretches, damaged: [], sizes: '' };
}

function knowing(folders: WalFolder[], change: Partial<WalMemory> = {}): WalMemory {
  const byName = new Map(folders.map((one) => [one.name, one]));
  return { ...memoryFor(null, facts, '15-1'), folders: byName, ...change };
}

const folders = upTo(0, 9).map((log) => folder(1, log));
const names = folders.map(({ name }) => name);
const listed = (memory: WalMemory, all = [...memory.folders.keys()], timeline = 1, turn = 1) =>
  foldersToList(memory, all, timeline, turn);

describe('a look', () => {
  const ends = { min: segment(1, 3), max: segment(1, 9 * 256 + 7) };

  it('asks which folders there are once in a while', () => {
    const asks = upTo(0, 2 * WIDE_EVERY_LOOKS).filter((turn) => isWideLook(knowing(folders), ends, turn));
    expect(asks).toEqual([0, WIDE_EVERY_LOOKS, 2 * WIDE_EVERY_LOOKS]);
  });

  it('asks at once when the repository says that one came or went, also of a timeline of its own', () => {
    for (const change of [
      { max: segment(1, 10 * 256) },
      { max: segment(2, 5 * 256) },
      { max: segment(1, 8 * 256 + 255) },
      { min: segment(1, 256) },
      { min: null, max: null },
    ]) {
      expect(isWideLook(knowing(folders), { ...ends, ...change }, 1), JSON.stringify(change)).toBe(true);
    }
    expect(isWideLook(knowing([]), { min: null, max: null }, 1)).toBe(false);
  });
});

describe('what the repository says of itself', () => {
  const at = (log: number, timeline = 1) => ({ timeline, lsn: log * 256 * SEGMENT + 5 });
  const asks = (memory: WalMemory, position = at(9)) =>
    upTo(0, 2 * WIDE_EVERY_LOOKS).filter((turn) => isStanzaDue(memory, position, turn));
  const many = knowing(upTo(0, FOLDERS_SMALL_MAX).map((log) => folder(1, log)));

  it('is asked in each look as long as it is small, and of a large one once in a while', () => {
    expect(asks(knowing(folders))).toHaveLength(2 * WIDE_EVERY_LOOKS + 1);
    expect(asks(many, at(FOLDERS_SMALL_MAX))).toEqual([0, WIDE_EVERY_LOOKS, 2 * WIDE_EVERY_LOOKS]);
  });

  it('is asked in each look while the server writes what belongs into a folder that is not known', () => {
    expect(asks(many, at(FOLDERS_SMALL_MAX + 1))).toHaveLength(2 * WIDE_EVERY_LOOKS + 1);
    expect(asks(many, at(FOLDERS_SMALL_MAX, 2))).toHaveLength(2 * WIDE_EVERY_LOOKS + 1);
  });

  it('is less than before when a segment or a folder is not there any more, and not when one came', () => {
    const before = knowing(folders);
    const now = (change: WalFolder[]) => ({
      ...before,
      folders: new Map(change.map((one) => [one.name, one])),
    });
    expect(hasLess(before, before)).toBe(false);
    expect(hasLess(before, now(folders.with(9, folder(1, 9, 254))))).toBe(true);
    expect(hasLess(before, now(folders.slice(1)))).toBe(true);
    expect(hasLess(before, now([...folders, folder(1, 10, 3)]))).toBe(false);
    const growing = knowing(folders.with(9, folder(1, 9, 3)));
    expect(hasLess(growing, now(folders))).toBe(false);
  });
});

describe('which folders are listed', () => {
  it('are those not known, one by one as long as they are few, and all at once otherwise', () => {
    expect(listed(knowing([]), names)).toEqual({ singly: expect.arrayContaining(names), isDeep: false });
    const many = upTo(0, UNKNOWN_SINGLY_MAX).map((log) => folderName(1, log));
    expect(listed(knowing([]), many)).toEqual({ singly: many.slice(-2), isDeep: true });
    expect(listed(knowing([folder(1, 0)]), many).isDeep).toBe(false);
  });

  it('are only what grows in most looks', () => {
    expect(listed(knowing(folders))).toEqual({ singly: [folderName(1, 9)], isDeep: false });
  });

  it('are in wide looks the last folder of the timeline before too: an old primary may go on', () => {
    const promoted = knowing([...folders, folder(2, 9, 3)]);
    expect(listed(promoted, undefined, 2).singly).toEqual([folderName(2, 9)]);
    const wide = listed(promoted, undefined, 2, WIDE_EVERY_LOOKS).singly;
    expect(wide).toEqual(expect.arrayContaining([folderName(1, 9), folderName(2, 9)]));
  });

  it('are the folder before too, as long as its end has not come', () => {
    const late = folders.with(8, folder(1, 8, 254));
    expect(listed(knowing(late)).singly).toEqual([folderName(1, 8), folderName(1, 9)]);
    const old = folders.with(7, folder(1, 7, 254));
    expect(listed(knowing(old)).singly).toEqual([folderName(1, 9)]);
  });

  it('are those of later timelines, and of the one before as long as something is missing', () => {
    const both = [...folders, folder(2, 9, 3), folder(4, 9, 3)];
    expect(listed(knowing(both), undefined, 2).singly).toEqual([folderName(2, 9), folderName(4, 9)]);
    const unsaved = { unsaved: [{ atMs: 0, lsn: 9 }], knownLsn: 9, savedLsn: 0 };
    expect(listed(knowing(both, { exposure: unsaved }), undefined, 2).singly).toEqual([
      folderName(1, 9),
      folderName(2, 9),
      folderName(4, 9),
    ]);
  });

  it('are those with a hole or a damaged segment, to see it mended', () => {
    const trouble = (index: number, timeline = 1) => ({ timeline, from: index, to: index, sinceMs: 0 });
    const memory = knowing(folders, {
      holes: [trouble(3 * 256 + 4), trouble(5 * 256, 2)],
      damaged: [trouble(4 * 256)],
    });
    expect(listed(memory).singly).toEqual([folderName(1, 9), folderName(1, 3), folderName(1, 4)]);
  });

  it('are each of the others in its turn, and every one within a day', () => {
    for (const count of [10, 300]) {
      const memory = knowing(upTo(0, count - 1).map((log) => folder(1, log)));
      const looks = upTo(0, 24 * 60 - 1).map((turn) => listed(memory, undefined, 1, turn).singly);
      expect(new Set(looks.flat()).size).toBe(count);
      expect(Math.max(...looks.map((look) => look.length))).toBeLessThanOrEqual(1 + Math.ceil(count / 288));
    }
  });
});
