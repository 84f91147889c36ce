/** What a PostgreSQL server says of itself before a dump is taken from it. Pure. */

/** How far a standby is; figures the role may not see are null. */
export interface StandbyFacts {
  /**
   * Of the WAL receiver: `streaming`, or another of its states; 'hidden' when there is one and the role may not
   * see what it does; null when there is none.
   */
  receiver: string | null;
  /** `db1.example.net:5432`, '' when it is not known. */
  sender: string;
  /** Since anything was heard from the sender, keep-alives included. */
  heardAgoMs: number | null;
  /** Where the WAL ends that was received, or announced by the sender. */
  receivedAt: number | null;
  /** Where the WAL ends that was replayed. */
  replayedAt: number | null;
  /** Since the commit of the last transaction that was replayed; it grows on an idle primary as well. */
  replayAgeMs: number | null;
  paused: boolean;
  /** recovery_min_apply_delay as it is written, '' when there is none. */
  applyDelay: string;
}

export interface ServerFacts {
  major: number;
  /** `15.18` */
  version: string;
  /** The same on a primary and its standbys; null when the server does not say. */
  system: string | null;
  superuser: boolean;
  role: string;
  /** Those one can connect to, templates excluded, sorted. */
  databases: string[];
  /** Whether the database `postgres`, which every server has, holds anything of its own. */
  postgresIsUsed: boolean;
  /** Null on a primary. */
  standby: StandbyFacts | null;
  /** Recovery conflicts so far by database and kind, where there were any. */
  conflicts: Record<string, Record<string, number>>;
}

/** Rows as JSON, because columns come and go with the versions; nothing here needs 11 or newer. */
export const FACTS_SQL = `select json_build_object(
 'number', current_setting('server_version_num')::int,
 'version', current_setting('server_version'),
 'system', (select system_identifier::text from pg_control_system()),
 'in_recovery', pg_is_in_recovery(),
 'superuser', (select rolsuper from pg_roles where rolname = current_user),
 'role', current_user,
 'databases', (select coalesce(json_agg(datname order by datname), '[]')
   from pg_database where datallowconn and not datistemplate),
 'postgres_is_used', current_database() = 'postgres' and exists (
   select from pg_class c join pg_namespace n on n.oid = relnamespace
   where relkind in ('r', 'p', 'm', 'f', 'v') and nspname !~ '^pg_' and nspname <> 'information_schema'
     and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')),
 'receiver', (select to_jsonb(r) - 'conninfo' || jsonb_build_object(
   'end', pg_wal_lsn_diff(latest_end_lsn, '0/0'),
   'heard', extract(epoch from clock_timestamp() - last_msg_receipt_time)) from pg_stat_wal_receiver r),
 'received', pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0'),
 'replayed', pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'),
 'replay_age', extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()),
 'paused', case when pg_is_in_recovery() then pg_is_wal_replay_paused() end,
 'apply_delay', nullif(current_setting('recovery_min_apply_delay', true), '0'),
 'conflicts', (select coalesce(json_object_agg(datname, to_jsonb(d) - 'datid' - 'datname'), '{}')
   from pg_stat_database_conflicts d where datname is not null))`;

/** Null when psql printed something else. */
export function parseServerFacts(stdout: string): ServerFacts | null {
  const answer = objectOf(stdout);
  if (!answer) return null;
  const { number, version, databases } = answer;
  if (typeof number !== 'number' || typeof version !== 'string' || !Array.isArray(databases)) return null;
  return {
    // Two-part versions since 10: 150018 is 15.18.
    major: Math.floor(number / 10_000),
    version: version.split(' ')[0]!,
    system: typeof answer.system === 'string' ? answer.system : null,
    superuser: answer.superuser === true,
    role: String(answer.role ?? ''),
    databases: databases.map(String),
    postgresIsUsed: answer.postgres_is_used === true,
    standby: answer.in_recovery === true ? standbyOf(answer) : null,
    conflicts: conflictsOf(answer.conflicts),
  };
}

function standbyOf(answer: Record<string, unknown>): StandbyFacts {
  const receiver = isObject(answer.receiver) ? answer.receiver : null;
  const received = numberOf(answer.received);
  const announced = numberOf(receiver?.end);
  return {
    receiver: receiver && (typeof receiver.status === 'string' ? receiver.status : 'hidden'),
    sender:
      typeof receiver?.sender_host === 'string' ? `${receiver.sender_host}:${receiver.sender_port}` : '',
    heardAgoMs: millisecondsOf(receiver?.heard),
    receivedAt: received === null || announced === null ? received : Math.max(received, announced),
    replayedAt: numberOf(answer.replayed),
    replayAgeMs: millisecondsOf(answer.replay_age),
    paused: answer.paused === true,
    applyDelay: typeof answer.apply_delay === 'string' ? answer.apply_delay : '',
  };
}

function conflictsOf(value: unknown): ServerFacts['conflicts'] {
  const found: ServerFacts['conflicts'] = {};
  for (const [database, counts] of Object.entries(isObject(value) ? value : {})) {
    const some = Object.entries(isObject(counts) ? counts : {}).flatMap(([column, count]) =>
      typeof count === 'number' && count > 0 ? [[column.replace(/^confl_/, ''), count] as const] : [],
    );
    if (some.length > 0) found[database] = Object.fromEntries(some);
  }
  return found;
}

/** `snapshot 2, lock 1`: how much more often a database met a conflict than before; '' for not at all. */
export function conflictsSince(before: ServerFacts, after: ServerFacts, database: string): string {
  return Object.entries(after.conflicts[database] ?? {})
    .map(([kind, count]) => [kind, count - (before.conflicts[database]?.[kind] ?? 0)] as const)
    .filter(([, more]) => more > 0)
    .map(([kind, more]) => `${kind} ${more}`)
    .join(', ');
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function millisecondsOf(seconds: unknown): number | null {
  return typeof seconds === 'number' ? Math.max(0, Math.round(seconds * 1_000)) : null;
}
