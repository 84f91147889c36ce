/** Table `pings`: who may report a job's runs by a URL alone. Only hashes are kept. */
import type { PingRow, PingStore } from './ping-types.ts';
import type { Db } from './sqlite.ts';

interface PingRecord {
  id: number;
  job_id: number;
  host: string;
  job: string;
  customer: string;
  created_at_ms: number;
  last_used_at_ms: number | null;
  revoked_at_ms: number | null;
}

const SELECT = `SELECT p.*, h.host AS host, j.job AS job, h.customer AS customer
  FROM pings p JOIN jobs j ON j.id = p.job_id JOIN hosts h ON h.id = j.host_id`;

function pingRow(record: PingRecord): PingRow {
  return {
    id: record.id,
    jobId: record.job_id,
    host: record.host,
    job: record.job,
    customer: record.customer,
    createdAtMs: record.created_at_ms,
    lastUsedAtMs: record.last_used_at_ms,
    revokedAtMs: record.revoked_at_ms,
  };
}

export function pingStore(db: Db): PingStore {
  const insert = db.prepare<[string, number, number]>(
    'INSERT INTO pings (hash, job_id, created_at_ms) VALUES (?, ?, ?)',
  );
  const live = db.prepare<[string], PingRecord>(
    `${SELECT} WHERE p.hash = ? AND p.revoked_at_ms IS NULL AND h.revoked_at_ms IS NULL
       AND j.removed_at_ms IS NULL`,
  );
  const byId = db.prepare<[number], PingRecord>(`${SELECT} WHERE p.id = ?`);
  const all = db.prepare<[], PingRecord>(`${SELECT} ORDER BY p.id`);
  const countLive = db.prepare<[number], { pings: number }>(
    'SELECT count(*) AS pings FROM pings WHERE job_id = ? AND revoked_at_ms IS NULL',
  );
  const revoke = db.prepare<[number, number]>(
    'UPDATE pings SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL',
  );
  const noteUse = db.prepare<[number, number]>('UPDATE pings SET last_used_at_ms = ? WHERE id = ?');

  const one = (record: PingRecord | undefined): PingRow | null => (record ? pingRow(record) : null);

  return {
    create: ({ hash, jobId }, nowMs) =>
      pingRow(byId.get(Number(insert.run(hash, jobId, nowMs).lastInsertRowid))!),
    live: (hash) => one(live.get(hash)),
    byId: (id) => one(byId.get(id)),
    list: () => all.all().map(pingRow),
    countLive: (jobId) => countLive.get(jobId)!.pings,
    revoke: (id, nowMs) => revoke.run(nowMs, id).changes === 1,
    noteUse: (id, nowMs) => {
      noteUse.run(nowMs, id);
    },
  };
}
