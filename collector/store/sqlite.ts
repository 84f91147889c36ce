/** What every table family needs of better-sqlite3: prepared statements, typed failures, cursors. */
import Database from 'better-sqlite3';
import { StoreUnavailable, UnreadableCursor } from './errors.ts';

export type Db = Database.Database;
export type Scalar = string | number | bigint | Uint8Array | null;

/** "Never": sorts behind every deadline and survives the way through a REAL-free STRICT column. */
export const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** The primary codes (https://www.sqlite.org/rescode.html) that say something about the disk, not about us. */
const UNAVAILABLE = [
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_NOMEM',
];

/** The same error, as a StoreUnavailable when the database itself is the reason. */
export function translated(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const code = error.code;
  return UNAVAILABLE.some((one) => code === one || code.startsWith(`${one}_`))
    ? new StoreUnavailable(code, error)
    : error;
}

/** Runs `work` and throws StoreUnavailable where SQLite throws its own. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translated(error);
  }
}

/** One immediate transaction; inside another one it is simply part of it. */
export function inTransaction<T>(db: Db, work: () => T): T {
  if (db.inTransaction) return work();
  return guarded(() => db.transaction(work).immediate());
}

/** Wraps every function of a table family in `guarded`. */
export function guardedFamily<T extends object>(family: T): T {
  const wrapped: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(family)) {
    wrapped[name] =
      typeof member === 'function' ? (...args: unknown[]) => guarded(() => member(...args)) : member;
  }
  return wrapped as T;
}

/** A statement by its text, prepared on first use and kept. For queries whose filters vary. */
export function statements(db: Db): (sql: string) => Database.Statement<Scalar[], unknown> {
  const prepared = new Map<string, Database.Statement<Scalar[], unknown>>();
  return (sql) => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = db.prepare<Scalar[], unknown>(sql);
      prepared.set(sql, statement);
    }
    return statement;
  };
}

/** Whole numbers of a cursor as an opaque text. */
export function encodeCursor(...parts: number[]): string {
  return Buffer.from(parts.join('.')).toString('base64url');
}

/** The numbers of a cursor, null without one. Throws UnreadableCursor when the text is not one of ours. */
export function decodeCursor(cursor: string | undefined, parts: number): number[] | null {
  if (!cursor) return null;
  const numbers = Buffer.from(cursor, 'base64url').toString().split('.').map(Number);
  if (numbers.length !== parts || !numbers.every(Number.isSafeInteger)) throw new UnreadableCursor();
  return numbers;
}

/** `text` as a LIKE pattern that finds it anywhere, for `LIKE ? ESCAPE '\'`. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
