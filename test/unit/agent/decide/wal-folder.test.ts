import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderNow, type WalFolder } from '../../../../agent/decide/wal-folder.ts';

const RANGE = { from: 256, to: 511 };

function listed(before: WalFolder | null, sizes: [index: number, sizeBytes: number][]): WalFolder {
  const segments = sizes.map(([index, sizeBytes]) => ({
    index,
    sizeBytes,
    changedAtMs: index * 10,
    isWhole: sizeBytes > 0,
  }));
  return folderNow(before, { name: '0000000100000001', timeline: 1, range: RANGE, segments });
}

describe('a folder of WAL', () => {
  it('is stretches that end when their last segment was archived, in whatever order they are listed', () => {
    const folder = listed(null, [
      [300, 9],
      [258, 9],
      [257, 9],
      [301, 9],
    ]);
    expect(folder.stretches).toEqual([
      { from: 257, to: 258, endedAtMs: 2_580 },
      { from: 300, to: 301, endedAtMs: 3_010 },
    ]);
    expect(folder.damaged).toEqual([]);
  });

  it('holds nothing of another folder', () => {
    const strangers: [number, number][] = [
      [255, 9],
      [512, 9],
    ];
    expect(listed(null, strangers).stretches).toEqual([]);
  });

  it('keeps the size that was seen first, and calls another one damage, until it is as it was', () => {
    const first = listed(null, [[300, 5_000_000]]);
    const cut = listed(first, [[300, 4_096]]);
    expect(cut).toMatchObject({ damaged: [300], stretches: [] });
    expect(listed(cut, [[300, 4_096]]).damaged).toEqual([300]);
    expect(listed(cut, [[300, 5_000_000]])).toMatchObject({ damaged: [], stretches: [{ from: 300 }] });
  });

  it('learns the size of one that came late, and anew of one that was away', () => {
    const empty = listed(null, [[300, 0]]);
    expect(empty.damaged).toEqual([300]);
    expect(listed(empty, [[300, 70]]).damaged).toEqual([]);
    const away = listed(listed(null, [[300, 70]]), []);
    expect(listed(away, [[300, 71]]).damaged).toEqual([]);
  });

  it('calls a segment that lies there twice damaged', () => {
    const twice = listed(null, [
      [300, 70],
      [300, 70],
      [301, 70],
    ]);
    expect(twice).toMatchObject({ damaged: [300], stretches: [{ from: 301, to: 301 }] });
  });

  it('tells a size from those near it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), fc.integer({ min: 1, max: 64 }), (size, less) => {
        const cut = listed(listed(null, [[300, size + less]]), [[300, size]]);
        expect(cut.damaged).toEqual([300]);
      }),
    );
  });

  it('is as it was when it is listed again', () => {
    const sizes = fc.uniqueArray(fc.tuple(fc.integer({ min: RANGE.from, max: RANGE.to }), fc.nat(99)), {
      selector: ([index]) => index,
    });
    fc.assert(
      fc.property(sizes, (all) => {
        const once = listed(null, all);
        expect(listed(once, all)).toEqual(once);
      }),
    );
  });
});
