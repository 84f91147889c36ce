import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPart } from '../../../agent/closed-path.ts';
import { sharedFolder } from '../../support/folder.ts';

const SOMEBODY = 4_711;
const notRoot = process.getuid?.() !== 0;

// Needs root to give a folder to somebody else.
it.skipIf(notRoot)('names the first part of a path that somebody else than root can change', () => {
  const top = sharedFolder();
  const inner = join(top, 'home', 'docs');
  mkdirSync(inner, { recursive: true, mode: 0o755 });
  expect(openPart(inner)).toBeNull();
  chmodSync(inner, 0o775);
  expect(openPart(inner)).toBe(inner);
  chmodSync(join(top, 'home'), 0o777);
  expect(openPart(inner)).toBe(join(top, 'home'));
  chmodSync(join(top, 'home'), 0o755);
  chownSync(join(top, 'home'), SOMEBODY, 0);
  expect(openPart(inner)).toBe(join(top, 'home'));
  expect(openPart(join(top, 'home'), [0, SOMEBODY])).toBeNull();
});

// Needs root to give a folder to somebody else.
it.skipIf(notRoot)(
  'trusts no link, and what lies in a sticky folder only where it is there and nobody else’s',
  () => {
    const top = sharedFolder();
    symlinkSync('/etc', join(top, 'link'));
    expect(openPart(join(top, 'link'))).toBe(join(top, 'link'));
    writeFileSync(join(top, 'file'), '');
    expect(openPart(join(top, 'file'))).toBe(join(top, 'file'));
    expect(openPart('/tmp')).toBe('/tmp');
    const [own, theirs] = [join(top, 'own'), join(top, 'theirs')];
    chmodSync(top, 0o1777);
    for (const folder of [own, theirs]) mkdirSync(folder);
    chownSync(theirs, SOMEBODY, 0);
    const known = new Map();
    expect([top, own, theirs].map((folder) => openPart(folder, [0], known))).toEqual([top, null, theirs]);
    expect(() => openPart(join(top, 'none'))).toThrow('ENOENT');
  },
);
