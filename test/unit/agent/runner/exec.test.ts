import { expect, it } from 'vitest';
import { ExecRuns } from '../../../../agent/runner/exec.ts';
import type { SpoolWriter } from '../../../../agent/spool/writer.ts';
import type { Spool } from '../../../../agent/spool.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { commandJob } from '../../../support/job-specs.ts';
import { silent } from '../../../support/wire.ts';

const YEAR_MS = 366 * 86_400_000;
const SCHEDULE = {
  cron: '0 3 * * *',
  zone: 'UTC',
  spreadMs: 0,
  startGraceMs: 600_000,
  finishWithinMs: 3_600_000,
};

/** What the run of an exec at `nowMs` answers for, when the spool says `lastDueAtMs`. */
function answersFor(nowMs: number, lastDueAtMs: number | null): number | null {
  const spool = { lastDueAtMs: () => lastDueAtMs } as unknown as Spool;
  const job = commandJob({ name: 'legacy', schedule: SCHEDULE });
  const deps = { writer: { write: () => true } as unknown as SpoolWriter, clock: new FakeClock(nowMs) };
  const runs = new ExecRuns(
    { ...deps, spool, log: silent, host: 'web1', jobs: [job], look: async () => ({ archives: [] }) },
    [],
  );
  expect(runs.begin('one', 'legacy', nowMs)).toBeNull();
  return runs.running()[0]!.dueAtMs;
}

it('answers for the newest due moment once, and for it also after a clock that was years ahead', () => {
  const nowMs = Date.UTC(2026, 10, 20, 12);
  const due = answersFor(nowMs, null);
  expect(due).not.toBeNull();
  expect(answersFor(nowMs, due)).toBeNull();
  expect(answersFor(nowMs, nowMs + YEAR_MS)).toBe(due);
});
