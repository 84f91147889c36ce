/** How a subject's recovery points cover a window, and where they do not. Pure. */
import type { SubjectPoints } from '../store/holding-types.ts';

/** Longer than the job's longest interval passed between `fromMs` and `toMs` without a recovery point. */
export interface Hole {
  fromMs: number;
  /** The point that ended it, or now. */
  toMs: number;
  open: boolean;
  /** Points that were made in it and are no longer in the repository. */
  missing: number;
}

export interface Coverage {
  subject: string;
  /** From here on it must be covered. */
  startMs: number;
  /** Those inside the window that can be restored, oldest first. */
  atMs: number[];
  /** When those were made that were inside the window and are in the repository no longer. */
  missingAtMs: number[];
  /** In the order of time. */
  holes: Hole[];
}

/**
 * @param startMs the window's start. A subject that is not `required` and first appeared later is judged from
 *   its first point; null when it has none left in the window: it was given up long ago.
 * @param longestMs the longest time two neighbouring points may lie apart.
 */
export function coverageOf(
  points: SubjectPoints,
  startMs: number,
  longestMs: number,
  required: boolean,
  nowMs: number,
): Coverage | null {
  const inside = (atMs: number) => atMs >= startMs && atMs <= nowMs;
  const atMs = points.atMs.filter(inside);
  const missing = points.missingAtMs.filter(inside);
  if (!required && atMs.length + missing.length === 0) return null;
  const firstMs = Math.min(atMs[0] ?? nowMs, missing[0] ?? nowMs);
  // What the window has moved past was known before as well.
  const older =
    points.knownBefore ||
    [points.atMs[0], points.missingAtMs[0]].some((at) => at !== undefined && at < startMs);
  const fromMs = required || older ? startMs : firstMs;
  const holes: Hole[] = [];
  let beforeMs = fromMs;
  for (const at of [...atMs, nowMs]) {
    if (at - beforeMs > longestMs) {
      const gone = missing.filter((one) => one >= beforeMs && one <= at).length;
      holes.push({ fromMs: beforeMs, toMs: at, open: false, missing: gone });
    }
    beforeMs = at;
  }
  const last = holes.at(-1);
  if (last) last.open = last.fromMs === (atMs.at(-1) ?? fromMs);
  return { subject: points.subject, startMs: fromMs, atMs, missingAtMs: missing, holes };
}
