import { describe, expect, it } from 'vitest';
import { parsePattern, patternProblem } from '../../../../agent/tools/borg-patterns.ts';

describe('what a pattern matches', () => {
  // Each was held against borg 1.2.4; test/e2e/files-excludes.test.ts does so with every borg there is.
  it.each([
    ['*/shop*', '/var/www/shop2', true],
    ['*/shop*', '/var/www/other', false],
    ['/var/www/shop2', '/var/www/shop2', true],
    ['var/www/shop2', '/var/www/shop2', true],
    ['/var/www/shop', '/var/www/shop2', false],
    ['*.tmp', '/srv/a/b.tmp', true],
    ['*/cache/*', '/srv/cache', false],
    ['*/cache/*', '/srv/cache/x', true],
    ['/srv/cache/', '/srv/cache', false],
    ['/srv/cache/', '/srv/cache/x', true],
    ['fm:/srv/*', '/srv/a', true],
    ['fm:/srv/a?', '/srv/ab', true],
    ['fm:/srv/[ab]', '/srv/b', true],
    ['fm:/srv/[!ab]', '/srv/b', false],
    ['fm:/srv/[a', '/srv/[a', true],
    ['sh:/srv/*/x', '/srv/a/b/x', false],
    ['sh:/srv/**/x', '/srv/a/b/x', true],
    ['sh:/srv/**/x', '/srv/x', true],
    ['sh:**/.cache', '/home/u/.cache', true],
    ['sh:/srv/a/**', '/srv/a', true],
    ['sh:/srv/a/', '/srv/a', false],
    ['sh:/srv/a/', '/srv/a/b', true],
    ['pp:/srv/a', '/srv/a', true],
    ['pp:/srv/a', '/srv/ab', false],
    ['pf:/srv/a', '/srv/a', true],
    ['pf:/srv/*', '/srv/a', false],
    ['re:^srv/a\\d+$', '/srv/a12', true],
    ['re:^/srv', '/srv', false],
    ['re:cache', '/srv/some-cache-here', true],
    ['re:(', '/srv', false],
    ['/srv/./a//b/../c', '/srv/a/c', true],
    ['/srv/Bücher*', '/srv/Bücher2', true],
  ])('%s and %s: %s', (pattern, path, matches) => {
    expect(parsePattern(pattern).matches(path)).toBe(matches);
  });
});

describe('the name a pattern spells out', () => {
  it.each([
    ['*/.cache', '.cache'],
    ['/var/www/cache', 'cache'],
    ['/var/www/cache/', 'cache'],
    ['/var/www/shop*', null],
    ['*', null],
    ['sh:**/node_modules', 'node_modules'],
    ['sh:/srv/a/**', 'a'],
    ['pp:/srv/a*', 'a*'],
    ['re:/\\.cache$', '.cache'],
    ['re:^home/[^/]+/\\.cache(/|$)', '.cache'],
    ['re:/shop\\d+$', null],
    ['re:cache', null],
  ])('of %s is %s', (pattern, name) => {
    expect(parsePattern(pattern).literalName).toBe(name);
  });
});

it('knows which styles borg has, and takes no drive letter or time for one', () => {
  expect(patternProblem('xx:/srv')).toContain('"xx:" is none');
  for (const fine of ['fm:*', 'sh:*', 're:x', 'pp:/a', 'pf:/a', '/srv/a:b', 'long:er', '*:x'])
    expect(patternProblem(fine)).toBeNull();
});
