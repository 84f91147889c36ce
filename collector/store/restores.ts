/** Table `restores`: who got what back, why, and who agreed. */
import {
  digestOf,
  type RestoreApproval,
  type RestoreOrder,
  type RestoreOutcome,
} from '../../proto/restore.ts';
import type { RestoreRow, RestoreStore } from './restore-types.ts';
import { type Db, decodeCursor, encodeCursor, inTransaction, type Scalar, statements } from './sqlite.ts';

interface RestoreRecord {
  id: number;
  host_id: number;
  host: string;
  customer: string;
  restore_order: string;
  requested_at_ms: number | null;
  decided_at_ms: number | null;
  decided_by: string | null;
  decided_note: string | null;
  approved: number | null;
  started_at_ms: number | null;
  approval: string | null;
  approved_by: string;
  finished_at_ms: number | null;
  duration_ms: number | null;
  outcome: string | null;
  result: string;
  restored_bytes: number;
  received_at_ms: number;
}

/** Requests that wait at once; a page shows no more. */
const WAITING_MAX = 100;

const SELECT = `SELECT r.*, h.host AS host, h.customer AS customer
  FROM restores r JOIN hosts h ON h.id = r.host_id`;

function restoreRow(record: RestoreRecord): RestoreRow {
  return {
    id: record.id,
    hostId: record.host_id,
    host: record.host,
    customer: record.customer,
    order: JSON.parse(record.restore_order) as RestoreOrder,
    requestedAtMs: record.requested_at_ms,
    decision:
      record.decided_at_ms === null
        ? null
        : {
            approved: record.approved === 1,
            by: record.decided_by ?? '',
            note: record.decided_note ?? '',
            atMs: record.decided_at_ms,
          },
    startedAtMs: record.started_at_ms,
    approval: record.approval as RestoreApproval | null,
    approvedBy: record.approved_by,
    finishedAtMs: record.finished_at_ms,
    durationMs: record.duration_ms,
    outcome: record.outcome as RestoreOutcome | null,
    result: record.result,
    restoredBytes: record.restored_bytes,
    receivedAtMs: record.received_at_ms,
  };
}

export function restoreStore(db: Db): RestoreStore {
  const query = statements(db);
  const know = db.prepare<[number, string, string, string, number]>(
    `INSERT INTO restores (host_id, restore_uid, job, restore_order, received_at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (host_id, restore_uid) DO NOTHING`,
  );
  const byUid = db.prepare<[number, string], RestoreRecord>(
    `${SELECT} WHERE r.host_id = ? AND r.restore_uid = ?`,
  );
  const byId = db.prepare<[number], RestoreRecord>(`${SELECT} WHERE r.id = ?`);
  const request = db.prepare<[number, number]>(
    'UPDATE restores SET requested_at_ms = ? WHERE id = ? AND requested_at_ms IS NULL',
  );
  const start = db.prepare<[number, string, string, number]>(
    `UPDATE restores SET started_at_ms = ?, approval = ?, approved_by = ?
     WHERE id = ? AND started_at_ms IS NULL`,
  );
  const finish = db.prepare<[number, number, string, string, number, number]>(
    `UPDATE restores SET finished_at_ms = ?, duration_ms = ?, outcome = ?, result = ?, restored_bytes = ?
     WHERE id = ? AND finished_at_ms IS NULL`,
  );
  const decide = db.prepare<[number, string, string, number, number, number]>(
    `UPDATE restores SET decided_at_ms = ?, decided_by = ?, decided_note = ?, approved = ?
     WHERE id = ? AND requested_at_ms >= ? AND decided_at_ms IS NULL AND started_at_ms IS NULL
       AND finished_at_ms IS NULL`,
  );
  const decided = db.prepare<{ host: string | null; sinceMs: number; limit: number }, RestoreRecord>(
    `${SELECT} WHERE r.decided_at_ms >= @sinceMs AND r.started_at_ms IS NULL AND r.finished_at_ms IS NULL
       AND (@host IS NULL OR h.host = @host) ORDER BY r.id LIMIT @limit`,
  );
  const expire = db.prepare<[number, number]>(
    `DELETE FROM restores WHERE id IN (
       SELECT id FROM restores WHERE received_at_ms < ? ORDER BY id LIMIT ?)`,
  );

  /** The row of a restore, made when this is the first that is heard of it. */
  function rowOf(hostId: number, order: RestoreOrder, nowMs: number): RestoreRow {
    know.run(hostId, order.restoreId, order.job, JSON.stringify(order), nowMs);
    return restoreRow(byUid.get(hostId, order.restoreId)!);
  }

  /** What a host says of its approval, as far as this collector gave it, and for just this order. */
  function provenApproval(row: RestoreRow, order: RestoreOrder, said: RestoreApproval): RestoreApproval {
    if (said !== 'second-person') return said;
    const given = row.decision?.approved === true && digestOf(row.order) === digestOf(order);
    return given ? 'second-person' : 'bypassed';
  }

  function begin(
    hostId: number,
    value: { order: RestoreOrder; startedAtMs: number; approval: RestoreApproval; approvedBy: string },
    nowMs: number,
  ): { id: number; news: boolean } {
    const row = rowOf(hostId, value.order, nowMs);
    const approval = provenApproval(row, value.order, value.approval);
    const { changes } = start.run(value.startedAtMs, approval, value.approvedBy, row.id);
    return { id: row.id, news: changes === 1 };
  }

  return {
    request: (hostId, { order, requestedAtMs }, nowMs) =>
      inTransaction(db, () => {
        const { id } = rowOf(hostId, order, nowMs);
        return request.run(requestedAtMs, id).changes === 1;
      }),
    start: (hostId, value, nowMs) => inTransaction(db, () => begin(hostId, value, nowMs).news),
    finish: (hostId, value, nowMs) =>
      inTransaction(db, () => {
        const { order, startedAtMs, finishedAtMs, durationMs, outcome, result, restoredBytes } = value;
        const { id } =
          startedAtMs === null
            ? rowOf(hostId, order, nowMs)
            : begin(hostId, { ...value, startedAtMs }, nowMs);
        return finish.run(finishedAtMs, durationMs, outcome, result, restoredBytes, id).changes === 1;
      }),
    decide: (id, { approved, by, note }, sinceMs, nowMs) =>
      inTransaction(db, () => {
        const { changes } = decide.run(nowMs, by, note, approved ? 1 : 0, id, sinceMs);
        return changes === 1 ? restoreRow(byId.get(id)!) : null;
      }),
    byId: (id) => {
      const record = byId.get(id);
      return record ? restoreRow(record) : null;
    },
    list: (filter) => {
      const where: string[] = ['r.id < ?'];
      const values: Scalar[] = [decodeCursor(filter.cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER];
      for (const [column, value] of [
        ['h.host', filter.host],
        ['r.job', filter.job],
        ['h.customer', filter.customer],
      ] as const) {
        if (value === undefined) continue;
        where.push(`${column} = ?`);
        values.push(value);
      }
      const records = query(`${SELECT} WHERE ${where.join(' AND ')} ORDER BY r.id DESC LIMIT ?`).all(
        ...values,
        filter.limit + 1,
      ) as RestoreRecord[];
      const items = records.slice(0, filter.limit).map(restoreRow);
      const last = items.at(-1);
      return { items, nextCursor: records.length > filter.limit && last ? encodeCursor(last.id) : null };
    },
    waiting: ({ customer }, sinceMs) => {
      const only = customer === undefined ? '' : 'AND h.customer = ?';
      const records = query(
        `${SELECT} WHERE r.requested_at_ms >= ? AND r.decided_at_ms IS NULL AND r.started_at_ms IS NULL
           AND r.finished_at_ms IS NULL ${only} ORDER BY r.requested_at_ms LIMIT ?`,
      ).all(sinceMs, ...(customer === undefined ? [] : [customer]), WAITING_MAX) as RestoreRecord[];
      return records.map(restoreRow);
    },
    decided: (host, sinceMs) => decided.all({ host, sinceMs, limit: WAITING_MAX }).map(restoreRow),
    expire: (beforeMs, limit) => expire.run(beforeMs, limit).changes,
  };
}
