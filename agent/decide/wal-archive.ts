/** Which WAL segments a repository holds, and how far they reach without a hole. Pure. */
import type { Segment } from '../tools/wal.ts';
import { joined, type Range, type Stretch, type WalFolder } from './wal-folder.ts';

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

/**
 * The last segment that can be reached from `start` without a hole; null when `start` itself is missing.
 * A later timeline, up to `upTo`, is entered where its first segment follows on or overlaps: the segment in
 * which it branched off is saved under its own name, and the old one's may stay incomplete for ever.
 */
export function reachFrom(archive: WalArchive, start: Segment, upTo: number): Reach | null {
  let at: Reach | null = null;
  const timelines = [...archive.keys()].filter((one) => one >= start.timeline && one <= upTo).sort(ascending);
  for (const timeline of timelines) {
    const stretches = archive.get(timeline)!;
    const enterAt: number = at === null ? start.index : Math.min(at.index + 1, stretches[0]!.from);
    const found: Stretch | undefined = stretches.find(({ from, to }) => from <= enterAt && enterAt <= to);
    // A timeline that does not follow on is another server's; the way goes on without it.
    if (found && (at === null || found.to >= at.index)) {
      at = { timeline, index: found.to, endedAtMs: found.endedAtMs };
    }
    if (at === null && timeline === start.timeline) return null;
  }
  return at;
}

/** Holes of a timeline after `after`: between two stretches, both ends included, oldest first. */
export function holesAfter(archive: WalArchive, timeline: number, after: number): Range[] {
  const stretches = (archive.get(timeline) ?? []).filter(({ to }) => to >= after);
  return stretches.slice(1).map(({ from }, i) => ({ from: stretches[i]!.to + 1, to: from - 1 }));
}

export function newestTimeline(archive: WalArchive): number | null {
  return archive.size === 0 ? null : Math.max(...archive.keys());
}

function ascending(a: number, b: number): number {
  return a - b;
}
