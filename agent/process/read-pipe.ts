/** Reads a pipe into one buffer, again and again. */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/** What a pipe of Linux holds, pipe(7). */
const PIPE_BYTES = 64 * 1024;

export interface PipeReading {
  /** Resolves when the last writer is gone, or it cannot be read any further; the descriptor is closed then. */
  ended: Promise<void>;
  /** Goes on after `onChunk` said no. */
  resume(): void;
}

/** @param onChunk gets each piece, which is only lent to it, and says whether it takes another. */
export function readPipe(fd: number, onChunk: (chunk: Buffer) => boolean): PipeReading {
  const buffer = Buffer.allocUnsafe(PIPE_BYTES);
  const onread: OnReadOpts = { buffer, callback: (bytes) => onChunk(buffer.subarray(0, bytes)) };
  // Node's documentation has `onread` at connect(), which hands it to this.
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    fd,
    readable: true,
    writable: false,
    onread,
  };
  const socket = new Socket(options);
  const ended = new Promise<void>((resolve) => {
    // What is missing then is for whoever knows what a whole dump is.
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });
  return { ended, resume: () => socket.resume() };
}
