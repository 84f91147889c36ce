/**
 * Runs that somebody else carries out: `backproof-agent exec` runs the command and reports here. A wrapper
 * keeps its connection for as long as its command runs; one that is gone for longer than WRAPPER_LOST_AFTER_MS
 * without a word is gone for good, and its run is cancelled.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import type { RunFinished, RunStarted } from '../../proto/run.ts';
import { lastDue } from '../../proto/schedule.ts';
import type { JobSpec } from '../config/job-spec.ts';
import { clockWasWrong } from '../decide/due.ts';
import { type Conclusion, failed } from '../engines/types.ts';
import { concludeWrapped, type Looked } from '../engines/wrapped.ts';
import type { SpoolWriter } from '../spool/writer.ts';
import type { Spool } from '../spool.ts';
import type { BorgReport } from '../tools/borg-output.ts';
import type { ArchiveLook } from './archive-look.ts';

/** Longer than an agent takes to restart. */
export const WRAPPER_LOST_AFTER_MS = 60_000;

export interface ExecReport {
  runId: string;
  job: string;
  startedAtMs: number;
  durationMs: number;
  /** The program's name, for the reason. */
  program: string;
  exitCode: number | null;
  signal: string | null;
  startError: string | null;
  logTail: string;
  /** What borg said inside the output; null when it was not heard. */
  borg: BorgReport | null;
}

export interface ExecRunsDeps {
  spool: Spool;
  writer: SpoolWriter;
  clock: Clock;
  log: Logger;
  host: string;
  jobs: JobSpec[];
  look: ArchiveLook;
}

interface Open {
  started: RunStarted;
  /** By the monotonic clock; null while the wrapper is connected. */
  lostAtMs: number | null;
}

export class ExecRuns {
  readonly #deps: ExecRunsDeps;
  readonly #open = new Map<string, Open>();
  /** Reports whose archives are being looked at: a wrapper that asks again gets the same answer. */
  readonly #ending = new Map<string, Promise<RunFinished>>();

  /** @param adopted runs that were open when the agent stopped: their wrappers may come back. */
  constructor(deps: ExecRunsDeps, adopted: RunStarted[]) {
    this.#deps = deps;
    const lostAtMs = deps.clock.monotonicMs();
    for (const started of adopted) this.#open.set(started.runId, { started, lostAtMs });
  }

  running(): RunStarted[] {
    return [...this.#open.values()].map(({ started }) => started);
  }

  /** A wrapper begins, or is back after a lost connection. Null, or why it is refused. */
  begin(runId: string, jobName: string, startedAtMs: number): string | null {
    const open = this.#open.get(runId);
    if (open) {
      open.lostAtMs = null;
      return null;
    }
    const job = this.#deps.jobs.find((one) => one.name === jobName);
    if (!job) return `this host has no job "${jobName}"`;
    const started = this.#startedOf(job, runId, startedAtMs);
    this.#deps.writer.write({ type: 'run-started', value: started }, this.#deps.clock.nowMs());
    this.#deps.log.info({ job: jobName, run: runId, trigger: 'exec' }, 'run started');
    this.#open.set(runId, { started, lostAtMs: null });
    return null;
  }

  lost(runId: string): void {
    const open = this.#open.get(runId);
    if (open) open.lostAtMs = this.#deps.clock.monotonicMs();
  }

  /** The command has ended. Repeating the report changes nothing. */
  async finish(report: ExecReport): Promise<{ run: RunFinished } | { refused: string }> {
    const { runId } = report;
    const ending = this.#ending.get(runId);
    if (ending) return { run: await ending };
    const before = this.#deps.spool.lastFinished(report.job);
    if (before?.runId === runId) return { run: before };
    const refused = this.begin(runId, report.job, report.startedAtMs);
    if (refused !== null) return { refused };
    const run = this.#conclude(report).finally(() => this.#ending.delete(runId));
    this.#ending.set(runId, run);
    return { run: await run };
  }

  async #conclude(report: ExecReport): Promise<RunFinished> {
    const repository = this.#deps.jobs.find(({ name }) => name === report.job)!.repository;
    const isWorthIt = repository !== null && report.borg !== null && report.borg.archives.length > 0;
    const looked: Looked = isWorthIt ? await this.#deps.look(repository) : null;
    const lastLine = report.logTail.trimEnd().split('\n').at(-1) ?? '';
    const conclusion = concludeWrapped({ ...report, lastLine }, repository, looked);
    const { started } = this.#open.get(report.runId)!;
    return this.#close(started, conclusion, report.durationMs, report.logTail);
  }

  /** Cancels the runs whose wrapper has been gone for too long. Call it every few seconds. */
  sweep(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    for (const { started, lostAtMs } of [...this.#open.values()]) {
      if (lostAtMs === null || nowMs - lostAtMs < WRAPPER_LOST_AFTER_MS) continue;
      if (this.#ending.has(started.runId)) continue;
      const reason =
        'backproof-agent exec ended without saying how its command ended: it was killed, or the machine went down.';
      const durationMs = Math.max(0, this.#deps.clock.nowMs() - started.startedAtMs);
      this.#close(started, { ...failed(reason), outcome: 'cancelled' }, durationMs, '');
    }
  }

  /** It answers for the newest due moment that no run answered for yet. */
  #startedOf(job: JobSpec, runId: string, startedAtMs: number): RunStarted {
    const { spool, host } = this.#deps;
    const due = job.schedule ? lastDue(job.schedule, host, job.name, startedAtMs) : null;
    const answeredMs = spool.lastDueAtMs(job.name) ?? 0;
    const owed = due !== null && (due.dueAtMs > answeredMs || clockWasWrong(answeredMs, startedAtMs));
    return {
      job: job.name,
      runId,
      dueAtMs: owed ? due.dueAtMs : null,
      startedAtMs,
      trigger: 'exec',
    };
  }

  #close(started: RunStarted, conclusion: Conclusion, durationMs: number, logTail: string): RunFinished {
    const { clock, writer, log } = this.#deps;
    const { inventory: _none, ...rest } = conclusion;
    const run = {
      ...started,
      ...rest,
      finishedAtMs: clock.nowMs(),
      durationMs: Math.round(durationMs),
      logTail,
    };
    writer.write({ type: 'run-finished', value: run }, run.finishedAtMs);
    log.info({ job: run.job, run: run.runId, outcome: run.outcome }, run.reason);
    this.#open.delete(started.runId);
    return run;
  }
}
