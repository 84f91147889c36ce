import { expect, it } from 'vitest';
import { WantedPaths } from '../../../../agent/decide/wanted-paths.ts';

function among(wanted: string[]) {
  const paths = new WantedPaths(wanted);
  for (const path of [
    'var',
    'var/www',
    'var/www/shop',
    'var/www/shop/index.html',
    'var/www/blog',
    'etc/nginx/nginx.conf',
  ])
    paths.add(path, 10);
  return paths;
}

it('counts what is at a path and below it, and not what merely begins alike', () => {
  const paths = among(['/var/www/shop', '/var/www/sho/']);
  expect(paths.found()).toEqual({ entries: 2, bytes: 20 });
  expect(paths.missing()).toEqual(['/var/www/sho/ is not in it; there is /var/www/shop']);
});

it('offers names that are a slip of the pen away, the same name elsewhere, or the nearest folder', () => {
  const missing = (path: string) => among([path]).missing()[0];
  expect(missing('/var/ww/shop')).toContain('there is /var/www/shop');
  expect(missing('/etc/apache2/nginx.conf')).toContain('there is /etc/nginx/nginx.conf');
  expect(missing('/var/www/wordpress/wp-config.php')).toContain('the nearest there is: /var/www');
  expect(missing('/srv/data')).toContain('nor is anything above it');
});

it('finds odd names as they are', () => {
  const paths = new WantedPaths(['/a/-x\n"y"', '/a/*']);
  paths.add('a/-x\n"y"', 1);
  expect(paths.missing()).toHaveLength(1);
  expect(paths.missing()[0]).toContain('/a/* is not in it');
});
