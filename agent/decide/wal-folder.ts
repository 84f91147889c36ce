/**
 * What is remembered of one folder of WAL: which segments it holds, and a little of the size of each. Pure.
 *
 * A segment never changes once it is archived. One whose size is another than when it was first seen is damaged, and
 * counts as missing: nothing after it can be reached.
 */

import type { SegmentSeen } from '../tools/wal.ts';

/** Indexes of segments, both ends included. */
export interface Range {
  from: number;
  to: number;
}

/** Segments without a hole between them. */
export interface Stretch extends Range {
  /** When the last of them was archived, by the repository's clock; 0 when it does not say. */
  endedAtMs: number;
}

/** A folder of WAL as it was listed now. */
export interface FolderSeen {
  name: string;
  timeline: number;
  range: Range;
  /** In any order; what lies outside `range` is left out. */
  segments: readonly SegmentSeen[];
}

export interface WalFolder {
  name: string;
  timeline: number;
  range: Range;
  /** Oldest first, neither overlapping nor touching, damaged ones left out. */
  stretches: readonly Stretch[];
  damaged: readonly number[];
  /** SIZE_CHARS for each place of `range`: of the size when first seen. */
  sizes: string;
}

/** 12 bits of a size: one change in 4,096 goes unseen, and 200,000 segments take 400 kB. */
const SIZE_CHARS = 2;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NO_SIZE = '..';

/** What a folder holds now, in place of what was known of it. @param before null when it was not known. */
export function folderNow(before: WalFolder | null, seen: FolderSeen): WalFolder {
  const { name, timeline, range } = seen;
  const sizes = Array<string>(range.to - range.from + 1).fill(NO_SIZE);
  const whole: SegmentSeen[] = [];
  const damaged = new Set<number>();
  for (const segment of seen.segments) {
    const { index, sizeBytes } = segment;
    if (index < range.from || index > range.to) continue;
    const place = index - range.from;
    // Two files of one segment: nobody can say which is right, and pgBackRest restores neither.
    const isTwice = sizes[place] !== NO_SIZE || damaged.has(index);
    const now = digitsOf(sizeBytes);
    const first = before?.sizes.slice(place * SIZE_CHARS, (place + 1) * SIZE_CHARS) ?? NO_SIZE;
    const isAsFirst = first === NO_SIZE || first === now;
    if (first !== NO_SIZE || segment.isWhole) sizes[place] = first === NO_SIZE ? now : first;
    if (isTwice || !isAsFirst || !segment.isWhole) damaged.add(index);
    else whole.push(segment);
  }
  const stretches = stretchesOf(whole.filter(({ index }) => !damaged.has(index)));
  return {
    name,
    timeline,
    range,
    stretches,
    damaged: [...damaged].sort((a, b) => a - b),
    sizes: sizes.join(''),
  };
}

function stretchesOf(segments: SegmentSeen[]): Stretch[] {
  const single = segments.map(({ index, changedAtMs }) => ({
    from: index,
    to: index,
    endedAtMs: changedAtMs,
  }));
  return joined(single);
}

/** Sorted, and those that touch or overlap made one. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const one of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (!last || one.from > last.to + 1) result.push({ ...one });
    else if (one.to > last.to) Object.assign(last, { to: one.to, endedAtMs: one.endedAtMs });
  }
  return result;
}

/** Knuth's multiplicative hash: sizes that differ by little differ in their digits. */
function digitsOf(sizeBytes: number): string {
  const hash = Math.imul(sizeBytes, 2_654_435_761) >>> 20;
  return DIGITS[hash >>> 6]! + DIGITS[hash & 63]!;
}
