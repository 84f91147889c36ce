/** Table `alerts`: at most one open for each (rule, subject), which the index alerts_open holds. */
import { type Db, decodeCursor, encodeCursor, inTransaction, type Scalar, statements } from './sqlite.ts';
import type { AlertRow, AlertStore, Severity } from './types.ts';

interface AlertRecord {
  id: number;
  rule: string;
  subject: string;
  host: string | null;
  job: string | null;
  customer: string | null;
  severity: string;
  state: string;
  reason: string;
  started_at_ms: number;
  updated_at_ms: number;
  resolved_at_ms: number | null;
  resolved_reason: string | null;
  acknowledged_by: string | null;
  acknowledged_at_ms: number | null;
  acknowledged_note: string | null;
}

function alertRow(record: AlertRecord): AlertRow {
  return {
    id: record.id,
    rule: record.rule,
    subject: record.subject,
    host: record.host,
    job: record.job,
    customer: record.customer,
    severity: record.severity as Severity,
    state: record.state as AlertRow['state'],
    reason: record.reason,
    startedAtMs: record.started_at_ms,
    updatedAtMs: record.updated_at_ms,
    resolvedAtMs: record.resolved_at_ms,
    resolvedReason: record.resolved_reason,
    acknowledgedBy: record.acknowledged_by,
    acknowledgedAtMs: record.acknowledged_at_ms,
    acknowledgedNote: record.acknowledged_note,
  };
}

export function alertStore(db: Db): AlertStore {
  const query = statements(db);
  const open = db.prepare<[string], AlertRecord>(
    `SELECT * FROM alerts WHERE subject = ? AND state = 'firing' ORDER BY id`,
  );
  const insert = db.prepare<
    [string, string, string | null, string | null, string | null, string, string, number, number]
  >(
    `INSERT INTO alerts (rule, subject, host, job, customer, severity, state, reason, started_at_ms, updated_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, 'firing', ?, ?, ?)`,
  );
  const update = db.prepare<[string, string, number, number]>(
    `UPDATE alerts SET reason = ?, severity = ?, updated_at_ms = ? WHERE id = ? AND state = 'firing'`,
  );
  const resolve = db.prepare<[string, number, number, number]>(
    `UPDATE alerts SET state = 'resolved', resolved_reason = ?, resolved_at_ms = ?, updated_at_ms = ?
     WHERE id = ? AND state = 'firing'`,
  );
  const acknowledge = db.prepare<[string, number, string, number, number]>(
    `UPDATE alerts SET acknowledged_by = ?, acknowledged_at_ms = ?, acknowledged_note = ?, updated_at_ms = ?
     WHERE id = ?`,
  );
  const byId = db.prepare<[number], AlertRecord>('SELECT * FROM alerts WHERE id = ?');

  const found = (id: number): AlertRow => {
    const record = byId.get(id);
    if (!record) throw new Error(`no alert has the id ${id}`);
    return alertRow(record);
  };

  function list(filter: Parameters<AlertStore['list']>[0]): ReturnType<AlertStore['list']> {
    const where: string[] = ['id < ?'];
    const values: Scalar[] = [decodeCursor(filter.cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER];
    for (const column of ['state', 'host', 'job', 'customer'] as const) {
      const value = filter[column];
      if (value === undefined) continue;
      where.push(`${column} = ?`);
      values.push(value);
    }
    const records = query(`SELECT * FROM alerts WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ?`).all(
      ...values,
      filter.limit + 1,
    ) as AlertRecord[];
    const items = records.slice(0, filter.limit).map(alertRow);
    const last = items.at(-1);
    return { items, nextCursor: records.length > filter.limit && last ? encodeCursor(last.id) : null };
  }

  return {
    open: (subject) => open.all(subject).map(alertRow),
    insert: (alert) =>
      inTransaction(db, () => {
        const added = insert.run(
          alert.rule,
          alert.subject,
          alert.host,
          alert.job,
          alert.customer,
          alert.severity,
          alert.reason,
          alert.startedAtMs,
          alert.startedAtMs,
        );
        return found(Number(added.lastInsertRowid));
      }),
    update: (id, change, nowMs) => {
      update.run(change.reason, change.severity, nowMs, id);
    },
    resolve: (id, reason, nowMs) => {
      const { changes } = resolve.run(reason, nowMs, nowMs, id);
      if (changes !== 1) throw new Error(`alert ${id} is not firing and cannot be resolved`);
    },
    acknowledge: (id, by, note, nowMs) =>
      inTransaction(db, () => {
        acknowledge.run(by, nowMs, note, nowMs, id);
        return found(id);
      }),
    byId: (id) => {
      const record = byId.get(id);
      return record ? alertRow(record) : null;
    },
    list,
    countFiring: ({ customer }) => {
      const counts: Record<Severity, number> = { critical: 0, warning: 0, info: 0 };
      const records = query(
        `SELECT severity, count(*) AS alerts FROM alerts
         WHERE state = 'firing' ${customer === undefined ? '' : 'AND customer = ?'} GROUP BY severity`,
      ).all(...(customer === undefined ? [] : [customer])) as { severity: Severity; alerts: number }[];
      for (const { severity, alerts } of records) counts[severity] = alerts;
      return counts;
    },
  };
}
