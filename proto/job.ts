/**
 * A job as an agent declares it to the collector: what it does, when, and what it promises.
 * Times are milliseconds. Host and customer are absent on purpose: they come from the certificate.
 */
import type { Schedule } from './schedule.ts';

export const JOB_KINDS = [
  'files',
  'postgres-dump',
  'mysql-dump',
  'command',
  'observed',
  'prune',
  'postgres-pitr',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export interface JobDeclaration {
  job: string;
  /** A JobKind; a plain string because a newer agent may know kinds this collector does not. */
  kind: string;
  schedule: Schedule | null;
  /** Longest time between two successes before the job counts as silent. */
  longestSilenceMs: number;
  /** How far back recovery points are promised; 0 promises nothing. */
  keepMs: number;
  /** The repository's name in the host's configuration, '' when the job has none. */
  repository: string;
  /** Paths or databases. */
  sources: string[];
  excludes: string[];
  /** False: cron or a person starts it through `backproof-agent exec`. */
  startedByAgent: boolean;
  /**
   * The name of shared storage (GlusterFS, NFS) that several hosts of the customer declare, where one success
   * suffices; '' for what is this host's own.
   */
  sharedAs: string;
  /** How old the oldest change may become that is not in the repository; null for what receives no stream. */
  staleAfter: StaleAfter | null;
}

/** Ages in milliseconds from which a job is late, and broken. */
export interface StaleAfter {
  warningMs: number;
  criticalMs: number;
}

/** Names of jobs, hosts, customers and repositories: safe in file names, URLs, logs and archive names. */
export const NAME_PATTERN = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/;
