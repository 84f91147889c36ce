/** What to say of a copy that runs. */
import { NO_LIBRARIES } from '../tools/postgres-copy.ts';
import { shellWord } from '../tools/shell.ts';
import type { LeftInCopy } from './pitr-copy.ts';
import type { CopyPlaces } from './pitr-source.ts';

/**
 * How to look at it, take something out of it, stop it and get rid of it: lines to paste.
 * @param lacksLibraries a role or a database has libraries that are not installed here: a client leaves them out.
 */
export function sayHowTo(
  { data, socket, folder, log, prefix }: CopyPlaces,
  bin: string,
  role: string,
  lacksLibraries: boolean,
): string {
  const as = prefix.map((word) => `${word} `).join('');
  const client = lacksLibraries ? `${as}env ${shellWord(NO_LIBRARIES)} ` : as;
  const ctl = `${as}${bin}/pg_ctl -D ${shellWord(data)}`;
  const at = `-h ${shellWord(socket)} -U ${shellWord(role)}`;
  return [
    'look at it, and take out what you need',
    `  connect:      ${client}psql ${at} DATABASE`,
    `  a database:   ${client}${bin}/pg_dump ${at} -Fc DATABASE > DATABASE.dump`,
    `  a table:      ${client}${bin}/pg_dump ${at} -t TABLE DATABASE > TABLE.sql`,
    `  stop:         ${ctl} -m fast stop`,
    `  start again:  ${ctl} -l ${shellWord(log)} start`,
    `  remove:       stop it, then rm -rf ${shellWord(folder)}`,
    'production’s libraries and settings are not loaded: its own postgresql.conf, where it lay in the data directory, is beside the copy’s as postgresql.conf.of-production',
  ].join('\n');
}

export const AFTER_TABLESPACE =
  'later moments are reached from a base backup that was made after the tablespace; this is what there is before it';

/** What is not in the copy as it was in production, for the end of a sentence; '' when all is. */
export function sayWhatIsLeft({ left, hasUnlogged }: LeftInCopy): string {
  const { preparedTransactions = 0, otherOrder = '' } = left ?? {};
  return [
    preparedTransactions > 0 &&
      ` Prepared transactions wait in it and hold their locks (${preparedTransactions}): see pg_prepared_xacts, then COMMIT PREPARED or ROLLBACK PREPARED.`,
    hasUnlogged && ' Its unlogged tables are empty: nothing of them is in any WAL.',
    otherOrder !== '' &&
      ` Texts are sorted otherwise here than in production, by another version of their locale (${otherOrder}): dump out of it what you need; before it is used as it is, REINDEX and ALTER DATABASE ... REFRESH COLLATION VERSION.`,
  ]
    .filter(Boolean)
    .join('');
}
