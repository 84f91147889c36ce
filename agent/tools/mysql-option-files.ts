/** What option files add to the dump program's own arguments, as `--print-defaults` tells it. Pure. */
import type { MysqlConnection, MysqlPrograms } from './mysql.ts';

/** What it prints may hold a password: it is for `optionProblem` alone. */
export function printDefaultsArgv(
  { dump }: Pick<MysqlPrograms, 'dump'>,
  { defaultsFile }: MysqlConnection,
): string[] {
  return [dump, ...(defaultsFile === null ? [] : [`--defaults-file=${defaultsFile}`]), '--print-defaults'];
}

/** Without a word, and with exit code 0, these leave something out of a dump or make one that means something else. */
const HARMFUL = [
  ...['no-data', 'no-create-info', 'no-create-db', 'where', 'compatible', 'xml'],
  ...['ignore-table', 'ignore-table-data', 'ignore-database', 'ignore-views'],
];
/** These do so when they are switched off. */
const NEEDED = ['quote-names', 'tz-utc', 'create-options'];

/** Why dumps would not be whole, null when they will be. */
export function optionProblem(stdout: string, { dump }: Pick<MysqlPrograms, 'dump'>): string | null {
  const given = [...stdout.matchAll(/(?:^|\s)--(?:loose[-_])?([a-z][a-z_-]*)(?:=(\S*))?/g)];
  const harmful = given
    .map(([, name, value]) => ({
      name: name!.replaceAll('_', '-'),
      isOff: /^(0|off|false)$/i.test(value ?? ''),
    }))
    .filter(({ name, isOff }) => {
      const needed = name.replace(/^(skip|disable)-/, '');
      if (NEEDED.includes(needed)) return needed === name ? isOff : !isOff;
      return HARMFUL.includes(name) && !isOff;
    })
    .map(({ name }) => name);
  if (harmful.length === 0) return null;
  const names = [...new Set(harmful)].join(', ');
  return `An option file gives ${dump} ${names}, and its dumps would not be whole without a word: take that out of [mysqldump], [mariadb-dump] or [client], or name a file without it in connection.defaults_file.`;
}
