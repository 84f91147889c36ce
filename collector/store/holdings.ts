/** What `recovery_points` says about a job's window and sizes, as judging needs it: few columns, by one index. */
import type { HoldingStore, SubjectPoints, SubjectSizes } from './holding-types.ts';
import type { Db } from './sqlite.ts';

interface SizeRecord {
  run_id: number;
  subject: string;
  created_at_ms: number;
  size_bytes: number;
}

export function holdingStore(db: Db): HoldingStore {
  // Arrays instead of objects: a job with 1,000 databases has 7,000 points in a week.
  const inWindow = db
    .prepare<[number, number, string], [string, number, number | null]>(
      `SELECT subject, created_at_ms, missing_since_ms FROM recovery_points
       WHERE job_id = ? AND created_at_ms >= ? AND repository = ? ORDER BY created_at_ms`,
    )
    .raw();
  const before = db.prepare<[number, number, string], { one: number }>(
    `SELECT 1 AS one FROM recovery_points
     WHERE job_id = ? AND created_at_ms < ? AND subject = ? ORDER BY created_at_ms DESC LIMIT 1`,
  );
  const sized = db.prepare<[number, number], SizeRecord>(
    `SELECT run_id, subject, created_at_ms, size_bytes FROM recovery_points
     WHERE job_id = ? AND created_at_ms >= ? AND run_id IS NOT NULL ORDER BY created_at_ms DESC`,
  );

  const newest = db.prepare<[number, string], { name: string; at_ms: number }>(
    `SELECT name, min(created_at_ms, first_seen_at_ms) AS at_ms FROM recovery_points
     WHERE job_id = ? AND repository = ? AND missing_since_ms IS NULL ORDER BY at_ms DESC, id DESC LIMIT 1`,
  );

  return {
    newest: (jobId, repository) => {
      const record = newest.get(jobId, repository);
      return record ? { name: record.name, atMs: record.at_ms } : null;
    },
    points: (jobId, repository, sinceMs) => {
      const subjects = new Map<string, SubjectPoints>();
      for (const [subject, atMs, missingSinceMs] of inWindow.iterate(jobId, sinceMs, repository)) {
        let found = subjects.get(subject);
        if (!found) {
          const knownBefore = before.get(jobId, sinceMs, subject) !== undefined;
          found = { subject, atMs: [], missingAtMs: [], knownBefore };
          subjects.set(subject, found);
        }
        (missingSinceMs === null ? found.atMs : found.missingAtMs).push(atMs);
      }
      return [...subjects.values()];
    },
    sizes: (jobId, runs, sinceMs) => {
      const seen = new Set<number>();
      const subjects = new Map<string, SubjectSizes>();
      for (const { run_id, subject, created_at_ms, size_bytes } of sized.iterate(jobId, sinceMs)) {
        seen.add(run_id);
        if (seen.size > runs) break;
        const found = subjects.get(subject);
        if (found) found.before.push(size_bytes);
        else {
          const newest = { atMs: created_at_ms, bytes: size_bytes };
          subjects.set(subject, { subject, newest, before: [] });
        }
      }
      return [...subjects.values()];
    },
  };
}
