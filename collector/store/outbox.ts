/** Table `notifications`: the outbox. Written with the alert's change, emptied by deliver.ts. */
import { type Db, type Scalar, statements } from './sqlite.ts';
import type { NotificationEvent, NotificationRow, OutboxStore } from './types.ts';

interface NotificationRecord {
  id: number;
  alert_id: number;
  receiver: string;
  event: string;
  payload: string;
  state: string;
  attempts: number;
  created_at_ms: number;
  next_attempt_at_ms: number;
  finished_at_ms: number | null;
  last_error: string;
}

function notificationRow(record: NotificationRecord): NotificationRow {
  return {
    id: record.id,
    alertId: record.alert_id,
    receiver: record.receiver,
    event: record.event as NotificationEvent,
    payload: record.payload,
    state: record.state as NotificationRow['state'],
    attempts: record.attempts,
    createdAtMs: record.created_at_ms,
    nextAttemptAtMs: record.next_attempt_at_ms,
    finishedAtMs: record.finished_at_ms,
    lastError: record.last_error,
  };
}

/** Nothing older is pending for the same receiver and alert: a resolve never overtakes its trigger. */
const OLDEST_PENDING = `n.state = 'pending' AND NOT EXISTS (
  SELECT 1 FROM notifications older WHERE older.alert_id = n.alert_id AND older.receiver = n.receiver
    AND older.state = 'pending' AND older.id < n.id)`;

export function outboxStore(db: Db): OutboxStore {
  const query = statements(db);
  const add = db.prepare<[number, string, string, string, number, number]>(
    `INSERT INTO notifications (alert_id, receiver, event, payload, created_at_ms, next_attempt_at_ms)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const delivered = db.prepare<[number, number]>(
    `UPDATE notifications SET state = 'delivered', attempts = attempts + 1, finished_at_ms = ?, last_error = ''
     WHERE id = ?`,
  );
  const retry = db.prepare<[string, number, number]>(
    `UPDATE notifications SET attempts = attempts + 1, last_error = ?, next_attempt_at_ms = ? WHERE id = ?`,
  );
  const failed = db.prepare<[string, number, number]>(
    `UPDATE notifications SET state = 'failed', attempts = attempts + 1, last_error = ?, finished_at_ms = ?
     WHERE id = ?`,
  );
  const allDue = db.prepare<{ nowMs: number; receiver: string | null }>(
    `UPDATE notifications SET next_attempt_at_ms = @nowMs
     WHERE state = 'pending' AND next_attempt_at_ms > @nowMs AND coalesce(@receiver, receiver) = receiver`,
  );
  const untaken = db.prepare<[string]>(
    `SELECT 1 FROM notifications WHERE state = 'pending' AND receiver = ? AND last_error <> '' LIMIT 1`,
  );
  const ofAlert = db.prepare<[number], NotificationRecord>(
    'SELECT * FROM notifications WHERE alert_id = ? ORDER BY id',
  );
  const earliest = db.prepare<[], { at: number | null }>(
    `SELECT n.next_attempt_at_ms AS at FROM notifications n WHERE ${OLDEST_PENDING}
     ORDER BY n.next_attempt_at_ms LIMIT 1`,
  );
  const pending = db.prepare<[], { receiver: string; pending: number; oldest: number }>(
    `SELECT receiver, count(*) AS pending, min(created_at_ms) AS oldest FROM notifications
     WHERE state = 'pending' GROUP BY receiver ORDER BY receiver`,
  );

  return {
    add: (notification, nowMs) => {
      const { alertId, receiver, event, payload } = notification;
      add.run(alertId, receiver, event, payload, nowMs, nowMs);
    },
    due: (nowMs, limit, receiver) => {
      const values: Scalar[] = receiver === undefined ? [nowMs] : [nowMs, receiver];
      const records = query(
        `SELECT n.* FROM notifications n WHERE n.next_attempt_at_ms <= ? AND ${OLDEST_PENDING}
         ${receiver === undefined ? '' : 'AND n.receiver = ?'} ORDER BY n.next_attempt_at_ms, n.id LIMIT ?`,
      ).all(...values, limit) as NotificationRecord[];
      return records.map(notificationRow);
    },
    delivered: (id, nowMs) => {
      delivered.run(nowMs, id);
    },
    retry: (id, error, nextAttemptAtMs) => {
      retry.run(error, nextAttemptAtMs, id);
    },
    failed: (id, error, nowMs) => {
      failed.run(error, nowMs, id);
    },
    allDue: (nowMs, receiver) => {
      allDue.run({ nowMs, receiver: receiver ?? null });
    },
    isAnyUntaken: (receiver) => untaken.get(receiver) !== undefined,
    ofAlert: (alertId) => ofAlert.all(alertId).map(notificationRow),
    earliestAttemptAtMs: () => earliest.get()?.at ?? null,
    pendingByReceiver: () =>
      pending.all().map((record) => ({
        receiver: record.receiver,
        pending: record.pending,
        oldestAtMs: record.oldest,
      })),
  };
}
