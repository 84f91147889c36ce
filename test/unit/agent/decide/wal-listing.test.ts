import { describe, expect, it } from 'vitest';
import { FOLDERS_PER_LOOK_MAX, foldersToList } from '../../../../agent/decide/wal-listing.ts';
import { memoryFor, type WalMemory } from '../../../../agent/decide/wal-watch.ts';
import { segmentName } from '../../../../agent/tools/wal.ts';
import { upTo } from '../../../support/ranges.ts';

const SEGMENT = 16 * 1024 ** 2;
const facts = { systemIdentifier: '1', segmentBytes: SEGMENT };
const folderName = (timeline: number, log: number) =>
  segmentName({ timeline, index: log * 256 }, SEGMENT).slice(0, 16);
const folder = (name: string) => ({
  name,
  timeline: 1,
  range: { from: 0, to: 0 },
  stretches: [],
  damaged: [],
  sizes: '',
});

describe('which folders are listed', () => {
  const folders = upTo(0, 9).map((log) => folderName(1, log));
  const knowing = (names: string[]): WalMemory => ({
    ...memoryFor(null, facts, '15-1'),
    folders: new Map(names.map((name) => [name, folder(name)])),
  });

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
