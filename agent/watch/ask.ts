/** One-shot questions to programs: an answer in bounded time, or a problem in words. */
import type { Clock } from '../../proto/clock.ts';
import { startProcess } from '../process.ts';

/** A server or a repository that does not answer is not waited for longer than this. */
export const ANSWER_WITHIN_MS = 20_000;
/** 4,096 segments of a folder, for segments of 1 MiB, with some 120 bytes each. */
const STDOUT_BYTES_MAX = 8 * 1024 * 1024;
const STDERR_LINES_MAX = 20;

export type Answer<T> = { answer: T } | { problem: string };

export const UNREADABLE = 'The answer could not be read.';

export class Asker {
  readonly #clock: Clock;
  readonly #environment: Record<string, string>;
  readonly #running = new Set<{ stop(): void }>();

  constructor(clock: Clock, environment: Record<string, string>) {
    this.#clock = clock;
    this.#environment = environment;
  }

  /** Ends what is being asked. */
  stop(): void {
    for (const process of this.#running) process.stop();
  }

  /** Standard output of a program that ended well and in time. */
  async ask(argv: string[], variables: Record<string, string> = {}): Promise<Answer<string>> {
    const lines: string[] = [];
    const process = startProcess(
      {
        argv,
        env: { ...this.#environment, ...variables, LC_ALL: 'C.UTF-8' },
        stdoutBytesMax: STDOUT_BYTES_MAX,
        onStderrLine: (line) => {
          if (lines.length < STDERR_LINES_MAX) lines.push(line);
        },
      },
      this.#clock,
    );
    this.#running.add(process);
    const cancel = this.#clock.after(ANSWER_WITHIN_MS, () => process.stop());
    const { exitCode, startError, stdout, stdoutCut, stopped } = await process.result;
    cancel();
    this.#running.delete(process);
    if (startError !== null) return { problem: startError };
    if (stopped) return { problem: `${argv[0]} gave no answer within ${ANSWER_WITHIN_MS / 1_000} s` };
    if (exitCode !== 0) return { problem: lines.join('\n') || `${argv[0]} ended with exit code ${exitCode}` };
    return stdoutCut ? { problem: UNREADABLE } : { answer: stdout };
  }
}
