/**
 * What the engines that dump databases have in common: a run makes several archives, one a database and one
 * for the globals, each by borg itself from a command's output (--content-from-command), so that a dump that
 * fails leaves no archive; one database that fails does not stop the others. Pure.
 */
import type { RecoveryPoint, RunStats } from '../../proto/run.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import {
  type CreatedArchive,
  createFromCommandArgv,
  listEntriesArgv,
  parseCreated,
  parseEntrySizes,
} from '../tools/borg.ts';
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
const sizeId = (part: Part) => `size ${part.archive}`;

/** The next step of a run that makes these archives and looks at them, null when there is none. */
export function planParts(
  job: DumpJob,
  context: EngineContext,
  parts: readonly Part[],
  seen: readonly Seen[],
): Step | null {
  const processes = processesSeen(seen);
  const made: Part[] = [];
  for (const part of parts) {
    const dump = processes.get(dumpId(part));
    if (!dump) return dumpStep(job, context, part);
    if (parseCreated(dump.stdout)) made.push(part);
    else if (!isCommandFailure(dump)) {
      // The repository itself fails: the others would fail alike, each after its own lock wait.
      return made.length > 0
        ? evidenceStep(job, context, made, processes)
        : lockLook(job.repository, dump, seen);
    }
  }
  return made.length > 0 ? evidenceStep(job, context, made, processes) : null;
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

/** First the names in the repository, then the size of what each archive holds. */
function evidenceStep(
  job: DumpJob,
  context: EngineContext,
  made: Part[],
  processes: ReadonlyMap<string, ProcessSeen>,
): Step | null {
  if (!processes.has(CONFIRM)) {
    const name = archiveNameOf(context.host, job.name, context.startedAtMs);
    return confirmStep(job.repository, context, job.name, name);
  }
  const part = made.find((one) => !processes.has(sizeId(one)));
  if (!part) return null;
  return borgStep(job.repository, context, {
    id: sizeId(part),
    argv: listEntriesArgv(accessOf(job.repository), part.archive),
    about: `${part.subject}: looking at the dump in the repository`,
  });
}

/** What dump-guard says of a dump that is not whole. */
const GUARD_SAID = /^dump-guard: (.*)$/m;

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
    const size = sizeOf(part, processes.get(sizeId(part)) ?? null);
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

function sizeOf(part: Part, size: ProcessSeen | null): number | undefined {
  return size?.exitCode === 0 ? parseEntrySizes(size.stdout).get(part.file) : undefined;
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
  bytes: number | undefined,
): string | null {
  if ('problem' in look)
    return `borg reported the dumps, but they could not be seen in the repository: ${look.problem}`;
  if (!look.archives.some((archive) => archive.id === made.id && archive.name === part.archive))
    return `${part.subject}: borg reported the archive ${part.archive}, but the repository does not hold it.`;
  if (bytes === undefined) return `${part.subject}: the dump in ${part.archive} could not be looked at.`;
  if (bytes === 0) return `${part.subject}: the dump is empty although ${programOf(part)} reported success.`;
  return null;
}

/** `pg_dump` of `/usr/lib/postgresql/15/bin/pg_dump`. */
function programOf(part: Part): string {
  return part.command[0]!.slice(part.command[0]!.lastIndexOf('/') + 1);
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
