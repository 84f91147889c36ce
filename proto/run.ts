/** A run: one execution of a job, from the moment it starts to the evidence it leaves. Pure. */

export const OUTCOMES = ['succeeded', 'warning', 'failed', 'timed-out', 'cancelled', 'skipped'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const TRIGGERS = ['schedule', 'catch-up', 'manual', 'request', 'exec', 'ping'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Made by the agent; stands in URLs, logs and the index, so its alphabet is closed. */
export const RUN_ID_PATTERN = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/;

/** Tells runs of a host apart that start in the same millisecond. */
export const RUN_ID_RANDOM_BYTES = 4;

/**
 * `20261120T020000000-1f2e3d4c`: ids of later runs sort behind, so that the collector's index grows at its end
 * instead of everywhere.
 * @param random RUN_ID_RANDOM_BYTES of randomness.
 */
export function newRunId(startedAtMs: number, random: Uint8Array): string {
  const time = new Date(startedAtMs).toISOString().replace(/[-:.Z]/g, '');
  const suffix = [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${time}-${suffix}`;
}

export interface RunStarted {
  job: string;
  /** Unique on its host; RUN_ID_PATTERN. */
  runId: string;
  /** The scheduled instant this run answers for, null when it answers for none. */
  dueAtMs: number | null;
  startedAtMs: number;
  trigger: Trigger;
}

export interface RunFinished extends RunStarted {
  finishedAtMs: number;
  /** By the monotonic clock, so it survives a clock that is set while the run goes on. */
  durationMs: number;
  outcome: Outcome;
  /** Null when the process was ended by a signal or never began. */
  exitCode: number | null;
  /** 'SIGKILL', or null when it exited by itself. */
  signal: string | null;
  /** One sentence: what happened, and what to do about it. */
  reason: string;
  recoveryPoints: RecoveryPoint[];
  stats: RunStats;
  warnings: RunWarning[];
  /** How many warnings there were, also those cut off `warnings`. */
  warningsTotal: number;
  logTail: string;
}

export interface RunStats {
  originalBytes: number;
  compressedBytes: number;
  deduplicatedBytes: number;
  files: number;
  /** Entries left out by exclude patterns; a folder that is left out counts once, whatever is in it. */
  excluded: number;
}

export interface RunWarning {
  /** borg's msgid, or our own word where it has none. */
  code: string;
  message: string;
  /** '' when the warning is about no path. */
  path: string;
  /** Recorded, but does not change the outcome: "file changed while we read it". */
  harmless: boolean;
}

/** Something that can be restored. */
export interface RecoveryPoint {
  repository: string;
  /** The archive's name. */
  name: string;
  /** The archive's fingerprint. */
  id: string;
  /** Database name, 'globals', or '' for files. */
  subject: string;
  createdAtMs: number;
  sizeBytes: number;
}

export interface RunProgress {
  job: string;
  runId: string;
  atMs: number;
  originalBytes: number;
  deduplicatedBytes: number;
  files: number;
  /** Path or database being read. */
  current: string;
}

/** Whether a run with this outcome keeps the promise that something restorable was made. */
export function leavesEvidence(outcome: Outcome): boolean {
  return outcome === 'succeeded' || outcome === 'warning';
}

/** Whether a run with this outcome was tried and went wrong, as against not having taken place. */
export function isFailure(outcome: Outcome): boolean {
  return outcome === 'failed' || outcome === 'timed-out';
}
