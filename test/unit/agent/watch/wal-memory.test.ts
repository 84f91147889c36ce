import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memoryFor } from '../../../../agent/decide/wal-watch.ts';
import { recallWal, rememberWal } from '../../../../agent/watch/wal-memory.ts';
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

it('remembers over a restart what it was told', async () => {
  const file = join(temporaryFolder(), 'wal', 'shop.json');
  expect(await recallWal(file)).toBeNull();
  await rememberWal(file, memory);
  expect(await recallWal(file)).toEqual(memory);
});

it('begins anew with what it cannot read: truncated, of another version, of another shape', async () => {
  const file = join(temporaryFolder(), 'shop.json');
  await rememberWal(file, memory);
  const text = readFileSync(file, 'utf8');
  for (const broken of [
    '',
    text.slice(0, -9),
    text.replace('"version":6', '"version":5'),
    '{"version":6}',
    'null',
  ]) {
    writeFileSync(file, broken);
    expect(await recallWal(file), broken).toBeNull();
  }
});
