import { expect, it } from 'vitest';
import { chooseDatabases } from '../../../../agent/decide/choose-databases.ts';

const existing = ['crm', 'shop', 'test_1', 'test_2'];

it('takes all that is there, new ones by themselves, less what is excluded', () => {
  expect(chooseDatabases(existing, 'all', ['test_*', 'gone'])).toEqual({
    dump: ['crm', 'shop'],
    excluded: ['test_1', 'test_2'],
    unlisted: [],
  });
});

it('takes what is listed, also what is not there, and names what nobody has spoken about', () => {
  expect(chooseDatabases(existing, ['shop', 'erp'], ['test_?'])).toEqual({
    dump: ['shop', 'erp'],
    excluded: ['test_1', 'test_2'],
    unlisted: ['crm'],
  });
});

it('reads a glob as a glob: other signs are letters', () => {
  const odd = ['a.b', 'axb', 'a(b', 'a\nb', '[ab]'];
  expect(chooseDatabases(odd, 'all', ['a.b']).excluded).toEqual(['a.b']);
  expect(chooseDatabases(odd, 'all', ['a?b']).excluded).toEqual(['a.b', 'axb', 'a(b', 'a\nb']);
  expect(chooseDatabases(odd, 'all', ['[ab]']).excluded).toEqual(['[ab]']);
  expect(chooseDatabases(odd, 'all', ['a']).excluded).toEqual([]);
});
