import { describe, expect, it } from 'vitest';
import { archiveOf, holesAfter, newestTimeline, reachFrom } from '../../../../agent/decide/wal-archive.ts';
import { folderNow } from '../../../../agent/decide/wal-folder.ts';
import { upTo } from '../../../support/ranges.ts';

/** A folder of 256 segments, archived at their index. */
function folder(log: number, indexes: number[], timeline = 1) {
  const range = { from: log * 256, to: log * 256 + 255 };
  const segments = indexes.map((index) => ({ index, sizeBytes: 9, changedAtMs: index, isWhole: true }));
  return folderNow(null, { name: `${timeline}-${log}`, timeline, range, segments });
}

describe('what a repository holds', () => {
  it('is joined over the borders of its folders, and says when each stretch ended', () => {
    const archive = archiveOf([folder(1, upTo(256, 300)), folder(0, upTo(250, 255))]);
    expect(archive.get(1)).toEqual([{ from: 250, to: 300, endedAtMs: 300 }]);
  });

  it('has holes, also between folders', () => {
    const archive = archiveOf([folder(0, [...upTo(0, 99), ...upTo(101, 254)]), folder(1, [256])]);
    expect(holesAfter(archive, 1, 0)).toEqual([
      { from: 100, to: 100 },
      { from: 255, to: 255 },
    ]);
    expect(holesAfter(archive, 1, 101)).toEqual([{ from: 255, to: 255 }]);
    expect(holesAfter(archive, 2, 0)).toEqual([]);
  });
});

describe('how far it reaches', () => {
  const first = folder(0, [...upTo(2, 10), ...upTo(12, 20)]);
  const one = archiveOf([first]);

  it('ends at the first hole', () => {
    expect(reachFrom(one, { timeline: 1, index: 3 }, 1)).toEqual({ timeline: 1, index: 10, endedAtMs: 10 });
    expect(reachFrom(one, { timeline: 1, index: 12 }, 1)).toEqual({ timeline: 1, index: 20, endedAtMs: 20 });
  });

  it('is nothing when its beginning is missing', () => {
    expect(reachFrom(one, { timeline: 1, index: 11 }, 1)).toBeNull();
    expect(reachFrom(archiveOf([]), { timeline: 1, index: 1 }, 1)).toBeNull();
  });

  it('goes on with a later timeline that branched off inside the segment after, or in the last one', () => {
    const next = archiveOf([first, folder(0, upTo(21, 25), 2)]);
    expect(reachFrom(next, { timeline: 1, index: 12 }, 2)).toEqual({ timeline: 2, index: 25, endedAtMs: 25 });
    const overlapping = archiveOf([first, folder(0, upTo(18, 25), 2)]);
    expect(reachFrom(overlapping, { timeline: 1, index: 12 }, 2)).toEqual({
      timeline: 2,
      index: 25,
      endedAtMs: 25,
    });
  });

  it('does not go on with a timeline that leaves a hole, or lies above the wanted one', () => {
    const apart = archiveOf([first, folder(0, upTo(22, 25), 2)]);
    expect(reachFrom(apart, { timeline: 1, index: 12 }, 2)).toEqual({
      timeline: 1,
      index: 20,
      endedAtMs: 20,
    });
    const rogue = archiveOf([first, folder(0, upTo(18, 25), 7)]);
    expect(reachFrom(rogue, { timeline: 1, index: 12 }, 1)).toEqual({
      timeline: 1,
      index: 20,
      endedAtMs: 20,
    });
    expect(newestTimeline(rogue)).toBe(7);
  });
});
