import { chownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { IdentityStore } from '../../../agent/identity.ts';
import { temporaryFolder } from '../../support/folder.ts';

const SOMEBODY = 12_345;
const notRoot = process.getuid?.() !== 0;

// Only root can give a file to somebody else.
it.skipIf(notRoot)("gives an identity that root wrote to the owner of the agent's folder", () => {
  const data = temporaryFolder();
  chownSync(data, SOMEBODY, SOMEBODY);
  IdentityStore.write(data, { key: 'key', certificate: 'certificate', ca: 'ca' });
  const folder = join(data, 'identity');
  const files = readdirSync(folder).map((name) => join(folder, name));
  expect(files).toHaveLength(3);
  for (const path of [folder, ...files]) {
    expect(statSync(path)).toMatchObject({ uid: SOMEBODY, gid: SOMEBODY });
    expect(statSync(path).mode & 0o077).toBe(0);
  }
});
