/**
 * `postgres-dump`: every database of a PostgreSQL server, and its globals, each into a borg archive of its
 * own (see dump-parts.ts).
 */
import type { PostgresDumpJob } from '../config/job-spec.ts';
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
import { inventoryStep } from './borg-steps.ts';
import { type Dump, databasePart, globalsPart, judgeParts, type Part, planParts } from './dump-parts.ts';
import type { Conclusion, Engine, EngineContext, ProcessSeen, Seen, Step } from './types.ts';
import { failed, processSeen } from './types.ts';

const SERVER = 'server';
/** Names of all databases of a server. */
const SERVER_STDOUT_BYTES_MAX = 4 * 1024 * 1024;

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
    return planParts(spec, context, partsOf(spec, context, facts), seen);
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
  const databases = spec.databases === 'all' ? facts.databases : spec.databases;
  const env = { PGCONNECT_TIMEOUT: CONNECT_SECONDS };
  const globals: Dump = {
    command: dumpGlobalsArgv(bin, spec.connection, facts.superuser),
    env,
    form: 'postgres-sql',
  };
  const dumpOf = (database: string): Dump => ({
    command: dumpArgv(bin, spec.connection, database),
    env,
    form: 'postgres-custom',
  });
  return [
    globalsPart(spec, context, globals),
    ...databases.map((database) => databasePart(spec, context, database, 'dump', dumpOf(database))),
  ];
}

function judge(
  spec: PostgresDumpJob,
  context: EngineContext,
  facts: ServerFacts,
  seen: readonly Seen[],
): Conclusion {
  const parts = partsOf(spec, context, facts);
  const { problems, ...judged } = judgeParts(spec, context, parts, seen, (said) =>
    explainPostgresFailure(said, placeOf(spec)),
  );
  const evidence = { ...judged, warnings: [], warningsTotal: 0 };
  if (problems.length > 0) {
    const good = judged.recoveryPoints.length;
    const rest = good > 0 ? ` ${good} of ${parts.length} dumps are good.` : '';
    return failed(`${problems.join(' ')}${rest}`, evidence);
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
