/**
 * The recovery points of a job's window, remembered between two judgements: a job that is judged at each of its
 * results must not read a thousand points for the one that came.
 *
 * Points nearly always come behind the newest, and those are read alone. Whatever else happens to a job's points
 * (an inventory, one made earlier, one that expires, a clock set back) counts up `jobs.holdings_changes` in its
 * own transaction, whichever process it is; then all are read anew. So are they when the window begins earlier.
 */
import type { HoldingStore, SubjectPoints } from './holding-types.ts';
import type { Db } from './sqlite.ts';

/** Numbers remembered for all jobs together, 8 bytes each. */
const REMEMBERED_MAX = 1_000_000;
/** What a subject costs beside its points, in numbers. */
const SUBJECT_COSTS = 40;

interface Window {
  changes: number;
  repository: string;
  sinceMs: number;
  subjects: Map<string, SubjectPoints>;
  /** The newest point read, and the last that was stored: what is added comes behind both. */
  newestMs: number;
  lastId: number;
  costs: number;
}

/** Not to be asked in a transaction that changes points. What is returned holds until the job is asked for again. */
export function windowPoints(db: Db, rememberedMax = REMEMBERED_MAX): HoldingStore['points'] {
  const changesOf = db.prepare<[number], number>('SELECT holdings_changes FROM jobs WHERE id = ?').pluck();
  // Arrays instead of objects: a job with 1,000 databases has 7,000 points in a week.
  const added = db
    .prepare<[number, number, string, number], [number, string, number, number | null]>(
      `SELECT id, subject, created_at_ms, missing_since_ms FROM recovery_points
       WHERE job_id = ? AND created_at_ms >= ? AND repository = ? AND id > ? ORDER BY created_at_ms`,
    )
    .raw();
  const made = db.prepare<[number, string, number, number], { one: number }>(
    `SELECT 1 AS one FROM recovery_points
     WHERE job_id = ? AND subject = ? AND created_at_ms >= ? AND created_at_ms < ?
     ORDER BY created_at_ms DESC LIMIT 1`,
  );
  /** The one asked for last stands last. */
  const windows = new Map<number, Window>();
  let remembered = 0;

  function forget(jobId: number): void {
    remembered -= windows.get(jobId)?.costs ?? 0;
    windows.delete(jobId);
  }

  function remember(jobId: number, window: Window): void {
    windows.set(jobId, window);
    remembered += window.costs;
    for (const oldest of windows.keys()) {
      if (remembered <= rememberedMax) break;
      forget(oldest);
    }
  }

  /** Leaves out what was made before the window's new start, as a fresh look would. */
  function moveOn(jobId: number, window: Window, sinceMs: number): void {
    if (window.sinceMs === sinceMs) return;
    for (const found of window.subjects.values()) {
      window.costs -= dropBefore(found.atMs, sinceMs) + dropBefore(found.missingAtMs, sinceMs);
      // In another repository as well.
      found.knownBefore ||= made.get(jobId, found.subject, window.sinceMs, sinceMs) !== undefined;
      if (found.atMs.length + found.missingAtMs.length > 0) continue;
      window.subjects.delete(found.subject);
      window.costs -= SUBJECT_COSTS;
    }
    window.sinceMs = sinceMs;
    window.newestMs = Math.max(window.newestMs, sinceMs);
  }

  function readAdded(jobId: number, window: Window): void {
    const { repository, newestMs, lastId, sinceMs, subjects } = window;
    for (const [id, subject, atMs, missingSinceMs] of added.iterate(jobId, newestMs, repository, lastId)) {
      let found = subjects.get(subject);
      if (!found) {
        const knownBefore = made.get(jobId, subject, 0, sinceMs) !== undefined;
        found = { subject, atMs: [], missingAtMs: [], knownBefore };
        subjects.set(subject, found);
        window.costs += SUBJECT_COSTS;
      }
      (missingSinceMs === null ? found.atMs : found.missingAtMs).push(atMs);
      window.costs += 1;
      window.newestMs = atMs;
      window.lastId = Math.max(window.lastId, id);
    }
  }

  return (jobId, repository, sinceMs) => {
    const changes = changesOf.get(jobId) ?? 0;
    const known = windows.get(jobId);
    forget(jobId);
    const holds = known?.changes === changes && known.repository === repository && known.sinceMs <= sinceMs;
    const window = holds
      ? known
      : {
          changes,
          repository,
          sinceMs,
          subjects: new Map(),
          newestMs: sinceMs,
          lastId: 0,
          costs: SUBJECT_COSTS,
        };
    moveOn(jobId, window, sinceMs);
    readAdded(jobId, window);
    remember(jobId, window);
    return [...window.subjects.values()];
  };
}

/** How many left. */
function dropBefore(atMs: number[], sinceMs: number): number {
  let count = 0;
  while (count < atMs.length && atMs[count]! < sinceMs) count += 1;
  if (count > 0) atMs.splice(0, count);
  return count;
}
