/** Rows as the store gives them, for tests of what is decided about them. */
import type { Presence } from '../../collector/assurances/types.ts';
import type { HostRow, JobRow, RunRow } from '../../collector/store/types.ts';
import type { JobDeclaration } from '../../proto/job.ts';
import { SAMPLE_AT_MS, sampleDeclaration } from './samples.ts';

export function runRow(change: Partial<RunRow> = {}): RunRow {
  return {
    id: 1,
    jobId: 1,
    runId: 'run-1',
    trigger: 'schedule',
    dueAtMs: SAMPLE_AT_MS,
    startedAtMs: SAMPLE_AT_MS,
    finishedAtMs: SAMPLE_AT_MS + 60_000,
    durationMs: 60_000,
    outcome: 'succeeded',
    exitCode: 0,
    signal: null,
    reason: '',
    originalBytes: 0,
    compressedBytes: 0,
    deduplicatedBytes: 0,
    files: 0,
    excluded: 0,
    warningsTotal: 0,
    receivedAtMs: SAMPLE_AT_MS + 60_000,
    ...change,
  };
}

/** A job with its runs in the order they started, and what the store would say is last of each sort. */
export function jobRow(
  runs: RunRow[],
  declaration: Partial<JobDeclaration> = {},
  change: Partial<JobRow> = {},
): JobRow {
  const declared = sampleDeclaration(declaration);
  const finished = runs.filter((run) => run.finishedAtMs !== null);
  const newest = (outcomes: string[]) => finished.findLast((run) => outcomes.includes(run.outcome!)) ?? null;
  return {
    id: 1,
    hostId: 1,
    host: 'web1',
    customer: 'acme',
    job: declared.job,
    declaration: declared,
    promised: declared,
    firstDeclaredAtMs: SAMPLE_AT_MS - 30 * 86_400_000,
    declaredAtMs: SAMPLE_AT_MS - 30 * 86_400_000,
    scheduledSinceMs: SAMPLE_AT_MS - 30 * 86_400_000,
    keptFromMs: SAMPLE_AT_MS - 30 * 86_400_000,
    sizesSinceMs: 0,
    inventoriedAtMs: null,
    removedAtMs: null,
    removalAccepted: false,
    weakened: '',
    lastStarted: runs.at(-1) ?? null,
    lastFinished: finished.at(-1) ?? null,
    lastSuccess: newest(['succeeded', 'warning']),
    lastFailure: newest(['failed', 'timed-out']),
    verdicts: {},
    state: 'unknown',
    nextCheckAtMs: 0,
    ...change,
  };
}

export function hostRow(change: Partial<HostRow> = {}): HostRow {
  return {
    id: 1,
    host: 'web1',
    customer: 'acme',
    enrolledAtMs: SAMPLE_AT_MS - 30 * 86_400_000,
    hasAgent: true,
    revokedAtMs: null,
    revokedReason: null,
    agentVersion: '0.1.0',
    connected: true,
    lastSeenAtMs: SAMPLE_AT_MS,
    clockOffsetMs: 0,
    spoolRecords: 0,
    spoolBytes: 0,
    spoolError: '',
    certificateExpiresAtMs: null,
    facts: null,
    verdicts: {},
    state: 'unknown',
    nextCheckAtMs: 0,
    ...change,
  };
}

/** There for long, and heard just now. */
export function present(nowMs: number): Presence {
  return { caughtUpSinceMs: 0, catchingUp: false, lastSeenAtMs: nowMs };
}

export function absent(sinceMs: number): Presence {
  return { caughtUpSinceMs: null, catchingUp: false, lastSeenAtMs: sinceMs };
}
