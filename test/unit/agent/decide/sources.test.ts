import { expect, it } from 'vitest';
import { linksAside } from '../../../../agent/decide/sources.ts';

it('finds links to what none of the paths holds', () => {
  const bin = { path: '/bin', target: '/usr/bin' };
  const www = { path: '/var/www', target: '/srv/www' };
  const home = { path: '/home', target: '/usr-home' };
  expect(linksAside(['/bin', '/usr', '/var/www', '/home'], [bin, www, home])).toEqual([www, home]);
  expect(linksAside(['/', '/var/www'], [www])).toEqual([]);
  expect(linksAside(['/var/www', '/srv/www'], [www])).toEqual([]);
});
