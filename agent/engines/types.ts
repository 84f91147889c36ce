/**
 * What an engine is: it knows what a kind of job does, and does none of it itself.
 *
 * `runner.ts` asks `plan` for the next step, carries it out, adds what was seen, and asks again until there
 * is none; then `outcome` judges. All of it is pure: the same things seen give the same plan and the same
 * outcome, which is how the fixtures of real tools test it.
 */
import type { JobKind } from '../../proto/job.ts';
import type { Outcome, RecoveryPoint, RunStats, RunWarning } from '../../proto/run.ts';
import type { JobSpec, PostgresPitrJob } from '../config/job-spec.ts';
import type { BorgVersion } from '../tools/borg.ts';
import type { BorgSaid } from '../tools/borg-log.ts';
import type { MysqlPrograms } from '../tools/mysql.ts';

export interface EngineContext {
  /** This host's name, as the collector knows it; archives carry it. */
  host: string;
  startedAtMs: number;
  /** The agent's own environment. */
  environment: Record<string, string>;
  /** Null when the job needs no borg, or `borgProblem` says why there is none. */
  borg: BorgVersion | null;
  borgProblem: string | null;
  /** The agent is root, and can become another user for a program that must not be. */
  isRoot: boolean;
  /** Folders of PostgreSQL's client programs by major. */
  postgresBins: Record<number, string>;
  /** Client programs of MySQL or MariaDB; null when the job needs none, or `mysqlProblem` says why there are none. */
  mysql: MysqlPrograms | null;
  mysqlProblem: string | null;
  /** argv in front of a dump's form, `--` and its command: passes on only what is whole (dump-guard.ts). */
  dumpGuard: string[];
  /** argv of `backproof-agent dump-crontabs`. */
  crontabs: string[];
  /** argv in front of a job and a type: a unit makes the base backup as `postgres`; empty: this process makes it. */
  baseBackup: string[];
  /** Look at all of the job's recovery points, not only at those of this run. */
  inventoryDue: boolean;
}

/** A program to run. */
export interface ProcessStep {
  type: 'process';
  /** Unique within the run. */
  id: string;
  argv: string[];
  env: Record<string, string>;
  /** Hand the repository's passphrase over on SECRET_FD. */
  needsPassphrase: boolean;
  /** How its standard error reads. */
  reads: 'borg' | 'text';
  /** Absolute paths whose absence is never harmless. */
  sources: string[];
  /** 0: standard output is a log like standard error. */
  stdoutBytesMax: number;
  /** The beginning of its standard output is enough: it is ended when there is more. */
  stopWhenCut?: boolean;
  /** It is ended when it takes longer; absent: as long as the run may. */
  withinMs?: number;
  /** Its standard input; absent: none. */
  stdin?: string;
  /** What people see as being worked on, '' when the program itself says so. */
  about: string;
}

/** A look at this machine. */
export interface LookStep {
  type: 'look';
  id: string;
  /** Do they exist, and is anything but folders in them? */
  paths: string[];
  /** Are they mount points? */
  mounts: string[];
  /** Which of them are folders, and no links to such? */
  folders: string[];
  /** A local repository whose lock is of interest. */
  lockedRepository: string | null;
}

/** An archive as it is remembered. */
export interface KnownArchive {
  id: string;
  name: string;
}

/** What is remembered of a repository from the run before. */
export interface RecallStep {
  type: 'recall';
  id: string;
  file: string;
}

/** Remembers what a repository holds, on disk before the next step begins. */
export interface RememberStep {
  type: 'remember';
  id: string;
  file: string;
  archives: readonly KnownArchive[];
  /** What the run's log says at this point. */
  log: string[];
}

/**
 * A question to a program that is held open beside the other steps. It is started with its first question, and
 * ended with its last, with the first of another session, or with the run. What is seen is a ProcessSeen:
 * exit code 0 and the lines of the answer, or how the program ended instead.
 */
export interface AskStep {
  type: 'ask';
  id: string;
  session: string;
  argv: string[];
  env: Record<string, string>;
  /** Written to its standard input. */
  text: string;
  /** The line of its standard output that ends the answer. */
  until: string;
  last: boolean;
  withinMs: number;
  stdoutBytesMax: number;
  about: string;
}

export type Step = ProcessStep | AskStep | LookStep | RecallStep | RememberStep;

export interface ProcessSeen {
  type: 'process';
  id: string;
  exitCode: number | null;
  signal: string | null;
  /** Why there is no result: it never began, or was ended for taking longer than it may. */
  startError: string | null;
  stdout: string;
  stdoutCut: boolean;
  /** For `reads: 'text'` only `plain` is filled: the last lines. */
  said: BorgSaid;
  /** How long the step took; absent where nobody measured. */
  tookMs?: number;
}

export interface LookSeen {
  type: 'look';
  id: string;
  missing: string[];
  /** Gave no answer; what is behind it in the list was not looked at. */
  silent: string[];
  /** Of the paths, those that are links themselves, and where they lead to. */
  links: { path: string; target: string }[];
  empty: string[];
  notMounted: string[];
  folders: string[];
  /** `host (process N)`. */
  lockHolders: string[];
}

export interface RecallSeen {
  type: 'recall';
  id: string;
  /** Null when nothing is remembered. */
  known: KnownArchive[] | null;
  /** Why it cannot be read although it is there. */
  problem: string | null;
}

export interface RememberSeen {
  type: 'remember';
  id: string;
  problem: string | null;
}

export type Seen = ProcessSeen | LookSeen | RecallSeen | RememberSeen;

export interface Conclusion {
  outcome: Outcome;
  exitCode: number | null;
  signal: string | null;
  reason: string;
  recoveryPoints: RecoveryPoint[];
  stats: RunStats;
  warnings: RunWarning[];
  warningsTotal: number;
  /** Every recovery point of the job in its repository; null when it was not looked at. */
  inventory: RecoveryPoint[] | null;
}

/** A finding of `validate`: `key` is the job's key in agent.yaml. */
export interface SpecFinding {
  key: string;
  allowed: string;
}

export interface Inventory {
  step: ProcessStep;
  /** Null when the step did not show them. */
  read(seen: ProcessSeen): RecoveryPoint[] | null;
}

export interface Engine<Spec extends JobSpec = JobSpec> {
  kind: JobKind;
  /** What a schema cannot express, about a job's keys as they are written; they may have any shape. */
  validate(raw: Record<string, unknown>): SpecFinding[];
  /** The next step given everything seen so far, null when there is none. */
  plan(spec: Spec, context: EngineContext, seen: readonly Seen[]): Step | null;
  /**
   * What to ask beside a step that is being carried out and reads data by now, null when there is nothing for now.
   * @param elapsedMs since the step began.
   */
  meanwhile?(
    spec: Spec,
    context: EngineContext,
    seen: readonly Seen[],
    step: Step,
    elapsedMs: number,
  ): AskStep | null;
  outcome(spec: Spec, context: EngineContext, seen: readonly Seen[]): Conclusion;
  /** Paths or databases, for people. */
  sources(spec: Spec): string[];
  /** How all of the job's recovery points are listed outside a run; null when its runs list them, or it has none. */
  inventory(spec: Spec, context: Pick<EngineContext, 'host' | 'environment' | 'isRoot'>): Inventory | null;
}

/** What an engine leaves to whatever keeps its job's base backups and WAL. */
export type PitrAdapter<Spec extends PostgresPitrJob = PostgresPitrJob> = Pick<
  Engine<Spec>,
  'plan' | 'outcome' | 'sources' | 'inventory'
>;

export const NO_STATS: RunStats = {
  originalBytes: 0,
  compressedBytes: 0,
  deduplicatedBytes: 0,
  files: 0,
  excluded: 0,
};

/** How the process ended that decided a run. */
export function ended({ exitCode, signal }: ProcessSeen): Partial<Conclusion> {
  return { exitCode, signal };
}

/** A conclusion without any evidence. */
export function failed(reason: string, part: Partial<Conclusion> = {}): Conclusion {
  return {
    outcome: 'failed',
    exitCode: null,
    signal: null,
    reason,
    recoveryPoints: [],
    stats: NO_STATS,
    warnings: [],
    warningsTotal: 0,
    inventory: null,
    ...part,
  };
}

export function processSeen(seen: readonly Seen[], id: string): ProcessSeen | null {
  return seen.find((one): one is ProcessSeen => one.type === 'process' && one.id === id) ?? null;
}

/** All of them by id, for plans with thousands of steps. */
export function processesSeen(seen: readonly Seen[]): ReadonlyMap<string, ProcessSeen> {
  const processes = seen.filter((one): one is ProcessSeen => one.type === 'process');
  return new Map(processes.map((one) => [one.id, one]));
}

export function lookSeen(seen: readonly Seen[], id: string): LookSeen | null {
  return seen.find((one): one is LookSeen => one.type === 'look' && one.id === id) ?? null;
}
