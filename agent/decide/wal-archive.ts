/**
 * Which WAL segments a repository holds, remembered as ranges, and how far they reach without a hole. Pure.
 *
 * A repository is looked at folder by folder: a look replaces what was known of that folder and of nothing
 * else, so that what was seen is not listed again and what has vanished from a folder is noticed at its next
 * look.
 */
import type { Segment } from '../tools/wal.ts';

/** Indexes of segments, both ends included. */
export interface Range {
  from: number;
  to: number;
}

/** Sorted ranges that neither overlap nor touch, by timeline. */
export type WalArchive = ReadonlyMap<number, readonly Range[]>;

/** Ranges kept of a timeline: a repository with more holes than that is none. The oldest are forgotten. */
export const RANGES_MAX = 1_000;

/** What a folder holds now, in place of what was known of it; `indexes` outside of it are left out. */
export function withFolder(
  archive: WalArchive,
  timeline: number,
  folder: Range,
  indexes: readonly number[],
): WalArchive {
  const outside = (archive.get(timeline) ?? []).flatMap(({ from, to }) => [
    ...(from < folder.from ? [{ from, to: Math.min(to, folder.from - 1) }] : []),
    ...(to > folder.to ? [{ from: Math.max(from, folder.to + 1), to }] : []),
  ]);
  const inside = indexes
    .filter((index) => index >= folder.from && index <= folder.to)
    .map((index) => ({ from: index, to: index }));
  const ranges = joined([...outside, ...inside]).slice(-RANGES_MAX);
  const next = new Map(archive);
  if (ranges.length > 0) next.set(timeline, ranges);
  else next.delete(timeline);
  return next;
}

function joined(ranges: Range[]): Range[] {
  const result: Range[] = [];
  for (const { from, to } of ranges.sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

/**
 * The last segment that can be reached from `start` without a hole; null when `start` itself is missing.
 * A later timeline, up to `upTo`, is entered where its first segment follows on or overlaps: the segment in
 * which it branched off is saved under its own name, and the old one's may stay incomplete for ever.
 */
export function reachFrom(archive: WalArchive, start: Segment, upTo: number): Segment | null {
  let at: Segment | null = null;
  const timelines = [...archive.keys()].filter((one) => one >= start.timeline && one <= upTo).sort(ascending);
  for (const timeline of timelines) {
    const ranges = archive.get(timeline)!;
    const enterAt: number = at === null ? start.index : Math.min(at.index + 1, ranges[0]!.from);
    const range: Range | undefined = ranges.find(({ from, to }) => from <= enterAt && enterAt <= to);
    // A timeline that does not follow on is another server's; the way goes on without it.
    if (range && (at === null || range.to >= at.index)) at = { timeline, index: range.to };
    if (at === null && timeline === start.timeline) return null;
  }
  return at;
}

/** Holes of a timeline after `after`: between two ranges, both ends included, oldest first. */
export function holesAfter(archive: WalArchive, timeline: number, after: number): Range[] {
  const ranges = (archive.get(timeline) ?? []).filter(({ to }) => to >= after);
  return ranges.slice(1).map((range, i) => ({ from: ranges[i]!.to + 1, to: range.from - 1 }));
}

export function newestTimeline(archive: WalArchive): number | null {
  return archive.size === 0 ? null : Math.max(...archive.keys());
}

function ascending(a: number, b: number): number {
  return a - b;
}
