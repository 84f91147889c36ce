/**
 * What the agent knows about its repositories: which one it met at a name and location the first time, and
 * what stands in the way of using it now. A part of spool.ts.
 */
import type Database from 'better-sqlite3';
import type { RepositorySeen } from '../../proto/messages.ts';
import type { KnownRepository, RepositoryDoubt } from '../decide/repository.ts';

interface Row {
  seen: string | null;
  reported_at_ms: number;
  doubt: string | null;
}

export class RepositoryMemory {
  readonly #sql: ReturnType<typeof prepare>;
  readonly #durably: (work: () => void) => void;

  constructor(db: Database.Database, durably: (work: () => void) => void) {
    this.#sql = prepare(db);
    this.#durably = durably;
  }

  /** By name and location: where the configuration points elsewhere, another repository is to be expected. */
  known(name: string, location: string): KnownRepository | null {
    const row = this.#sql.known.get(name, location);
    return row
      ? {
          seen: row.seen === null ? null : (JSON.parse(row.seen) as RepositorySeen),
          reportedAtMs: row.reported_at_ms,
          doubt: row.doubt === null ? null : (JSON.parse(row.doubt) as RepositoryDoubt),
        }
      : null;
  }

  /** As they were last reported. */
  all(): RepositorySeen[] {
    return this.#sql.all.all().map((row) => JSON.parse(row.seen) as RepositorySeen);
  }

  /** Must run inside the transaction that inserts its record. Whatever was in doubt is settled by it. */
  remember(seen: RepositorySeen, nowMs: number): void {
    this.#sql.remember.run(seen.repository, seen.location, JSON.stringify(seen), nowMs);
  }

  /** Null settles it. Throws SpoolError. */
  noteDoubt(name: string, location: string, doubt: RepositoryDoubt | null): void {
    this.#durably(() => {
      this.#sql.noteDoubt.run(name, location, doubt && JSON.stringify(doubt));
    });
  }
}

function prepare(db: Database.Database) {
  return {
    known: db.prepare<[string, string], Row>(
      'SELECT seen, reported_at_ms, doubt FROM repositories WHERE name = ? AND location = ?',
    ),
    all: db.prepare<[], { seen: string }>(
      'SELECT seen FROM repositories WHERE seen IS NOT NULL ORDER BY reported_at_ms, name, location',
    ),
    remember: db.prepare<[string, string, string, number]>(
      `INSERT INTO repositories (name, location, seen, reported_at_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (name, location) DO UPDATE
       SET seen = excluded.seen, reported_at_ms = excluded.reported_at_ms, doubt = NULL`,
    ),
    noteDoubt: db.prepare<[string, string, string | null]>(
      `INSERT INTO repositories (name, location, doubt) VALUES (?, ?, ?)
       ON CONFLICT (name, location) DO UPDATE SET doubt = excluded.doubt`,
    ),
  };
}
