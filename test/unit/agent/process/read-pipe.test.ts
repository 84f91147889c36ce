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
  const { ended } = readPipe(readFd, (chunk) => pieces.push(Buffer.from(chunk)) > 0);
  await appendFile(name, sent);
  await ended;
  expect(Buffer.concat(pieces).equals(sent)).toBe(true);
  expect(pieces.length).toBeGreaterThan(1);
});

it('reads no further than it is told, until it is told to go on', async () => {
  const { name, readFd } = namedPipe();
  const sent = Buffer.alloc(1_000_000, 'abcdefghijk');
  const pieces: Buffer[] = [];
  let pause = () => {};
  const reading = readPipe(readFd, (chunk) => {
    pieces.push(Buffer.from(chunk));
    pause();
    return false;
  });
  const written = appendFile(name, sent);
  let length = 0;
  while (length < sent.length) {
    await new Promise<void>((resolve) => {
      pause = resolve;
      reading.resume();
    });
    expect(pieces).toHaveLength(1);
    const piece = pieces.pop()!;
    expect(piece.equals(sent.subarray(length, length + piece.length))).toBe(true);
    length += piece.length;
  }
  await written;
  reading.resume();
  await reading.ended;
});

it('ends when it cannot be read', async () => {
  const { name, readFd } = namedPipe();
  const writeFd = openSync(name, constants.O_WRONLY);
  const pieces: Buffer[] = [];
  await readPipe(writeFd, (chunk) => pieces.push(chunk) > 0).ended;
  expect(pieces).toEqual([]);
  closeSync(readFd);
});
