/**
 * Which MySQL or MariaDB server a dump is taken from: the job's own connection, or, while that is no replica
 * that will do, its fallback. Pure.
 */
import type { MysqlDumpJob } from '../config/job-spec.ts';
import { judgeChannels } from '../decide/mysql-replica.ts';
import { missingGrants } from '../decide/mysql-rights.ts';
import { dumpsUsers, type MysqlConnection, type MysqlPrograms, placeOf } from '../tools/mysql.ts';
import { type MysqlFacts, parseServerFacts, serverFactsArgv } from '../tools/mysql-facts.ts';
import { explainMysqlFailure } from '../tools/mysql-failure.ts';
import { parseReplicaStatus, type ReplicaChannel, replicaStatusArgv } from '../tools/mysql-replica.ts';
import type { EngineContext, ProcessSeen, ProcessStep, Seen } from './types.ts';
import { processSeen } from './types.ts';

const OWN = 'server';
const FALLBACK = 'fallback server';

/** Names of all databases of a server. */
const FACTS_STDOUT_BYTES_MAX = 4 * 1024 * 1024;
/** The slowest question counts tables; a hundred thousand take seconds. */
const ANSWER_WITHIN_MS = 120_000;

export interface MysqlSource {
  connection: MysqlConnection;
  facts: MysqlFacts;
  /** Empty: it is no replica. */
  channels: ReplicaChannel[];
  programs: MysqlPrograms;
  /** `MariaDB 10.11.19, the replica at /run/mysqld/mysqld.sock (replicating from db1:3306, 0s behind)`. */
  name: string;
  /** Why it is not the server that was asked for, as a sentence; '' when it is. */
  insteadOf: string;
}

interface Refusal {
  refused: string;
  /** The question that had no answer, null when there was one. */
  question: ProcessSeen | null;
}

export type MysqlSourceFound = { step: ProcessStep } | { source: MysqlSource } | Refusal;

/** What is known of the source so far: the next question, the source, or why there is none. */
export function findMysqlSource(
  spec: MysqlDumpJob,
  context: EngineContext,
  seen: readonly Seen[],
): MysqlSourceFound {
  const { mysql: programs } = context;
  if (programs === null) return refuse(context.mysqlProblem ?? 'No client programs were found.');
  const asking = { context, programs, seen, spec };
  const own = judged(asking, spec.connection, OWN);
  if (!('refused' in own) || spec.fallback === null) return own;
  const other = judged(asking, spec.fallback, FALLBACK);
  if ('step' in other) return other;
  if ('refused' in other) return { ...other, refused: `${own.refused} ${other.refused}` };
  return { source: { ...other.source, insteadOf: `Not taken from the replica: ${own.refused}` } };
}

/** What one asks a server with. */
interface Asking {
  context: EngineContext;
  programs: MysqlPrograms;
  seen: readonly Seen[];
  spec: MysqlDumpJob;
}

function judged(
  asking: Asking,
  connection: MysqlConnection,
  id: typeof OWN | typeof FALLBACK,
): MysqlSourceFound {
  const { programs } = asking;
  const facts = answerOf(asking, connection, id, serverFactsArgv(programs, connection), parseServerFacts);
  if (!('answer' in facts)) return facts;
  const status = answerOf(
    asking,
    connection,
    `${id}: replica`,
    replicaStatusArgv(programs, connection, facts.answer),
    parseReplicaStatus,
  );
  if (!('answer' in status)) return status;
  return sourceOf(asking, connection, facts.answer, status.answer, id === FALLBACK);
}

function answerOf<T>(
  { context, seen }: Asking,
  connection: MysqlConnection,
  id: string,
  argv: string[],
  parse: (stdout: string) => T | null,
): { step: ProcessStep } | { answer: T } | Refusal {
  const question = processSeen(seen, id);
  if (!question) return { step: mysqlStep(context, id, argv, 'asking the server for its databases') };
  const answer = question.exitCode === 0 && !question.stdoutCut ? parse(question.stdout) : null;
  if (answer !== null) return { answer };
  if (question.startError !== null) return { refused: `${question.startError}.`, question };
  return { refused: explainMysqlFailure(question.said.plain.join('\n'), connection), question };
}

export function mysqlStep(context: EngineContext, id: string, argv: string[], about: string): ProcessStep {
  return {
    type: 'process',
    id,
    argv,
    env: { ...context.environment, LC_ALL: 'C.UTF-8' },
    needsPassphrase: false,
    reads: 'text',
    sources: [],
    stdoutBytesMax: FACTS_STDOUT_BYTES_MAX,
    withinMs: ANSWER_WITHIN_MS,
    about,
  };
}

function sourceOf(
  { programs, spec }: Asking,
  connection: MysqlConnection,
  facts: MysqlFacts,
  channels: ReplicaChannel[],
  isFallback: boolean,
): { source: MysqlSource } | Refusal {
  const place = placeOf(connection);
  const takeFrom = isFallback ? 'any' : spec.takeFrom;
  if (facts.flavour === 'MariaDB' && programs.flavour === 'MySQL')
    return refuse(
      `The server at ${place} is MariaDB ${facts.version}, and the programs here are MySQL's (${programs.dump}, ${programs.version}); install mariadb-client.`,
    );
  if (!dumpsUsers(programs))
    return refuse(
      `${programs.dump} is of MariaDB ${programs.version} and cannot dump users and grants; install a newer mariadb-client (10.5.9, 10.4.18, 10.3.28).`,
    );
  const missing = missingGrants(facts, spec.databases === 'all' ? null : spec.databases);
  if (missing.length > 0)
    return refuse(
      `The user ${facts.account} may not read everything at ${place}, and what it may not see would be missing from the dump without a word; as an admin: ${missing.join('; ')};`,
    );
  if (takeFrom === 'primary' && channels.length > 0)
    return refuse(`The server at ${place} is a replica, and take_from asks for the primary.`);
  if (takeFrom === 'replica' && channels.length === 0)
    return refuse(
      `The server at ${place} is no replica, and take_from asks for one; it was promoted, its replication was reset, or the connection is the primary's.`,
    );
  let what = isFallback ? `the fallback at ${place}` : `the server at ${place}`;
  if (channels.length > 0) {
    const verdict = judgeChannels(channels, takeFrom === 'replica' ? spec.replicaLagMaxMs : null);
    if (!verdict.fit) return refuse(`The replica at ${place} will not do: ${verdict.why}.`);
    what = `the replica at ${place} (${verdict.how})`;
  }
  const name = `${facts.flavour} ${facts.version}, ${what}`;
  return { source: { connection, facts, channels, programs, name, insteadOf: '' } };
}

function refuse(refused: string): Refusal {
  return { refused: /[.]$/.test(refused) ? refused : `${refused.replace(/;$/, '')}.`, question: null };
}
