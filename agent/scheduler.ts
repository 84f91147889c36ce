/**
 * Decides, on every tick, which runs begin: those that are due by their schedule, and those somebody asked
 * for. It looks at the clock anew at least every TICK_MS, so that a clock that is set is noticed.
 *
 * A run is *waiting* from the moment it is due until its job and its repository are free, then it is the
 * runner's. Only what has begun is remembered over a crash: what was still waiting is caught up.
 */
import type { Logger } from 'pino';
import type { Clock } from '../proto/clock.ts';
import type { Ask } from '../proto/messages.ts';
import type { RunFinished, Trigger } from '../proto/run.ts';
import { nextDue } from '../proto/schedule.ts';
import type { JobSpec } from './config/job-spec.ts';
import { clockWasWrong, decideDue } from './decide/due.ts';
import { refusalToStart, whoMayBegin } from './decide/overlap.ts';
import type { Runner } from './runner.ts';
import type { Spool } from './spool.ts';

/** The longest time between two looks at the clock. */
export const TICK_MS = 5_000;

/** No job is called like this. */
const NO_JOB = '';

export interface SchedulerDeps {
  jobs: JobSpec[];
  host: string;
  spool: Pick<Spool, 'lastDueAtMs' | 'scheduledSinceMs'>;
  runner: Pick<Runner, 'start' | 'skip' | 'running'>;
  /** Locations of repositories in which something works that is no run. */
  occupied: () => readonly string[];
  clock: Clock;
  log: Logger;
  /** Called after every tick that went through. */
  onTick: () => void;
}

export interface Began {
  runId: string;
  finished: Promise<RunFinished>;
}

interface Waiting {
  job: string;
  repository: string | null;
  spec: JobSpec;
  trigger: Trigger;
  dueAtMs: number | null;
  onBegin: (began: Began) => void;
}

export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #upSinceMs: number;
  readonly #settledUpToMs = new Map<string, number>();
  /** When to look at a job again: cron arithmetic is not done on every tick. */
  readonly #lookAtMs = new Map<string, number>();
  #waiting: Waiting[] = [];
  #cancelTimer = () => {};
  #stopped = false;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    this.#upSinceMs = deps.clock.nowMs();
    for (const job of deps.jobs) {
      const sinceMs = deps.spool.scheduledSinceMs(job.name) ?? this.#upSinceMs;
      this.#settledUpToMs.set(job.name, Math.max(sinceMs, deps.spool.lastDueAtMs(job.name) ?? 0));
    }
  }

  start(): void {
    this.#tick();
  }

  /** Begins nothing any more. Runs that go on are the runner's. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
    this.#waiting = [];
  }

  /** When a job comes due next; null when it is not started by the agent, or never again. */
  nextDueAtMs(job: JobSpec): number | null {
    if (!job.schedule || !job.startedByAgent) return null;
    const { clock, host } = this.#deps;
    const fromMs = Math.max(clock.nowMs(), this.#settledUpToMs.get(job.name) ?? 0);
    return nextDue(job.schedule, host, job.name, fromMs)?.dueAtMs ?? null;
  }

  /** Names of jobs whose run waits for its repository. */
  waitingJobs(): string[] {
    return this.#waiting.map((one) => one.job);
  }

  /**
   * Somebody wants a job run now. It begins at once or when its repository is free.
   * @returns `began` resolves when it has; it never does when the agent stops before.
   */
  request(
    name: string,
    trigger: 'manual' | 'request',
  ): { accepted: false; reason: string } | { accepted: true; reason: string; began: Promise<Began> } {
    // Nobody would wait for such a run, and the stop would leave its process behind.
    if (this.#stopped) return { accepted: false, reason: 'the agent is stopping' };
    const spec = this.#deps.jobs.find((job) => job.name === name);
    if (!spec) return { accepted: false, reason: `this host has no job "${name}"` };
    if (!spec.startedByAgent)
      return {
        accepted: false,
        reason: `${name} is started from outside, by backproof-agent exec; its configuration names no command`,
      };
    const refusal = refusalToStart(name, this.#deps.runner.running(), this.#waiting);
    if (refusal !== null) return { accepted: false, reason: refusal };
    let onBegin: (began: Began) => void = () => {};
    const began = new Promise<Began>((resolve) => {
      onBegin = resolve;
    });
    this.#wait(spec, trigger, null, onBegin);
    this.#begin();
    const waits = this.#waiting.some((one) => one.job === name);
    return { accepted: true, reason: waits ? 'waits until its repository is free' : 'begun', began };
  }

  /** What the collector may ask of this host. */
  answer(ask: Extract<Ask, { type: 'run-job' }>): { accepted: boolean; reason: string } {
    const { accepted, reason } = this.request(ask.job, 'request');
    return { accepted, reason };
  }

  #tick(): void {
    if (this.#stopped) return;
    const { clock, log, onTick } = this.#deps;
    let nextLookAtMs = Number.POSITIVE_INFINITY;
    try {
      for (const job of this.#deps.jobs) nextLookAtMs = Math.min(nextLookAtMs, this.#look(job));
      this.#begin();
      onTick();
    } catch (error) {
      // The next tick tries again; the watchdog is not fed until one goes through.
      log.error({ err: error }, 'a tick of the scheduler failed');
    }
    const delayMs = Math.min(TICK_MS, Math.max(0, nextLookAtMs - clock.nowMs()));
    this.#cancelTimer = clock.after(delayMs, () => this.#tick());
  }

  /** Puts what is due of one job into the queue; returns when to look again. */
  #look(job: JobSpec): number {
    if (!job.schedule || !job.startedByAgent) return Number.POSITIVE_INFINITY;
    const { clock, host, log, runner } = this.#deps;
    const before = this.#settledUpToMs.get(job.name)!;
    const nowMs = clock.nowMs();
    const lookAtMs = this.#lookAtMs.get(job.name) ?? 0;
    if (nowMs < lookAtMs && !clockWasWrong(before, nowMs)) return lookAtMs;
    const decision = decideDue({
      schedule: job.schedule,
      host,
      job: job.name,
      nowMs,
      settledUpToMs: before,
      upSinceMs: this.#upSinceMs,
    });
    if (decision.settledUpToMs < before)
      log.warn({ job: job.name, before }, 'the clock was far ahead before; the schedule begins anew');
    this.#settledUpToMs.set(job.name, decision.settledUpToMs);
    for (const dueAtMs of decision.skipped)
      runner.skip(job, dueAtMs, 'The clock leapt over this due moment; a later one is run instead.');
    if (decision.start) {
      this.#giveUpWaiting(job);
      this.#wait(job, decision.start.trigger, decision.start.dueAtMs, () => {});
    }
    const nextLookAtMs = decision.nextLookAtMs ?? Number.POSITIVE_INFINITY;
    this.#lookAtMs.set(job.name, nextLookAtMs);
    return nextLookAtMs;
  }

  /** A run that still waits when the next is due has lost its use. */
  #giveUpWaiting(job: JobSpec): void {
    const late = this.#waiting.find((one) => one.job === job.name && one.dueAtMs !== null);
    if (!late) return;
    this.#waiting = this.#waiting.filter((one) => one !== late);
    this.#deps.runner.skip(
      job,
      late.dueAtMs!,
      `It was still waiting when the next run came due: ${job.name} or another job of its repository took too long.`,
    );
  }

  #wait(spec: JobSpec, trigger: Trigger, dueAtMs: number | null, onBegin: (began: Began) => void): void {
    const repository = spec.repository?.location ?? null;
    this.#waiting.push({ job: spec.name, repository, spec, trigger, dueAtMs, onBegin });
  }

  /** Begins whatever is free to. */
  #begin(): void {
    const running = this.#deps.runner.running().map(({ job }) => ({
      job,
      repository: this.#deps.jobs.find((one) => one.name === job)?.repository?.location ?? null,
    }));
    const others = this.#deps.occupied().map((repository) => ({ job: NO_JOB, repository }));
    for (const one of whoMayBegin(this.#waiting, [...running, ...others])) {
      this.#waiting = this.#waiting.filter((other) => other !== one);
      const { runId, finished } = this.#deps.runner.start(one.spec, one.trigger, one.dueAtMs);
      one.onBegin({ runId, finished });
      void finished.then(() => {
        if (!this.#stopped) this.#begin();
      });
    }
  }
}
