/** Tables `spools` and `gaps`: how far each agent's spool is stored, and what an agent had to give up. */
import { type Db, inTransaction } from './sqlite.ts';
import type { SpoolStore } from './types.ts';

interface GapRecord {
  epoch: number;
  from_seq: number;
  to_seq: number;
  reason: string;
  oldest_at_ms: number;
  newest_at_ms: number;
  received_at_ms: number;
}

export function spoolStore(db: Db): SpoolStore {
  const watermark = db.prepare<[number, number], { committed_seq: number; committed_chain: Buffer }>(
    'SELECT committed_seq, committed_chain FROM spools WHERE host_id = ? AND epoch = ?',
  );
  const setWatermark = db.prepare<[number, number, number, Uint8Array]>(
    `INSERT INTO spools (host_id, epoch, committed_seq, committed_chain) VALUES (?, ?, ?, ?)
     ON CONFLICT (host_id, epoch) DO UPDATE
     SET committed_seq = excluded.committed_seq, committed_chain = excluded.committed_chain`,
  );
  const saveGap = db.prepare<[number, number, number, number, string, number, number, number]>(
    `INSERT INTO gaps (host_id, epoch, from_seq, to_seq, reason, oldest_at_ms, newest_at_ms, received_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const gaps = db.prepare<[number, number], GapRecord>(
    'SELECT * FROM gaps WHERE host_id = ? ORDER BY id DESC LIMIT ?',
  );
  const touchHost = db.prepare<[number]>('UPDATE hosts SET next_check_at_ms = 0 WHERE id = ?');

  const other = db.prepare<[number, number], { one: 1 }>(
    'SELECT 1 AS one FROM spools WHERE host_id = ? AND epoch <> ? LIMIT 1',
  );

  const setAside = db.prepare<[number, number, number, string, string, number]>(
    `INSERT INTO records_aside (host_id, epoch, seq, body, reason, received_at_ms) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const countAside = db.prepare<[number], { records: number }>(
    'SELECT count(*) AS records FROM records_aside WHERE host_id = ?',
  );
  const expireAside = db.prepare<[number, number]>(
    'DELETE FROM records_aside WHERE id IN (SELECT id FROM records_aside WHERE received_at_ms < ? LIMIT ?)',
  );

  return {
    setAside: (hostId, epoch, { seq, body, reason }, nowMs) => {
      setAside.run(hostId, epoch, seq, JSON.stringify(body), reason, nowMs);
    },
    countAside: (hostId) => countAside.get(hostId)!.records,
    expireAside: (beforeMs, limit) => expireAside.run(beforeMs, limit).changes,
    hasOther: (hostId, epoch) => other.get(hostId, epoch) !== undefined,
    watermark: (hostId, epoch) => {
      const record = watermark.get(hostId, epoch);
      return record
        ? { committedSeq: record.committed_seq, committedChain: new Uint8Array(record.committed_chain) }
        : null;
    },
    setWatermark: (hostId, epoch, committedSeq, committedChain) => {
      setWatermark.run(hostId, epoch, committedSeq, committedChain);
    },
    saveGap: (hostId, epoch, gap, nowMs) =>
      inTransaction(db, () => {
        saveGap.run(hostId, epoch, gap.fromSeq, gap.toSeq, gap.reason, gap.oldestAtMs, gap.newestAtMs, nowMs);
        touchHost.run(hostId);
      }),
    gaps: (hostId, limit) =>
      gaps.all(hostId, limit).map((record) => ({
        epoch: record.epoch,
        fromSeq: record.from_seq,
        toSeq: record.to_seq,
        reason: record.reason,
        oldestAtMs: record.oldest_at_ms,
        newestAtMs: record.newest_at_ms,
        receivedAtMs: record.received_at_ms,
      })),
  };
}
