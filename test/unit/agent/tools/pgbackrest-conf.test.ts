import { describe, expect, it } from 'vitest';
import { optionOf, withOptions } from '../../../../agent/tools/pgbackrest-conf.ts';

const DEBIAN = `[global]
repo1-path=/var/lib/pgbackrest
#repo1-retention-full=2

#[main]
#pg1-path=/var/lib/postgresql/13/main
`;

describe('options', () => {
  it('of a stanza are stronger than global ones; comments and other stanzas say nothing', () => {
    const conf = `${DEBIAN}start-fast=y\n[shop]\nrepo1-path = /srv/shop \n[other]\ncompress-type=lz4\n`;
    expect(optionOf(conf, 'shop', 'repo1-path')).toBe('/srv/shop');
    expect(optionOf(conf, 'other', 'repo1-path')).toBe('/var/lib/pgbackrest');
    expect(optionOf(conf, 'shop', 'start-fast')).toBe('y');
    expect(optionOf(conf, 'shop', 'compress-type')).toBeNull();
    expect(optionOf(conf, 'shop', 'repo1-retention-full')).toBeNull();
  });
});

describe('setting options', () => {
  it('adds the section to a file as Debian installs it, and leaves everything else as it was', () => {
    expect(withOptions(DEBIAN, 'shop', { 'pg1-path': '/data' })).toBe(`${DEBIAN}\n[shop]\npg1-path=/data\n`);
    expect(withOptions('', 'shop', { 'pg1-path': '/data' })).toBe('[shop]\npg1-path=/data\n');
  });

  it('changes a line in its place, and adds others to the end of the section', () => {
    const conf = '[shop]\npg1-path=/old\n# why\n\n[other]\npg1-path=/other';
    expect(withOptions(conf, 'shop', { 'pg1-path': '/new', 'start-fast': 'y' })).toBe(
      '[shop]\npg1-path=/new\n# why\nstart-fast=y\n\n[other]\npg1-path=/other',
    );
    expect(withOptions(conf, 'other', { 'start-fast': 'y' })).toBe(`${conf}\nstart-fast=y\n`);
  });

  it('is done when it is done: the same options again change nothing', () => {
    const options = { 'pg1-path': '/data', 'repo1-cipher-pass': 'a+b/c=' };
    const once = withOptions(DEBIAN, 'shop', options);
    expect(withOptions(once, 'shop', options)).toBe(once);
    expect(optionOf(once, 'shop', 'repo1-cipher-pass')).toBe('a+b/c=');
  });
});
