/** What a run of `mysql-dump` says beside its outcome: what its dumps lack, or hold that they should not. Pure. */
import type { RunWarning } from '../../proto/run.ts';
import { atLeast, HISTORY_SINCE } from '../tools/mysql.ts';
import { named } from './dump-words.ts';
import type { MysqlSource } from './mysql-source.ts';

/** `--single-transaction` shows them as they are when their turn comes, and locks nobody out of them. */
export function untransactional({ facts }: MysqlSource, dumped: readonly string[]): RunWarning[] {
  return facts.untransactional
    .filter(({ database }) => dumped.includes(database))
    .map(({ database, engine, tables }) => ({
      code: 'untransactional',
      message: `${database} has ${tables} ${engine} ${tables === 1 ? 'table' : 'tables'}: what is written there while the dump runs may be half in it; InnoDB has snapshots.`,
      path: '',
      harmless: true,
    }));
}

export function mayDumpHistory({ facts, programs }: MysqlSource, database: string): boolean {
  const versioned = facts.versioned.some((one) => one.database === database);
  return versioned && atLeast(programs.version, HISTORY_SINCE) && atLeast(facts.version, HISTORY_SINCE);
}

/** Only the newest rows are in a dump, and nobody would miss the others before they are needed. */
export function historyRemark(source: MysqlSource, dumped: readonly string[]): string {
  const without = source.facts.versioned
    .map(({ database }) => database)
    .filter((database) => dumped.includes(database) && !mayDumpHistory(source, database));
  if (without.length === 0) return '';
  return `The history of the system-versioned tables in ${named(without)} is in no dump: that takes MariaDB 10.11, server and programs.`;
}

/** Another kind or an older branch writes dumps that may lack what the server has learnt since. */
export function clientRemark({ facts, programs }: MysqlSource): string {
  const branch = facts.version.split('.').slice(0, 2).join('.');
  if (facts.flavour === programs.flavour && atLeast(programs.version, branch)) return '';
  return `The dumps are made by ${programs.flavour}'s ${programs.dump} ${programs.version} from a ${facts.flavour} ${facts.version}, and restoring them there may fail (MySQL's generated columns do): install the server's own client programs.`;
}

function harmless(code: string, message: string): RunWarning[] {
  return [{ code, message, path: '', harmless: true }];
}

/** What somebody writes there by mistake is in the dumps, and on no primary. */
export function writableReplica({ channels, facts }: MysqlSource): RunWarning[] {
  if (channels.length === 0 || facts.readOnly) return [];
  return harmless(
    'replica-writable',
    'The replica is not read_only: what is written there by mistake is in its dumps, and the primary has it not.',
  );
}

/** mariadb-dump 10.11 and 11.8 write them nowhere. */
export function publicRights({ facts }: MysqlSource): RunWarning[] {
  if (!facts.grantsToPublic) return [];
  return harmless(
    'public-rights',
    'Rights that are granted to PUBLIC are in no dump, for mariadb-dump leaves them out: keep SHOW GRANTS FOR PUBLIC.',
  );
}
