import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { PIECE_BYTES_MAX, ReadAhead } from '../../../../agent/process/read-ahead.ts';
import { systemClock } from '../../../../proto/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const AHEAD_BYTES = 8 * 1024 * 1024;
const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;

/** @param flags of the end that is written to. */
function namedPipe(flags = 0) {
  const name = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [name]);
  const readFd = openSync(name, O_RDONLY | O_NONBLOCK);
  const writeFd = openSync(name, O_WRONLY | flags);
  const open = new Set([readFd, writeFd]);
  const close = (fd: number) => {
    if (open.delete(fd)) closeSync(fd);
  };
  onTestFinished(() => {
    for (const fd of open) closeSync(fd);
  });
  return { readFd, writeFd, close };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** All that comes, until as much has come. */
async function take(readFd: number, bytes: number): Promise<Buffer> {
  const all = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; ) {
    try {
      at += readSync(readFd, all, at, bytes - at, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await turn();
    }
  }
  return all;
}

/** Bytes that say where they stand. */
function numbered(bytes: number): Buffer {
  const all = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) all.writeUInt32BE(at, at);
  return all;
}

function readAhead(fd: number, onRoom: () => void): ReadAhead {
  return new ReadAhead(fd, systemClock, onRoom, (error) => expect.fail(String(error)));
}

async function passThrough(flags: number, pieceBytes: () => number, bytes: number): Promise<void> {
  const { readFd, writeFd } = namedPipe(flags);
  let onRoom = () => {};
  const ahead = readAhead(writeFd, () => onRoom());
  const sent = numbered(bytes);
  const taken = take(readFd, bytes);
  for (let at = 0; at < bytes; ) {
    const piece = sent.subarray(at, at + pieceBytes());
    at += piece.length;
    const room = new Promise<void>((resolve) => {
      onRoom = resolve;
    });
    // What is lent is something else soon.
    const lent = Buffer.from(piece);
    const goesOn = ahead.add(lent);
    lent.fill(0);
    if (!goesOn) await room;
  }
  const [all] = await Promise.all([taken, ahead.end()]);
  expect(all.equals(sent)).toBe(true);
}

it('passes everything on in its order, in pieces of any size, around the end of its memory and again', async () => {
  const sizes = fc.infiniteStream(fc.integer({ min: 1, max: PIECE_BYTES_MAX }));
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 0, max: 3 * AHEAD_BYTES }), async (size, bytes) => {
      await passThrough(0, () => size.next().value!, bytes);
    }),
    { numRuns: 5 },
  );
});

it('waits by itself where the pipe does not', () =>
  passThrough(O_NONBLOCK, () => PIECE_BYTES_MAX, AHEAD_BYTES));

it('takes eight mebibytes while nobody takes any from it, and goes on when somebody does', async () => {
  const { readFd, writeFd } = namedPipe();
  let rooms = 0;
  const ahead = readAhead(writeFd, () => {
    rooms += 1;
  });
  const piece = Buffer.alloc(PIECE_BYTES_MAX, 'a');
  let added = piece.length;
  while (ahead.add(piece)) added += piece.length;
  expect(added).toBe(AHEAD_BYTES);
  expect(ahead.isFull).toBe(true);
  await Promise.all([take(readFd, added), ahead.end()]);
  expect({ rooms, isFull: ahead.isFull }).toEqual({ rooms: 1, isFull: false });
});

it('says when nobody is there to take it', async () => {
  const { readFd, writeFd, close } = namedPipe();
  close(readFd);
  const error = await new Promise<Error>((resolve) => {
    const ahead = new ReadAhead(writeFd, systemClock, () => {}, resolve);
    ahead.add(Buffer.from('a'));
    void ahead.end();
  });
  expect(error).toMatchObject({ code: 'EPIPE' });
});
