/**
 * A database whose file was removed, moved or replaced goes on working in SQLite, into a file that nobody finds
 * again: everything would be green until the next start, and then gone. So it is looked at before each write.
 */
import { statSync } from 'node:fs';
import { StoreUnavailable } from './errors.ts';

const GONE = 'SQLITE_READONLY_DBMOVED';

/**
 * Remembers which file stands at `file` now.
 * @returns a check that throws StoreUnavailable while another one, or none, stands there
 */
export function sameFile(file: string): () => void {
  const opened = statSync(file, { bigint: true });
  return () => {
    const now = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (now?.ino === opened.ino && now.dev === opened.dev) return;
    const what = now ? 'was replaced by another file' : 'is gone';
    throw new StoreUnavailable(
      GONE,
      new Error(
        `${file} ${what} while it was in use; put it back or restore a backup, then restart the collector`,
      ),
    );
  };
}
