import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  holesAfter,
  newestTimeline,
  reachFrom,
  type WalArchive,
  withFolder,
} from '../../../../agent/decide/wal-archive.ts';

const NOTHING: WalArchive = new Map();
const FOLDER = { from: 0, to: 255 };
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('what a repository holds', () => {
  it('is remembered folder by folder, and joined over their borders', () => {
    let archive = withFolder(NOTHING, 1, FOLDER, upTo(250, 255));
    archive = withFolder(archive, 1, { from: 256, to: 511 }, upTo(256, 300));
    expect(archive.get(1)).toEqual([{ from: 250, to: 300 }]);
  });

  it('loses what vanished from a folder at its next look, and nothing of the others', () => {
    let archive = withFolder(NOTHING, 1, FOLDER, upTo(0, 255));
    archive = withFolder(archive, 1, { from: 256, to: 511 }, upTo(256, 300));
    archive = withFolder(archive, 1, FOLDER, [...upTo(0, 99), ...upTo(101, 255)]);
    expect(archive.get(1)).toEqual([
      { from: 0, to: 99 },
      { from: 101, to: 300 },
    ]);
    expect(holesAfter(archive, 1, 0)).toEqual([{ from: 100, to: 100 }]);
    expect(holesAfter(archive, 1, 101)).toEqual([]);
  });

  it('is the same as a plain set, however it was looked at', () => {
    const looks = fc.array(
      fc.record({
        log: fc.integer({ min: 0, max: 3 }),
        held: fc.uniqueArray(fc.integer({ min: 0, max: 7 })),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(looks, (all) => {
        let archive = NOTHING;
        const plain = new Map<number, number[]>();
        for (const { log, held } of all) {
          const indexes = held.map((part) => log * 8 + part);
          archive = withFolder(archive, 1, { from: log * 8, to: log * 8 + 7 }, indexes);
          plain.set(log, indexes);
        }
        const expected = [...plain.values()].flat().sort((a, b) => a - b);
        expect((archive.get(1) ?? []).flatMap(({ from, to }) => upTo(from, to))).toEqual(expected);
      }),
    );
  });
});

describe('how far it reaches', () => {
  const one = withFolder(NOTHING, 1, FOLDER, [...upTo(2, 10), ...upTo(12, 20)]);

  it('ends at the first hole', () => {
    expect(reachFrom(one, { timeline: 1, index: 3 }, 1)).toEqual({ timeline: 1, index: 10 });
    expect(reachFrom(one, { timeline: 1, index: 12 }, 1)).toEqual({ timeline: 1, index: 20 });
  });

  it('is nothing when its beginning is missing', () => {
    expect(reachFrom(one, { timeline: 1, index: 11 }, 1)).toBeNull();
    expect(reachFrom(NOTHING, { timeline: 1, index: 1 }, 1)).toBeNull();
  });

  it('goes on with a later timeline that branched off inside the segment after, or in the last one', () => {
    const next = withFolder(one, 2, FOLDER, upTo(21, 25));
    expect(reachFrom(next, { timeline: 1, index: 12 }, 2)).toEqual({ timeline: 2, index: 25 });
    const overlapping = withFolder(one, 2, FOLDER, upTo(18, 25));
    expect(reachFrom(overlapping, { timeline: 1, index: 12 }, 2)).toEqual({ timeline: 2, index: 25 });
  });

  it('does not go on with a timeline that leaves a hole, or lies above the wanted one', () => {
    const apart = withFolder(one, 2, FOLDER, upTo(22, 25));
    expect(reachFrom(apart, { timeline: 1, index: 12 }, 2)).toEqual({ timeline: 1, index: 20 });
    const rogue = withFolder(one, 7, FOLDER, upTo(18, 25));
    expect(reachFrom(rogue, { timeline: 1, index: 12 }, 1)).toEqual({ timeline: 1, index: 20 });
    expect(newestTimeline(rogue)).toBe(7);
  });
});
