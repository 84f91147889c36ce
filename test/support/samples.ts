/** Ordinary objects for tests that care about something else. */
import type { JobDeclaration } from '../../proto/job.ts';
import type { RunFinished, RunStarted } from '../../proto/run.ts';

export const SAMPLE_AT_MS = Date.UTC(2026, 10, 20, 2);

export function sampleDeclaration(change: Partial<JobDeclaration> = {}): JobDeclaration {
  return {
    job: 'files',
    kind: 'files',
    schedule: {
      cron: '0 2 * * *',
      zone: 'UTC',
      spreadMs: 0,
      startGraceMs: 600_000,
      finishWithinMs: 3_600_000,
    },
    longestSilenceMs: 0,
    keepMs: 0,
    repository: 'acme',
    sources: ['/etc'],
    excludes: [],
    startedByAgent: true,
    sharedAs: '',
    staleAfter: null,
    ...change,
  };
}

export function sampleStarted(change: Partial<RunStarted> = {}): RunStarted {
  return {
    job: 'files',
    runId: 'run-1',
    dueAtMs: SAMPLE_AT_MS,
    startedAtMs: SAMPLE_AT_MS + 500,
    trigger: 'schedule',
    ...change,
  };
}

export function sampleFinished(change: Partial<RunFinished> = {}): RunFinished {
  return {
    ...sampleStarted(),
    finishedAtMs: SAMPLE_AT_MS + 60_000,
    durationMs: 59_500,
    outcome: 'succeeded',
    exitCode: 0,
    signal: null,
    reason: 'The archive is in the repository.',
    recoveryPoints: [],
    stats: { originalBytes: 1_000, compressedBytes: 500, deduplicatedBytes: 100, files: 10, excluded: 0 },
    warnings: [],
    warningsTotal: 0,
    logTail: '',
    ...change,
  };
}
