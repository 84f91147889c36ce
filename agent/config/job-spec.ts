/** A job as this host's configuration describes it, in the units the code works with. */
import type { Schedule } from '../../proto/schedule.ts';
import type { RetentionPolicy } from '../decide/retention.ts';
import type { MysqlConnection } from '../tools/mysql.ts';
import type { PostgresConnection } from '../tools/postgres.ts';

export interface RepositorySpec {
  name: string;
  /** Whose it is; null: the host's own customer's. */
  customer: string | null;
  /** ssh://user@host/path, user@host:path or an absolute path. */
  location: string;
  /** Exactly one of the three is set. */
  passphraseFile: string | null;
  passphraseCommand: string[] | null;
  unencrypted: boolean;
  lockWaitMs: number;
  uploadBytesPerSecond: number | null;
  /** How often an unfinished archive is saved; null leaves it to borg. */
  checkpointEveryMs: number | null;
  sshCommand: string | null;
  remotePath: string | null;
  /** Name or path of the borg program. */
  program: string;
  /** Whether a second person has to agree before anything is restored from it. */
  restoreApproval: 'none' | 'second-person';
}

/** What every kind has. */
export interface JobCommon {
  name: string;
  /** Null: judged by silence alone. */
  schedule: Schedule | null;
  /** False: cron or a person starts it through `exec`. */
  startedByAgent: boolean;
  /** A run that takes longer is killed. */
  timeoutMs: number;
  longestSilenceMs: number;
  /** 0 promises nothing. */
  keepMs: number;
}

export interface FilesJob extends JobCommon {
  kind: 'files';
  repository: RepositorySpec;
  /** Absolute. */
  paths: string[];
  excludes: string[];
  /** Mount points without which nothing is archived. */
  requireMounted: string[];
  /** An empty source is no failure. */
  allowEmpty: boolean;
  /** Each user's crontab goes into ~/.crontab-dump first. */
  dumpCrontabs: boolean;
  /** Name of shared storage that other hosts back up as well, '' when it is this host's own. */
  sharedAs: string;
}

export interface PostgresDumpJob extends JobCommon {
  kind: 'postgres-dump';
  repository: RepositorySpec;
  connection: PostgresConnection;
  databases: 'all' | string[];
  /** Names, or globs with `*` and `?`. */
  excludes: string[];
  takeFrom: 'any' | 'primary' | 'replica';
  replicaLagMaxMs: number;
  /** The server to dump from while the replica will not do; null: there is none. */
  fallback: PostgresConnection | null;
}

export interface MysqlDumpJob extends JobCommon {
  kind: 'mysql-dump';
  repository: RepositorySpec;
  connection: MysqlConnection;
  /** Folder of the client programs; null: where PATH has them. */
  programs: string | null;
  databases: 'all' | string[];
  /** Names, or globs with `*` and `?`. */
  excludes: string[];
  takeFrom: 'any' | 'primary' | 'replica';
  replicaLagMaxMs: number;
  /** The server to dump from while the replica will not do; null: there is none. */
  fallback: MysqlConnection | null;
}

export interface CommandJob extends JobCommon {
  kind: 'command';
  /** Only said, so that people know where its archives are; null when none is named. */
  repository: RepositorySpec | null;
  /** Null: started from outside only. */
  command: string[] | null;
}

export interface ObservedJob extends JobCommon {
  kind: 'observed';
  repository: RepositorySpec;
  /** A shell glob of archive names. */
  archives: string;
}

/** What a steward does with a repository of another host; its `keepMs` is the policy's. */
export interface PruneJob extends JobCommon {
  kind: 'prune';
  repository: RepositorySpec;
  policy: RetentionPolicy;
  /** Where it is remembered which archives were there: one that vanished meanwhile was not removed here. */
  memoryFile: string;
}

/** A stanza of pgBackRest: base backups and WAL of one cluster. */
export interface PgBackRestStore {
  engine: 'pgbackrest';
  stanza: string;
  /** Name or path of pgBackRest, and its configuration file; null for its own default. */
  program: string;
  configFile: string | null;
}

/** A folder that archive_command or pg_receivewal fills; what comes there goes on into a borg repository. */
export interface ArchiveDirectoryStore {
  engine: 'archive-directory';
  /** Absolute. */
  directory: string;
  repository: RepositorySpec;
}

/** Base backups of a cluster, and a watch over its WAL. */
export interface PostgresPitrJob extends JobCommon {
  kind: 'postgres-pitr';
  /** The store's; null for pgBackRest, which has one of its own. */
  repository: RepositorySpec | null;
  store: PgBackRestStore | ArchiveDirectoryStore;
  connection: PostgresConnection;
  /** Age of the oldest unsaved change from which the job is late, and broken. */
  staleWarningMs: number;
  staleCriticalMs: number;
  /** How often a primary is made to write something of ours; null: never. */
  heartbeatMs: number | null;
  /** Whether a second person has to agree before a moment of it is restored; its repository may ask for one as well. */
  restoreApproval: RepositorySpec['restoreApproval'];
}

/** The same, with the one or the other store. */
export type PgBackRestJob = PostgresPitrJob & { store: PgBackRestStore };
export type ArchiveDirectoryJob = PostgresPitrJob & { store: ArchiveDirectoryStore };

export type JobSpec =
  | MysqlDumpJob
  | FilesJob
  | PostgresDumpJob
  | CommandJob
  | ObservedJob
  | PruneJob
  | PostgresPitrJob;

/** Whether the configuration asks for a second person before something of the job is restored. */
export function needsApproval(job: JobSpec): boolean {
  const ofJob = job.kind === 'postgres-pitr' ? job.restoreApproval : 'none';
  return [ofJob, job.repository?.restoreApproval].includes('second-person');
}
