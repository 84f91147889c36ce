import { mkdirSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foldersLike } from '../../../../agent/watch/folders.ts';
import { fileSystemsOf, StorageWatch } from '../../../../agent/watch/storage.ts';
import type { RecordBody } from '../../../../proto/messages.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { silent } from '../../../support/wire.ts';

function repositories(...paths: string[]): string {
  const folder = temporaryFolder();
  for (const path of paths) mkdirSync(join(folder, path), { recursive: true });
  return folder;
}

test('patterns find folders by parts of names, and no hidden ones and no files', async () => {
  const folder = repositories('acme/web1', 'acme/web2', 'acme/.tmp', 'beta/db1', 'a.c/x', 'abc/x');
  writeFileSync(join(folder, 'acme', 'web3'), '');
  const like = async (pattern: string) =>
    (await foldersLike(join(folder, pattern))).map((path) => path.slice(folder.length + 1));
  expect(await like('*/*')).toEqual(['a.c/x', 'abc/x', 'acme/web1', 'acme/web2', 'beta/db1']);
  expect(await like('acme/web?')).toEqual(['acme/web1', 'acme/web2']);
  expect(await like('a.c/*')).toEqual(['a.c/x']);
  expect(await like('acme/.*')).toEqual(['acme/.tmp']);
  expect(await like('nowhere/*')).toEqual([]);
});

test('a file system with many repositories is said once, by its mount point', async () => {
  const folder = repositories('acme/web1', 'acme/web2');
  const found = await fileSystemsOf([`${folder}/*/*`, folder, join(folder, 'gone')]);
  expect(found).toHaveLength(1);
  expect(folder.startsWith(found[0]!.path)).toBe(true);
  const facts = await statfs(folder);
  expect(found[0]!.totalBytes).toBe(facts.blocks * facts.bsize);
  expect(await fileSystemsOf([join(folder, 'gone')])).toEqual([]);
  expect(await fileSystemsOf(['/proc', '/'])).toHaveLength(2);
});

test.each([
  ['that said some before says once that there are none any more', true, 1],
  ['that never had any says nothing', false, 0],
])('an agent without repositories on its disks %s', (_, hasSaidSome, times) => {
  const said: RecordBody[] = [];
  const writer = { write: (body: RecordBody) => said.push(body) > 0 };
  const watch = new StorageWatch([], { writer, clock: new FakeClock(0), log: silent, hasSaidSome });
  watch.tick();
  watch.tick();
  expect(said).toEqual(Array(times).fill({ type: 'storage-seen', value: { fileSystems: [] } }));
});
