/** Table `hosts`: who may speak, when it was last heard, what was judged about it. */
import { UserError } from '../../proto/errors.ts';
import type { HostFacts } from '../../proto/messages.ts';
import type { State, Verdict } from '../verdict.ts';
import { STATES, stateRank } from '../verdict.ts';
import {
  containing,
  type Db,
  decodeCursor,
  encodeCursor,
  inTransaction,
  NEVER_MS,
  type Scalar,
  statements,
} from './sqlite.ts';
import type { HostFilter, HostRow, HostStore, Page } from './types.ts';

/** A clock that moved by this much is judged again. */
const CLOCK_STEP_MS = 1_000;

interface HostRecord {
  id: number;
  host: string;
  customer: string;
  enrolled_at_ms: number;
  has_agent: number;
  revoked_at_ms: number | null;
  revoked_reason: string | null;
  agent_version: string;
  connected: number;
  last_seen_at_ms: number | null;
  clock_offset_ms: number;
  spool_records: number;
  spool_bytes: number;
  spool_error: string;
  certificate_expires_at_ms: number | null;
  facts: string | null;
  verdicts: string;
  state: string;
  next_check_at_ms: number;
}

function hostRow(record: HostRecord): HostRow {
  return {
    id: record.id,
    host: record.host,
    customer: record.customer,
    enrolledAtMs: record.enrolled_at_ms,
    hasAgent: record.has_agent === 1,
    revokedAtMs: record.revoked_at_ms,
    revokedReason: record.revoked_reason,
    agentVersion: record.agent_version,
    connected: record.connected === 1,
    lastSeenAtMs: record.last_seen_at_ms,
    clockOffsetMs: record.clock_offset_ms,
    spoolRecords: record.spool_records,
    spoolBytes: record.spool_bytes,
    spoolError: record.spool_error,
    certificateExpiresAtMs: record.certificate_expires_at_ms,
    facts: record.facts === null ? null : (JSON.parse(record.facts) as HostFacts),
    verdicts: JSON.parse(record.verdicts) as Record<string, Verdict>,
    state: record.state as State,
    nextCheckAtMs: record.next_check_at_ms,
  };
}

/** As verdict.ts ranks states; what this version does not know counts as unknown. */
const RANK = `CASE h.state ${STATES.map((state) => `WHEN '${state}' THEN ${stateRank(state)}`).join(' ')} ELSE ${stateRank('unknown')} END`;

export function hostStore(db: Db): HostStore {
  const query = statements(db);
  const insert = db.prepare<[string, string, number, number]>(
    'INSERT INTO hosts (host, customer, enrolled_at_ms, has_agent) VALUES (?, ?, ?, ?)',
  );
  const enrollAgain = db.prepare<[number, number, number]>(
    `UPDATE hosts SET enrolled_at_ms = ?, has_agent = max(has_agent, ?), revoked_at_ms = NULL,
       revoked_reason = NULL, next_check_at_ms = 0 WHERE id = ?`,
  );
  const byName = db.prepare<[string], HostRecord>('SELECT * FROM hosts WHERE host = ?');
  const byId = db.prepare<[number], HostRecord>('SELECT * FROM hosts WHERE id = ?');
  const byCustomer = db.prepare<[], { customer: string; hosts: number }>(
    'SELECT customer, count(*) AS hosts FROM hosts GROUP BY customer ORDER BY customer',
  );
  const revoke = db.prepare<[number, string, number]>(
    `UPDATE hosts SET revoked_at_ms = ?, revoked_reason = ?, connected = 0
     WHERE id = ? AND revoked_at_ms IS NULL`,
  );
  const saveFacts = db.prepare<[string, number]>('UPDATE hosts SET facts = ? WHERE id = ?');
  const liveness = db.prepare<
    [number],
    Pick<HostRecord, 'connected' | 'spool_error' | 'clock_offset_ms' | 'certificate_expires_at_ms'>
  >(`SELECT connected, spool_error, clock_offset_ms, certificate_expires_at_ms FROM hosts WHERE id = ?`);
  const saveLiveness = db.prepare<
    [number, number, number, number, number, string, number | null, string, number]
  >(
    `UPDATE hosts SET connected = ?, last_seen_at_ms = ?, clock_offset_ms = ?, spool_records = ?,
       spool_bytes = ?, spool_error = ?, certificate_expires_at_ms = coalesce(?, certificate_expires_at_ms),
       agent_version = ? WHERE id = ?`,
  );
  const disconnectAll = db.prepare(
    'UPDATE hosts SET connected = 0, next_check_at_ms = 0 WHERE connected = 1',
  );
  const fleetLine = db.prepare<
    [],
    { hosts: number; connected: number; first_lost_at_ms: number | null; last_lost_at_ms: number | null }
  >(
    `SELECT count(*) AS hosts, coalesce(sum(connected), 0) AS connected,
       min(last_seen_at_ms) AS first_lost_at_ms, max(last_seen_at_ms) AS last_lost_at_ms
     FROM hosts h WHERE revoked_at_ms IS NULL AND last_seen_at_ms IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM alerts a
       WHERE a.subject = 'host:' || h.host AND a.rule = 'agent_silent' AND a.state = 'firing')`,
  );
  const clockOffsets = db
    .prepare<[], number>(
      `SELECT clock_offset_ms FROM hosts WHERE connected = 1 AND revoked_at_ms IS NULL ORDER BY clock_offset_ms`,
    )
    .pluck();
  const due = db.prepare<[number, number], HostRecord>(
    'SELECT * FROM hosts WHERE next_check_at_ms <= ? ORDER BY next_check_at_ms LIMIT ?',
  );
  const saveVerdicts = db.prepare<[string, string, number, number]>(
    'UPDATE hosts SET verdicts = ?, state = ?, next_check_at_ms = ? WHERE id = ?',
  );
  const touch = db.prepare<[number]>('UPDATE hosts SET next_check_at_ms = 0 WHERE id = ?');
  const touchJobs = db.prepare<[number]>('UPDATE jobs SET next_check_at_ms = 0 WHERE host_id = ?');
  const earliest = db.prepare<[], { at: number | null }>('SELECT min(next_check_at_ms) AS at FROM hosts');

  const found = (id: number): HostRow => {
    const record = byId.get(id);
    if (!record) throw new Error(`no host has the id ${id}`);
    return hostRow(record);
  };
  const touchWithJobs = (hostId: number): void => {
    touch.run(hostId);
    touchJobs.run(hostId);
  };

  function list({ customer, search, limit, cursor }: HostFilter): Page<HostRow> {
    const where: string[] = [];
    const values: Scalar[] = [];
    const add = (sql: string, ...more: Scalar[]) => {
      where.push(sql);
      values.push(...more);
    };
    if (customer !== undefined) add('h.customer = ?', customer);
    if (search) add(`h.host LIKE ? ESCAPE '\\'`, containing(search));
    const after = decodeCursor(cursor, 2);
    if (after) {
      const [rank, id] = after as [number, number];
      const behind = `${RANK} = ? AND h.host > (SELECT host FROM hosts WHERE id = ?)`;
      add(`(${RANK} < ? OR (${behind}))`, rank, rank, id);
    }
    const condition = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
    // Ids first: facts and verdicts make wide rows, and only those of the page are read.
    const records = query(
      `SELECT h.* FROM (SELECT h.id FROM hosts h ${condition} ORDER BY ${RANK} DESC, h.host LIMIT ?) page
       CROSS JOIN hosts h ON h.id = page.id ORDER BY ${RANK} DESC, h.host`,
    ).all(...values, limit + 1) as HostRecord[];
    const items = records.slice(0, limit).map(hostRow);
    const last = items.at(-1);
    const more = records.length > limit && last !== undefined;
    return { items, nextCursor: more ? encodeCursor(stateRank(last.state), last.id) : null };
  }

  return {
    enroll: (host, customer, nowMs, { hasAgent = true } = {}) =>
      inTransaction(db, () => {
        const known = byName.get(host);
        const agent = hasAgent ? 1 : 0;
        if (!known) return found(Number(insert.run(host, customer, nowMs, agent).lastInsertRowid));
        if (known.customer !== customer) {
          throw new UserError(`host ${host} belongs to customer ${known.customer}, not to ${customer}`, {
            next: 'choose another host name; a host keeps its customer for good',
          });
        }
        enrollAgain.run(nowMs, agent, known.id);
        touchJobs.run(known.id);
        return found(known.id);
      }),
    byName: (host) => {
      const record = byName.get(host);
      return record ? hostRow(record) : null;
    },
    byId: (id) => {
      const record = byId.get(id);
      return record ? hostRow(record) : null;
    },
    list,
    summary: ({ customer }) => {
      const groups = byCustomer
        .all()
        .filter((group) => customer === undefined || group.customer === customer);
      return {
        hosts: groups.reduce((sum, group) => sum + group.hosts, 0),
        customers: groups.map((group) => group.customer),
      };
    },
    revoke: (hostId, reason, nowMs) =>
      inTransaction(db, () => {
        revoke.run(nowMs, reason, hostId);
        touchWithJobs(hostId);
      }),
    saveFacts: (hostId, facts) => {
      saveFacts.run(JSON.stringify(facts), hostId);
    },
    saveLiveness: (batch) =>
      inTransaction(db, () => {
        for (const one of batch) {
          const before = liveness.get(one.hostId);
          if (!before) continue;
          saveLiveness.run(
            one.connected ? 1 : 0,
            one.lastSeenAtMs,
            Math.round(one.clockOffsetMs),
            one.spoolRecords,
            one.spoolBytes,
            one.spoolError,
            one.certificateExpiresAtMs,
            one.agentVersion,
            one.hostId,
          );
          // Absences are judged by presence: whoever comes or goes is judged again, with every job.
          if ((before.connected === 1) !== one.connected) touchWithJobs(one.hostId);
          else if (
            before.spool_error !== one.spoolError ||
            before.certificate_expires_at_ms !== one.certificateExpiresAtMs ||
            Math.abs(before.clock_offset_ms - one.clockOffsetMs) >= CLOCK_STEP_MS
          ) {
            touch.run(one.hostId);
          }
        }
      }),
    markAllDisconnected: () => disconnectAll.run().changes,
    fleetLine: () => {
      const line = fleetLine.get()!;
      return {
        hosts: line.hosts,
        connected: line.connected,
        firstLostAtMs: line.first_lost_at_ms,
        lastLostAtMs: line.last_lost_at_ms,
      };
    },
    clockOffsets: () => clockOffsets.all(),
    due: (nowMs, limit) => due.all(nowMs, limit).map(hostRow),
    saveVerdicts: (hostId, verdicts, state, nextCheckAtMs) => {
      saveVerdicts.run(JSON.stringify(verdicts), state, Math.min(nextCheckAtMs, NEVER_MS), hostId);
    },
    touch: (hostId) => inTransaction(db, () => touchWithJobs(hostId)),
    earliestCheckAtMs: () => {
      const at = earliest.get()?.at ?? null;
      return at === null || at >= NEVER_MS ? null : at;
    },
  };
}
