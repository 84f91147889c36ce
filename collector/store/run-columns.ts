/** The columns of `runs`, alone or joined several times into one row under prefixes. */
import type { Outcome, Trigger } from '../../proto/run.ts';
import type { RunRow } from './types.ts';

const COLUMNS = [
  'id',
  'job_id',
  'run_uid',
  'run_trigger',
  'due_at_ms',
  'started_at_ms',
  'finished_at_ms',
  'duration_ms',
  'outcome',
  'exit_code',
  'signal',
  'reason',
  'original_bytes',
  'compressed_bytes',
  'deduplicated_bytes',
  'files',
  'warnings_total',
  'received_at_ms',
] as const;

export type RunRecord = Record<string, string | number | null>;

/** `r.id AS r_id, r.job_id AS r_job_id ...` for a join under the alias `alias`. */
export function runColumns(alias: string): string {
  return COLUMNS.map((column) => `${alias}.${column} AS ${alias}_${column}`).join(', ');
}

/** The run that `runColumns(alias)` selected; null when the join found none. */
export function joinedRun(record: RunRecord, alias: string): RunRow | null {
  const of = (column: (typeof COLUMNS)[number]) => record[`${alias}_${column}`] ?? null;
  const id = of('id');
  if (id === null) return null;
  return {
    id: id as number,
    jobId: of('job_id') as number,
    runId: of('run_uid') as string,
    trigger: of('run_trigger') as Trigger,
    dueAtMs: of('due_at_ms') as number | null,
    startedAtMs: of('started_at_ms') as number,
    finishedAtMs: of('finished_at_ms') as number | null,
    durationMs: of('duration_ms') as number | null,
    outcome: of('outcome') as Outcome | null,
    exitCode: of('exit_code') as number | null,
    signal: of('signal') as string | null,
    reason: of('reason') as string,
    originalBytes: of('original_bytes') as number,
    compressedBytes: of('compressed_bytes') as number,
    deduplicatedBytes: of('deduplicated_bytes') as number,
    files: of('files') as number,
    warningsTotal: of('warnings_total') as number,
    receivedAtMs: of('received_at_ms') as number,
  };
}

/** Like `joinedRun`, where a row without a run cannot be. */
export function requiredRun(record: RunRecord, alias: string): RunRow {
  const run = joinedRun(record, alias);
  if (!run) throw new Error('a row that must hold a run holds none');
  return run;
}
