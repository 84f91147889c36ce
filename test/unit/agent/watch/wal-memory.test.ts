import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryFor } from '../../../../agent/decide/wal-watch.ts';
import { WalMemoryFile } from '../../../../agent/watch/wal-memory.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const folder = {
  name: '0000000100000000',
  timeline: 1,
  range: { from: 0, to: 4_095 },
  stretches: [{ from: 2, to: 9, endedAtMs: 7 }],
  damaged: [11],
  sizes: '....',
};
const memory = {
  ...memoryFor(null, { systemIdentifier: '7711165315211842580', segmentBytes: 1024 ** 2 }, '15-1'),
  folders: new Map([[folder.name, folder]]),
  holes: [{ timeline: 1, from: 10, to: 10, sinceMs: 5 }],
};

const inFolder = () => join(temporaryFolder(), 'wal', 'shop');

it('remembers over a restart what it was told', async () => {
  const path = inFolder();
  expect(await new WalMemoryFile(path).recall()).toBeNull();
  await new WalMemoryFile(path).remember(memory);
  expect(await new WalMemoryFile(path).recall()).toEqual(memory);
});

it('writes what folders hold now and then, and at once when one came or went', async () => {
  const path = inFolder();
  const file = new WalMemoryFile(path);
  await file.remember(memory);
  const grown = { ...folder, stretches: [{ from: 2, to: 10, endedAtMs: 8 }] };
  const next = { ...memory, folders: new Map([[folder.name, grown]]), lostSinceMs: 9 };
  for (const written of [folder, folder, folder, folder, grown]) {
    await file.remember(next);
    expect(await new WalMemoryFile(path).recall()).toEqual({
      ...next,
      folders: new Map([[folder.name, written]]),
    });
  }
  const other = { ...folder, name: '0000000100000001' };
  for (const folders of [new Map([...next.folders, [other.name, other]]), new Map([[other.name, other]])]) {
    await file.remember({ ...next, folders });
    expect((await new WalMemoryFile(path).recall())?.folders).toEqual(folders);
  }
});

it('begins anew with what it cannot read: truncated, of another version, of another shape or cluster', async () => {
  const path = inFolder();
  await new WalMemoryFile(path).remember(memory);
  const whole = {
    json: readFileSync(`${path}.json`, 'utf8'),
    'folders.json': readFileSync(`${path}.folders.json`, 'utf8'),
  };
  const broken = (text: string) => ['', text.slice(0, -9), '{"version":7}', 'null'];
  const cases = {
    json: [...broken(whole.json), whole.json.replace('"version":7', '"version":6')],
    'folders.json': [...broken(whole['folders.json']), whole['folders.json'].replace('15-1', '15-2')],
  };
  for (const [extension, texts] of Object.entries(cases)) {
    for (const text of texts) {
      writeFileSync(`${path}.${extension}`, text);
      expect(await new WalMemoryFile(path).recall(), `${extension}: ${text}`).toBeNull();
    }
    writeFileSync(`${path}.${extension}`, whole[extension as keyof typeof whole]);
    expect(await new WalMemoryFile(path).recall()).toEqual(memory);
  }
});
