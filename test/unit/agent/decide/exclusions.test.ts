import { describe, expect, it } from 'vitest';
import { blamed, notSpelledOut, swallowedFolders } from '../../../../agent/decide/exclusions.ts';

describe('an entry left out right below a source', () => {
  it.each([
    ['a wildcard that a new folder fits', '/var/www/shop2', ['*/shop*'], true],
    ['a folder named as the last component', '/home/u/.cache', ['*/.cache'], false],
    ['a folder named by its whole path', '/var/www/cache', ['/var/www/cache'], false],
    [
      'a folder that one pattern names and another swallows',
      '/var/www/shop-old',
      ['*/shop*', '*/shop-old'],
      false,
    ],
    ['a name spelled out for another place', '/var/www/shop2', ['/var/www/shop*', '/srv/shop2'], true],
    ['everything below a source', '/srv/a', ['/srv/*'], true],
  ])('%s', (_, path, excludes, isSuspect) => {
    expect(notSpelledOut([path], excludes)).toEqual(isSuspect ? [path] : []);
  });
});

it('says which folder, by which pattern, and what to do', () => {
  expect(swallowedFolders(['/var/www/shop2'], ['*.bak', '*/shop*'])).toEqual([
    {
      code: 'excluded-by-pattern',
      message:
        '/var/www/shop2 is left out as a whole by the exclude pattern "*/shop*"; if that is meant, exclude it by its name',
      path: '/var/www/shop2',
      harmless: false,
    },
  ]);
});

it('names twenty folders, and counts the others', () => {
  const folders = Array.from({ length: 50 }, (_, i) => `/srv/${i}`);
  const warnings = swallowedFolders(folders, ['/srv/*']);
  expect(warnings).toHaveLength(21);
  expect(warnings.at(-1)!.message).toMatch(/^30 more folders/);
});

it('blames no pattern that it cannot read', () => {
  expect(blamed('/srv/a', ['re:(?P<x>srv)'])).toBe('an exclude pattern');
});
