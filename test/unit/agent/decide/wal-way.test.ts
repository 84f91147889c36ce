import { describe, expect, it } from 'vitest';
import { alone, isOn, wayFrom, wayTo } from '../../../../agent/decide/wal-way.ts';

const END = Number.MAX_SAFE_INTEGER;
/** Segments of ten bytes. */
const to3 = (first: number, second: number) =>
  wayTo(
    3,
    [
      { timeline: 1, endLsn: first },
      { timeline: 2, endLsn: second },
    ],
    10,
  );

describe('the way to a timeline', () => {
  it('leaves each before the segment in which the next branched off', () => {
    expect(to3(55, 82)).toEqual([
      { timeline: 1, from: 0, to: 4 },
      { timeline: 2, from: 5, to: 7 },
      { timeline: 3, from: 8, to: END },
    ]);
  });

  it('leaves it where its last segment ends when nothing follows in the next', () => {
    expect(to3(50, 80).map(({ to }) => to)).toEqual([4, 7, END]);
  });

  it('passes through a timeline that was left in the segment in which it began', () => {
    expect(wayFrom(to3(52, 58), { timeline: 1, index: 3 })).toEqual([
      { timeline: 1, from: 3, to: 4 },
      { timeline: 3, from: 5, to: END },
    ]);
    // A base backup made meanwhile begins in that segment, which the newest timeline has under its own name.
    expect(wayFrom(to3(52, 58), { timeline: 2, index: 5 })).toEqual([{ timeline: 3, from: 5, to: END }]);
  });

  it('is not that of a segment beyond where its timeline was left, or of a timeline beside it', () => {
    const way = to3(55, 82);
    expect(isOn(way, { timeline: 1, index: 5 })).toBe(true);
    expect(isOn(way, { timeline: 1, index: 6 })).toBe(false);
    expect(wayFrom(way, { timeline: 1, index: 6 })).toEqual([{ timeline: 1, from: 6, to: END }]);
    expect(wayFrom(way, { timeline: 4, index: 6 })).toEqual([{ timeline: 4, from: 6, to: END }]);
    expect(wayFrom(alone(2), { timeline: 1, index: 6 })).toEqual([{ timeline: 1, from: 6, to: END }]);
  });
});
