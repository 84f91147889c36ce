/** What to do with a copy that runs. */
import { shellWord } from '../tools/shell.ts';
import type { CopyPlaces } from './pitr-source.ts';

/** How to look at it, take something out of it, stop it and get rid of it: lines to paste. */
export function sayHowTo(
  { data, socket, folder, log, prefix }: CopyPlaces,
  bin: string,
  role: string,
): string {
  const as = prefix.map((word) => `${word} `).join('');
  const ctl = `${as}${bin}/pg_ctl -D ${shellWord(data)}`;
  const at = `-h ${shellWord(socket)} -U ${shellWord(role)}`;
  return [
    'look at it, and take out what you need',
    `  connect:      ${as}psql ${at} DATABASE`,
    `  a database:   ${as}${bin}/pg_dump ${at} -Fc DATABASE > DATABASE.dump`,
    `  a table:      ${as}${bin}/pg_dump ${at} -t TABLE DATABASE > TABLE.sql`,
    `  stop:         ${ctl} -m fast stop`,
    `  start again:  ${ctl} -l ${shellWord(log)} start`,
    `  remove:       stop it, then rm -rf ${shellWord(folder)}`,
    'production’s libraries and settings are not loaded: its own postgresql.conf, where it lay in the data directory, is beside the copy’s as postgresql.conf.of-production',
  ].join('\n');
}
