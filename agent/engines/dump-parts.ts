/**
 * What the engines that dump databases have in common: a run makes several archives, one a database and one
 * for the globals, each by borg itself from a command's output (--content-from-command), so that a dump that
 * fails leaves no archive; one database that fails does not stop the others. Pure.
 */
import type { RecoveryPoint, RunStats } from '../../proto/run.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import { type CreatedArchive, createFromCommandArgv, parseCreated } from '../tools/borg.ts';
import { textOfSaid } from '../tools/borg-failure.ts';
import type { DumpForm } from '../tools/dump-forms.ts';
import {
  accessOf,
  archiveNameOf,
  archivesSeen,
  borgStep,
  CONFIRM,
  confirmStep,
  explain,
  inventoryOf,
  lockLook,
} from './borg-steps.ts';
import type { EngineContext, ProcessSeen, Seen, Step } from './types.ts';
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

const dumpId = (part: Part) => `dump ${part.archive}`;

/** The next step of a run that makes these archives and looks at them, null when there is none. */
export function planParts(
  job: DumpJob,
  context: EngineContext,
  parts: readonly Part[],
  seen: readonly Seen[],
): Step | null {
  const processes = processesSeen(seen);
  let anyMade = false;
  for (const part of parts) {
    const dump = processes.get(dumpId(part));
    if (!dump) return dumpStep(job, context, part);
    if (parseCreated(dump.stdout)) anyMade = true;
    else if (!isCommandFailure(dump)) {
      // The repository itself fails: the others would fail alike, each after its own lock wait.
      return anyMade ? evidenceStep(job, context, processes) : lockLook(job.repository, dump, seen);
    }
  }
  return anyMade ? evidenceStep(job, context, processes) : null;
}

function dumpStep(job: DumpJob, context: EngineContext, part: Part): Step {
  const argv = createFromCommandArgv(accessOf(job.repository), context.borg!, part.archive, part.file, [
    ...context.dumpGuard,
    part.form,
    '--',
    ...part.command,
  ]);
  const step = borgStep(job.repository, context, { id: dumpId(part), argv, about: part.subject });
  return { ...step, env: { ...part.env, ...step.env } };
}

/** One look at the repository for all of them: each borg process costs half a second. */
function evidenceStep(
  job: DumpJob,
  context: EngineContext,
  processes: ReadonlyMap<string, ProcessSeen>,
): Step | null {
  if (processes.has(CONFIRM)) return null;
  const name = archiveNameOf(context.host, job.name, context.startedAtMs);
  return confirmStep(job.repository, context, job.name, name);
}

/** What dump-guard says of a dump that is not whole. */
const GUARD_SAID = /^dump-guard: (.*)$/m;
/** What it says of one that is. */
const GUARD_VOUCHED = /^dump-guard: whole, (\d+) bytes$/;

/** Whether the dump failed, and not borg or the repository. */
function isCommandFailure(dump: ProcessSeen): boolean {
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

/** @param explainClient what the dump program's complaint means, in one sentence. */
export function judgeParts(
  job: DumpJob,
  context: EngineContext,
  parts: readonly Part[],
  seen: readonly Seen[],
  explainClient: (said: string) => string,
): PartsJudged {
  const { repository } = job;
  const processes = processesSeen(seen);
  const look = archivesSeen(processes.get(CONFIRM) ?? null, repository);
  const recoveryPoints: RecoveryPoint[] = [];
  const problems = new Set<string>();
  let stats: RunStats = NO_STATS;
  let worst: ProcessSeen | null = null;
  for (const part of parts) {
    const dump = processes.get(dumpId(part)) ?? null;
    const made = dump ? parseCreated(dump.stdout) : null;
    const size = dump ? bytesPassed(dump) : null;
    const problem = made
      ? evidenceProblem(part, made, look, size)
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

/** Bytes of a dump of which the guard has seen the end, null when it has not said so. */
function bytesPassed(dump: ProcessSeen): number | null {
  const line = dump.said.plain.findLast((one) => GUARD_VOUCHED.test(one));
  return line === undefined ? null : Number(GUARD_VOUCHED.exec(line)![1]);
}

/** Why borg made no archive of this part. */
function failureOf(
  job: DumpJob,
  part: Part,
  dump: ProcessSeen | null,
  seen: readonly Seen[],
  explainClient: (said: string) => string,
): string {
  if (!dump) return `${part.subject} was not dumped after that.`;
  if (!isCommandFailure(dump)) return explain(dump, job.repository, seen).reason;
  const said = dump.said.plain.join('\n') || textOfSaid(dump.said);
  return `${part.subject}: ${GUARD_SAID.exec(said)?.[1] ?? explainClient(said)}`;
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
