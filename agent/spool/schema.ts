/** The spool's tables, and every statement over its records. A part of spool.ts. */
import type Database from 'better-sqlite3';

export interface RecordRow {
  seq: number;
  chain: Buffer;
  /** 1: stands for records that were given up. */
  is_gap: 0 | 1;
  recorded_at_ms: number;
  record: Buffer;
}

/** What a row costs in the file beside its record. */
export const ROW_OVERHEAD_BYTES = 48;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS records (
  seq INTEGER PRIMARY KEY,
  chain BLOB NOT NULL,
  is_gap INTEGER NOT NULL,
  recorded_at_ms INTEGER NOT NULL,
  record BLOB NOT NULL
) STRICT;
-- Everything up to seq was acked by at_ms.
CREATE TABLE IF NOT EXISTS acks (at_ms INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS numbering (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch INTEGER NOT NULL,
  acked_seq INTEGER NOT NULL,
  -- The epoch before, when its records were taken along; 0 when the spool was begun empty.
  continues_epoch INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS jobs (
  job TEXT PRIMARY KEY,
  declaration TEXT,
  last_due_at_ms INTEGER,
  last_finished TEXT,
  -- Since when the job has the schedule it has.
  scheduled_since_ms INTEGER
) STRICT;
-- One a name and location in the configuration.
CREATE TABLE IF NOT EXISTS repositories (
  name TEXT NOT NULL,
  location TEXT NOT NULL,
  seen TEXT,
  reported_at_ms INTEGER NOT NULL DEFAULT 0,
  doubt TEXT,
  PRIMARY KEY (name, location)
) STRICT;
CREATE TABLE IF NOT EXISTS open_runs (
  run_id TEXT PRIMARY KEY,
  run TEXT NOT NULL,
  process TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS host_facts (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  facts TEXT NOT NULL
) STRICT;
-- How many file systems the collector was told of last.
CREATE TABLE IF NOT EXISTS storage_said (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  file_systems INTEGER NOT NULL
) STRICT;
`;

/** Throws what better-sqlite3 throws: not a database, disk full, read-only. */
export function prepareSpoolFile(db: Database.Database): void {
  // One process owns the file. Set before WAL, this also does without the shared-memory file, which SQLite
  // could not make on a full disk: the agent would not start, and no backup would run, for lack of 32 KiB.
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('journal_size_limit = 4194304');
  // Half a MiB of pages: an agent's idle memory counts more than its reads.
  db.pragma('cache_size = -512');
  db.exec(SCHEMA);
}

export function prepareStatements(db: Database.Database) {
  return {
    createNumbering: db.prepare<[number]>(
      'INSERT OR IGNORE INTO numbering (one, epoch, acked_seq) VALUES (1, ?, 0)',
    ),
    numbering: db.prepare<[], { epoch: number; acked_seq: number; continues_epoch: number }>(
      'SELECT epoch, acked_seq, continues_epoch FROM numbering',
    ),
    saveNumbering: db.prepare<[number, number, number]>(
      'UPDATE numbering SET epoch = ?, acked_seq = ?, continues_epoch = ?',
    ),
    saveAcked: db.prepare<[number]>('UPDATE numbering SET acked_seq = ?'),
    ends: db.prepare<[], { first: number | null; last: number | null }>(
      'SELECT min(seq) AS first, max(seq) AS last FROM records',
    ),
    bytesBetween: db.prepare<[number, number], { bytes: number }>(
      `SELECT coalesce(sum(length(record) + ${ROW_OVERHEAD_BYTES}), 0) AS bytes
       FROM records WHERE seq BETWEEN ? AND ?`,
    ),
    sizes: db.prepare<[number, number], { seq: number; bytes: number }>(
      `SELECT seq, length(record) + ${ROW_OVERHEAD_BYTES} AS bytes
       FROM records WHERE seq BETWEEN ? AND ? ORDER BY seq`,
    ),
    span: db.prepare<[number, number], { oldest: number | null; newest: number | null }>(
      `SELECT min(recorded_at_ms) AS oldest, max(recorded_at_ms) AS newest
       FROM records WHERE seq BETWEEN ? AND ? AND is_gap = 0`,
    ),
    insert: db.prepare<[number, Uint8Array, 0 | 1, number, Uint8Array]>(
      'INSERT INTO records (seq, chain, is_gap, recorded_at_ms, record) VALUES (?, ?, ?, ?, ?)',
    ),
    renumber: db.prepare<[number, Uint8Array, Uint8Array, number]>(
      'UPDATE records SET seq = ?, chain = ?, record = ? WHERE seq = ?',
    ),
    remove: db.prepare<[number, number]>('DELETE FROM records WHERE seq BETWEEN ? AND ?'),
    read: db.prepare<[number, number], RecordRow>(
      'SELECT * FROM records WHERE seq >= ? ORDER BY seq LIMIT ?',
    ),
    chainAt: db.prepare<[number], { chain: Buffer }>('SELECT chain FROM records WHERE seq = ?'),
    saveAck: db.prepare<[number, number]>('INSERT OR REPLACE INTO acks (at_ms, seq) VALUES (?, ?)'),
    ackedBy: db.prepare<[number], { seq: number | null }>(
      'SELECT max(seq) AS seq FROM acks WHERE at_ms <= ?',
    ),
    forgetAcksUntil: db.prepare<[number]>('DELETE FROM acks WHERE at_ms <= ?'),
    forgetAcksAbove: db.prepare<[number]>('DELETE FROM acks WHERE seq > ?'),
  };
}
