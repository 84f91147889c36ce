/**
 * Bare better-sqlite3 on the same rows: what the collector stored is read back from its database and inserted
 * into an empty one with the same tables and indexes, in transactions of the same size, with FULL.
 */
import Database from 'better-sqlite3';

/** What a result leaves behind, in the order that foreign keys want. */
const TABLES = ['hosts', 'jobs', 'runs', 'run_details', 'recovery_points'] as const;
/** Of these there are as many as hosts; they are there before the clock starts. */
const BEFOREHAND = 2;

/** Results a second: `results` of them out of `from`, `batch` in each transaction. Leaves the file at `into`. */
export function replay(options: { from: string; into: string; results: number; batch: number }): number {
  const source = new Database(options.from, { readonly: true });
  const rows = (sql: string, ...values: number[]) =>
    source
      .prepare(sql)
      .raw(true)
      .all(...values) as unknown[][];
  const db = new Database(options.into);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -65536');
  // As the collector sets them.
  db.pragma('wal_autocheckpoint = 16384');
  const schema = rows(
    `SELECT sql FROM sqlite_master WHERE tbl_name IN ('hosts', 'jobs', 'runs', 'run_details', 'recovery_points', 'spools')
     AND sql IS NOT NULL ORDER BY type DESC`,
  );
  for (const [sql] of schema) db.exec(sql as string);
  const inserts = TABLES.map((table) => {
    const columns = source.prepare(`SELECT * FROM ${table}`).columns().length;
    return db.prepare(`INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(', ')})`);
  });
  db.pragma('foreign_keys = OFF');
  for (let i = 0; i < BEFOREHAND; i += 1) {
    for (const row of rows(`SELECT * FROM ${TABLES[i]}`)) inserts[i]!.run(row);
  }
  db.pragma('foreign_keys = ON');
  const [, , insertRun, insertDetails, insertPoint] = inserts;
  const ID = 0;
  const runs = rows('SELECT * FROM runs ORDER BY id LIMIT ?', options.results);
  const last = Number(runs.at(-1)![ID]);
  const details = new Map(
    rows('SELECT * FROM run_details WHERE run_id <= ?', last).map((row) => [row[ID], row]),
  );
  const pointColumns = source
    .prepare('SELECT * FROM recovery_points')
    .columns()
    .map(({ name }) => name);
  const runColumn = pointColumns.indexOf('run_id');
  const points = new Map(
    rows('SELECT * FROM recovery_points WHERE run_id <= ?', last).map((row) => [row[runColumn], row]),
  );
  const watermark = db.prepare(
    `INSERT INTO spools (host_id, epoch, committed_seq, committed_chain) VALUES (?, 1, ?, x'0000000000000000')
     ON CONFLICT DO UPDATE SET committed_seq = excluded.committed_seq`,
  );
  const job = db.prepare(
    `UPDATE jobs SET last_started_run_id = ?, last_finished_run_id = ?, last_success_run_id = ?, next_check_at_ms = 0
     WHERE id = ?`,
  );
  const hostOf = new Map(rows('SELECT id, host_id FROM jobs').map(([job, host]) => [job, host]));
  const jobColumn = source
    .prepare('SELECT * FROM runs')
    .columns()
    .findIndex(({ name }) => name === 'job_id');
  const insertBatch = db.transaction((batch: unknown[][]) => {
    for (const run of batch) {
      const id = run[ID];
      insertRun!.run(run);
      job.run(id, id, id, run[jobColumn]);
      const detail = details.get(id);
      if (detail) insertDetails!.run(detail);
      const point = points.get(id);
      if (point) insertPoint!.run(point);
    }
    // The watermark moves once for every host in the batch, as the collector's does.
    for (const [host, id] of new Map(batch.map((run) => [hostOf.get(run[jobColumn]), run[ID]]))) {
      watermark.run(host, id);
    }
  });
  const startMs = performance.now();
  for (let at = 0; at < runs.length; at += options.batch) insertBatch(runs.slice(at, at + options.batch));
  const tookMs = performance.now() - startMs;
  source.close();
  db.close();
  return runs.length / (tookMs / 1_000);
}
