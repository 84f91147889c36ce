/** The forms of dumps, and how each says that it is whole. Pure. */
import { BaseBackupWatch } from './base-backup-watch.ts';
import { type DumpWatch, SqlDumpWatch } from './dump-watch.ts';
import { PostgresArchiveWatch } from './postgres-archive.ts';

/** Since 17.6, 16.10 and 15.14 a \\unrestrict follows the mark (with globals it precedes it). */
const POSTGRES_END =
  /\n-- PostgreSQL database (?:cluster )?dump complete\n(?:(?:--.*|\\unrestrict \S+|[ \t]*)\n)*$/;
const MYSQL_END = /\n-- Dump completed(?: on .*)?\n$/;

const FORMS = {
  'postgres-custom': (): DumpWatch => new PostgresArchiveWatch(),
  'postgres-sql': (): DumpWatch => new SqlDumpWatch(POSTGRES_END),
  'postgres-base': (): DumpWatch => new BaseBackupWatch(),
  'mysql-sql': (): DumpWatch => new SqlDumpWatch(MYSQL_END),
};

export type DumpForm = keyof typeof FORMS;

export function isDumpForm(text: string): text is DumpForm {
  return Object.hasOwn(FORMS, text);
}

export function watchDump(form: DumpForm): DumpWatch {
  return FORMS[form]();
}
