/**
 * Which PostgreSQL server a dump is taken from: the job's own connection, or, while that is no replica that
 * will do, its fallback. Pure.
 */
import type { PostgresDumpJob } from '../config/job-spec.ts';
import { judgeReplica } from '../decide/replica.ts';
import {
  chooseClient,
  explainPostgresFailure,
  newestClient,
  type PostgresConnection,
  serverFactsArgv,
} from '../tools/postgres.ts';
import { parseServerFacts, type ServerFacts } from '../tools/postgres-facts.ts';
import type { EngineContext, ProcessSeen, ProcessStep, Seen } from './types.ts';
import { processSeen } from './types.ts';

export const SERVER = 'server';
/** A second look at a replica that lags, some seconds later. */
const SERVER_LATER = 'server later';
const FALLBACK = 'fallback server';

/** Names of all databases of a server. */
const FACTS_STDOUT_BYTES_MAX = 4 * 1024 * 1024;
/** libpq, for PGCONNECT_TIMEOUT: also a server that accepts and then says nothing. */
export const CONNECT_SECONDS = '15';
/** For an answer after that; the questions take milliseconds. */
const ANSWER_WITHIN_MS = 60_000;
/** What a replica gets to replay what it had received. */
const LATER_SECONDS = 5;

export interface PostgresSource {
  connection: PostgresConnection;
  facts: ServerFacts;
  bin: string;
  clientMajor: number;
  /** `PostgreSQL 15.18, the replica at /run/postgresql (streaming, 0 bytes behind)`. */
  name: string;
  /** Why it is not the server that was asked for, as a sentence; '' when it is. */
  insteadOf: string;
}

export type SourceFound = { step: ProcessStep } | { source: PostgresSource } | Refusal;

interface Refusal {
  refused: string;
  /** The question that had no answer, null when there was one. */
  question: ProcessSeen | null;
}

/** What is known of the source so far: the next question, the source, or why there is none. */
export function findSource(
  spec: PostgresDumpJob,
  context: EngineContext,
  seen: readonly Seen[],
): SourceFound {
  const first = factsOrStep(spec.connection, context, seen, SERVER);
  if ('step' in first) return first;
  const own = 'facts' in first ? judgeOwn(spec, context, first.facts, seen) : first;
  if (!('refused' in own) || spec.fallback === null) return own;
  const second = factsOrStep(spec.fallback, context, seen, FALLBACK);
  if ('step' in second) return second;
  const insteadOf = `Not taken from the replica: ${own.refused}`;
  const other = 'facts' in second ? fallbackOf(spec, context, first, second.facts) : second;
  if ('refused' in other) return { ...other, refused: `${own.refused} ${other.refused}` };
  return { source: { ...other.source, insteadOf } };
}

/** A question to the server about itself. `laterSeconds`: it first waits so long. */
export function factsStep(
  bin: string,
  connection: PostgresConnection,
  context: EngineContext,
  id: string,
  laterSeconds = 0,
): ProcessStep {
  return {
    type: 'process',
    id,
    argv: serverFactsArgv(bin, connection, laterSeconds),
    env: { PGCONNECT_TIMEOUT: CONNECT_SECONDS, ...context.environment, LC_ALL: 'C.UTF-8' },
    needsPassphrase: false,
    reads: 'text',
    sources: [],
    stdoutBytesMax: FACTS_STDOUT_BYTES_MAX,
    withinMs: ANSWER_WITHIN_MS,
    about: 'asking the server for its databases',
  };
}

export function factsOf(answer: ProcessSeen | null): ServerFacts | null {
  return answer?.exitCode === 0 && !answer.stdoutCut ? parseServerFacts(answer.stdout) : null;
}

/** `/run/postgresql, port 5432`. */
export function placeOf({ host, port }: PostgresConnection): string {
  return `${host ?? 'the default socket'}${port === null ? '' : `, port ${port}`}`;
}

function factsOrStep(
  connection: PostgresConnection,
  context: EngineContext,
  seen: readonly Seen[],
  id: string,
): { step: ProcessStep } | { facts: ServerFacts } | Refusal {
  const client = newestClient(context.postgresBins);
  if (!client) {
    const refused = 'No PostgreSQL client programs were found; install postgresql-client.';
    return { refused, question: null };
  }
  const answer = processSeen(seen, id);
  if (!answer) return { step: factsStep(client.bin, connection, context, id) };
  const facts = factsOf(answer);
  if (facts) return { facts };
  if (answer.startError !== null) return { refused: `${answer.startError}.`, question: answer };
  const refused = explainPostgresFailure(answer.said.plain.join('\n'), placeOf(connection));
  return { refused, question: answer };
}

/** The job's own server, judged by `take_from`. */
function judgeOwn(
  spec: PostgresDumpJob,
  context: EngineContext,
  facts: ServerFacts,
  seen: readonly Seen[],
): SourceFound {
  const { connection, takeFrom, replicaLagMaxMs } = spec;
  const place = placeOf(connection);
  if (takeFrom === 'primary' && facts.standby)
    return refuse(`The server at ${place} is a standby, and take_from asks for the primary.`);
  if (takeFrom !== 'replica') return sourceAt(connection, context, facts, `the ${roleOf(facts)} at ${place}`);
  if (!facts.standby)
    return refuse(
      `The server at ${place} is no standby, and take_from asks for a replica; it was promoted, or the connection is the primary's.`,
    );
  const first = judgeReplica(facts.standby, replicaLagMaxMs, facts.role, null);
  const later = processSeen(seen, SERVER_LATER);
  if (!first.fit && first.mayPass && !later) {
    const { bin } = newestClient(context.postgresBins)!;
    return { step: factsStep(bin, connection, context, SERVER_LATER, LATER_SECONDS) };
  }
  const laterStandby = factsOf(later)?.standby;
  const verdict = laterStandby
    ? judgeReplica(laterStandby, replicaLagMaxMs, facts.role, facts.standby)
    : first;
  if (!verdict.fit) return refuse(`The replica at ${place} will not do: ${verdict.why}.`);
  return sourceAt(connection, context, facts, `the replica at ${place} (${verdict.how})`);
}

function fallbackOf(
  spec: PostgresDumpJob,
  context: EngineContext,
  own: { facts: ServerFacts } | Refusal,
  facts: ServerFacts,
): { source: PostgresSource } | Refusal {
  const place = placeOf(spec.fallback!);
  const expected = 'facts' in own ? own.facts.system : null;
  if (expected !== null && facts.system !== null && facts.system !== expected)
    return refuse(
      `The fallback at ${place} is another database system than the replica's; nothing was dumped.`,
    );
  return sourceAt(spec.fallback!, context, facts, `the fallback, the ${roleOf(facts)} at ${place}`);
}

function roleOf(facts: ServerFacts): string {
  return facts.standby ? 'standby' : 'primary';
}

function sourceAt(
  connection: PostgresConnection,
  context: EngineContext,
  facts: ServerFacts,
  what: string,
): { source: PostgresSource } | Refusal {
  const client = chooseClient(context.postgresBins, facts.major);
  if (!client) {
    const newest = newestClient(context.postgresBins)?.major ?? 0;
    return refuse(
      `The server at ${placeOf(connection)} is PostgreSQL ${facts.version}, newer than the client programs here (${newest}); install postgresql-client-${facts.major}.`,
    );
  }
  const name = `PostgreSQL ${facts.version}, ${what}`;
  return { source: { connection, facts, bin: client.bin, clientMajor: client.major, name, insteadOf: '' } };
}

function refuse(refused: string): Refusal {
  return { refused, question: null };
}
