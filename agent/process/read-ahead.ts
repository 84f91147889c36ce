/** Passes bytes on to a file descriptor, and holds some ahead: whoever makes them goes on while whoever takes them works. */
import { write } from 'node:fs';
import type { Clock } from '../../proto/clock.ts';

/** borg's chunker takes as much at once (its largest chunk, 2^23 bytes), and works on it before it takes more. */
const AHEAD_BYTES = 8 * 1024 * 1024;
/** Each write is a turn of a thread. */
const WRITE_BYTES = 256 * 1024;
/** What `add` takes at most; a pipe of Linux holds no more, pipe(7). */
export const PIECE_BYTES_MAX = 64 * 1024;
/** A pipe of 64 KiB is emptied in less. */
const PIPE_FULL_PAUSE_MS = 1;

export class ReadAhead {
  readonly #fd: number;
  readonly #clock: Clock;
  readonly #onRoom: () => void;
  readonly #onProblem: (error: Error) => void;
  readonly #ring = Buffer.allocUnsafeSlow(AHEAD_BYTES);
  /** Ever; the ring holds what lies between. */
  #taken = 0;
  #passed = 0;
  #writing = false;
  #isFull = false;
  #onEnd: (() => void) | null = null;

  /**
   * @param fd stays open.
   * @param onRoom is called when `add` may be called again after it said no.
   * @param onProblem it could not be written; nothing happens any more.
   */
  constructor(fd: number, clock: Clock, onRoom: () => void, onProblem: (error: Error) => void) {
    this.#fd = fd;
    this.#clock = clock;
    this.#onRoom = onRoom;
    this.#onProblem = onProblem;
  }

  /** Nothing more can be taken until the other side has taken some. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /**
   * @param piece up to PIECE_BYTES_MAX, copied.
   * @returns whether there is room for another.
   */
  add(piece: Buffer): boolean {
    const at = this.#taken % AHEAD_BYTES;
    const head = piece.copy(this.#ring, at);
    piece.copy(this.#ring, 0, head);
    this.#taken += piece.length;
    this.#isFull = !this.#hasRoom();
    this.#pass();
    return !this.#isFull;
  }

  /** Resolves when all is passed on. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEnd = resolve;
      this.#pass();
    });
  }

  #hasRoom(): boolean {
    return AHEAD_BYTES - (this.#taken - this.#passed) >= PIECE_BYTES_MAX;
  }

  #pass(): void {
    const waiting = this.#taken - this.#passed;
    if (this.#writing) return;
    if (waiting === 0) this.#onEnd?.();
    if (waiting === 0 || (waiting < WRITE_BYTES && this.#onEnd === null)) return;
    this.#writing = true;
    const from = this.#passed % AHEAD_BYTES;
    write(
      this.#fd,
      this.#ring,
      from,
      Math.min(waiting, WRITE_BYTES, AHEAD_BYTES - from),
      null,
      (error, bytes) => {
        // Whoever made the pipe, or shares it, may have made it one that does not wait by itself.
        if (error?.code === 'EAGAIN') this.#clock.after(PIPE_FULL_PAUSE_MS, () => this.#wrote(0));
        else if (error) this.#onProblem(error);
        else this.#wrote(bytes);
      },
    );
  }

  #wrote(bytes: number): void {
    this.#writing = false;
    this.#passed += bytes;
    if (this.#isFull && this.#hasRoom()) {
      this.#isFull = false;
      this.#onRoom();
    }
    this.#pass();
  }
}
