import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { HISTORY_BYTES_MAX } from '../../../../agent/tools/wal-history.ts';
import { ArchiveDirectory } from '../../../../agent/watch/archive-directory.ts';
import { temporaryFolder } from '../../../support/folder.ts';

it('reads which timelines there are, from where each descends, and takes nothing from what is none', async () => {
  const folder = temporaryFolder();
  const file = join(folder, '00000002.history');
  const write = (text: string, atMs: number) => {
    writeFileSync(file, text);
    utimesSync(file, atMs / 1_000, atMs / 1_000);
  };
  write('1\t0/3000000\tno recovery target specified\n', 5_000);
  writeFileSync(join(folder, '00000003.history'), '2\t0/9000000\tx\n1\t0/3000000\tx\n');
  writeFileSync(join(folder, '00000004.history'), '#'.repeat(HISTORY_BYTES_MAX + 1));
  for (const other of ['00000001.history', '00000002.history.gz', '000000010000000000000001.00000028.backup'])
    writeFileSync(join(folder, other), '1\t0/3000000\tx\n');
  const directory = new ArchiveDirectory(folder);
  const { histories, odd } = await directory.read();
  expect(histories.map(({ timeline, ends }) => [timeline, ends]).sort()).toEqual([
    [2, [{ timeline: 1, endLsn: 0x3000000 }]],
    [3, null],
    [4, null],
  ]);
  expect(odd).toEqual([]);
  write('1\t0/4000000\tno recovery target specified\n', 6_000);
  rmSync(join(folder, '00000003.history'));
  const later = (await directory.read()).histories.find(({ timeline }) => timeline === 2)!;
  expect(later).toMatchObject({
    name: '00000002.history',
    timeline: 2,
    changedAtMs: 6_000,
    ends: [{ timeline: 1, endLsn: 0x4000000 }],
  });
});
