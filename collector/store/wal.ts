/** Tables `wal_samples` and `wal_exposure`: the newest sample of each watched log, and how exposed it was. */
import type { WalSample } from '../../proto/wal.ts';
import { type Db, inTransaction } from './sqlite.ts';
import type { WalServer, WalState, WalStore } from './wal-types.ts';

/** A week is 2,016 rows. */
const EXPOSURE_STEP_MS = 300_000;
/**
 * A sample tells an age, and is some time on its way: of one and the same change the instant comes out a little
 * differently each time. A promise must not be broken, kept and broken again by that little.
 */
export const INSTANT_JITTER_MS = 5_000;

/** Watched logs of the same cluster and customer, that of the job itself among them. */
const SAME_CLUSTER = `FROM wal_samples own
     JOIN wal_samples w ON w.system_identifier = own.system_identifier
     JOIN jobs j ON j.id = w.job_id JOIN hosts h ON h.id = j.host_id
     WHERE own.job_id = ? AND own.system_identifier <> ''
       AND h.customer = (SELECT customer FROM hosts WHERE id = (SELECT host_id FROM jobs WHERE id = own.job_id))`;

interface SampleRecord {
  sample: string;
  role_since_ms: number;
  received_at_ms: number;
  exposed_since_ms: number | null;
  database_lost_at_ms: number | null;
  repository_lost_at_ms: number | null;
}

export function walStore(db: Db): WalStore {
  const get = db.prepare<[number], SampleRecord>('SELECT * FROM wal_samples WHERE job_id = ?');
  const put = db.prepare<
    [number, string, string, string, number, number, number | null, number | null, number | null]
  >(
    `INSERT INTO wal_samples (job_id, sample, system_identifier, role, role_since_ms, received_at_ms,
       exposed_since_ms, database_lost_at_ms, repository_lost_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (job_id) DO UPDATE SET sample = excluded.sample, system_identifier = excluded.system_identifier,
       role = excluded.role, role_since_ms = excluded.role_since_ms, received_at_ms = excluded.received_at_ms,
       exposed_since_ms = excluded.exposed_since_ms,
       database_lost_at_ms = excluded.database_lost_at_ms, repository_lost_at_ms = excluded.repository_lost_at_ms`,
  );
  const addExposure = db.prepare<[number, number, number]>(
    `INSERT INTO wal_exposure (job_id, at_ms, exposure_ms) VALUES (?, ?, ?)
     ON CONFLICT (job_id, at_ms) DO UPDATE SET exposure_ms = max(exposure_ms, excluded.exposure_ms)`,
  );
  const touch = db.prepare<[number]>('UPDATE jobs SET next_check_at_ms = 0 WHERE id = ?');
  const touchServers = db.prepare<[string, number]>(
    `UPDATE jobs SET next_check_at_ms = 0 WHERE id IN
       (SELECT job_id FROM wal_samples WHERE system_identifier = ? AND job_id <> ?)`,
  );
  const servers = db.prepare<[number], SampleRecord & { host: string; keep_ms: number }>(
    `SELECT w.*, h.host, json_extract(j.declaration, '$.keepMs') AS keep_ms ${SAME_CLUSTER}
       AND w.job_id <> own.job_id AND j.removed_at_ms IS NULL ORDER BY h.host`,
  );
  const exposure = db.prepare<[number, number, number], { at_ms: number; exposure_ms: number }>(
    `SELECT at_ms, max(exposure_ms) AS exposure_ms FROM wal_exposure
     WHERE job_id IN (SELECT ? UNION SELECT w.job_id ${SAME_CLUSTER}) AND at_ms >= ?
     GROUP BY at_ms ORDER BY at_ms`,
  );
  const expire = db.prepare<[number, number]>(
    `DELETE FROM wal_exposure WHERE (job_id, at_ms) IN
       (SELECT job_id, at_ms FROM wal_exposure WHERE at_ms < ? LIMIT ?)`,
  );

  const of = (jobId: number): WalState | null => {
    const record = get.get(jobId);
    return record ? walState(record) : null;
  };

  return {
    save: (jobId, said, nowMs) =>
      inTransaction(db, () => {
        const before = of(jobId);
        const sample = completed(said, before?.sample ?? null);
        const { systemIdentifier, role } = sample;
        const roleSinceMs = before?.sample.role === role ? before.roleSinceMs : nowMs;
        put.run(
          ...([jobId, JSON.stringify(sample), systemIdentifier, role, roleSinceMs, nowMs] as const),
          exposedSince(said, before, nowMs),
          said.databaseProblem === '' ? null : (before?.databaseLostAtMs ?? nowMs),
          said.repositoryProblem === '' ? null : (before?.repositoryLostAtMs ?? nowMs),
        );
        if (said.role === 'primary' && said.repositoryProblem === '') {
          addExposure.run(jobId, nowMs - (nowMs % EXPOSURE_STEP_MS), sample.exposureMs);
        }
        touch.run(jobId);
        if (before?.sample.role !== role) touchServers.run(systemIdentifier, jobId);
      }),
    known: (jobId) => {
      const state = of(jobId);
      return { state, servers: state ? servers.all(jobId).map(walServer) : [] };
    },
    exposure: (jobId, sinceMs) =>
      exposure
        .all(jobId, jobId, sinceMs)
        .map(({ at_ms, exposure_ms }) => ({ atMs: at_ms, exposureMs: exposure_ms })),
    expire: (beforeMs, limit) => expire.run(beforeMs, limit).changes,
  };
}

function walState(record: SampleRecord): WalState {
  return {
    sample: JSON.parse(record.sample) as WalSample,
    receivedAtMs: record.received_at_ms,
    exposedSinceMs: record.exposed_since_ms,
    roleSinceMs: record.role_since_ms,
    databaseLostAtMs: record.database_lost_at_ms,
    repositoryLostAtMs: record.repository_lost_at_ms,
  };
}

function walServer(record: SampleRecord & { host: string; keep_ms: number }): WalServer {
  const state = walState(record);
  return {
    ...state,
    host: record.host,
    role: state.sample.role,
    seenAtMs: state.databaseLostAtMs ?? state.receivedAtMs,
    keepMs: record.keep_ms,
  };
}

function exposedSince(said: WalSample, before: WalState | null, nowMs: number): number | null {
  const known = before?.exposedSinceMs ?? null;
  if (said.databaseProblem !== '' || said.repositoryProblem !== '') return known;
  if (said.exposureMs === 0) return null;
  const sinceMs = nowMs - said.exposureMs;
  return known !== null && Math.abs(sinceMs - known) <= INSTANT_JITTER_MS ? known : sinceMs;
}

/** A server or a repository that cannot be asked now is, as far as anybody knows, what it was. */
function completed(said: WalSample, before: WalSample | null): WalSample {
  if (before === null) return said;
  const { job, atMs, databaseProblem, repositoryProblem } = said;
  if (databaseProblem !== '') return { ...before, job, atMs, databaseProblem, repositoryProblem };
  if (repositoryProblem === '') return said;
  const { role, systemIdentifier, timeline, lsn, isArchiving, archiveTimeoutMs } = said;
  return {
    ...before,
    ...{ job, atMs, databaseProblem, repositoryProblem },
    ...{ role, systemIdentifier, timeline, lsn, isArchiving, archiveTimeoutMs },
  };
}
