/** Random schedules, run times, clock jumps and restarts: what must hold of the scheduler whatever happens. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CommandJob } from '../../../agent/config/job-spec.ts';
import { CLOCK_SET_BACK_MAX_MS } from '../../../agent/decide/due.ts';
import { Scheduler } from '../../../agent/scheduler.ts';
import type { RunFinished, RunStarted, Trigger } from '../../../proto/run.ts';
import { nextDue, type Schedule } from '../../../proto/schedule.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { sampleFinished } from '../../support/samples.ts';
import { silent } from '../../support/wire.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A night with a clock change in Europe lies within reach: 25 October 2026, 01:00 UTC. */
const BEGIN_MS = Date.UTC(2026, 9, 24, 20);

const CRONS = ['*/7 * * * *', '*/20 * * * *', '0 * * * *', '30 2 * * *', '15 */3 * * *'];
const REPOSITORIES = ['one', 'two', null];

type Action =
  | { do: 'pass'; ms: number }
  | { do: 'set-clock'; byMs: number }
  | { do: 'restart'; downMs: number };

const pass = fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 3 * HOUR_MS }) });
const restart = fc.record({
  do: fc.constant('restart' as const),
  downMs: fc.integer({ min: 0, max: 30 * HOUR_MS }),
});
const setClock = fc.record({
  do: fc.constant('set-clock' as const),
  byMs: fc.integer({ min: -24 * HOUR_MS, max: 48 * HOUR_MS }),
});
const jobs = fc.array(
  fc.record({
    cron: fc.constantFrom(...CRONS),
    spreadMs: fc.constantFrom(0, 5 * MINUTE_MS),
    repository: fc.constantFrom(...REPOSITORIES),
    takesMs: fc.integer({ min: 0, max: 3 * HOUR_MS }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Carries out nothing, but takes its time, and remembers what the spool would. */
class World {
  readonly clock = new FakeClock(BEGIN_MS);
  readonly begun: { job: string; dueAtMs: number | null; trigger: Trigger }[] = [];
  /** Runs of `begun` that a clock far ahead made too early, as it turned out. */
  readonly tooEarly = new Set<object>();
  readonly skipped: { job: string; dueAtMs: number }[] = [];
  readonly #specs: CommandJob[];
  readonly #takesMs: number[];
  readonly #lastDueAtMs = new Map<string, number>();
  readonly #scheduledSinceMs = new Map<string, number>();
  #running = new Map<string, RunStarted>();
  #generation = 0;
  scheduler!: Scheduler;
  upSinceMs = BEGIN_MS;

  constructor(drawn: { cron: string; spreadMs: number; repository: string | null; takesMs: number }[]) {
    this.#specs = drawn.map((one, index) => jobOf(`job${index}`, one));
    this.#takesMs = drawn.map((one) => one.takesMs);
    for (const spec of this.#specs) this.#scheduledSinceMs.set(spec.name, BEGIN_MS);
    this.up();
  }

  up(): void {
    this.upSinceMs = this.clock.nowMs();
    this.#generation += 1;
    this.#running = new Map();
    this.scheduler = new Scheduler({
      jobs: this.#specs,
      host: 'web1',
      spool: {
        lastDueAtMs: (job) => this.#lastDueAtMs.get(job) ?? null,
        scheduledSinceMs: (job) => this.#scheduledSinceMs.get(job) ?? null,
      },
      runner: {
        start: (spec, trigger, dueAtMs) => this.#start(spec, trigger, dueAtMs),
        skip: (spec, dueAtMs) => {
          this.skipped.push({ job: spec.name, dueAtMs });
          this.#noteDue(spec.name, dueAtMs);
        },
        running: () => [...this.#running.values()],
      },
      occupied: () => [],
      clock: this.clock,
      log: silent,
      onTick: () => {},
    });
    this.scheduler.start();
  }

  down(): void {
    this.scheduler.stop();
    this.#running = new Map();
    this.#generation += 1;
  }

  setClock(nowMs: number): void {
    this.clock.setWallClock(nowMs);
    for (const one of this.begun)
      if (one.dueAtMs !== null && one.dueAtMs > nowMs + CLOCK_SET_BACK_MAX_MS) this.tooEarly.add(one);
  }

  specs(): CommandJob[] {
    return this.#specs;
  }

  #start(spec: CommandJob | { name: string }, trigger: Trigger, dueAtMs: number | null) {
    const running = [...this.#running.values()];
    expect(running.map((run) => run.job)).not.toContain(spec.name);
    const repository = this.#repositoryOf(spec.name);
    if (repository !== null) {
      const occupied = running.map((run) => this.#repositoryOf(run.job));
      expect(occupied).not.toContain(repository);
    }
    const runId = `run-${this.begun.length}`;
    this.begun.push({ job: spec.name, dueAtMs, trigger });
    if (dueAtMs !== null) this.#noteDue(spec.name, dueAtMs);
    const started: RunStarted = { job: spec.name, runId, dueAtMs, startedAtMs: this.clock.nowMs(), trigger };
    this.#running.set(runId, started);
    const generation = this.#generation;
    const takesMs = this.#takesMs[Number(spec.name.slice(3))]!;
    const finished = new Promise<RunFinished>((resolve) => {
      this.clock.after(takesMs, () => {
        if (generation !== this.#generation) return;
        this.#running.delete(runId);
        resolve(sampleFinished({ ...started }));
      });
    });
    return { ...started, finished };
  }

  #noteDue(job: string, dueAtMs: number): void {
    this.#lastDueAtMs.set(job, Math.max(dueAtMs, this.#lastDueAtMs.get(job) ?? 0));
  }

  #repositoryOf(job: string): string | null {
    return this.#specs.find((spec) => spec.name === job)?.repository?.name ?? null;
  }
}

function jobOf(
  name: string,
  drawn: { cron: string; spreadMs: number; repository: string | null },
): CommandJob {
  const schedule: Schedule = {
    cron: drawn.cron,
    zone: 'Europe/Berlin',
    spreadMs: drawn.spreadMs,
    startGraceMs: MINUTE_MS,
    finishWithinMs: HOUR_MS,
  };
  return {
    name,
    kind: 'command',
    schedule,
    startedByAgent: true,
    timeoutMs: HOUR_MS,
    longestSilenceMs: 0,
    keepMs: 0,
    command: ['true'],
    repository:
      drawn.repository === null
        ? null
        : {
            name: drawn.repository,
            customer: null,
            location: `/${drawn.repository}`,
            passphraseFile: null,
            passphraseCommand: null,
            unencrypted: true,
            lockWaitMs: 0,
            uploadBytesPerSecond: null,
            checkpointEveryMs: null,
            sshCommand: null,
            remotePath: null,
            program: 'borg',
            restoreApproval: 'none' as const,
          },
  };
}

/** Lets time pass in steps, so that what waits for a finished run can begin in between. */
async function letPass(world: World, ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= 10 * MINUTE_MS) {
    world.clock.advance(Math.min(leftMs, 10 * MINUTE_MS));
    await Promise.resolve();
    await Promise.resolve();
  }
}

async function live(world: World, actions: Action[]): Promise<void> {
  for (const action of actions) {
    if (action.do === 'pass') await letPass(world, action.ms);
    if (action.do === 'set-clock') world.setClock(world.clock.nowMs() + action.byMs);
    if (action.do === 'restart') {
      world.down();
      await letPass(world, action.downMs);
      world.up();
    }
  }
  await letPass(world, 1);
}

it('runs each due moment at most once, whatever the agent does, unless the clock was far ahead of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      jobs,
      fc.array(fc.oneof(pass, pass, restart, setClock), { minLength: 1, maxLength: 12 }),
      async (drawn, actions) => {
        const world = new World(drawn);
        await live(world, actions);
        world.down();
        const begun = world.begun.filter((one) => !world.tooEarly.has(one));
        const keys = begun.map(({ job, dueAtMs }) => `${job} ${dueAtMs}`);
        expect(new Set(keys).size).toBe(keys.length);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

it('misses no due moment while it is up: it is run, reported as skipped, or still waits', async () => {
  await fc.assert(
    fc.asyncProperty(
      jobs,
      fc.array(fc.oneof(pass, restart), { minLength: 1, maxLength: 8 }),
      async (drawn, actions) => {
        const world = new World(drawn);
        await live(world, actions);
        const nowMs = world.clock.nowMs();
        const waiting = world.scheduler.waitingJobs();
        world.down();
        for (const spec of world.specs()) {
          const settled = [...world.begun, ...world.skipped].filter((one) => one.job === spec.name);
          const dues: number[] = [];
          for (let atMs = world.upSinceMs; ; ) {
            const due = nextDue(spec.schedule!, 'web1', spec.name, atMs);
            if (!due || due.dueAtMs > nowMs) break;
            dues.push(due.dueAtMs);
            atMs = due.dueAtMs;
          }
          if (waiting.includes(spec.name)) dues.pop();
          const known = new Set(settled.map((one) => one.dueAtMs));
          expect(dues.filter((dueAtMs) => !known.has(dueAtMs))).toEqual([]);
        }
      },
    ),
    { numRuns: 40 },
  );
}, 120_000);

it('catches up once after the agent was down, and only with the newest moment', async () => {
  const world = new World([{ cron: '0 * * * *', spreadMs: 0, repository: null, takesMs: 1_000 }]);
  await letPass(world, 90 * MINUTE_MS);
  world.down();
  await letPass(world, 10 * HOUR_MS);
  world.up();
  await letPass(world, 1);
  const caught = world.begun.filter((one) => one.trigger === 'catch-up');
  expect(caught).toEqual([{ job: 'job0', dueAtMs: BEGIN_MS + 11 * HOUR_MS, trigger: 'catch-up' }]);
});

it.each([
  ['a year', 365 * 24 * HOUR_MS],
  ['a day', 24 * HOUR_MS],
  ['an hour', HOUR_MS],
])('goes on by its schedule after a clock that was %s ahead is set right', async (_, aheadMs) => {
  const world = new World([{ cron: '0 * * * *', spreadMs: 0, repository: null, takesMs: 1_000 }]);
  world.clock.setWallClock(BEGIN_MS + aheadMs);
  await letPass(world, 90 * MINUTE_MS);
  world.clock.setWallClock(BEGIN_MS + 90 * MINUTE_MS);
  const before = world.begun.length;
  await letPass(world, 2 * HOUR_MS);
  expect(world.begun.slice(before).map((one) => one.dueAtMs)).toEqual([
    BEGIN_MS + 2 * HOUR_MS,
    BEGIN_MS + 3 * HOUR_MS,
  ]);
});

it('owes nothing for the time before a job had its schedule', async () => {
  const world = new World([{ cron: '30 2 * * *', spreadMs: 0, repository: null, takesMs: 1_000 }]);
  world.down();
  world.up();
  await letPass(world, 1);
  expect(world.begun).toEqual([]);
});
