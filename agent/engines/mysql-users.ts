/**
 * The archive of users and grants: mariadb-dump writes them itself; of a MySQL server they are asked one by one, for
 * MariaDB's program knows nothing of hashes that are no text (caching_sha2_password).
 * Pure.
 */
import type { MysqlDumpJob } from '../config/job-spec.ts';
import { dumpUsersArgv, queryArgv, scriptArgv } from '../tools/mysql.ts';
import { explainMysqlFailure } from '../tools/mysql-failure.ts';
import { ACCOUNTS_SQL, grantsScript, parseAccounts, usersDump } from '../tools/mysql-users.ts';
import { globalsPart, type Part } from './dump-parts.ts';
import { type MysqlSource, mysqlStep } from './mysql-source.ts';
import type { EngineContext, ProcessSeen, ProcessStep, Seen } from './types.ts';
import { processSeen } from './types.ts';

const ACCOUNTS = 'accounts';
const ACCOUNT_GRANTS = 'grants';

/** The part, the question it still needs, or why it cannot be made (the databases can). */
export type UsersFound = { part: Part } | { step: ProcessStep } | { problem: string };

export function usersOf(
  spec: MysqlDumpJob,
  context: EngineContext,
  source: MysqlSource,
  seen: readonly Seen[],
): UsersFound {
  const { programs, connection, facts } = source;
  if (facts.flavour === 'MariaDB') {
    const command = dumpUsersArgv(programs, connection);
    return { part: globalsPart(spec, context, { command, env: {}, form: 'mysql-sql' }) };
  }
  const about = 'asking for users and grants';
  const listed = processSeen(seen, ACCOUNTS);
  if (!listed) {
    const argv = queryArgv(programs, connection, ACCOUNTS_SQL, 'without-names');
    return { step: mysqlStep(context, ACCOUNTS, argv, about) };
  }
  const accounts = answered(listed) ? parseAccounts(listed.stdout) : null;
  if (!accounts) return { problem: unanswered(listed, source) };
  const told = processSeen(seen, ACCOUNT_GRANTS);
  if (!told) {
    const step = mysqlStep(context, ACCOUNT_GRANTS, scriptArgv(programs, connection), about);
    return { step: { ...step, stdin: grantsScript(accounts, facts.version) } };
  }
  const text = answered(told) ? usersDump(told.stdout, accounts, facts.version) : null;
  if (text === null) return { problem: unanswered(told, source) };
  return { part: { ...globalsPart(spec, context, { command: [], env: {}, form: 'mysql-sql' }), text } };
}

function answered(question: ProcessSeen): boolean {
  return question.exitCode === 0 && !question.stdoutCut;
}

function unanswered(question: ProcessSeen, { connection }: MysqlSource): string {
  if (question.startError !== null) return `globals: ${question.startError}.`;
  return `globals: ${explainMysqlFailure(question.said.plain.join('\n'), connection)}`;
}
