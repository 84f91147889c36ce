/** Looks into a database whose process is dead, without doing the recovery in its place. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { promise } from './ledger.ts';

/**
 * Opens a copy of the file and its write-ahead log, as they lay on the disk, and closes it after `look`.
 * Throws BrokenPromise when SQLite finds anything wrong with it.
 */
export function lookInto<T>(file: string, scratch: string, look: (db: Database.Database) => T): T {
  mkdirSync(scratch, { recursive: true });
  const copy = join(scratch, basename(file));
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${copy}${suffix}`, { force: true });
    // The index of the log (-shm) is what recovery makes anew after a crash.
    if (suffix !== '-shm' && existsSync(`${file}${suffix}`))
      copyFileSync(`${file}${suffix}`, `${copy}${suffix}`);
  }
  const db = new Database(copy);
  try {
    const found = db.pragma('integrity_check', { simple: true });
    promise(found === 'ok', `integrity_check of ${file} says ${String(found)}`);
    const orphans = db.pragma('foreign_key_check') as unknown[];
    promise(orphans.length === 0, `foreign keys of ${file} are broken`);
    return look(db);
  } finally {
    db.close();
  }
}
