/**
 * Whether a newest recovery point is suspiciously small: empty, or less than half the median of those before
 * it. A dump of a database whose tables are gone succeeds like any other. Pure.
 */
import { formatSize } from '../../proto/duration.ts';
import type { SubjectSizes } from '../store/types.ts';

/** Runs looked at, the newest included. */
export const SIZED_RUNS = 8;
/** With fewer before it, nobody knows what is normal. */
export const SIZES_BEFORE_MIN = 3;
const SHARE_MIN = 0.5;
/** Subjects named in a reason; the others are counted. */
const SUBJECTS_SHOWN_MAX = 3;

/** Since when and why, null when every size is as usual or nothing can be said. */
export function sizeAnomaly(sizes: readonly SubjectSizes[]): { sinceMs: number; reason: string } | null {
  const fallen = sizes.filter(
    ({ newest, before }) => before.length >= SIZES_BEFORE_MIN && newest.bytes < medianOf(before) * SHARE_MIN,
  );
  if (fallen.length === 0) return null;
  const sentences = fallen.slice(0, SUBJECTS_SHOWN_MAX).map(({ subject, newest, before }) => {
    const is = newest.bytes === 0 ? 'is empty' : `has ${formatSize(newest.bytes)}`;
    const usual = `the median of the ${before.length} before it is ${formatSize(medianOf(before))}`;
    return `${subject === '' ? 'The newest recovery point' : `The newest of ${subject}`} ${is}; ${usual}.`;
  });
  const more = fallen.length - sentences.length;
  if (more > 0) sentences.push(`${more} more are less than half their usual size.`);
  sentences.push('Acknowledge if that was meant.');
  return { sinceMs: Math.min(...fallen.map(({ newest }) => newest.atMs)), reason: sentences.join(' ') };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
