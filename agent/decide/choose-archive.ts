/** Which archive a restore takes: the newest at or before the moment that was asked for. Pure. */

/** An archive that can be restored. */
export interface RestorePoint {
  /** The archive's name. */
  name: string;
  id: string;
  /** Database name, 'globals', or '' for files. */
  subject: string;
  createdAtMs: number;
}

export type Chosen = { point: RestorePoint } | { problem: string; next: string };

/** Newest first. */
export function newestFirst(points: readonly RestorePoint[]): RestorePoint[] {
  return points.toSorted((a, b) => b.createdAtMs - a.createdAtMs || a.subject.localeCompare(b.subject, 'en'));
}

/**
 * @param subject of which a point is wanted: '' for files.
 * @param atMs the moment, null for the newest.
 * @param say how an instant is written for people.
 */
export function chooseArchive(
  points: readonly RestorePoint[],
  subject: string,
  atMs: number | null,
  say: (atMs: number) => string,
): Chosen {
  const ofSubject = newestFirst(points.filter((point) => point.subject === subject));
  const newest = ofSubject[0];
  if (newest === undefined) return nothingOf(points, subject);
  const point = ofSubject.find((one) => atMs === null || one.createdAtMs <= atMs);
  if (point) return { point };
  return {
    problem: `there is no recovery point at or before ${say(atMs!)}; the oldest is of ${say(ofSubject.at(-1)!.createdAtMs)}`,
    next: 'name a later moment with --at',
  };
}

function nothingOf(points: readonly RestorePoint[], subject: string): Chosen {
  if (points.length === 0)
    return {
      problem: 'the repository holds no recovery point of this job',
      next: 'see whether the job has ever run, and whether --host names the host that made the backups',
    };
  const known = [...new Set(points.map((point) => point.subject))].toSorted();
  return {
    problem: `there is no recovery point of ${subject === '' ? 'files' : `"${subject}"`}`,
    next: `there are some of: ${known.map((one) => one || 'files').join(', ')}`,
  };
}
