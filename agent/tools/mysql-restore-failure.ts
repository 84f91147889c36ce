/** What went wrong when a dump went into a MySQL or MariaDB server, and what to do about it. Pure. */
import type { MysqlConnection } from './mysql.ts';
import { errorLine, explainMysqlFailure } from './mysql-failure.ts';

const KNOWN: [RegExp, string][] = [
  [
    /^ERROR (1153|2006|2013|2020)\b/,
    'when the server still runs, one row is larger than it takes (a blob is twice its size in a dump): SET GLOBAL max_allowed_packet = 1073741824, and restore again',
  ],
  [
    /^ERROR (1418|1419)\b/,
    'SET GLOBAL log_bin_trust_function_creators = 1 while it is restored: the server has a binary log, and the one the dump is from had none',
  ],
  [
    /^ERROR (1273|1115)\b/,
    'restore into a server at least as new as the one the dump is from, and of its kind',
  ],
  [/^ERROR (1290|1836)\b/, 'the server is read-only: restore into the primary, or SET GLOBAL read_only = 0'],
  [/^ERROR (1114|1021)\b|No space left/, 'make room on the disk of that server'],
  [
    /^ERROR (3510|1528)\b.*ablespace/,
    'make the tablespace there first: it belongs to the server, and is in no dump',
  ],
  [/^ERROR (1286|1477)\b/, 'install the storage engine, or make the foreign server, that the table names'],
  [
    /^ERROR (3750|4105)\b|sql_require_primary_key/,
    'SET GLOBAL sql_require_primary_key = 0 while it is restored',
  ],
  [/^ERROR (1044|1142|1227|1370|1410)\b/, 'restore as an admin of the server: --db-user root'],
  [
    /^ERROR (1146|1049|1356)\b/,
    'a view names a table of another database, which has to be restored before it: with --all-databases, or one after the other',
  ],
];

export interface RestoreFailure {
  why: string;
  next: string;
  /** Something is not there that another database may hold. */
  isAbsence: boolean;
}

export function explainMysqlRestore(said: string, connection: MysqlConnection): RestoreFailure {
  const line = errorLine(said);
  const found = KNOWN.find(([pattern]) => pattern.test(line));
  const absence = sqlErrors([line]).some(isAbsence);
  if (!found) return { why: explainMysqlFailure(said, connection), next: '', isAbsence: absence };
  return { why: `${line.replace(/[.]$/, '')}.`, next: found[1], isAbsence: absence };
}

export interface SqlError {
  code: number;
  /** The line. */
  text: string;
}

/** What a client that goes on after errors said of each, among the last lines that it wrote. */
export function sqlErrors(stderr: readonly string[]): SqlError[] {
  return stderr.flatMap((line) => {
    const code = /^ERROR (\d+)/.exec(line)?.[1];
    return code === undefined ? [] : [{ code: Number(code), text: errorLine(line) }];
  });
}

/** No such database, table, column, routine: something that a right is granted to. */
const ABSENT = [1049, 1054, 1146, 1305, 1356];
/** The one who restores may not do it. */
const FORBIDDEN = [1044, 1045, 1142, 1227, 1410];

export const isAbsence = ({ code }: SqlError) => ABSENT.includes(code);
export const isForbidden = ({ code }: SqlError) => FORBIDDEN.includes(code);
