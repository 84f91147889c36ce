/**
 * Runs jobs: asks the engine what to do next, does it, and writes down what happened.
 *
 * A run is *started* once its record is spooled, before its first process begins; it is *finished* once its
 * record is spooled. Between the two the spool remembers its process group. What a crash leaves in between
 * is ended and reported as cancelled by `recover`.
 */
import type { Logger } from 'pino';
import type { Clock } from '../proto/clock.ts';
import { formatDuration } from '../proto/duration.ts';
import { messageOf } from '../proto/errors.ts';
import { RECOVERY_POINTS_PER_RECORD_MAX } from '../proto/limits.ts';
import type { RecordBody } from '../proto/messages.ts';
import type { RecoveryPoint, RunFinished, RunProgress, RunStarted, Trigger } from '../proto/run.ts';
import type { JobSpec } from './config/job-spec.ts';
import { engineOf } from './engines/index.ts';
import { type Conclusion, type EngineContext, failed, type Seen } from './engines/types.ts';
import { isLeftOver, RUN_ID_VARIABLE, signalGroup } from './process/group.ts';
import { carryOutAsking } from './runner/asking.ts';
import type { Inventories } from './runner/inventories.ts';
import { LogTail } from './runner/log.ts';
import type { RepositoryGuard } from './runner/repository-guard.ts';
import { StepRunner } from './runner/steps.ts';
import type { SpoolWriter } from './spool/writer.ts';
import type { Spool } from './spool.ts';
import { BASE_BACKUP_SOCKET } from './tools/base-backup.ts';
import type { BorgProgress } from './tools/borg-log.ts';
import type { Tools } from './watch/tools.ts';
import { mayConnect } from './watch/unit-socket.ts';

export interface RunnerDeps {
  spool: Spool;
  writer: SpoolWriter;
  clock: Clock;
  log: Logger;
  tools: Tools;
  environment: Record<string, string>;
  postgresBins: Record<number, string>;
  /** argv in front of a dump (dump-guard.ts). */
  dumpGuard: string[];
  crontabs: string[];
  /** argv of `backproof-agent base-backup`. */
  baseBackup: string[];
  isRoot: boolean;
  /** This host's name, as the collector knows it. */
  host: string;
  guard: RepositoryGuard;
  inventories: Pick<Inventories, 'isDue' | 'taken'>;
  newRunId: (startedAtMs: number) => string;
  onProgress: (progress: RunProgress) => void;
}

export interface RunningRun extends RunStarted {
  finished: Promise<RunFinished>;
}

/** Progress is for eyes: more often is only traffic. */
const PROGRESS_EVERY_MS = 1_000;
/** A plan that never ends is a mistake in an engine; the largest real ones have two steps a database. */
const STEPS_MAX = 100_000;

type Ending = 'timed-out' | 'cancelled';

interface Active {
  started: RunStarted;
  steps: StepRunner;
  end(how: Ending): void;
  finished: Promise<RunFinished>;
}

export class Runner {
  readonly #deps: RunnerDeps;
  readonly #active = new Map<string, Active>();

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
  }

  running(): RunStarted[] {
    return [...this.#active.values()].map((active) => active.started);
  }

  /** All recovery points of a job, as they were listed outside a run. */
  reportInventory(job: string, points: RecoveryPoint[]): void {
    this.#report(job, points, true);
  }

  /** Begins a run now. Whether it may is the scheduler's to know. */
  start(job: JobSpec, trigger: Trigger, dueAtMs: number | null): RunningRun {
    const { clock } = this.#deps;
    const startedAtMs = clock.nowMs();
    const runId = this.#deps.newRunId(startedAtMs);
    const started: RunStarted = { job: job.name, runId, dueAtMs, startedAtMs, trigger };
    this.#write({ type: 'run-started', value: started }, started.startedAtMs);
    this.#deps.log.info({ job: job.name, run: started.runId, trigger }, 'run started');
    const finished = this.#execute(job, started);
    return { ...started, finished };
  }

  /** Reports a due moment that gets no run of its own. */
  skip(job: JobSpec, dueAtMs: number, reason: string): void {
    const { clock, newRunId } = this.#deps;
    const startedAtMs = clock.nowMs();
    const started: RunStarted = {
      job: job.name,
      runId: newRunId(startedAtMs),
      dueAtMs,
      startedAtMs,
      trigger: 'schedule',
    };
    this.#write({ type: 'run-started', value: started }, startedAtMs);
    const conclusion: Conclusion = { ...failed(reason), outcome: 'skipped' };
    this.#finish(started, conclusion, 0, '');
  }

  /** Ends every run as cancelled, and waits until that is written down. */
  async stop(): Promise<void> {
    const active = [...this.#active.values()];
    for (const one of active) one.end('cancelled');
    await Promise.all(active.map((one) => one.finished));
  }

  /**
   * Ends what a crash left behind. Runs by `exec` belong to their wrapper, which may well be alive: they are
   * returned instead.
   */
  recover(): { run: RunStarted; wrapper: { pgid: number; startTicks: number } | null }[] {
    const left = this.#deps.spool.unfinishedRuns();
    const wrapped = left.filter(({ run }) => run.trigger === 'exec');
    for (const { run, process } of left) {
      if (run.trigger === 'exec') continue;
      let what = '';
      if (process && isLeftOver(process, run.runId)) {
        signalGroup(process.pgid, 'SIGKILL');
        what = ' Its process was still there and has been ended.';
      }
      this.#finish(run, cancelledBecause(`The agent stopped unexpectedly during this run.${what}`), null, '');
    }
    return wrapped.map(({ run, process }) => ({ run, wrapper: process }));
  }

  async #execute(job: JobSpec, started: RunStarted): Promise<RunFinished> {
    const { clock, environment } = this.#deps;
    const beganMs = clock.monotonicMs();
    const tail = new LogTail();
    let ending: Ending | null = null;
    const added = {
      [RUN_ID_VARIABLE]: started.runId,
      ...(job.repository ? this.#deps.guard.environment(job.repository) : {}),
    };
    const steps = new StepRunner(clock, environment, added, job.repository, {
      onGroup: (group) => this.#noteProcess(started.runId, group),
      onLine: (line) => tail.add(line),
      onProgress: this.#progressOf(started, () => about),
    });
    let about = '';
    const end = (how: Ending) => {
      ending ??= how;
      steps.stop();
    };
    let resolveFinished: (run: RunFinished) => void = () => {};
    const finished = new Promise<RunFinished>((resolve) => {
      resolveFinished = resolve;
    });
    this.#active.set(started.runId, { started, steps, end, finished });
    const cancelTimeout = clock.after(job.timeoutMs, () => end('timed-out'));

    let conclusion: Conclusion;
    try {
      conclusion = await this.#walk(job, started, steps, (step) => {
        about = step;
      });
    } catch (error) {
      this.#deps.log.error({ err: error, run: started.runId }, 'a run failed inside the agent');
      conclusion = failed(`The agent itself failed during this run: ${messageOf(error)}. Please report it.`);
    }
    await steps.close();
    cancelTimeout();
    if (ending !== null) conclusion = { ...conclusion, ...endedBy(ending, job, conclusion) };
    const run = this.#finish(started, conclusion, clock.monotonicMs() - beganMs, tail.text());
    this.#active.delete(started.runId);
    resolveFinished(run);
    return run;
  }

  async #walk(
    job: JobSpec,
    started: RunStarted,
    steps: StepRunner,
    onStep: (about: string) => void,
  ): Promise<Conclusion> {
    const engine = engineOf(job);
    const context = await this.#contextOf(job, started);
    const { repository } = job;
    const guard = repository === null || context.borg === null ? null : this.#deps.guard;
    const look = guard?.lookFirst(repository!, context) ?? null;
    if (guard && look) {
      onStep(look.about);
      const one = await steps.carryOut(look);
      const refused = one?.type === 'process' ? guard.afterLook(repository!, one) : null;
      if (refused !== null) return failed(refused);
    }
    const seen: Seen[] = [];
    while (!steps.stopped && seen.length < STEPS_MAX) {
      const step = engine.plan(job, context, seen);
      if (step === null) break;
      onStep('about' in step ? step.about : '');
      const asks = engine.meanwhile?.bind(engine, job, context, seen, step);
      const one = asks
        ? await carryOutAsking(steps, this.#deps.clock, step, asks, (answer) => seen.push(answer))
        : await steps.carryOut(step);
      if (one === null) break;
      seen.push(one);
      const refused = one.type === 'process' ? (guard?.after(repository!, one) ?? null) : null;
      if (refused !== null) {
        const part = engine.outcome(job, context, seen);
        return { ...part, outcome: 'failed', reason: refused, recoveryPoints: [], inventory: null };
      }
    }
    const conclusion = engine.outcome(job, context, seen);
    if (context.inventoryDue && conclusion.inventory !== null && !steps.stopped) {
      void this.#deps.inventories.taken(job, conclusion.inventory.length);
      return conclusion;
    }
    return { ...conclusion, inventory: null };
  }

  async #contextOf(job: JobSpec, started: RunStarted): Promise<EngineContext> {
    const { host, tools, environment, postgresBins, dumpGuard, crontabs, isRoot, inventories } = this.#deps;
    const borg =
      job.kind !== 'command' && job.repository !== null
        ? await tools.borg(job.repository.program, archivesCommands(job))
        : { version: null, problem: null };
    const mysql =
      job.kind === 'mysql-dump' ? await tools.mysqlForDumps(job) : { programs: null, problem: null };
    return {
      host,
      startedAtMs: started.startedAtMs,
      environment,
      borg: borg.version,
      borgProblem: borg.problem,
      postgresBins,
      mysql: mysql.programs,
      mysqlProblem: mysql.problem,
      dumpGuard,
      crontabs,
      baseBackup: !isRoot && mayConnect(BASE_BACKUP_SOCKET) ? this.#deps.baseBackup : [],
      isRoot,
      inventoryDue: inventories.isDue(job.name),
    };
  }

  #noteProcess(runId: string, group: { pgid: number; startTicks: number }): void {
    try {
      this.#deps.spool.noteProcess(runId, group);
    } catch (error) {
      // The run goes on: only the clean-up after a crash would miss this process.
      this.#deps.log.warn({ err: error, run: runId }, 'the process of a run could not be remembered');
    }
  }

  #progressOf(started: RunStarted, about: () => string): (progress: BorgProgress) => void {
    const { clock, onProgress } = this.#deps;
    let lastMs = Number.NEGATIVE_INFINITY;
    return ({ originalBytes, deduplicatedBytes, files, current }) => {
      if (clock.monotonicMs() - lastMs < PROGRESS_EVERY_MS) return;
      lastMs = clock.monotonicMs();
      onProgress({
        job: started.job,
        runId: started.runId,
        atMs: clock.nowMs(),
        originalBytes,
        deduplicatedBytes,
        files,
        current: about() || current,
      });
    };
  }

  #write(body: RecordBody, nowMs: number): void {
    try {
      this.#deps.writer.write(body, nowMs);
    } catch (error) {
      this.#deps.log.error({ err: error, type: body.type }, 'a record could not be encoded and is lost');
    }
  }

  /** Writes the end of a run down, and what was seen in its repository. */
  #finish(
    started: RunStarted,
    conclusion: Conclusion,
    durationMs: number | null,
    logTail: string,
  ): RunFinished {
    const { clock, log } = this.#deps;
    const { inventory, ...rest } = conclusion;
    const finishedAtMs = clock.nowMs();
    const run: RunFinished = {
      ...started,
      ...rest,
      finishedAtMs,
      durationMs: Math.round(durationMs ?? Math.max(0, finishedAtMs - started.startedAtMs)),
      logTail,
    };
    this.#write({ type: 'run-finished', value: run }, finishedAtMs);
    log.info(
      { job: run.job, run: run.runId, outcome: run.outcome, took: formatDuration(run.durationMs) },
      run.reason,
    );
    const surplus = run.recoveryPoints.slice(RECOVERY_POINTS_PER_RECORD_MAX);
    if (surplus.length > 0) this.#report(started.job, surplus, false);
    if (inventory !== null) this.#report(started.job, inventory, true);
    return run;
  }

  /** In pages. `areAll`: the job has no others, which the last page says. */
  #report(job: string, points: RecoveryPoint[], areAll: boolean): void {
    for (let from = 0; from === 0 || from < points.length; from += RECOVERY_POINTS_PER_RECORD_MAX) {
      const recoveryPoints = points.slice(from, from + RECOVERY_POINTS_PER_RECORD_MAX);
      const isLast = from + RECOVERY_POINTS_PER_RECORD_MAX >= points.length;
      const value = { job, recoveryPoints, complete: areAll && isLast };
      this.#write({ type: 'recovery-points-seen', value }, this.#deps.clock.nowMs());
    }
  }
}

/** Whether borg is to archive what programs print. */
function archivesCommands({ kind }: JobSpec): boolean {
  return kind === 'postgres-dump' || kind === 'mysql-dump' || kind === 'postgres-pitr';
}

function cancelledBecause(reason: string): Conclusion {
  return { ...failed(reason), outcome: 'cancelled' };
}

function endedBy(
  ending: Ending,
  job: JobSpec,
  conclusion: Conclusion,
): Pick<Conclusion, 'outcome' | 'reason'> {
  const kept = conclusion.recoveryPoints.length;
  const rest = kept > 0 ? ` ${kept} recovery points were made before that.` : '';
  if (ending === 'cancelled')
    return { outcome: 'cancelled', reason: `The agent was stopped during this run.${rest}` };
  const limit = formatDuration(job.timeoutMs);
  return {
    outcome: 'timed-out',
    reason: `The run was ended after ${limit}, its timeout.${rest} Look at the log for what it was doing.`,
  };
}
