/** The question to a server before a base backup of it, its answer, and pg_basebackup's command line. Pure. */
import type { BackupSpan } from './guard-words.ts';
import { connectionOptions, type PostgresConnection, psqlArgv } from './postgres.ts';
import { segmentBytesOf } from './wal.ts';

export interface ClusterFacts {
  major: number;
  /** `15.18` */
  version: string;
  /** As text: it takes 64 bits. */
  systemIdentifier: string;
  segmentBytes: number;
  isStandby: boolean;
  /** Names of those that are not in the data directory. */
  tablespaces: string[];
}

/** As pg_monitor. */
const CLUSTER_SQL = `select json_build_object(
 'number', current_setting('server_version_num')::int,
 'version', current_setting('server_version'),
 'system', (select system_identifier::text from pg_control_system()),
 'segment', (select setting::bigint * case unit when '8kB' then 8192 else 1 end
   from pg_settings where name = 'wal_segment_size'),
 'standby', pg_is_in_recovery(),
 'tablespaces', (select coalesce(json_agg(spcname order by spcname), '[]')
   from pg_tablespace where spcname not in ('pg_default', 'pg_global')))`;

export function clusterFactsArgv(bin: string, connection: PostgresConnection): string[] {
  return psqlArgv(bin, connection, CLUSTER_SQL);
}

/** Null when psql printed something else. */
export function parseClusterFacts(stdout: string): ClusterFacts | null {
  let answer: Record<string, unknown>;
  try {
    answer = JSON.parse(stdout);
  } catch {
    return null;
  }
  const segmentBytes = segmentBytesOf(answer?.segment);
  const { number, version, system, tablespaces } = answer ?? {};
  if (typeof number !== 'number' || typeof version !== 'string' || typeof system !== 'string') return null;
  if (segmentBytes === null || !Array.isArray(tablespaces)) return null;
  return {
    // Two-part versions since 10: 150018 is 15.18.
    major: Math.floor(number / 10_000),
    version: version.split(' ')[0]!,
    systemIdentifier: system,
    segmentBytes,
    isStandby: answer.standby === true,
    tablespaces: tablespaces.map(String),
  };
}

/** What is stored beside a base backup: the cluster, and the WAL that it needs. */
export interface BaseNeeds extends ClusterFacts, BackupSpan {
  /** Names of segments. */
  first: string;
  last: string;
}

export function writeNeeds(needs: BaseNeeds): string {
  return `${JSON.stringify(needs)}\n`;
}

/** Null when it is something else. */
export function parseNeeds(text: string): BaseNeeds | null {
  let needs: Partial<BaseNeeds> | null;
  try {
    needs = JSON.parse(text);
  } catch {
    return null;
  }
  const { major, systemIdentifier, segmentBytes } = needs ?? {};
  const isWhole =
    typeof major === 'number' &&
    typeof systemIdentifier === 'string' &&
    segmentBytesOf(segmentBytes) !== null;
  return isWhole ? (needs as BaseNeeds) : null;
}

/**
 * The whole cluster as one tar on standard output, without WAL: that comes by its own way. The checkpoint is a
 * fast one, since borg holds the repository from the beginning, and no WAL gets there while this waits for one.
 */
export function baseBackupArgv(bin: string, connection: PostgresConnection): string[] {
  return [
    `${bin}/pg_basebackup`,
    '--pgdata=-',
    '--format=tar',
    '--wal-method=none',
    '--checkpoint=fast',
    '--label=backproof',
    ...connectionOptions(connection),
  ];
}
