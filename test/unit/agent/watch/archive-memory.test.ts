import { mkdirSync } from 'node:fs';
import type * as promises from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { recall, remember } from '../../../../agent/watch/archive-memory.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const done: string[] = [];

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  return {
    ...real,
    open: async (path: string, ...how: never[]) => {
      const handle = await real.open(path, ...how);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        done.push(`sync ${path}`);
        return sync();
      };
      return handle;
    },
    rename: async (from: string, to: string) => {
      done.push(`rename ${to}`);
      return real.rename(from, to);
    },
  };
});

test('what is remembered is on disk under its name when that is said: content, name, and no sooner', async () => {
  const file = join(temporaryFolder(), 'steward', 'web1.json');
  mkdirSync(dirname(file));
  const archives = [{ id: 'a', name: 'web1-files' }];
  expect(await remember({ type: 'remember', id: 'planned', file, archives, log: [] })).toMatchObject({
    problem: null,
  });
  expect(done).toEqual([`sync ${file}.new`, `rename ${file}`, `sync ${dirname(file)}`]);
  expect(await recall({ type: 'recall', id: 'recall', file })).toMatchObject({ known: archives });
});
