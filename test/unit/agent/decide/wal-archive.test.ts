import { describe, expect, it } from 'vitest';
import {
  archiveOf,
  holesOn,
  newestTimeline,
  reachFrom,
  strayAfter,
} from '../../../../agent/decide/wal-archive.ts';
import { folderNow } from '../../../../agent/decide/wal-folder.ts';
import { alone, wayTo } from '../../../../agent/decide/wal-way.ts';
import { upTo } from '../../../support/ranges.ts';

/** A folder of 256 segments, archived at their index. */
function folder(log: number, indexes: number[], timeline = 1) {
  const range = { from: log * 256, to: log * 256 + 255 };
  const segments = indexes.map((index) => ({ index, sizeBytes: 9, changedAtMs: index, isWhole: true }));
  return folderNow(null, { name: `${timeline}-${log}`, timeline, range, segments });
}

/** The way to timeline 2, which branched off in the middle of this segment. */
const leftAt = (index: number) => wayTo(2, [{ timeline: 1, endLsn: index + 0.5 }], 1);
const reach = (timeline: number, index: number, endedAtMs = index) => ({ timeline, index, endedAtMs });

describe('what a repository holds', () => {
  it('is joined over the borders of its folders, and says when each stretch ended', () => {
    const archive = archiveOf([folder(1, upTo(256, 300)), folder(0, upTo(250, 255))]);
    expect(archive.get(1)).toEqual([{ from: 250, to: 300, endedAtMs: 300 }]);
  });

  it('has holes, also between folders', () => {
    const archive = archiveOf([folder(0, [...upTo(0, 99), ...upTo(101, 254)]), folder(1, [256])]);
    const from = (index: number, timeline = 1) => holesOn(archive, { timeline, index }, alone(timeline));
    expect(from(0)).toEqual([
      { timeline: 1, from: 100, to: 100 },
      { timeline: 1, from: 255, to: 255 },
    ]);
    expect(from(101)).toEqual([{ timeline: 1, from: 255, to: 255 }]);
    expect(from(0, 2)).toEqual([]);
  });

  it('has a hole where a timeline that the way leads through was not archived to its end', () => {
    const archive = archiveOf([folder(0, upTo(2, 10)), folder(0, upTo(13, 20), 2)]);
    const start = { timeline: 1, index: 3 };
    expect(holesOn(archive, start, leftAt(13))).toEqual([{ timeline: 1, from: 11, to: 12 }]);
    expect(holesOn(archive, start, leftAt(12))).toEqual([
      { timeline: 1, from: 11, to: 11 },
      { timeline: 2, from: 12, to: 12 },
    ]);
    expect(holesOn(archive, start, leftAt(11))).toEqual([{ timeline: 2, from: 11, to: 12 }]);
  });
});

describe('how far it reaches', () => {
  const first = folder(0, [...upTo(2, 10), ...upTo(12, 20)]);
  const one = archiveOf([first]);

  it('ends at the first hole', () => {
    expect(reachFrom(one, { timeline: 1, index: 3 }, alone(1))).toEqual(reach(1, 10));
    expect(reachFrom(one, { timeline: 1, index: 12 }, alone(1))).toEqual(reach(1, 20));
  });

  it('is nothing when its beginning is missing', () => {
    expect(reachFrom(one, { timeline: 1, index: 11 }, alone(1))).toBeNull();
    expect(reachFrom(archiveOf([]), { timeline: 1, index: 1 }, alone(1))).toBeNull();
  });

  const start = { timeline: 1, index: 12 };

  it('goes on with the timeline that branched off where its history says, whatever the old one still holds', () => {
    const next = archiveOf([first, folder(0, upTo(21, 25), 2)]);
    expect(reachFrom(next, start, leftAt(21))).toEqual(reach(2, 25));
    const overlapping = archiveOf([first, folder(0, upTo(18, 25), 2)]);
    expect(reachFrom(overlapping, start, leftAt(18))).toEqual(reach(2, 25));
  });

  it('ends before a timeline whose first segment is missing; when that was, nobody has looked', () => {
    const apart = archiveOf([first, folder(0, upTo(22, 25), 2)]);
    expect(reachFrom(apart, start, leftAt(21))).toEqual(reach(1, 20));
    expect(reachFrom(apart, start, leftAt(15))).toEqual(reach(1, 14, 0));
  });

  it('does not follow a timeline that the server does not descend from', () => {
    const rogue = archiveOf([first, folder(0, upTo(18, 25), 7)]);
    expect(reachFrom(rogue, start, alone(1))).toEqual(reach(1, 20));
    expect(newestTimeline(rogue)).toBe(7);
  });

  it('goes along its own timeline from a segment beside the way', () => {
    expect(reachFrom(one, { timeline: 1, index: 17 }, leftAt(15))).toEqual(reach(1, 20));
  });
});

describe('a stray segment', () => {
  const archive = archiveOf([folder(0, upTo(2, 20)), folder(0, upTo(15, 40), 2)]);

  it('is one beside the way that was archived after a moment', () => {
    expect(strayAfter(archive, leftAt(15), 19)).toEqual({ timeline: 1, index: 20 });
    expect(strayAfter(archive, leftAt(15), 20)).toBeNull();
  });

  it('is not the one in which the timeline was left, which the old server may still send', () => {
    expect(strayAfter(archive, leftAt(20), 0)).toBeNull();
    expect(strayAfter(archive, leftAt(19), 0)).toEqual({ timeline: 1, index: 20 });
  });
});
