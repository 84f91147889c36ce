/**
 * `postgres-dump`: every database of a PostgreSQL server, and its globals, each into a borg archive of its
 * own. The dump is a child of borg (--content-from-command), so that a dump that fails leaves no archive;
 * one database that fails does not stop the others.
 */
import type { RecoveryPoint, RunStats } from '../../proto/run.ts';
import type { PostgresDumpJob } from '../config/job-spec.ts';
import {
  type CreatedArchive,
  createFromCommandArgv,
  listEntriesArgv,
  parseCreated,
  parseEntrySizes,
} from '../tools/borg.ts';
import { textOfSaid } from '../tools/borg-failure.ts';
import {
  chooseClient,
  dumpArgv,
  dumpGlobalsArgv,
  explainPostgresFailure,
  newestClient,
  parseServerFacts,
  type ServerFacts,
  serverFactsArgv,
} from '../tools/postgres.ts';
import {
  accessOf,
  archiveNameOf,
  archivesSeen,
  borgStep,
  CONFIRM,
  confirmStep,
  explain,
  inventoryOf,
  inventoryStep,
  lockLook,
} from './borg-steps.ts';
import type { Conclusion, Engine, EngineContext, ProcessSeen, Seen, Step } from './types.ts';
import { failed, NO_STATS, processesSeen, processSeen } from './types.ts';

const SERVER = 'server';
/** Names of all databases of a server. */
const SERVER_STDOUT_BYTES_MAX = 4 * 1024 * 1024;

interface Part {
  /** Database name or 'globals', as recovery points name it. */
  subject: string;
  archive: string;
  /** The file inside the archive. */
  file: string;
  command: string[];
}

export const postgresDump: Engine<PostgresDumpJob> = {
  kind: 'postgres-dump',

  validate(raw) {
    const names = Array.isArray(raw.databases) ? raw.databases.map(String) : [];
    return new Set(names).size < names.length ? [{ key: 'databases', allowed: 'each database once' }] : [];
  },

  plan(spec, context, seen): Step | null {
    if (context.borg === null) return null;
    const server = processSeen(seen, SERVER);
    if (!server) return serverStep(spec, context);
    const facts = factsOf(server);
    if (!facts || refusal(spec, context, facts) !== null) return null;

    const processes = processesSeen(seen);
    const made: Part[] = [];
    for (const part of partsOf(spec, context, facts)) {
      const dump = processes.get(dumpId(part));
      if (!dump) return dumpStep(spec, context, part);
      if (parseCreated(dump.stdout)) made.push(part);
      else if (!isCommandFailure(dump)) {
        // The repository itself fails: the others would fail alike, each after its own lock wait.
        return made.length > 0
          ? evidenceStep(spec, context, made, processes)
          : lockLook(spec.repository, dump, seen);
      }
    }
    return made.length > 0 ? evidenceStep(spec, context, made, processes) : null;
  },

  outcome(spec, context, seen): Conclusion {
    if (context.borg === null) return failed(context.borgProblem ?? 'borg is not installed.');
    const server = processSeen(seen, SERVER);
    if (!server) return failed('No PostgreSQL client programs were found; install postgresql-client.');
    const facts = factsOf(server);
    if (!facts) {
      if (server.startError !== null) return failed(`${server.startError}.`);
      const reason = explainPostgresFailure(server.said.plain.join('\n'), placeOf(spec));
      return failed(reason, { exitCode: server.exitCode, signal: server.signal });
    }
    const refused = refusal(spec, context, facts);
    if (refused !== null) return failed(refused);
    return judge(spec, context, facts, seen);
  },

  sources: (spec) => (spec.databases === 'all' ? ['all databases'] : spec.databases),

  inventory: (spec, context) => inventoryStep(spec.repository, context, spec.name),
};

function serverStep(spec: PostgresDumpJob, context: EngineContext): Step | null {
  const client = newestClient(context.postgresBins);
  if (!client) return null;
  return {
    type: 'process',
    id: SERVER,
    argv: serverFactsArgv(client.bin, spec.connection),
    env: { PGCONNECT_TIMEOUT: CONNECT_SECONDS, ...context.environment, LC_ALL: 'C.UTF-8' },
    needsPassphrase: false,
    reads: 'text',
    sources: [],
    stdoutBytesMax: SERVER_STDOUT_BYTES_MAX,
    about: 'asking the server for its databases',
  };
}

const CONNECT_SECONDS = '15';

function factsOf(server: ProcessSeen): ServerFacts | null {
  return server.exitCode === 0 && !server.stdoutCut ? parseServerFacts(server.stdout) : null;
}

/** Why this server is not dumped at all, null when it is. */
function refusal(spec: PostgresDumpJob, context: EngineContext, facts: ServerFacts): string | null {
  if (spec.takeFrom === 'primary' && facts.inRecovery)
    return `The server at ${placeOf(spec)} is a standby, and take_from asks for the primary.`;
  if (!chooseClient(context.postgresBins, facts.major)) {
    const newest = newestClient(context.postgresBins)?.major ?? 0;
    return `The server at ${placeOf(spec)} is PostgreSQL ${facts.version}, newer than the client programs here (${newest}); install postgresql-client-${facts.major}.`;
  }
  return null;
}

function placeOf(spec: PostgresDumpJob): string {
  const { host, port } = spec.connection;
  return `${host ?? 'the default socket'}${port === null ? '' : `, port ${port}`}`;
}

/** Globals first: without roles no database is restored as it was. */
function partsOf(spec: PostgresDumpJob, context: EngineContext, facts: ServerFacts): Part[] {
  const { bin } = chooseClient(context.postgresBins, facts.major)!;
  const base = archiveNameOf(context.host, spec.name, context.startedAtMs);
  const databases = spec.databases === 'all' ? facts.databases : spec.databases;
  return [
    {
      subject: 'globals',
      archive: `${base}-globals`,
      file: 'globals.sql',
      command: dumpGlobalsArgv(bin, spec.connection, facts.superuser),
    },
    ...databases.map((database) => ({
      subject: database,
      archive: `${base}-db-${encodeName(database)}`,
      file: `${encodeName(database)}.dump`,
      command: dumpArgv(bin, spec.connection, database),
    })),
  ];
}

/** Database names may hold anything; archive and file names here hold letters, digits and `._-%`. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

function subjectOf(archive: string): string {
  const name = /Z-db-(.*)$/.exec(archive)?.[1];
  if (name === undefined) return 'globals';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const dumpId = (part: Part) => `dump ${part.archive}`;
const sizeId = (part: Part) => `size ${part.archive}`;

function dumpStep(spec: PostgresDumpJob, context: EngineContext, part: Part): Step {
  const { repository } = spec;
  const argv = createFromCommandArgv(
    accessOf(repository),
    context.borg!,
    part.archive,
    part.file,
    part.command,
  );
  const step = borgStep(repository, context, { id: dumpId(part), argv, about: part.subject });
  return { ...step, env: { PGCONNECT_TIMEOUT: CONNECT_SECONDS, ...step.env } };
}

/** First the names in the repository, then the size of what each archive holds. */
function evidenceStep(
  spec: PostgresDumpJob,
  context: EngineContext,
  made: Part[],
  processes: ReadonlyMap<string, ProcessSeen>,
): Step | null {
  if (!processes.has(CONFIRM))
    return confirmStep(
      spec.repository,
      context,
      spec.name,
      archiveNameOf(context.host, spec.name, context.startedAtMs),
    );
  const part = made.find((one) => !processes.has(sizeId(one)));
  if (!part) return null;
  return borgStep(spec.repository, context, {
    id: sizeId(part),
    argv: listEntriesArgv(accessOf(spec.repository), part.archive),
    about: `${part.subject}: looking at the dump in the repository`,
  });
}

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

function judge(
  spec: PostgresDumpJob,
  context: EngineContext,
  facts: ServerFacts,
  seen: readonly Seen[],
): Conclusion {
  const { repository } = spec;
  const processes = processesSeen(seen);
  const look = archivesSeen(processes.get(CONFIRM) ?? null, repository);
  const parts = partsOf(spec, context, facts);
  const recoveryPoints: RecoveryPoint[] = [];
  const problems: string[] = [];
  let stats: RunStats = NO_STATS;
  let worst: ProcessSeen | null = null;
  for (const part of parts) {
    const dump = processes.get(dumpId(part)) ?? null;
    const made = dump ? parseCreated(dump.stdout) : null;
    const problem = problemOf(spec, part, dump, made, look, seen);
    if (problem !== null) {
      problems.push(problem);
      worst ??= dump;
      continue;
    }
    const sizeBytes = parseEntrySizes(processes.get(sizeId(part))!.stdout).get(part.file)!;
    recoveryPoints.push({
      repository: repository.name,
      name: part.archive,
      id: made!.id,
      subject: part.subject,
      createdAtMs: made!.createdAtMs,
      sizeBytes,
    });
    stats = added(stats, made!.stats);
  }
  const inventory =
    'archives' in look ? inventoryOf(context.host, spec.name, repository, look.archives, subjectOf) : null;
  const evidence = {
    exitCode: worst ? worst.exitCode : 0,
    signal: worst?.signal ?? null,
    recoveryPoints,
    stats,
    warnings: [],
    warningsTotal: 0,
    inventory,
  };
  if (problems.length > 0) {
    const rest =
      recoveryPoints.length > 0 ? ` ${recoveryPoints.length} of ${parts.length} dumps are good.` : '';
    return failed(`${[...new Set(problems)].join(' ')}${rest}`, evidence);
  }
  const client = chooseClient(context.postgresBins, facts.major)!;
  if (client.major !== facts.major) {
    const reason = `All ${parts.length} dumps are made, but by pg_dump ${client.major} from a PostgreSQL ${facts.version}; restoring them there may fail: install postgresql-client-${facts.major}.`;
    return { ...evidence, outcome: 'warning', reason };
  }
  const databases = parts.length - 1;
  return {
    ...evidence,
    outcome: 'succeeded',
    reason: `${databases} ${databases === 1 ? 'database' : 'databases'} and the globals dumped from PostgreSQL ${facts.version}, seen in the repository.`,
  };
}

/** What is wrong with one dump, null when it was made and seen and holds something. */
function problemOf(
  spec: PostgresDumpJob,
  part: Part,
  dump: ProcessSeen | null,
  made: CreatedArchive | null,
  look: ReturnType<typeof archivesSeen>,
  seen: readonly Seen[],
): string | null {
  if (!dump) return `${part.subject} was not dumped after that.`;
  if (!made) {
    if (!isCommandFailure(dump)) return explain(dump, spec.repository, seen).reason;
    const said = dump.said.plain.join('\n') || textOfSaid(dump.said);
    return `${part.subject}: ${explainPostgresFailure(said, placeOf(spec))}`;
  }
  if ('problem' in look)
    return `borg reported the dumps, but they could not be seen in the repository: ${look.problem}`;
  if (!look.archives.some((archive) => archive.id === made.id && archive.name === part.archive))
    return `${part.subject}: borg reported the archive ${part.archive}, but the repository does not hold it.`;
  const size = processSeen(seen, sizeId(part));
  const bytes = size?.exitCode === 0 ? parseEntrySizes(size.stdout).get(part.file) : undefined;
  if (bytes === undefined) return `${part.subject}: the dump in ${part.archive} could not be looked at.`;
  if (bytes === 0) return `${part.subject}: the dump is empty although pg_dump reported success.`;
  return null;
}

function added(a: RunStats, b: RunStats): RunStats {
  return {
    originalBytes: a.originalBytes + b.originalBytes,
    compressedBytes: a.compressedBytes + b.compressedBytes,
    deduplicatedBytes: a.deduplicatedBytes + b.deduplicatedBytes,
    files: a.files + b.files,
  };
}
