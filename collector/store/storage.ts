/** Table `storage_samples`: bounded by itself, one row an hour and file system for so many days. */
import { type Db, inTransaction } from './sqlite.ts';
import type { FileSystemHistory, StorageSample, StorageStore } from './storage-types.ts';

const HOUR_MS = 3_600_000;
/** Twice what a trend looks at. */
const HOURS_KEPT = 14 * 24;

interface SampleRecord {
  path: string;
  at_ms: number;
  total_bytes: number;
  free_bytes: number;
}

function sampleOf(record: SampleRecord): StorageSample {
  const { path, at_ms: atMs, total_bytes: totalBytes, free_bytes: freeBytes } = record;
  return { path, atMs, totalBytes, freeBytes };
}

export function storageStore(db: Db): StorageStore {
  const save = db.prepare<[number, string, number, number, number, number]>(
    `INSERT INTO storage_samples (host_id, path, hour, at_ms, total_bytes, free_bytes) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (host_id, path, hour) DO UPDATE SET at_ms = excluded.at_ms,
       total_bytes = excluded.total_bytes, free_bytes = excluded.free_bytes WHERE at_ms <= excluded.at_ms`,
  );
  const newestAt = db.prepare<[number], { at: number | null }>(
    'SELECT max(at_ms) AS at FROM storage_samples WHERE host_id = ?',
  );
  const forgetOthers = db.prepare<[number, string]>(
    'DELETE FROM storage_samples WHERE host_id = ? AND path NOT IN (SELECT value FROM json_each(?))',
  );
  const forgetOld = db.prepare<[number, number]>(
    'DELETE FROM storage_samples WHERE host_id = ? AND hour < ?',
  );
  const touch = db.prepare<[number]>('UPDATE hosts SET next_check_at_ms = 0 WHERE id = ?');
  const ofHost = db.prepare<[number], SampleRecord>(
    'SELECT path, at_ms, total_bytes, free_bytes FROM storage_samples WHERE host_id = ? ORDER BY path, hour',
  );
  const newest = db.prepare<[], SampleRecord & { host: string; customer: string }>(
    `SELECT h.host, h.customer, s.path, s.at_ms, s.total_bytes, s.free_bytes
     FROM storage_samples s JOIN hosts h ON h.id = s.host_id
     WHERE s.hour = (SELECT max(hour) FROM storage_samples WHERE host_id = s.host_id AND path = s.path)
     ORDER BY h.host, s.path`,
  );

  return {
    save: (hostId, fileSystems, atMs) =>
      inTransaction(db, () => {
        const hour = Math.floor(atMs / HOUR_MS);
        // An old look that is handed in again says nothing about what there is now.
        if (atMs >= (newestAt.get(hostId)!.at ?? 0)) {
          forgetOthers.run(hostId, JSON.stringify(fileSystems.map(({ path }) => path)));
          forgetOld.run(hostId, hour - HOURS_KEPT);
        }
        for (const { path, totalBytes, freeBytes } of fileSystems)
          save.run(hostId, path, hour, atMs, totalBytes, freeBytes);
        touch.run(hostId);
      }),
    histories: (hostId) => {
      const histories: FileSystemHistory[] = [];
      for (const record of ofHost.iterate(hostId)) {
        let history = histories.at(-1);
        if (history?.path !== record.path) {
          history = { path: record.path, samples: [] };
          histories.push(history);
        }
        history.samples.push(sampleOf(record));
      }
      return histories;
    },
    newest: ({ customer }) =>
      newest
        .all()
        .filter((record) => customer === undefined || record.customer === customer)
        .map((record) => ({ ...sampleOf(record), host: record.host, customer: record.customer })),
  };
}
