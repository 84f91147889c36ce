import { expect, it } from 'vitest';
import {
  neededInstead,
  parsePgBackRestVersion,
  refusesRoot,
} from '../../../../agent/tools/pgbackrest-version.ts';

const version = (text: string) => parsePgBackRestVersion(`pgBackRest ${text}\n`)!;

it.each([
  ['2.45', 13, null],
  ['2.45', 15, null],
  ['2.45', 16, '2.48'],
  ['2.47', 16, '2.48'],
  ['2.48', 16, null],
  ['2.53', 17, '2.53.1'],
  ['2.53.1', 17, null],
  ['2.54', 17, null],
  ['2.54.2', 18, '2.55'],
  ['2.55', 18, null],
  ['2.55.1', 18, null],
  ['2.45', 19, '2.55'],
  ['3.0', 18, null],
] as const)('pgBackRest %s and PostgreSQL %i: needs %s', (text, major, needed) => {
  expect(neededInstead(version(text), major)).toBe(needed);
});

it('refuses root since 2.59', () => {
  expect(refusesRoot(version('2.58.1'))).toBe(false);
  expect(refusesRoot(version('2.59'))).toBe(true);
  expect(refusesRoot(version('3.0'))).toBe(true);
});

it('knows a version when it sees one', () => {
  expect(parsePgBackRestVersion('')).toBeNull();
  expect(parsePgBackRestVersion('bash: pgbackrest: not found')).toBeNull();
});
