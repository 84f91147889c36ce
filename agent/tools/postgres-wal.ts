/** The one short question a minute about a server's write-ahead log, and its answer. Pure. */
import { ANSWER_END } from './postgres.ts';
import { parseLsn, segmentBytesOf } from './wal.ts';

export interface WalFacts {
  /** By the database's own clock. */
  atMs: number;
  role: 'primary' | 'standby';
  /** As text: it takes 64 bits. */
  systemIdentifier: string;
  segmentBytes: number;
  /** How far the log is written; on a standby how far it has come. */
  lsn: number;
  timeline: number;
  /** archive_mode is on and there is something to call. */
  isArchiving: boolean;
  /** 0: a segment is switched only when it is full. */
  archiveTimeoutMs: number;
  /** `last_archived_wal` when it is a whole segment; the archiver may have said the name of a `.history`. */
  lastArchived: string;
  lastArchivedAtMs: number | null;
  lastFailed: string;
  lastFailedAtMs: number | null;
  /** Where the heartbeat begins that was written with this question; null when none was. */
  heartbeatLsn: number | null;
}

/**
 * As pg_monitor, without the view of all settings, which costs as much as all the rest. In a standby the functions
 * about writing would fail, so they are not called there.
 */
const WAL_SQL = `select json_build_object(
 'now', floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
 'standby', pg_is_in_recovery(),
 'system', (select system_identifier::text from pg_control_system()),
 'segment', pg_size_bytes(current_setting('wal_segment_size')),
 'lsn', case when pg_is_in_recovery() then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
   else pg_current_wal_lsn() end::text,
 'file', case when pg_is_in_recovery() then null else pg_walfile_name(pg_current_wal_lsn()) end,
 'timeline', greatest((select timeline_id from pg_control_checkpoint()), (select received_tli from pg_stat_wal_receiver)),
 'mode', current_setting('archive_mode'),
 'command', coalesce(nullif(current_setting('archive_command'), '(disabled)'), ''),
 'library', coalesce(current_setting('archive_library', true), ''),
 'timeout', extract(epoch from current_setting('archive_timeout')::interval)::bigint,
 'archived', a.last_archived_wal, 'archived_at', floor(extract(epoch from a.last_archived_time) * 1000)::bigint,
 'failed', a.last_failed_wal, 'failed_at', floor(extract(epoch from a.last_failed_time) * 1000)::bigint)
from pg_stat_archiver a`;

/** Transactional, so that it is a change like any other: PostgreSQL switches segments for it. Anybody may write it. */
const HEARTBEAT_SQL = `select case when not pg_is_in_recovery()
 then pg_logical_emit_message(true, 'backproof', '') end`;

/**
 * For a psql that reads its standard input; ANSWER_END ends the answer.
 * @param withHeartbeat a primary writes one before it answers. When it cannot, it answers all the same.
 */
export function walQuestion(withHeartbeat: boolean): string {
  const statements = [...(withHeartbeat ? [HEARTBEAT_SQL] : []), WAL_SQL];
  return `${statements.map((sql) => `${sql};\n`).join('')}\\echo ${ANSWER_END}\n`;
}

/** Null when psql printed something else. */
export function parseWalFacts(stdout: string): WalFacts | null {
  const lines = stdout.trimEnd().split('\n');
  let answer: Record<string, unknown>;
  try {
    answer = JSON.parse(lines.pop()!);
  } catch {
    return null;
  }
  const segmentBytes = segmentBytesOf(answer.segment);
  const isStandby = answer.standby === true;
  // A standby that has not replayed anything yet knows no position.
  const lsn = isStandby && answer.lsn === null ? 0 : parseLsn(String(answer.lsn));
  if (typeof answer.now !== 'number' || segmentBytes === null || lsn === null) return null;
  if (typeof answer.system !== 'string') return null;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const time = (value: unknown) => (typeof value === 'number' ? value : null);
  // The checkpoint's timeline is behind until the first checkpoint after a promotion; the file's and the receiver's are not.
  const timeline = isStandby ? Number(answer.timeline) : Number.parseInt(text(answer.file).slice(0, 8), 16);
  return {
    atMs: answer.now,
    role: isStandby ? 'standby' : 'primary',
    systemIdentifier: answer.system,
    segmentBytes,
    lsn,
    timeline: Number.isSafeInteger(timeline) ? timeline : 0,
    // The command of a server with archive_mode off is shown as "(disabled)".
    isArchiving: text(answer.mode) !== 'off' && text(answer.command) + text(answer.library) !== '',
    archiveTimeoutMs: typeof answer.timeout === 'number' ? answer.timeout * 1_000 : 0,
    lastArchived: text(answer.archived),
    lastArchivedAtMs: time(answer.archived_at),
    lastFailed: text(answer.failed),
    lastFailedAtMs: time(answer.failed_at),
    heartbeatLsn: parseLsn(lines[0] ?? ''),
  };
}
