/**
 * The manifest of a MySQL or MariaDB dump. The dump cannot be given a snapshot, so the client that counts opens
 * one of its own right before it; that the two are the same is proven afterwards, by a server that has written
 * nothing from then on to the end of the dump. Otherwise they are near. Pure.
 */
import type { DatabaseManifest, TableToCount } from '../tools/manifest.ts';
import { sessionArgv } from '../tools/mysql.ts';
import {
  ANSWER_END,
  countText,
  objectsText,
  openText,
  type Position,
  parseCounts,
  parseObjects,
  parsePosition,
  parseTables,
  releaseText,
  tablesText,
} from '../tools/mysql-manifest.ts';
import type { Part } from './dump-parts.ts';
import {
  type Counting,
  type CountLanguage,
  countedManifest,
  openAnswer,
  releaseAnswer,
} from './manifest-questions.ts';
import type { MysqlSource } from './mysql-source.ts';
import type { ProcessSeen } from './types.ts';

/** A MySQL dump has one attempt. */
const ONLY_ATTEMPT = 1;

function languageOf({ programs, connection, facts }: MysqlSource): CountLanguage<TableToCount> {
  const { flavour } = facts;
  return {
    argv: () => sessionArgv(programs, connection),
    env: {},
    answerEnd: ANSWER_END,
    open: openText(flavour),
    isOpen: (answer) => parsePosition(answer) !== null,
    release: releaseText(flavour),
    objects: (part) => objectsText(part.subject),
    tables: (part) => tablesText(part.subject),
    counts: (part, tables, sums, withinMs) => countText(flavour, part.subject, tables, sums, withinMs),
    parseObjects,
    parseTables,
    parseCounts,
  };
}

export function countingOf(
  source: MysqlSource,
  part: Part,
  processes: ReadonlyMap<string, ProcessSeen>,
): Counting<TableToCount> {
  return { language: languageOf(source), part, attempt: ONLY_ATTEMPT, processes, inDump: null };
}

/** What is known of a database whose dump is made, null when nothing is. */
export function mysqlManifest(
  source: MysqlSource,
  part: Part,
  processes: ReadonlyMap<string, ProcessSeen>,
): DatabaseManifest | null {
  const one = countingOf(source, part, processes);
  const before = parsePosition(openAnswer(one)?.stdout ?? '');
  const after = parsePosition(releaseAnswer(one)?.stdout ?? '');
  const same = before !== null && after !== null && nothingWritten(source, part, before, after);
  return countedManifest(one, same ? 'same' : 'near');
}

function nothingWritten(source: MysqlSource, part: Part, before: Position, after: Position): boolean {
  const logTellsAll = before.log !== '' && (source.channels.length === 0 || before.logHasReplayed);
  if (logTellsAll && before.log === after.log) return true;
  const plain = source.facts.untransactional.some(({ database }) => database === part.subject);
  return !plain && before.lsn !== '' && before.lsn === after.lsn;
}
