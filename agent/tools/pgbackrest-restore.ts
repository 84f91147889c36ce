/** pgBackRest's part in a restore to a moment: its command lines, and how far it is. Pure. Checked against 2.33 to 2.55. */
import type { PgBackRestAccess } from './pgbackrest.ts';
import { shellWord } from './shell.ts';

/** Its log file belongs to production's runs. */
const NO_LOG_FILE = '--log-level-file=off';

/**
 * What pgBackRest's own configuration may say for restores is taken back: a map of tablespaces would overwrite
 * production's, a chosen database would leave the others empty, and links lead out of the folder. Recovery settings
 * are written by whoever starts the copy, so it writes none (`--type=none`).
 */
const NOTHING_OF_ITS_OWN = [
  '--type=none',
  '--archive-mode=off',
  '--no-delta',
  '--no-link-all',
  '--reset-link-map',
  '--reset-tablespace-map',
  '--reset-db-include',
  '--reset-recovery-option',
  '--reset-pg1-host',
];

/** Prints a line for each option of `restore`. */
export function restoreHelpArgv({ prefix, program }: PgBackRestAccess): string[] {
  return [...prefix, program, 'help', 'restore'];
}

/**
 * @param label of the backup set.
 * @param help what restoreHelpArgv printed: an option that this version has not (2.33 has no `db-exclude`) is an error to it,
 * and none of its configuration.
 */
export function restoreArgv(
  { prefix, program, configFile, stanza }: PgBackRestAccess,
  label: string,
  to: { data: string; tablespaces: string },
  help: string,
): string[] {
  const isOld = (option: string) => help !== '' && !help.includes(` --${option}`);
  return [
    ...prefix,
    program,
    ...(configFile === null ? [] : [`--config=${configFile}`]),
    `--stanza=${stanza}`,
    `--set=${label}`,
    `--pg1-path=${to.data}`,
    `--tablespace-map-all=${to.tablespaces}`,
    ...NOTHING_OF_ITS_OWN,
    ...(isOld('db-exclude') ? [] : ['--reset-db-exclude']),
    // It names each file with the share of bytes that is done.
    '--log-level-console=detail',
    NO_LOG_FILE,
    'restore',
  ];
}

/**
 * For postgresql.conf of the copy. Never asynchronous: what is fetched ahead lies where a standby's own would.
 * @param access its `program` absolute, since the server's PATH is another one.
 */
export function archiveGetCommand(
  { program, configFile, stanza }: Omit<PgBackRestAccess, 'prefix'>,
  data: string,
): string {
  const words = [
    program,
    ...(configFile === null ? [] : [`--config=${configFile}`]),
    `--stanza=${stanza}`,
    `--pg1-path=${data}`,
    '--reset-pg1-host',
    '--no-archive-async',
    NO_LOG_FILE,
    'archive-get',
  ];
  // PostgreSQL replaces %f and %p wherever they stand.
  return `${words.map((word) => shellWord(word).replaceAll('%', '%%')).join(' ')} %f "%p"`;
}

/** The share of bytes that is restored, 0 to 1, from a line of its log; null when it does not say. */
export function restoredShare(line: string): number | null {
  const match = / DETAIL: restore (?:zeroed )?file .* \(.*?([\d.]+)%\)/.exec(line);
  return match ? Number(match[1]) / 100 : null;
}

/** Why it failed, from its last lines. */
export function restoreComplaint(lines: readonly string[]): string {
  const line = lines.findLast((one) => /ERROR: \[\d+\]/.test(one)) ?? lines.at(-1);
  return line === undefined
    ? 'pgBackRest said nothing'
    : line.replace(/^.*?ERROR: \[\d+\]: /, '').replace(/:?\s*$/, '');
}
