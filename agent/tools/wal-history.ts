/**
 * Timeline history files: from which timelines a timeline descends, and where each was left. Pure.
 *
 * A server that is promoted writes `00000003.history`, with a line for each timeline before: its number, the position
 * where the next one branched off, and why (timeline.c). Without it no restore finds the way from a base backup to that
 * timeline.
 */
import { parseLsn } from './wal.ts';

/** An ancestor, and the position where the next timeline branched off. */
export interface TimelineEnd {
  timeline: number;
  endLsn: number;
}

/** More than a thousand promotions of some 50 bytes. */
export const HISTORY_BYTES_MAX = 64 * 1024;
const TIMELINE_MAX = 2 ** 32 - 1;

/** `00000002.history` -> 2; null for anything else. */
export function historyTimeline(name: string): number | null {
  const match = /^([0-9A-F]{8})\.history$/.exec(name);
  const timeline = match ? Number.parseInt(match[1]!, 16) : 0;
  return timeline > 1 ? timeline : null;
}

export function historyName(timeline: number): string {
  return `${timeline.toString(16).toUpperCase().padStart(8, '0')}.history`;
}

/**
 * The ancestors of a timeline, oldest first. Null when the file is none, or contradicts itself: timelines that do not
 * ascend, or one that was left before it was begun.
 */
export function parseHistory(text: string, timeline: number): TimelineEnd[] | null {
  if (text.length > HISTORY_BYTES_MAX) return null;
  const ends: TimelineEnd[] = [];
  for (const line of text.split('\n')) {
    const said = line.trim();
    if (said === '' || said.startsWith('#')) continue;
    const [number, lsn] = said.split(/\s+/);
    const end = { timeline: /^\d{1,10}$/.test(number!) ? Number(number) : 0, endLsn: parseLsn(lsn ?? '') };
    const before = ends.at(-1);
    if (end.endLsn === null || end.timeline < 1 || end.timeline > TIMELINE_MAX) return null;
    if (before && (end.timeline <= before.timeline || end.endLsn < before.endLsn)) return null;
    ends.push({ timeline: end.timeline, endLsn: end.endLsn });
  }
  const last = ends.at(-1);
  return last && last.timeline < timeline ? ends : null;
}
