/** How far a restore is, on a line that a terminal overwrites; in a log, a line now and then. */
import type { Clock } from '../../proto/clock.ts';
import { formatDuration, formatSize } from '../../proto/duration.ts';
import { printableLine } from '../../proto/printable.ts';
import { timeLeftMs } from '../decide/time-left.ts';

const TERMINAL_EVERY_MS = 250;
const LOG_EVERY_MS = 15_000;
const LINE_CHARS_MAX = 100;

export class ProgressLine {
  readonly #write: (text: string) => void;
  readonly #isTerminal: boolean;
  readonly #clock: Clock;
  #beganMs: number | null = null;
  #shownMs = Number.NEGATIVE_INFINITY;
  #isShown = false;

  constructor(write: (text: string) => void, isTerminal: boolean, clock: Clock) {
    this.#write = write;
    this.#isTerminal = isTerminal;
    this.#clock = clock;
  }

  /** @param totalBytes 0 when it is not known. */
  show(doneBytes: number, totalBytes: number, what: string): void {
    const nowMs = this.#clock.monotonicMs();
    this.#beganMs ??= nowMs;
    const everyMs = this.#isTerminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
    if (nowMs - this.#shownMs < everyMs) return;
    this.#shownMs = nowMs;
    const leftMs = timeLeftMs(doneBytes, totalBytes, nowMs - this.#beganMs);
    const share = totalBytes > 0 ? `${Math.floor((100 * doneBytes) / totalBytes)} %  ` : '';
    const of = totalBytes > 0 ? ` of ${formatSize(totalBytes)}` : '';
    const left = leftMs === null ? '' : `, ${formatDuration(Math.max(1_000, leftMs))} left`;
    const line = printableLine(`${share}${formatSize(doneBytes)}${of}${left}  ${what}`, LINE_CHARS_MAX);
    // CSI K: the rest of a longer line before.
    this.#write(this.#isTerminal ? `\r${line}\u001b[K` : `${line}\n`);
    this.#isShown = this.#isTerminal;
  }

  /** Leaves the line, so that something else can be said; what is shown next has a speed of its own. */
  clear(): void {
    this.#beganMs = null;
    if (this.#isShown) this.#write('\r\u001b[K');
    this.#isShown = false;
  }
}
