import { expect, it } from 'vitest';
import { odditiesArgv, parseOddities } from '../../../../agent/tools/mysql-restored.ts';
import { MARIADB, mysqlJob } from '../../../support/job-specs.ts';

it('reads who owns objects and is no user, and which events nobody runs', () => {
  expect(parseOddities('definer\td@localhost\nasleep\tnightly\\tclean\nawake\thourly\n')).toEqual({
    definers: ['d@localhost'],
    asleep: ['nightly\tclean'],
    awake: ['hourly'],
  });
  expect(parseOddities('')).toEqual({ definers: [], asleep: [], awake: [] });
});

it('asks about the database alone, whatever it is called', () => {
  const asked = odditiesArgv(MARIADB, mysqlJob().connection, "it's \\", true).at(-1)!;
  expect(asked.match(/= 'it''s \\\\'/g)).toHaveLength(6);
  expect(asked).toContain("like '%SIDE\\_DISABLED'");
});
