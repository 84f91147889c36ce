import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPipe } from '../../../../agent/process/read-pipe.ts';
import { temporaryFolder } from '../../../support/folder.ts';

function namedPipe(): { name: string; readFd: number } {
  const name = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [name]);
  return { name, readFd: openSync(name, constants.O_RDONLY | constants.O_NONBLOCK) };
}

it('reads all that is written, piece by piece, to the end of the last writer', async () => {
  const { name, readFd } = namedPipe();
  const sent = Buffer.alloc(1_000_000, 'abcdefghijk');
  const pieces: Buffer[] = [];
  const read = readPipe(readFd, (chunk) => pieces.push(Buffer.from(chunk)));
  await appendFile(name, sent);
  await read;
  expect(Buffer.concat(pieces).equals(sent)).toBe(true);
  expect(pieces.length).toBeGreaterThan(1);
});

it('ends when it cannot be read', async () => {
  const { name, readFd } = namedPipe();
  const writeFd = openSync(name, constants.O_WRONLY);
  const pieces: Buffer[] = [];
  await readPipe(writeFd, (chunk) => pieces.push(chunk));
  expect(pieces).toEqual([]);
  closeSync(readFd);
});
