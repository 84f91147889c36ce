/** Table `recovery_points`: what can be restored, each archive once. */
import type { RecoveryPoint } from '../../proto/run.ts';
import { type Db, decodeCursor, encodeCursor, inTransaction, type Scalar, statements } from './sqlite.ts';
import type { RunStore, StoredPoint } from './types.ts';

interface PointRecord {
  id: number;
  repository: string;
  name: string;
  archive_id: string;
  subject: string;
  created_at_ms: number;
  size_bytes: number;
  seen_at_ms: number;
  missing_since_ms: number | null;
}

function storedPoint(record: PointRecord): StoredPoint {
  return {
    repository: record.repository,
    name: record.name,
    id: record.archive_id,
    subject: record.subject,
    createdAtMs: record.created_at_ms,
    sizeBytes: record.size_bytes,
    missingSinceMs: record.missing_since_ms,
  };
}

interface RecoveryPointStore {
  save(jobId: number, runId: number | null, points: RecoveryPoint[], nowMs: number): void;
  seen: RunStore['saveSeenPoints'];
  ofRun(runId: number): StoredPoint[];
  list: RunStore['recoveryPoints'];
}

export function recoveryPointStore(db: Db): RecoveryPointStore {
  const query = statements(db);
  // Seen again, an archive keeps the run that made it.
  const save = db.prepare<
    [number, number | null, string, string, string, string, number, number, number, number]
  >(
    `INSERT INTO recovery_points (job_id, run_id, repository, name, archive_id, subject, created_at_ms,
       size_bytes, first_seen_at_ms, seen_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (job_id, archive_id) DO UPDATE
     SET seen_at_ms = excluded.seen_at_ms, missing_since_ms = NULL, repository = excluded.repository,
       run_id = coalesce(run_id, excluded.run_id)`,
  );
  const laterThan = db
    .prepare<[number, number], number>(
      'SELECT 1 FROM recovery_points WHERE job_id = ? AND created_at_ms > ? LIMIT 1',
    )
    .pluck();
  const known = db
    .prepare<[number, string], number>('SELECT 1 FROM recovery_points WHERE job_id = ? AND archive_id = ?')
    .pluck();
  const changed = db.prepare<[number]>(
    'UPDATE jobs SET holdings_changes = holdings_changes + 1 WHERE id = ?',
  );
  const beginInventory = db.prepare<[number, number]>(
    `UPDATE jobs SET inventory_since_ms = coalesce(inventory_since_ms, ?),
       holdings_changes = holdings_changes + 1 WHERE id = ?`,
  );
  // What was made later may not have been there yet: an agent may hand in an old inventory again.
  const markMissing = db.prepare<{ jobId: number; takenAtMs: number; nowMs: number }>(
    `UPDATE recovery_points SET missing_since_ms = @nowMs
     WHERE job_id = @jobId AND missing_since_ms IS NULL AND created_at_ms <= @takenAtMs
       AND repository = (SELECT declaration ->> '$.repository' FROM jobs WHERE id = @jobId)
       AND seen_at_ms < (SELECT inventory_since_ms FROM jobs WHERE id = @jobId)`,
  );
  const endInventory = db.prepare<[number, number]>(
    `UPDATE jobs SET inventory_since_ms = NULL, inventoried_at_ms = max(coalesce(inventoried_at_ms, 0), ?)
     WHERE id = ?`,
  );
  const ofRun = db.prepare<[number], PointRecord>(
    'SELECT * FROM recovery_points WHERE run_id = ? ORDER BY id',
  );

  /** Whether all are new, and none was made before one that is there: those alone are no change (window-points.ts). */
  function comeBehind(jobId: number, points: RecoveryPoint[]): boolean {
    const earliestMs = Math.min(...points.map(({ createdAtMs }) => createdAtMs));
    if (laterThan.get(jobId, earliestMs) !== undefined) return false;
    return points.every(({ id }) => known.get(jobId, id) === undefined);
  }

  function saveAll(jobId: number, runId: number | null, points: RecoveryPoint[], nowMs: number): void {
    for (const { repository, name, id, subject, createdAtMs, sizeBytes } of points) {
      save.run(jobId, runId, repository, name, id, subject, createdAtMs, sizeBytes, nowMs, nowMs);
    }
  }

  return {
    save: (jobId, runId, points, nowMs) => {
      if (points.length === 0) return;
      inTransaction(db, () => {
        if (!comeBehind(jobId, points)) changed.run(jobId);
        saveAll(jobId, runId, points, nowMs);
      });
    },
    seen: (jobId, points, { complete, takenAtMs }, nowMs) =>
      inTransaction(db, () => {
        beginInventory.run(nowMs, jobId);
        saveAll(jobId, null, points, nowMs);
        if (!complete) return;
        markMissing.run({ jobId, takenAtMs, nowMs });
        endInventory.run(takenAtMs, jobId);
      }),
    ofRun: (runId) => ofRun.all(runId).map(storedPoint),
    list: (filter) => {
      const where: string[] = ['p.id < ?'];
      if (!filter.missing) where.push('p.missing_since_ms IS NULL');
      const values: Scalar[] = [decodeCursor(filter.cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER];
      for (const [column, value] of [
        ['h.host', filter.host],
        ['j.job', filter.job],
        ['h.customer', filter.customer],
      ] as const) {
        if (value === undefined) continue;
        where.push(`${column} = ?`);
        values.push(value);
      }
      const records = query(
        `SELECT p.*, h.host AS host, h.customer AS customer, j.job AS job
         FROM recovery_points p JOIN jobs j ON j.id = p.job_id JOIN hosts h ON h.id = j.host_id
         WHERE ${where.join(' AND ')} ORDER BY p.id DESC LIMIT ?`,
      ).all(...values, filter.limit + 1) as (PointRecord & { host: string; job: string; customer: string })[];
      const page = records.slice(0, filter.limit);
      const items = page.map((record) => ({
        ...storedPoint(record),
        host: record.host,
        job: record.job,
        customer: record.customer,
        seenAtMs: record.seen_at_ms,
      }));
      const last = page.at(-1);
      return { items, nextCursor: records.length > filter.limit && last ? encodeCursor(last.id) : null };
    },
  };
}
