/** Which WAL segments a repository holds, and how far they reach without a hole. Pure. */
import type { Segment } from '../tools/wal.ts';
import { joined, type Stretch, type WalFolder } from './wal-folder.ts';
import { isOn, type Leg, type Way, wayFrom } from './wal-way.ts';

/** By timeline: sorted, neither overlapping nor touching. */
export type WalArchive = ReadonlyMap<number, readonly Stretch[]>;

/** The last segment of a way without a hole. */
export interface Reach extends Segment {
  /** When it was archived, by the repository's clock; 0 when that is not known. */
  endedAtMs: number;
}

/** What all folders hold, joined over their borders. */
export function archiveOf(folders: Iterable<WalFolder>): WalArchive {
  const byTimeline = new Map<number, Stretch[]>();
  for (const { timeline, stretches } of folders) {
    if (stretches.length === 0) continue;
    const known = byTimeline.get(timeline);
    if (known) known.push(...stretches);
    else byTimeline.set(timeline, [...stretches]);
  }
  return new Map([...byTimeline].map(([timeline, stretches]) => [timeline, joined(stretches)]));
}

/** The last segment that can be reached from `start` along a way without a hole; null when `start` itself is missing. */
export function reachFrom(archive: WalArchive, start: Segment, way: Way): Reach | null {
  let reach: Reach | null = null;
  for (const { timeline, from, to } of wayFrom(way, start)) {
    const found = archive.get(timeline)?.find((one) => one.from <= from && from <= one.to);
    if (!found) break;
    // Of a stretch that goes on beside the way nobody has looked at the time of a segment in the middle.
    reach = { timeline, index: Math.min(found.to, to), endedAtMs: found.to <= to ? found.endedAtMs : 0 };
    if (found.to < to) break;
  }
  return reach;
}

/** What is missing on a way from `start` on, both ends included, oldest first. The last timeline ends with what is there. */
export function holesOn(archive: WalArchive, start: Segment, way: Way): Leg[] {
  return wayFrom(way, start).flatMap(({ timeline, from, to }) => {
    const there = (archive.get(timeline) ?? []).filter((one) => one.to >= from && one.from <= to);
    const end = to === Number.MAX_SAFE_INTEGER ? (there.at(-1)?.to ?? from - 1) : to;
    const holes: Leg[] = [];
    let next = from;
    for (const one of there) {
      if (one.from > next) holes.push({ timeline, from: next, to: one.from - 1 });
      next = one.to + 1;
    }
    return next <= end ? [...holes, { timeline, from: next, to: end }] : holes;
  });
}

/** Without any base backup: from where the newest unbroken stretch of a way begins. */
export function startOfLastStretch(archive: WalArchive, way: Way): Segment | null {
  for (const { timeline, from, to } of way.toReversed()) {
    const last = archive.get(timeline)?.findLast((one) => one.from <= to && one.to >= from);
    if (last) return { timeline, index: Math.max(last.from, from) };
  }
  return null;
}

/**
 * A segment beside the way that was archived after a moment, by the repository's clock: another server archives into the
 * same place. What lay there before is what is left of timelines that were given up. Null when there is none.
 */
export function strayAfter(archive: WalArchive, way: Way, momentMs: number): Segment | null {
  for (const [timeline, stretches] of archive) {
    const { to: index, endedAtMs } = stretches.at(-1)!;
    if (endedAtMs > momentMs && !isOn(way, { timeline, index })) return { timeline, index };
  }
  return null;
}

export function newestTimeline(archive: WalArchive): number | null {
  return archive.size === 0 ? null : Math.max(...archive.keys());
}
