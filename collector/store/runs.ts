/** Tables `runs` and `run_details`: what happened. Appended in the order of arrival. */
import { LOG_TAIL_CHARS_MAX } from '../../proto/limits.ts';
import {
  isFailure,
  leavesEvidence,
  type RunFinished,
  type RunStarted,
  type RunWarning,
} from '../../proto/run.ts';
import { recoveryPointStore } from './recovery-points.ts';
import { joinedRun, type RunRecord, requiredRun, runColumns } from './run-columns.ts';
import { type Db, decodeCursor, encodeCursor, inTransaction, type Scalar, statements } from './sqlite.ts';
import type { RunRow, RunStore } from './types.ts';

/** Up to so many jobs their runs are found through the jobs' index, above by walking back from the newest. */
const JOBS_BY_INDEX_MAX = 200;
/** Bars of one job: more runs than that in the window cannot be told apart on a screen. */
const RECENT_PER_JOB_MAX = 1_000;
/** What was logged before, then what is added. */
const JOINED_LOG = `substr(log_tail || char(10) || excluded.log_tail, -${LOG_TAIL_CHARS_MAX})`;

export function runStore(db: Db): RunStore {
  const query = statements(db);
  const insertStarted = db.prepare<[number, string, string, number | null, number, number]>(
    `INSERT INTO runs (job_id, run_uid, run_trigger, due_at_ms, started_at_ms, received_at_ms)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (job_id, run_uid) DO NOTHING`,
  );
  // Without RETURNING, for which SQLite makes a temporary table each time: a look at the index costs a third.
  const upsertFinished = db.prepare<Scalar[]>(
    `INSERT INTO runs (job_id, run_uid, run_trigger, due_at_ms, started_at_ms, finished_at_ms, duration_ms,
       outcome, exit_code, signal, reason, original_bytes, compressed_bytes, deduplicated_bytes, files,
       excluded, warnings_total, received_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (job_id, run_uid) DO UPDATE SET finished_at_ms = excluded.finished_at_ms,
       duration_ms = excluded.duration_ms, outcome = excluded.outcome, exit_code = excluded.exit_code,
       signal = excluded.signal, reason = excluded.reason, original_bytes = excluded.original_bytes,
       compressed_bytes = excluded.compressed_bytes, deduplicated_bytes = excluded.deduplicated_bytes,
       files = excluded.files, excluded = excluded.excluded,
       warnings_total = excluded.warnings_total
     WHERE finished_at_ms IS NULL`,
  );
  const idOf = db
    .prepare<[number, string], number>('SELECT id FROM runs WHERE job_id = ? AND run_uid = ?')
    .pluck();
  const insertDetails = db.prepare<[number, string, string]>(
    `INSERT INTO run_details (run_id, warnings, log_tail) VALUES (?, ?, ?)
     ON CONFLICT (run_id) DO UPDATE SET warnings = excluded.warnings, log_tail = ${JOINED_LOG}`,
  );
  const addLog = db.prepare<[number, string]>(
    `INSERT INTO run_details (run_id, warnings, log_tail) VALUES (?, '[]', ?)
     ON CONFLICT (run_id) DO UPDATE SET log_tail = ${JOINED_LOG}`,
  );
  // "Last" is by the run's own times: records of an older spool may arrive after those of a newer one.
  const lastStarted = db.prepare<[number, number, number]>(
    `UPDATE jobs SET last_started_run_id = ?, next_check_at_ms = 0 WHERE id = ? AND NOT EXISTS (
       SELECT 1 FROM runs WHERE id = jobs.last_started_run_id AND started_at_ms > ?)`,
  );
  // One statement: every UPDATE writes the job's whole row, verdicts and declaration included.
  const newest = (kind: string, at: string, counts: string) =>
    `last_${kind}_run_id = CASE WHEN ${counts} AND NOT EXISTS (
       SELECT 1 FROM runs WHERE id = jobs.last_${kind}_run_id AND ${at} > ?) THEN ? ELSE last_${kind}_run_id END`;
  const lastOnes = db.prepare<number[]>(
    `UPDATE jobs SET ${newest('started', 'started_at_ms', 'TRUE')}, ${newest('finished', 'finished_at_ms', 'TRUE')},
       ${newest('success', 'finished_at_ms', '?')}, ${newest('failure', 'finished_at_ms', '?')},
       next_check_at_ms = 0 WHERE id = ?`,
  );
  const byId = db.prepare<[number], RunRecord & { warnings: string | null; log_tail: string | null }>(
    `SELECT ${runColumns('r')}, d.warnings, d.log_tail FROM runs r LEFT JOIN run_details d ON d.run_id = r.id
     WHERE r.id = ?`,
  );
  const recent = db.prepare<[number, number], RunRecord>(
    `SELECT ${runColumns('r')} FROM (SELECT id FROM runs WHERE job_id = ? ORDER BY id DESC LIMIT ?) newest
     CROSS JOIN runs r ON r.id = newest.id`,
  );
  const points = recoveryPointStore(db);

  function start(jobId: number, run: RunStarted, nowMs: number): boolean {
    return inTransaction(db, () => {
      const added = insertStarted.run(jobId, run.runId, run.trigger, run.dueAtMs, run.startedAtMs, nowMs);
      if (added.changes === 0) return false;
      lastStarted.run(Number(added.lastInsertRowid), jobId, run.startedAtMs);
      return true;
    });
  }

  function finish(jobId: number, run: RunFinished, nowMs: number): boolean {
    return inTransaction(db, () => {
      const { changes } = upsertFinished.run(
        jobId,
        run.runId,
        run.trigger,
        run.dueAtMs,
        run.startedAtMs,
        run.finishedAtMs,
        run.durationMs,
        run.outcome,
        run.exitCode,
        run.signal,
        run.reason,
        run.stats.originalBytes,
        run.stats.compressedBytes,
        run.stats.deduplicatedBytes,
        run.stats.files,
        run.stats.excluded,
        run.warningsTotal,
        nowMs,
      );
      if (changes === 0) return false;
      const id = idOf.get(jobId, run.runId)!;
      if (run.warnings.length > 0 || run.logTail !== '') {
        insertDetails.run(id, JSON.stringify(run.warnings), run.logTail);
      }
      points.save(jobId, id, run.recoveryPoints, nowMs);
      const { startedAtMs, finishedAtMs, outcome } = run;
      const success = leavesEvidence(outcome) ? 1 : 0;
      const failure = isFailure(outcome) ? 1 : 0;
      lastOnes.run(
        ...[startedAtMs, id, finishedAtMs, id],
        ...[success, finishedAtMs, id, failure, finishedAtMs, id],
        jobId,
      );
      return true;
    });
  }

  type Filter = Parameters<RunStore['list']>[0];
  /** Ids of the jobs a filter means; null when it means all of them. */
  function jobsOf(filter: Filter): number[] | null {
    const where: string[] = [];
    const values: Scalar[] = [];
    for (const [column, value] of [
      ['h.host', filter.host],
      ['j.job', filter.job],
      ['h.customer', filter.customer],
    ] as const) {
      if (value === undefined) continue;
      where.push(`${column} = ?`);
      values.push(value);
    }
    if (where.length === 0) return null;
    const sql = `SELECT j.id FROM jobs j JOIN hosts h ON h.id = j.host_id WHERE ${where.join(' AND ')}`;
    return (query(sql).all(...values) as { id: number }[]).map(({ id }) => id);
  }

  function list(filter: Filter): ReturnType<RunStore['list']> {
    const [before] = decodeCursor(filter.cursor, 1) ?? [Number.MAX_SAFE_INTEGER];
    const jobs = jobsOf(filter);
    const among = 'job_id IN (SELECT value FROM json_each(?))';
    // The unary plus hides job_id from the planner: walk the runs back from the newest instead.
    const by = jobs === null ? '' : `AND ${jobs.length > JOBS_BY_INDEX_MAX ? '+' : ''}${among}`;
    const records = query(
      `SELECT ${runColumns('r')}, h.host AS host_name, h.customer AS customer, j.job AS job_name
       FROM (SELECT id FROM runs WHERE id < ? ${by} ORDER BY id DESC LIMIT ?) page
       CROSS JOIN runs r ON r.id = page.id JOIN jobs j ON j.id = r.job_id JOIN hosts h ON h.id = j.host_id
       ORDER BY r.id DESC`,
    ).all(...(jobs === null ? [before!] : [before!, JSON.stringify(jobs)]), filter.limit + 1) as RunRecord[];
    const items = records.slice(0, filter.limit).map((record) => ({
      ...requiredRun(record, 'r'),
      host: record.host_name as string,
      customer: record.customer as string,
      job: record.job_name as string,
    }));
    const last = items.at(-1);
    return { items, nextCursor: records.length > filter.limit && last ? encodeCursor(last.id) : null };
  }

  function recentOf(jobIds: number[], sinceMs: number): Map<number, RunRow[]> {
    const byJob = new Map<number, RunRow[]>();
    for (const jobId of jobIds) {
      const rows: RunRow[] = [];
      for (const record of recent.iterate(jobId, RECENT_PER_JOB_MAX)) {
        const run = joinedRun(record, 'r')!;
        if (run.startedAtMs < sinceMs) break;
        rows.push(run);
      }
      byJob.set(jobId, rows.reverse());
    }
    return byJob;
  }

  return {
    start,
    finish,
    byId: (id) => {
      const record = byId.get(id);
      if (!record) return null;
      return {
        run: requiredRun(record, 'r'),
        details: {
          warnings: record.warnings === null ? [] : (JSON.parse(record.warnings) as RunWarning[]),
          logTail: record.log_tail ?? '',
        },
        recoveryPoints: points.ofRun(id),
      };
    },
    list,
    addLog: (runId, text) => {
      addLog.run(runId, text);
    },
    newest: (jobId, limit) => recent.all(jobId, limit).map((record) => requiredRun(record, 'r')),
    recent: recentOf,
    saveSeenPoints: points.seen,
    recoveryPoints: points.list,
  };
}
