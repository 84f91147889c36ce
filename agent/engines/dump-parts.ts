/**
 * What the engines that dump databases have in common: a run makes several archives, one a database and one
 * for the globals, each by borg itself from a command's output (--content-from-command), so that a dump that
 * fails leaves no archive; one database that fails does not stop the others. Pure.
 */
import type { RecoveryPoint, RunStats } from '../../proto/run.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import { makerOf } from '../tools/archive-name.ts';
import { type CreatedArchive, createFromCommandArgv, createFromStdinArgv } from '../tools/borg.ts';
import { textOfSaid } from '../tools/borg-failure.ts';
import type { DumpForm } from '../tools/dump-forms.ts';
import { type DatabaseManifest, MANIFEST_FILE, writeManifest } from '../tools/manifest.ts';
import {
  accessOf,
  archiveNameOf,
  archivesSeen,
  borgStep,
  CONFIRM,
  confirmStep,
  createdBy,
  explain,
  inventoryOf,
  lockLook,
  MANIFEST_SUFFIX,
} from './borg-steps.ts';
import type { AskStep, EngineContext, ProcessSeen, Seen, Step } from './types.ts';
import { NO_STATS, processesSeen } from './types.ts';

/** What these functions need to know of a job. */
export interface DumpJob {
  name: string;
  repository: RepositorySpec;
}

/** How a dump is made. */
export interface Dump {
  command: string[];
  /** Added to the environment of the command. */
  env: Record<string, string>;
  /** How it says that it is whole. */
  form: DumpForm;
}

/** One archive of a run. */
export interface Part extends Dump {
  /** Database name or 'globals', as recovery points name it. */
  subject: string;
  archive: string;
  /** The file inside the archive. */
  file: string;
  /** What the file holds, where no command has to make it. */
  text?: string;
}

export const GLOBALS = 'globals';

/** Users, roles and whatever else belongs to the server and not to a database. */
export function globalsPart(job: DumpJob, context: EngineContext, dump: Dump): Part {
  const archive = `${archiveNameOf(context.host, job.name, context.startedAtMs)}-${GLOBALS}`;
  return { subject: GLOBALS, archive, file: 'globals.sql', ...dump };
}

/** @param extension of the file in the archive: `dump`, `sql`. */
export function databasePart(
  job: DumpJob,
  context: EngineContext,
  database: string,
  extension: string,
  dump: Dump,
): Part {
  const name = encodeName(database);
  const archive = `${archiveNameOf(context.host, job.name, context.startedAtMs)}-db-${name}`;
  return { subject: database, archive, file: `${name}.${extension}`, ...dump };
}

/** Database names may hold anything; archive and file names here hold letters, digits and `._-%`. */
export function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** The database an archive holds, or 'globals'. */
export function subjectOf(archive: string): string {
  const name = /Z-db-(.*)$/.exec(archive)?.[1];
  if (name === undefined) return GLOBALS;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/**
 * What one database system does beside the plain dumps. All of it looks at `seen` alone, like a plan; a dump has
 * one attempt, or two.
 */
export interface DumpHooks {
  /** A step before this attempt. */
  before?(part: Part, attempt: number): Step | null;
  /** The command of this attempt, where it is not the part's. */
  command?(part: Part, attempt: number): string[];
  /** A question beside a dump that is being made. */
  meanwhile?(part: Part, attempt: number, elapsedMs: number): AskStep | null;
  /** A step after a dump that was made. */
  after?(part: Part, attempt: number, dump: ProcessSeen): Step | null;
  /** Whether a dump that failed deserves a second attempt, or the step that tells. */
  retry?(part: Part, dump: ProcessSeen): Step | boolean;
  /** What the dumps of a run hold, stored beside them. */
  manifest?: {
    engine: string;
    serverVersion: string;
    /** Null when nothing is known of this part. */
    of(part: Part): DatabaseManifest | null;
  };
}

const ATTEMPTS_MAX = 2;
const dumpId = (part: Part, attempt: number) =>
  attempt === 1 ? `dump ${part.archive}` : `dump again ${part.archive}`;
const MANIFEST = 'manifest';

type Processes = ReadonlyMap<string, ProcessSeen>;

/** The newest attempt, null when there was none. */
export function dumpOf(part: Part, processes: Processes): { dump: ProcessSeen; attempt: number } | null {
  for (let attempt = ATTEMPTS_MAX; attempt >= 1; attempt -= 1) {
    const dump = processes.get(dumpId(part, attempt));
    if (dump) return { dump, attempt };
  }
  return null;
}

/** The next step of a run that makes these archives and looks at them, null when there is none. */
export function planParts(
  job: DumpJob,
  context: EngineContext,
  parts: readonly Part[],
  seen: readonly Seen[],
  hooks: DumpHooks = {},
): Step | null {
  const processes = processesSeen(seen);
  const made: Part[] = [];
  for (const part of parts) {
    const last = dumpOf(part, processes);
    if (!last) return dumpStep(job, context, part, 1, hooks);
    const { dump, attempt } = last;
    if (createdBy(dump)) {
      const after = hooks.after?.(part, attempt, dump);
      if (after) return after;
      made.push(part);
    } else if (!isCommandFailure(dump)) {
      // The repository itself fails: the others would fail alike, each after its own lock wait.
      return made.length > 0
        ? evidenceStep(job, context, processes, made, hooks)
        : lockLook(job.repository, dump, seen);
    } else if (attempt < ATTEMPTS_MAX) {
      const retry = hooks.retry?.(part, dump) ?? false;
      if (typeof retry === 'object') return retry;
      if (retry) return dumpStep(job, context, part, attempt + 1, hooks);
    }
  }
  return made.length > 0 ? evidenceStep(job, context, processes, made, hooks) : null;
}

/** What to ask beside a step: only beside the dump of a part. */
export function askBeside(
  parts: readonly Part[],
  step: Step,
  elapsedMs: number,
  hooks: DumpHooks,
): AskStep | null {
  for (const part of parts) {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      if (step.id === dumpId(part, attempt)) return hooks.meanwhile?.(part, attempt, elapsedMs) ?? null;
    }
  }
  return null;
}

function dumpStep(job: DumpJob, context: EngineContext, part: Part, attempt: number, hooks: DumpHooks): Step {
  const before = hooks.before?.(part, attempt);
  if (before) return before;
  const command = hooks.command?.(part, attempt) ?? part.command;
  const archive = { name: part.archive, maker: makerOf(context.host, job.name) };
  const access = accessOf(job.repository);
  const id = dumpId(part, attempt);
  if (part.text !== undefined) {
    const argv = createFromStdinArgv(access, context.borg!, archive, part.file);
    return borgStep(job.repository, context, { id, argv, stdin: part.text, about: part.subject });
  }
  const argv = createFromCommandArgv(access, context.borg!, archive, part.file, [
    ...context.dumpGuard,
    part.form,
    '--',
    ...command,
  ]);
  const step = borgStep(job.repository, context, { id, argv, about: part.subject });
  return { ...step, env: { ...part.env, ...step.env } };
}

/** The manifest, and one look at the repository for all of them: each borg process costs half a second. */
function evidenceStep(
  job: DumpJob,
  context: EngineContext,
  processes: Processes,
  made: readonly Part[],
  hooks: DumpHooks,
): Step | null {
  if (processes.has(CONFIRM)) return null;
  const name = archiveNameOf(context.host, job.name, context.startedAtMs);
  const manifest = processes.has(MANIFEST) ? null : manifestText(context, made, hooks);
  if (manifest !== null) {
    const access = accessOf(job.repository);
    const archive = { name: `${name}${MANIFEST_SUFFIX}`, maker: makerOf(context.host, job.name) };
    const argv = createFromStdinArgv(access, context.borg!, archive, MANIFEST_FILE);
    const about = 'storing what the dumps hold';
    return borgStep(job.repository, context, { id: MANIFEST, argv, stdin: manifest, about });
  }
  return confirmStep(job.repository, context, job.name, name);
}

/** Null when nothing is known of any. */
function manifestText(context: EngineContext, made: readonly Part[], { manifest }: DumpHooks): string | null {
  const databases = made.flatMap((part) => manifest?.of(part) ?? []);
  if (!manifest || databases.length === 0) return null;
  const { engine, serverVersion } = manifest;
  return writeManifest({ version: 1, engine, serverVersion, takenAtMs: context.startedAtMs, databases });
}

/** Whether the dump failed, and not borg or the repository. */
export function isCommandFailure(dump: ProcessSeen): boolean {
  return dump.said.errors.some(
    (error) =>
      error.msgid === 'CommandError' ||
      /^(Command Error: )?(Command '.*' (exited with|was killed|died)|Failed to execute command)/s.test(
        error.message,
      ),
  );
}

/** What came of the parts of a run. */
export interface PartsJudged {
  /** Sentences, each once; empty when every part is good. */
  problems: string[];
  recoveryPoints: RecoveryPoint[];
  stats: RunStats;
  /** Of the first dump that failed; 0 when none did. */
  exitCode: number | null;
  signal: string | null;
  inventory: RecoveryPoint[] | null;
}

/** What a dump program said, or borg about it. */
export function saidOf(dump: ProcessSeen): string {
  return dump.said.plain.join('\n') || textOfSaid(dump.said);
}

/**
 * @param explainClient what the dump program's complaint means, in one sentence.
 * @param doubt why a dump that was made is not to be relied on, null when nothing speaks against it.
 */
export function judgeParts(
  job: DumpJob,
  context: EngineContext,
  parts: readonly Part[],
  seen: readonly Seen[],
  explainClient: (said: string, part: Part) => string,
  doubt: (part: Part) => string | null = () => null,
): PartsJudged {
  const { repository } = job;
  const processes = processesSeen(seen);
  const look = archivesSeen(processes.get(CONFIRM) ?? null, repository);
  const recoveryPoints: RecoveryPoint[] = [];
  const problems = new Set<string>();
  let stats: RunStats = NO_STATS;
  let worst: ProcessSeen | null = null;
  for (const part of parts) {
    const dump = dumpOf(part, processes)?.dump ?? null;
    const made = dump ? createdBy(dump) : null;
    const size = part.text === undefined ? (dump?.said.guard.bytes ?? null) : Buffer.byteLength(part.text);
    const problem = made
      ? (evidenceProblem(part, made, look, size) ?? doubt(part))
      : failureOf(job, part, dump, seen, explainClient);
    if (problem !== null) {
      problems.add(problem);
      worst ??= dump;
      continue;
    }
    recoveryPoints.push({
      repository: repository.name,
      name: part.archive,
      id: made!.id,
      subject: part.subject,
      createdAtMs: made!.createdAtMs,
      sizeBytes: size!,
    });
    stats = added(stats, made!.stats);
  }
  const manifest = processes.get(MANIFEST);
  const manifestProblem = manifest ? manifestProblemOf(job, manifest, look, seen) : null;
  if (manifestProblem !== null) {
    problems.add(manifestProblem);
    worst ??= manifest!;
  }
  return {
    problems: [...problems],
    recoveryPoints,
    stats,
    exitCode: worst ? worst.exitCode : 0,
    signal: worst?.signal ?? null,
    inventory:
      'archives' in look ? inventoryOf(context.host, job.name, repository, look.archives, subjectOf) : null,
  };
}

/** Why the manifest does not lie beside the dumps, null when it does. */
function manifestProblemOf(
  job: DumpJob,
  step: ProcessSeen,
  look: ReturnType<typeof archivesSeen>,
  seen: readonly Seen[],
): string | null {
  const made = createdBy(step);
  if (!made)
    return `The manifest of these dumps could not be stored. ${explain(step, job.repository, seen).reason}`;
  if ('problem' in look || look.archives.some(({ id }) => id === made.id)) return null;
  return 'borg reported the manifest of these dumps, but the repository does not hold it.';
}

/** Why borg made no archive of this part. */
function failureOf(
  job: DumpJob,
  part: Part,
  dump: ProcessSeen | null,
  seen: readonly Seen[],
  explainClient: (said: string, part: Part) => string,
): string {
  if (!dump) return `${part.subject} was not dumped after that.`;
  if (!isCommandFailure(dump)) return explain(dump, job.repository, seen).reason;
  return `${part.subject}: ${dump.said.guard.problem ?? explainClient(saidOf(dump), part)}`;
}

/** What is wrong with an archive that borg says it made, null when it was seen and holds something. */
function evidenceProblem(
  part: Part,
  made: CreatedArchive,
  look: ReturnType<typeof archivesSeen>,
  bytes: number | null,
): string | null {
  if ('problem' in look)
    return `borg reported the dumps, but they could not be seen in the repository: ${look.problem}`;
  if (!look.archives.some((archive) => archive.id === made.id && archive.name === part.archive))
    return `${part.subject}: borg reported the archive ${part.archive}, but the repository does not hold it.`;
  if (bytes === null)
    return `${part.subject}: the archive ${part.archive} was made, but nothing was seen that says its dump is whole.`;
  return null;
}

function added(a: RunStats, b: RunStats): RunStats {
  return {
    originalBytes: a.originalBytes + b.originalBytes,
    compressedBytes: a.compressedBytes + b.compressedBytes,
    deduplicatedBytes: a.deduplicatedBytes + b.deduplicatedBytes,
    files: a.files + b.files,
    excluded: a.excluded + b.excluded,
  };
}
