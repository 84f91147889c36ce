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
  'excluded',
  'warnings_total',
  'received_at_ms',
] as const;

export type RunRecord = Record<string, string | number | null>;

/** `r.id AS r_id, r.job_id AS r_job_id ...` for a join under the alias `alias`. */
export function runColumns(alias: string): string {
  return COLUMNS.map((column) => `${alias}.${column} AS ${alias}_${column}`).join(', ');
}

type Column = (typeof COLUMNS)[number];
const namesOf = new Map<string, Record<Column, string>>();

/** What `runColumns(alias)` calls its columns; made once, because lists read millions of them. */
function names(alias: string): Record<Column, string> {
  let known = namesOf.get(alias);
  if (!known) {
    known = Object.fromEntries(COLUMNS.map((column) => [column, `${alias}_${column}`])) as Record<
      Column,
      string
    >;
    namesOf.set(alias, known);
  }
  return known;
}

/** The run that `runColumns(alias)` selected; null when the join found none. */
export function joinedRun(record: RunRecord, alias: string): RunRow | null {
  const name = names(alias);
  const id = record[name.id] ?? null;
  if (id === null) return null;
  return {
    id: id as number,
    jobId: record[name.job_id] as number,
    runId: record[name.run_uid] as string,
    trigger: record[name.run_trigger] as Trigger,
    dueAtMs: record[name.due_at_ms] as number | null,
    startedAtMs: record[name.started_at_ms] as number,
    finishedAtMs: record[name.finished_at_ms] as number | null,
    durationMs: record[name.duration_ms] as number | null,
    outcome: record[name.outcome] as Outcome | null,
    exitCode: record[name.exit_code] as number | null,
    signal: record[name.signal] as string | null,
    reason: record[name.reason] as string,
    originalBytes: record[name.original_bytes] as number,
    compressedBytes: record[name.compressed_bytes] as number,
    deduplicatedBytes: record[name.deduplicated_bytes] as number,
    files: record[name.files] as number,
    excluded: record[name.excluded] as number,
    warningsTotal: record[name.warnings_total] as number,
    receivedAtMs: record[name.received_at_ms] as number,
  };
}

/** Like `joinedRun`, where a row without a run cannot be. */
export function requiredRun(record: RunRecord, alias: string): RunRow {
  const run = joinedRun(record, alias);
  if (!run) throw new Error('a row that must hold a run holds none');
  return run;
}
