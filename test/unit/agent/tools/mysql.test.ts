import { expect, it } from 'vitest';
import { atLeast, dumpArgv, dumpsUsers, parseProgramVersion } from '../../../../agent/tools/mysql.ts';
import { MARIADB, mysqlJob } from '../../../support/job-specs.ts';

const { connection } = mysqlJob();

it.each([
  ['mariadb-dump  Ver 10.19 Distrib 10.5.23-MariaDB, for debian-linux-gnu (x86_64)', 'MariaDB', '10.5.23'],
  [
    '/usr/bin/mariadb-dump from 11.8.6-MariaDB, client 10.19 for debian-linux-gnu (x86_64)',
    'MariaDB',
    '11.8.6',
  ],
  ['mysqldump  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)', 'MySQL', '8.0.36'],
  ['mysqldump  Ver 10.13 Distrib 5.7.44, for Linux (x86_64)', 'MySQL', '5.7.44'],
])('reads the version of %s', (printed, flavour, version) => {
  expect(parseProgramVersion(printed)).toEqual({ flavour, version });
});

it('compares versions by number', () => {
  expect(atLeast('10.11.2', '10.5.9')).toBe(true);
  expect(atLeast('10.5.8', '10.5.9')).toBe(false);
  expect(atLeast('11.8', '11.8.0')).toBe(true);
});

it.each([
  ['10.5.8', false],
  ['10.5.9', true],
  ['10.3.28', true],
  ['10.4.17', false],
  ['11.8.6', true],
])('knows whether mariadb-dump %s can dump users', (version, can) => {
  expect(dumpsUsers({ flavour: 'MariaDB', version })).toBe(can);
});

it('dumps everything a database has, with nothing that a name could be mistaken for', () => {
  const argv = dumpArgv(MARIADB, { ...connection, defaultsFile: '/etc/backproof/my.cnf' }, '--help');
  expect(argv[1]).toBe('--defaults-file=/etc/backproof/my.cnf');
  for (const option of [
    '--single-transaction',
    '--quick',
    '--routines',
    '--events',
    '--triggers',
    '--hex-blob',
    '--no-tablespaces',
  ])
    expect(argv).toContain(option);
  expect(argv.slice(-2)).toEqual(['--', '--help']);
  expect(argv.join(' ')).not.toMatch(/password/);
  expect(argv).not.toContain('--dump-history');
  expect(dumpArgv(MARIADB, connection, 'shop', true)).toContain('--dump-history');
});
