/**
 * An agent without backups: the real spool, link and identity of some hosts, and runs that are made up.
 * Started by the chaos test; killed by it, or by itself inside a step.
 */
import { join } from 'node:path';
import { pino } from 'pino';
import { IdentityStore } from '../../../agent/identity.ts';
import { Link } from '../../../agent/link.ts';
import { Spool } from '../../../agent/spool.ts';
import type { Clock } from '../../../proto/clock.ts';
import type { Outcome, RunStarted } from '../../../proto/run.ts';
import { seededRandom } from '../seed-fleet.ts';
import { fastClock, onOrders, Steps } from './steps.ts';
import { type SpoolSabotage, watchedSpool } from './watched-spool.ts';

export interface AgentSettings {
  folder: string;
  url: string;
  hosts: string[];
  jobs: string[];
  clock: { rate: number; originMs: number };
  seed: number;
  /** How often this agent was started; makes the ids of its runs its own. */
  boot: number;
  /** Real milliseconds between two records of a host. */
  paceMs: number;
  sabotage: SpoolSabotage;
}

const SPOOL_BYTES_MAX = 256 * 1024 * 1024;
/** Above this many unacked records the agent waits, so that a slow collector does not make the test endless. */
const BACKLOG_MAX = 500;
const HEAL_AFTER_MS = 500;
/** Share of the runs that end as the run before did, so that alerts stand for a while. */
const STICKY = 0.7;

class ChaosAgent {
  readonly #host: string;
  readonly #spool: Spool;
  readonly #clock: Clock;
  readonly #steps: Steps;
  readonly #settings: AgentSettings;
  readonly #random: () => number;
  readonly #open = new Map<string, RunStarted>();
  readonly #last = new Map<string, Outcome>();
  readonly #link: Link;
  #runs = 0;

  constructor(host: string, index: number, settings: AgentSettings, clock: Clock, steps: Steps) {
    this.#host = host;
    this.#settings = settings;
    this.#clock = clock;
    this.#steps = steps;
    this.#random = seededRandom(settings.seed * 1_009 + settings.boot * 31 + index);
    const data = join(settings.folder, host);
    const spool = Spool.open(join(data, 'spool.db'), { bytesMax: SPOOL_BYTES_MAX });
    this.#spool = watchedSpool(spool, host, steps, settings.sabotage);
    this.#link = new Link({
      url: settings.url,
      identity: IdentityStore.open(data),
      spool: this.#spool,
      clock,
      log: pino({ level: 'info', base: { host } }, pino.destination({ dest: 2, sync: true })),
      agentVersion: '0.0.0-chaos',
      random: this.#random,
      heartbeat: () => ({ spoolError: '', runningJobs: [] }),
      onRequest: () => ({ accepted: false, reason: 'this agent only makes things up' }),
    });
  }

  start(): void {
    const nowMs = this.#clock.nowMs();
    const declared = new Set(this.#spool.declaredJobs().map(({ job }) => job));
    for (const job of this.#settings.jobs) {
      if (!declared.has(job)) this.#declare(job, nowMs);
      this.#last.set(job, this.#spool.lastFinished(job)?.outcome ?? 'succeeded');
    }
    // What was running when the process died has ended, as the product's runner says it.
    for (const { run } of this.#spool.unfinishedRuns()) this.#finish(run, 'cancelled');
    this.#link.start();
  }

  /** One more record. */
  step(): void {
    if (this.#spool.backlog().records >= BACKLOG_MAX) return;
    const { jobs } = this.#settings;
    const job = jobs[Math.floor(this.#random() * jobs.length)]!;
    const run = this.#open.get(job);
    if (!run) {
      this.#start(job);
      return;
    }
    const fresh: Outcome = this.#random() < 0.5 ? 'failed' : 'succeeded';
    this.#finish(run, this.#random() < STICKY ? this.#last.get(job)! : fresh);
  }

  /** Everything ends well. */
  heal(): void {
    for (const run of [...this.#open.values()]) this.#finish(run, 'succeeded');
    for (const job of this.#settings.jobs) this.#finish(this.#start(job), 'succeeded');
    this.#steps.say(['healed', this.#host, this.#spool.position().lastSeq]);
  }

  #start(job: string): RunStarted {
    this.#runs += 1;
    const run: RunStarted = {
      job,
      runId: `${this.#settings.boot}-${this.#runs}`,
      dueAtMs: null,
      startedAtMs: this.#clock.nowMs(),
      trigger: 'exec',
    };
    this.#spool.append({ type: 'run-started', value: run }, run.startedAtMs);
    this.#open.set(job, run);
    return run;
  }

  #finish(run: RunStarted, outcome: Outcome): void {
    const nowMs = this.#clock.nowMs();
    this.#spool.append(
      {
        type: 'run-finished',
        value: {
          ...run,
          finishedAtMs: Math.max(nowMs, run.startedAtMs),
          durationMs: Math.max(0, nowMs - run.startedAtMs),
          outcome,
          exitCode: outcome === 'succeeded' ? 0 : outcome === 'failed' ? 1 : null,
          signal: null,
          reason: `Run ${run.runId} ${outcome}.`,
          recoveryPoints:
            outcome === 'succeeded'
              ? [
                  {
                    repository: 'acme',
                    name: `${this.#host}-${run.job}-${run.runId}`,
                    id: `${this.#host}-${run.job}-${run.runId}`,
                    subject: '',
                    createdAtMs: nowMs,
                    sizeBytes: 1_000,
                  },
                ]
              : [],
          stats: {
            originalBytes: 1_000,
            compressedBytes: 900,
            deduplicatedBytes: 100,
            files: 1,
            excluded: 0,
          },
          warnings: [],
          warningsTotal: 0,
          logTail: '',
        },
      },
      nowMs,
    );
    this.#open.delete(run.job);
    this.#last.set(run.job, outcome === 'failed' ? 'failed' : 'succeeded');
  }

  #declare(job: string, nowMs: number): void {
    const value = {
      job,
      kind: 'command',
      schedule: null,
      longestSilenceMs: 0,
      keepMs: 0,
      repository: 'acme',
      sources: [],
      excludes: [],
      startedByAgent: false,
      sharedAs: '',
      staleAfter: null,
    };
    this.#spool.append({ type: 'job-declared', value }, nowMs);
  }
}

const steps = new Steps();
function run(settings: AgentSettings): void {
  const clock = fastClock(settings.clock.rate, settings.clock.originMs);
  const agents = settings.hosts.map((host, index) => new ChaosAgent(host, index, settings, clock, steps));
  for (const agent of agents) agent.start();
  steps.say(['ready']);
  const timer = setInterval(() => {
    for (const agent of agents) agent.step();
  }, settings.paceMs);
  heal = () => {
    clearInterval(timer);
    // By the agents' clocks long after the last failure: times are only as true as the offset between clocks.
    setTimeout(() => {
      for (const agent of agents) agent.heal();
    }, HEAL_AFTER_MS);
  };
}
let heal = () => {};

onOrders<AgentSettings>((order) => {
  if (order.do === 'go') run(order.settings);
  else if (order.do === 'arm') steps.arm(order.step, order.nth);
  else heal();
});
