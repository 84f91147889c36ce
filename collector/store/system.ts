/** Leases, meta, the journal, and the database's own upkeep. */
import { type Db, inTransaction, translated } from './sqlite.ts';
import type { SystemStore } from './types.ts';

interface JournalRecord {
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
}

export function systemStore(db: Db): SystemStore {
  const lease = db.prepare<[string, string, number, number]>(
    `INSERT INTO leases (name, owner, until_ms) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_ms = excluded.until_ms
     WHERE leases.owner = excluded.owner OR leases.until_ms <= ?`,
  );
  const getMeta = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?');
  const setMeta = db.prepare<[string, string]>(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const journal = db.prepare<[number, string, string, string, string]>(
    'INSERT INTO journal (at_ms, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)',
  );
  const journalPage = db.prepare<[number], JournalRecord>('SELECT * FROM journal ORDER BY id DESC LIMIT ?');
  // Runs stand in the order they were received, so everything old stands at the front: no scan, no index.
  const oldRuns = db.prepare<[], { id: number; received_at_ms: number; kept: number }>(
    `SELECT r.id, r.received_at_ms, (r.id IN (j.last_success_run_id, j.last_failure_run_id,
       j.last_finished_run_id, j.last_started_run_id)) AS kept
     FROM runs r JOIN jobs j ON j.id = r.job_id ORDER BY r.id`,
  );
  const forgetDetails = db.prepare<[number]>('DELETE FROM run_details WHERE run_id = ?');
  const forgetMaker = db.prepare<[number]>('UPDATE recovery_points SET run_id = NULL WHERE run_id = ?');
  const forgetRun = db.prepare<[number]>('DELETE FROM runs WHERE id = ?');
  const expirePoints = db
    .prepare<[number, number], number>(
      `DELETE FROM recovery_points
       WHERE id IN (SELECT id FROM recovery_points WHERE missing_since_ms < ? LIMIT ?) RETURNING job_id`,
    )
    .pluck();
  const holdingsChanged = db.prepare<[number]>(
    'UPDATE jobs SET holdings_changes = holdings_changes + 1 WHERE id = ?',
  );
  const forgetNotifications = db.prepare<[number]>('DELETE FROM notifications WHERE alert_id = ?');
  const forgetAlert = db.prepare<[number]>('DELETE FROM alerts WHERE id = ?');
  // One whose last word has not been delivered stays until it is, or has failed.
  const oldAlerts = db.prepare<[number, number], { id: number }>(
    `SELECT id FROM alerts a WHERE resolved_at_ms < ? AND NOT EXISTS (
       SELECT 1 FROM notifications WHERE alert_id = a.id AND state = 'pending')
     ORDER BY resolved_at_ms LIMIT ?`,
  );
  const expireJournal = db.prepare<[number, number]>(
    'DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE at_ms < ? LIMIT ?)',
  );
  const expireGaps = db.prepare<[number, number]>(
    'DELETE FROM gaps WHERE id IN (SELECT id FROM gaps WHERE received_at_ms < ? LIMIT ?)',
  );
  const expireSessions = db.prepare<[number]>('DELETE FROM web_sessions WHERE expires_at_ms <= ?');
  const expireTokens = db.prepare<[number]>('DELETE FROM enrollment_tokens WHERE expires_at_ms <= ?');

  const judgeAllHosts = db.prepare('UPDATE hosts SET next_check_at_ms = 0');
  const judgeAllJobs = db.prepare('UPDATE jobs SET next_check_at_ms = 0');
  const checkAllHosts = db.prepare<[number]>(
    'UPDATE hosts SET next_check_at_ms = 0, last_seen_at_ms = min(last_seen_at_ms, ?)',
  );
  // What was stored in the future happened at the latest now: left there, it would answer for all until then.
  const checkAllJobs = db.prepare<{ nowMs: number }>(
    `UPDATE jobs SET next_check_at_ms = 0, holdings_changes = holdings_changes + 1,
       declared_at_ms = min(declared_at_ms, @nowMs),
       first_declared_at_ms = min(first_declared_at_ms, @nowMs),
       scheduled_since_ms = min(scheduled_since_ms, @nowMs),
       inventory_since_ms = min(inventory_since_ms, @nowMs)`,
  );
  const pullBackRuns = db.prepare<{ nowMs: number }>(
    `UPDATE runs SET started_at_ms = min(started_at_ms, @nowMs), finished_at_ms = min(finished_at_ms, @nowMs),
       received_at_ms = min(received_at_ms, @nowMs),
       due_at_ms = CASE WHEN due_at_ms <= @nowMs THEN due_at_ms END
     WHERE received_at_ms > @nowMs OR finished_at_ms > @nowMs`,
  );
  const pullBackPoints = db.prepare<{ nowMs: number }>(
    `UPDATE recovery_points SET created_at_ms = min(created_at_ms, @nowMs), seen_at_ms = min(seen_at_ms, @nowMs),
       first_seen_at_ms = min(first_seen_at_ms, @nowMs)
     WHERE seen_at_ms > @nowMs`,
  );
  const sendNow = db.prepare<[number, number]>(
    `UPDATE notifications SET next_attempt_at_ms = ? WHERE state = 'pending' AND next_attempt_at_ms > ?`,
  );

  function expireRuns(beforeMs: number, limit: number): number {
    const expired: number[] = [];
    for (const run of oldRuns.iterate()) {
      if (run.received_at_ms >= beforeMs || expired.length >= limit) break;
      if (run.kept !== 1) expired.push(run.id);
    }
    return inTransaction(db, () => {
      for (const id of expired) {
        forgetDetails.run(id);
        forgetMaker.run(id);
        forgetRun.run(id);
      }
      return expired.length;
    });
  }

  return {
    lease: (name, owner, nowMs, forMs) => lease.run(name, owner, nowMs + forMs, nowMs).changes === 1,
    getMeta: (key) => getMeta.get(key)?.value ?? null,
    setMeta: (key, value) => {
      setMeta.run(key, value);
    },
    journal: ({ actor, action, subject, detail }, nowMs) => {
      journal.run(nowMs, actor, action, subject, detail);
    },
    journalPage: (limit) =>
      journalPage.all(limit).map((record) => ({
        atMs: record.at_ms,
        actor: record.actor,
        action: record.action,
        subject: record.subject,
        detail: record.detail,
      })),
    expireRuns,
    expireAlerts: (beforeMs, limit) =>
      inTransaction(db, () => {
        const expired = oldAlerts.all(beforeMs, limit);
        for (const { id } of expired) {
          forgetNotifications.run(id);
          forgetAlert.run(id);
        }
        return expired.length;
      }),
    expireJournal: (beforeMs, limit) => expireJournal.run(beforeMs, limit).changes,
    expireGaps: (beforeMs, limit) => expireGaps.run(beforeMs, limit).changes,
    expireMissingPoints: (beforeMs, limit) =>
      inTransaction(db, () => {
        const jobIds = expirePoints.all(beforeMs, limit);
        for (const jobId of new Set(jobIds)) holdingsChanged.run(jobId);
        return jobIds.length;
      }),
    expireAccess: (nowMs) =>
      inTransaction(db, () => {
        expireSessions.run(nowMs);
        expireTokens.run(nowMs);
      }),
    judgeAnew: (nowMs) =>
      inTransaction(db, () => {
        judgeAllHosts.run();
        judgeAllJobs.run();
        sendNow.run(nowMs, nowMs);
      }),
    clockSetBack: (nowMs) =>
      inTransaction(db, () => {
        checkAllHosts.run(nowMs);
        pullBackRuns.run({ nowMs });
        pullBackPoints.run({ nowMs });
        checkAllJobs.run({ nowMs });
        sendNow.run(nowMs, nowMs);
      }),
    backup: async (file) => {
      try {
        await db.backup(file);
      } catch (error) {
        throw translated(error);
      }
    },
    checkpoint: () => {
      db.pragma('wal_checkpoint(PASSIVE)');
    },
    integrityProblems: () => {
      const found = db.pragma('integrity_check') as { integrity_check: string }[];
      const orphans = db.pragma('foreign_key_check') as { table: string; rowid: number; parent: string }[];
      return [
        ...found.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
        ...orphans.map((row) => `row ${row.rowid} of ${row.table} names a missing row of ${row.parent}`),
      ];
    },
  };
}
