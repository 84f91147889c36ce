/** Reads a pipe into one buffer, again and again. */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/** What a pipe of Linux holds, pipe(7). */
const PIPE_BYTES = 64 * 1024;

/**
 * Resolves when its last writer is gone, or it cannot be read any further; `fd` is closed then.
 * @param onChunk gets each piece, which is only lent to it.
 */
export function readPipe(fd: number, onChunk: (chunk: Buffer) => void): Promise<void> {
  const buffer = Buffer.allocUnsafe(PIPE_BYTES);
  const onread: OnReadOpts = {
    buffer,
    callback: (bytes) => {
      onChunk(buffer.subarray(0, bytes));
      return true;
    },
  };
  // Node's documentation has `onread` at connect(), which hands it to this.
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    fd,
    readable: true,
    writable: false,
    onread,
  };
  const socket = new Socket(options);
  return new Promise((resolve) => {
    // What is missing then is for whoever knows what a whole dump is.
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });
}
