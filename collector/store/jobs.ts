/** Table `jobs`: what is promised, by whom, and what was judged about it. */
import { isDeepStrictEqual } from 'node:util';
import type { JobDeclaration } from '../../proto/job.ts';
import type { AssuranceName, State, Verdict } from '../verdict.ts';
import { STATES, stateRank } from '../verdict.ts';
import { joinedRun, type RunRecord, runColumns } from './run-columns.ts';
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
import type { JobFilter, JobRow, JobStore, Page } from './types.ts';

type JobRecord = RunRecord;

const COLUMNS = `j.*, h.host AS host_name, h.customer AS customer,
    ${runColumns('started')}, ${runColumns('finished')}, ${runColumns('success')}, ${runColumns('failure')}`;
const JOINS = `JOIN hosts h ON h.id = j.host_id
  LEFT JOIN runs started ON started.id = j.last_started_run_id
  LEFT JOIN runs finished ON finished.id = j.last_finished_run_id
  LEFT JOIN runs success ON success.id = j.last_success_run_id
  LEFT JOIN runs failure ON failure.id = j.last_failure_run_id`;
const SELECT = `SELECT ${COLUMNS} FROM jobs j ${JOINS}`;

function jobRow(record: JobRecord): JobRow {
  return {
    id: record.id as number,
    hostId: record.host_id as number,
    host: record.host_name as string,
    customer: record.customer as string,
    job: record.job as string,
    declaration: JSON.parse(record.declaration as string) as JobDeclaration,
    promised: JSON.parse(record.promised as string) as JobDeclaration,
    firstDeclaredAtMs: record.first_declared_at_ms as number,
    declaredAtMs: record.declared_at_ms as number,
    scheduledSinceMs: record.scheduled_since_ms as number,
    keptFromMs: record.kept_from_ms as number,
    sizesSinceMs: record.sizes_since_ms as number,
    inventoriedAtMs: record.inventoried_at_ms as number | null,
    removedAtMs: record.removed_at_ms as number | null,
    removalAccepted: record.removal_accepted === 1,
    weakened: record.weakened as string,
    lastStarted: joinedRun(record, 'started'),
    lastFinished: joinedRun(record, 'finished'),
    lastSuccess: joinedRun(record, 'success'),
    lastFailure: joinedRun(record, 'failure'),
    verdicts: JSON.parse(record.verdicts as string) as Partial<Record<AssuranceName, Verdict>>,
    state: record.state as State,
    nextCheckAtMs: record.next_check_at_ms as number,
  };
}

/** Whether both make a job due at the same moments. */
function sameMoments(a: JobDeclaration, b: JobDeclaration): boolean {
  const moments = ({ schedule }: JobDeclaration) =>
    schedule === null ? '' : `${schedule.cron}\n${schedule.zone}\n${schedule.spreadMs}`;
  return moments(a) === moments(b);
}

/** A promise that grows reaches back no further than what was kept by the one before. */
function keptFrom(before: JobRow, { keepMs }: JobDeclaration, nowMs: number): number {
  if (keepMs <= before.declaration.keepMs) return before.keptFromMs;
  return Math.max(before.keptFromMs, nowMs - before.declaration.keepMs);
}

/** As the index `jobs_shared` has it. */
function sharedAs(prefix: '' | 'j.'): string {
  return `json_extract(${prefix}declaration, '$.sharedAs')`;
}

export function jobStore(db: Db): JobStore {
  const query = statements(db);
  const byId = db.prepare<[number], JobRecord>(`${SELECT} WHERE j.id = ?`);
  const byName = db.prepare<[string, string], JobRecord>(`${SELECT} WHERE h.host = ? AND j.job = ?`);
  const ofHost = db.prepare<[number], JobRecord>(`${SELECT} WHERE j.host_id = ? ORDER BY j.job`);
  const countOfHost = db.prepare<[number], { jobs: number }>(
    'SELECT count(*) AS jobs FROM jobs WHERE host_id = ?',
  );
  const onHost = db.prepare<[number, string], JobRecord>(`${SELECT} WHERE j.host_id = ? AND j.job = ?`);
  const insert = db.prepare<[number, string, string, string, number, number, number, number, string]>(
    `INSERT INTO jobs (host_id, job, declaration, promised, first_declared_at_ms, declared_at_ms,
       scheduled_since_ms, kept_from_ms, weakened) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const declareAgain = db.prepare<[string, string, number, number, number, number, string, number]>(
    `UPDATE jobs SET declaration = ?, promised = ?, first_declared_at_ms = ?, declared_at_ms = ?,
       scheduled_since_ms = ?, kept_from_ms = ?, weakened = ?, removed_at_ms = NULL, removal_accepted = 0, next_check_at_ms = 0 WHERE id = ?`,
  );
  const accept = db.prepare<[number]>(
    `UPDATE jobs SET promised = declaration, weakened = '', next_check_at_ms = 0,
       removal_accepted = (removed_at_ms IS NOT NULL) WHERE id = ?`,
  );
  const acceptSizes = db.prepare<[number, number]>(
    'UPDATE jobs SET sizes_since_ms = ?, next_check_at_ms = 0 WHERE id = ?',
  );
  const remove = db.prepare<[number, number, string]>(
    `UPDATE jobs SET removed_at_ms = ?, next_check_at_ms = 0
     WHERE host_id = ? AND job = ? AND removed_at_ms IS NULL`,
  );
  const due = db.prepare<[number, number], JobRecord>(
    `${SELECT} WHERE j.next_check_at_ms <= ? ORDER BY j.next_check_at_ms LIMIT ?`,
  );
  const saveVerdicts = db.prepare<[string, string, number, number, number]>(
    'UPDATE jobs SET verdicts = ?, state = ?, state_rank = ?, next_check_at_ms = ? WHERE id = ?',
  );
  const touch = db.prepare<[number]>('UPDATE jobs SET next_check_at_ms = 0 WHERE id = ?');
  const sharing = db.prepare<[string, string, number], JobRecord>(
    `${SELECT} WHERE ${sharedAs('j.')} <> '' AND ${sharedAs('j.')} = ? AND h.customer = ?
       AND j.removed_at_ms IS NULL AND h.revoked_at_ms IS NULL ORDER BY h.host, j.job LIMIT ?`,
  );
  // What one leaves behind changes what is said of those that stay.
  const touchSharing = db.prepare<[string, number]>(
    `UPDATE jobs SET next_check_at_ms = 0 WHERE ${sharedAs('')} <> '' AND ${sharedAs('')} = ? AND host_id IN (
       SELECT id FROM hosts WHERE customer = (SELECT customer FROM hosts WHERE id = ?))`,
  );
  const earliest = db.prepare<[], { at: number | null }>('SELECT min(next_check_at_ms) AS at FROM jobs');

  const one = (record: JobRecord | undefined): JobRow | null => (record ? jobRow(record) : null);
  const found = (id: number): JobRow => {
    const record = byId.get(id);
    if (!record) throw new Error(`no job has the id ${id}`);
    return jobRow(record);
  };

  /** Which jobs a filter means, as a condition on `j` alone, so that the covering index answers it. */
  function condition(filter: Omit<JobFilter, 'limit'>): { where: string; values: Scalar[] } {
    const where: string[] = [];
    const values: Scalar[] = [];
    const add = (sql: string, ...more: Scalar[]) => {
      where.push(sql);
      values.push(...more);
    };
    if (!filter.includeRemoved) add('j.removed_at_ms IS NULL');
    if (filter.state) add('j.state_rank = ?', stateRank(filter.state));
    if (filter.host !== undefined) add('j.host_id = (SELECT id FROM hosts WHERE host = ?)', filter.host);
    if (filter.customer !== undefined) {
      add('j.host_id IN (SELECT id FROM hosts WHERE customer = ?)', filter.customer);
    }
    if (filter.search) {
      const pattern = containing(filter.search);
      add(
        `(j.job LIKE ? ESCAPE '\\' OR j.host_id IN (SELECT id FROM hosts WHERE host LIKE ? ESCAPE '\\'))`,
        pattern,
        pattern,
      );
    }
    const after = decodeCursor(filter.cursor, 2);
    if (after) {
      const [rank, id] = after as [number, number];
      add('(j.state_rank < ? OR (j.state_rank = ? AND j.id > ?))', rank, rank, id);
    }
    return { where: where.length > 0 ? `WHERE ${where.join(' AND ')}` : '', values };
  }

  function list(filter: JobFilter): Page<JobRow> {
    const { where, values } = condition(filter);
    const records = query(
      // CROSS JOIN keeps the order of the tables: ids from the index first, then the wide rows of those only.
      `SELECT ${COLUMNS} FROM (SELECT j.id FROM jobs j ${where} ORDER BY j.state_rank DESC, j.id LIMIT ?) page
       CROSS JOIN jobs j ON j.id = page.id ${JOINS} ORDER BY j.state_rank DESC, j.id`,
    ).all(...values, filter.limit + 1) as JobRecord[];
    const items = records.slice(0, filter.limit).map(jobRow);
    const last = items.at(-1);
    const more = records.length > filter.limit && last !== undefined;
    return { items, nextCursor: more ? encodeCursor(stateRank(last.state), last.id) : null };
  }

  return {
    declare: (hostId, declaration, weakened, nowMs) =>
      inTransaction(db, () => {
        const text = JSON.stringify(declaration);
        const before = one(onHost.get(hostId, declaration.job));
        if (!before) {
          const added = insert.run(hostId, declaration.job, text, text, nowMs, nowMs, nowMs, nowMs, weakened);
          return found(Number(added.lastInsertRowid));
        }
        const cameBack = before.removedAtMs !== null;
        const same = !cameBack && isDeepStrictEqual(before.declaration, declaration);
        if (before.declaration.sharedAs !== declaration.sharedAs)
          touchSharing.run(before.declaration.sharedAs, hostId);
        const sameSchedule = !cameBack && sameMoments(before.declaration, declaration);
        declareAgain.run(
          text,
          weakened === '' ? text : JSON.stringify(before.promised),
          cameBack ? nowMs : before.firstDeclaredAtMs,
          same ? before.declaredAtMs : nowMs,
          sameSchedule ? before.scheduledSinceMs : nowMs,
          cameBack ? nowMs : keptFrom(before, declaration, nowMs),
          weakened,
          before.id,
        );
        return found(before.id);
      }),
    accept: (jobId) => {
      accept.run(jobId);
    },
    acceptSizes: (jobId, nowMs) => {
      acceptSizes.run(nowMs, jobId);
    },
    remove: (hostId, job, nowMs) => {
      remove.run(nowMs, hostId, job);
    },
    byName: (host, job) => one(byName.get(host, job)),
    byId: (id) => one(byId.get(id)),
    ofHost: (hostId) => ofHost.all(hostId).map(jobRow),
    countOfHost: (hostId) => countOfHost.get(hostId)!.jobs,
    list,
    counts: (filter) => {
      const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>;
      const { where, values } = condition(filter);
      const records = query(
        `SELECT j.state AS state, count(*) AS jobs FROM jobs j ${where} GROUP BY j.state`,
      );
      for (const { state, jobs } of records.all(...values) as { state: State; jobs: number }[]) {
        counts[state] = jobs;
      }
      return counts;
    },
    due: (nowMs, limit) => due.all(nowMs, limit).map(jobRow),
    saveVerdicts: (jobId, verdicts, state, nextCheckAtMs) => {
      const at = Math.min(nextCheckAtMs, NEVER_MS);
      saveVerdicts.run(JSON.stringify(verdicts), state, stateRank(state), at, jobId);
    },
    sharing: (customer, sharedAs, limit) => sharing.all(sharedAs, customer, limit).map(jobRow),
    touch: (jobId) => {
      touch.run(jobId);
    },
    earliestCheckAtMs: () => {
      const at = earliest.get()?.at ?? null;
      return at === null || at >= NEVER_MS ? null : at;
    },
  };
}
