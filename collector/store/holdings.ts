/** What `recovery_points` says about a job's window and sizes, as judging needs it: few columns, by one index. */
import type { HoldingStore, SubjectSizes } from './holding-types.ts';
import type { Db } from './sqlite.ts';
import { windowPoints } from './window-points.ts';

interface SizeRecord {
  run_id: number;
  subject: string;
  created_at_ms: number;
  size_bytes: number;
}

export function holdingStore(db: Db): HoldingStore {
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
    points: windowPoints(db),
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
