/**
 * The way of a log to a timeline: through which segments of which timelines it leads. Pure.
 *
 * A timeline that branches off begins with a copy of the segment it branched off in, under its own name; the old one's may
 * stay incomplete for ever. So the way leaves a timeline before that segment. What a repository holds of a timeline beyond
 * it, and of timelines beside the way, is another server's.
 */

import type { Segment } from '../tools/wal.ts';
import type { TimelineEnd } from '../tools/wal-history.ts';
import type { Range } from './wal-folder.ts';

/** None when the timeline was left in the segment in which it began: then `to` is less than `from`. */
export interface Leg extends Range {
  timeline: number;
}

/** Each leg goes on where the one before it ended; the last has no end. */
export type Way = readonly Leg[];

/** @param history ancestors of the timeline, oldest first. */
export function wayTo(timeline: number, history: readonly TimelineEnd[], segmentBytes: number): Way {
  const legs: Leg[] = [];
  let from = 0;
  for (const ancestor of history) {
    const next = Math.floor(ancestor.endLsn / segmentBytes);
    legs.push({ timeline: ancestor.timeline, from, to: next - 1 });
    from = next;
  }
  return [...legs, { timeline, from, to: Number.MAX_SAFE_INTEGER }];
}

/** A timeline that comes from nowhere. */
export function alone(timeline: number): Way {
  return [{ timeline, from: 0, to: Number.MAX_SAFE_INTEGER }];
}

/** Whether a segment leads on to the end of the way; the one in which its timeline was left does. */
export function isOn(way: Way, { timeline, index }: Segment): boolean {
  return way.some((leg) => leg.timeline === timeline && index <= leg.to + 1);
}

/** What is left of the way from a segment on; a segment beside it leads along its own timeline only. */
export function wayFrom(way: Way, start: Segment): Way {
  const legs = isOn(way, start)
    ? way.filter(({ timeline }) => timeline >= start.timeline)
    : alone(start.timeline);
  return legs
    .map((leg) => ({ ...leg, from: Math.max(leg.from, start.index) }))
    .filter(({ from, to }) => from <= to);
}
