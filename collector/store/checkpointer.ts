/**
 * Copies the write-ahead log into the database ahead of time, in a thread and on a connection of its own.
 * The commit that fills the log still folds it back (`wal_autocheckpoint`), but finds little left to copy:
 * without this, once a second under load, everybody's ack waits 40 to 100 ms for it. PASSIVE waits for
 * nobody and makes nobody wait (https://www.sqlite.org/c3ref/wal_checkpoint_v2.html); when the thread fails,
 * commits do all of it again.
 */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** Twice this long is what a commit may find left: some thousand pages, a few milliseconds. */
const EVERY_MS = 100;

/** Plain JavaScript: a thread starts from a file or a text, and this file is bundled into another. */
const THREAD = `
  const { workerData } = require('node:worker_threads');
  const Database = require(workerData.library);
  const db = new Database(workerData.file, { fileMustExist: true });
  setInterval(() => {
    try {
      db.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // A full or broken disk is noticed, and told, by whoever writes.
    }
  }, workerData.everyMs);
`;

/** Returns what ends it. `onFailed` is called when the thread is gone for another reason. */
export function startCheckpointer(file: string, onFailed: (error: Error) => void): () => Promise<void> {
  const library = createRequire(import.meta.url).resolve('better-sqlite3');
  const thread = new Worker(THREAD, { eval: true, workerData: { file, library, everyMs: EVERY_MS } });
  thread.on('error', onFailed);
  thread.unref();
  return async () => {
    await thread.terminate();
  };
}
