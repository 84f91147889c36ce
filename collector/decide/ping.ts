/**
 * What a ping means: healthchecks.io's `/ping/UUID[/start|/fail|/log|/EXITCODE]` as runs of a job. Pure.
 *
 * A ping says that something ended, and how; nobody looked at an archive, and the reason says so. Without a
 * start before it, a run is the moment of its end.
 */
import { leavesEvidence, type Outcome, type RunFinished, type RunStarted } from '../../proto/run.ts';
import { lastDue } from '../../proto/schedule.ts';
import type { JobRow, RunRow } from '../store/types.ts';

/** Kind of a job whose runs are reported by ping: nobody speaks for its host, so its absences are judged directly. */
export const PING_KIND = 'ping';

export type PingSignal =
  | { type: 'start' }
  | { type: 'log' }
  | { type: 'end'; outcome: 'succeeded' | 'failed'; exitCode: number | null };

/** What stands behind the UUID; null when it is nothing that has a meaning. */
export function parsePing(how: string): PingSignal | null {
  if (how === '') return { type: 'end', outcome: 'succeeded', exitCode: null };
  if (how === 'fail') return { type: 'end', outcome: 'failed', exitCode: null };
  if (how === 'start' || how === 'log') return { type: how };
  if (!/^\d{1,3}$/.test(how) || Number(how) > EXIT_CODE_MAX) return null;
  const exitCode = Number(how);
  return { type: 'end', outcome: exitCode === 0 ? 'succeeded' : 'failed', exitCode };
}
const EXIT_CODE_MAX = 255;

export interface PingFacts {
  job: JobRow;
  /** The newest runs of the job, the newest first. */
  newest: RunRow[];
  /** What the sender calls this run, null when it calls it nothing. */
  rid: string | null;
  /** What came along, '' when nothing did. */
  log: string;
  nowMs: number;
  newRunId: string;
}

/** What is to be written, in this order. */
export type PingEffect =
  | { do: 'start'; run: RunStarted }
  | { do: 'finish'; run: RunFinished }
  | { do: 'log'; runId: number; text: string };

/** The clocks of a host and of the collector may be this far apart: a ping that comes earlier by so much is due. */
const CLOCKS_APART_MS = 60_000;

export function decidePing(signal: PingSignal, facts: PingFacts): PingEffect[] {
  const { rid, newest } = facts;
  const open = newest.filter((run) => run.finishedAtMs === null && run.trigger === 'ping');
  const mine =
    rid === null ? open.find((run) => ridOf(run) === null) : open.find((run) => ridOf(run) === rid);
  switch (signal.type) {
    case 'start':
      return startEffects(mine, facts);
    case 'log': {
      const about = mine ?? open[0] ?? newest.find((run) => run.trigger === 'ping');
      return about && facts.log !== '' ? [{ do: 'log', runId: about.id, text: facts.log }] : [];
    }
    case 'end': {
      // A sender that never got our answer says it again.
      const said = rid === null ? undefined : newest.find((run) => run !== mine && ridOf(run) === rid);
      if (!mine && said?.outcome && leavesEvidence(said.outcome) === leavesEvidence(signal.outcome))
        return [];
      // One that named its start and not its end, or the other way round, means the only run that is open.
      const ended = mine ?? (said ? undefined : open[0]);
      const started = ended ? startedOf(ended, facts.job) : newRun(facts, said !== undefined);
      return [{ do: 'finish', run: finished(started, signal.outcome, signal.exitCode, facts) }];
    }
  }
}

/** Said twice with one name, a start is the same. Without a name it is a new one: the run before it is over. */
function startEffects(mine: RunRow | undefined, facts: PingFacts): PingEffect[] {
  const begin: PingEffect = { do: 'start', run: newRun(facts, false) };
  if (!mine) return [begin];
  if (facts.rid !== null) return [];
  const reason = 'Reported by ping: it started anew, and how this run ended was never said.';
  const over = finished(startedOf(mine, facts.job), 'cancelled', null, { ...facts, log: '' });
  return [{ do: 'finish', run: { ...over, reason } }, begin];
}

function finished(
  started: RunStarted,
  outcome: Outcome,
  exitCode: number | null,
  { nowMs, log }: PingFacts,
): RunFinished {
  return {
    ...started,
    finishedAtMs: nowMs,
    durationMs: Math.max(0, nowMs - started.startedAtMs),
    outcome,
    exitCode,
    signal: null,
    reason: outcome === 'succeeded' ? GOOD : bad(exitCode, log),
    recoveryPoints: [],
    stats: { originalBytes: 0, compressedBytes: 0, deduplicatedBytes: 0, files: 0, excluded: 0 },
    warnings: [],
    warningsTotal: 0,
    logTail: log,
  };
}

const GOOD = 'Reported by ping; no archive was looked at.';
/** Of the last line of a log, in a reason. */
const LAST_LINE_CHARS_MAX = 500;

function bad(exitCode: number | null, log: string): string {
  const how = exitCode === null ? 'it failed' : `it ended with exit code ${exitCode}`;
  const last = log.trimEnd().split('\n').at(-1)!.trim().slice(0, LAST_LINE_CHARS_MAX);
  return `Reported by ping: ${how}. ${last === '' ? 'It said nothing.' : `Its last line: ${last}`}`;
}

/** Ids carry the sender's own name of the run at their end. */
function ridOf(run: RunRow): string | null {
  return RID.exec(run.runId)?.[1] ?? null;
}
const RID = /-r-([0-9a-f-]{36})$/;

function newRun({ job, rid, nowMs, newRunId }: PingFacts, isAgain: boolean): RunStarted {
  return {
    job: job.job,
    // A run that is told to have failed after it had succeeded is another row.
    runId: rid === null || isAgain ? newRunId : `${newRunId}-r-${rid}`,
    dueAtMs: owedBy(job, nowMs),
    startedAtMs: nowMs,
    trigger: 'ping',
  };
}

/** The newest due moment that no run answered for yet. */
function owedBy(job: JobRow, nowMs: number): number | null {
  const { schedule } = job.declaration;
  if (schedule === null) return null;
  const due = lastDue(schedule, job.host, job.job, nowMs + CLOCKS_APART_MS);
  const answeredMs = job.lastStarted?.dueAtMs ?? 0;
  return due !== null && due.dueAtMs > answeredMs ? due.dueAtMs : null;
}

function startedOf(run: RunRow, job: JobRow): RunStarted {
  const { runId, dueAtMs, startedAtMs, trigger } = run;
  return { job: job.job, runId, dueAtMs, startedAtMs, trigger };
}
