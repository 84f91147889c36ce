import { expect, it } from 'vitest';
import { lacksArgv, parseLacks } from '../../../../agent/tools/mysql-restored.ts';
import { MARIADB, mysqlJob } from '../../../support/job-specs.ts';

it('reads who owns objects and is no user, and which events nobody runs', () => {
  expect(parseLacks('definer\td@localhost\nasleep\tnightly\\tclean\n')).toEqual({
    definers: ['d@localhost'],
    asleep: ['nightly\tclean'],
  });
  expect(parseLacks('')).toEqual({ definers: [], asleep: [] });
});

it('asks about the database alone, whatever it is called', () => {
  const asked = lacksArgv(MARIADB, mysqlJob().connection, "it's \\").at(-1)!;
  expect(asked.match(/= 'it''s \\\\'/g)).toHaveLength(5);
  expect(asked).toContain("like '%SIDE\\_DISABLED'");
});
