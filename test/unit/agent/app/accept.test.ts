import { lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { leaveMandate } from '../../../../agent/app/accept.ts';
import { temporaryFolder } from '../../../support/folder.ts';

it('leaves a file of its own and never writes through a link that lies in its place', () => {
  const folder = temporaryFolder();
  const other = join(folder, 'somebody-elses');
  writeFileSync(other, 'kept');
  const mandate = join(folder, 'accept-acme');
  symlinkSync(other, mandate);
  leaveMandate(folder, 'acme');
  expect(readFileSync(other, 'utf8')).toBe('kept');
  expect(lstatSync(mandate).isFile()).toBe(true);
});
