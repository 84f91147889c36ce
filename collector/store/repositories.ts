/** Table `repositories`: which borg repository a host met under a name of its configuration, and where. */
import { type Db, inTransaction } from './sqlite.ts';
import type { RepositoryRow, RepositoryStore } from './types.ts';

interface RepositoryRecord {
  host: string;
  owner: string;
  name: string;
  borg_id: string;
  location: string;
  encryption: string;
  first_seen_at_ms: number;
  last_seen_at_ms: number;
  in_use: number;
}

/** A path names another folder on every host; behind ssh a location is the same place for all. */
const BEHIND_SSH = (alias: string) =>
  `${alias}.location NOT LIKE '/%' AND ${alias}.location NOT LIKE 'file:%'`;
const IN_USE = `(h.revoked_at_ms IS NULL
      AND NOT EXISTS (SELECT 1 FROM repositories n WHERE n.host_id = r.host_id AND n.name = r.name
        AND (n.last_seen_at_ms, n.id) > (r.last_seen_at_ms, r.id))
      AND EXISTS (SELECT 1 FROM jobs j WHERE j.host_id = r.host_id AND j.removed_at_ms IS NULL
        AND j.declaration ->> '$.repository' = r.name))`;
const SELECT = `SELECT h.host, r.name, r.borg_id, r.location, r.encryption, r.first_seen_at_ms, r.last_seen_at_ms,
    CASE r.held_for WHEN '' THEN h.customer ELSE r.held_for END AS owner,
    ${IN_USE} AS in_use
  FROM repositories r JOIN hosts h ON h.id = r.host_id`;

function repositoryRow(record: RepositoryRecord): RepositoryRow {
  return {
    host: record.host,
    owner: record.owner,
    name: record.name,
    borgId: record.borg_id,
    location: record.location,
    encryption: record.encryption,
    firstSeenAtMs: record.first_seen_at_ms,
    lastSeenAtMs: record.last_seen_at_ms,
    inUse: record.in_use === 1,
  };
}

export function repositoryStore(db: Db): RepositoryStore {
  const save = db.prepare<[number, string, string, string, string, string, number, number]>(
    `INSERT INTO repositories
       (host_id, name, borg_id, location, encryption, held_for, first_seen_at_ms, last_seen_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (host_id, name, borg_id, location) DO UPDATE
     SET encryption = excluded.encryption, held_for = excluded.held_for,
       last_seen_at_ms = excluded.last_seen_at_ms`,
  );
  const touch = db.prepare<[number]>(
    `UPDATE hosts SET next_check_at_ms = 0
     WHERE id = ? AND EXISTS (SELECT 1 FROM repositories r WHERE r.host_id = hosts.id)`,
  );
  const count = db.prepare<[number], { total: number }>(
    'SELECT count(*) AS total FROM repositories WHERE host_id = ?',
  );
  const known = db.prepare<[number, string, string, string]>(
    'SELECT 1 FROM repositories WHERE host_id = ? AND name = ? AND borg_id = ? AND location = ?',
  );
  const expire = db.prepare<[number, number]>(
    `DELETE FROM repositories WHERE id IN (
       SELECT r.id FROM repositories r JOIN hosts h ON h.id = r.host_id
       WHERE r.last_seen_at_ms < ? AND NOT ${IN_USE} LIMIT ?)`,
  );
  const list = db.prepare<{ host: string | null; customer: string | null }, RepositoryRecord>(
    `${SELECT} WHERE (@host IS NULL OR h.host = @host) AND (@customer IS NULL OR h.customer = @customer)
     ORDER BY in_use DESC, h.host, r.name, r.last_seen_at_ms DESC`,
  );
  const concerning = db.prepare<[number, number], { borg_id: string }>(
    `SELECT r.borg_id FROM repositories r WHERE r.host_id = ?
     UNION
     SELECT o.borg_id FROM repositories r JOIN repositories o ON o.location = r.location
     WHERE r.host_id = ? AND ${BEHIND_SSH('r')}`,
  );
  const around = db.prepare<[string, string], RepositoryRecord>(
    `${SELECT} WHERE r.borg_id = ? OR r.location IN (
       SELECT s.location FROM repositories s WHERE s.borg_id = ? AND ${BEHIND_SSH('s')})
     ORDER BY r.first_seen_at_ms, r.id`,
  );

  return {
    saveSeen: (hostId, seen, nowMs) =>
      inTransaction(db, () => {
        const { repository, borgId, location, encryption, heldFor } = seen;
        save.run(hostId, repository, borgId, location, encryption, heldFor, nowMs, nowMs);
        touch.run(hostId);
      }),
    touch: (hostId) => {
      touch.run(hostId);
    },
    countOfHost: (hostId) => count.get(hostId)!.total,
    isKnown: (hostId, { repository, borgId, location }) =>
      known.get(hostId, repository, borgId, location) !== undefined,
    expire: (beforeMs, limit) => expire.run(beforeMs, limit).changes,
    list: ({ host, customer }) =>
      list.all({ host: host ?? null, customer: customer ?? null }).map(repositoryRow),
    concerning: (hostId) => concerning.all(hostId, hostId).map((record) => record.borg_id),
    around: (borgId) => around.all(borgId, borgId).map(repositoryRow),
  };
}
