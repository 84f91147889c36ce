/** One-shot questions to programs: an answer in bounded time, or a problem in words. */
import type { Readable } from 'node:stream';
import type { Clock } from '../../proto/clock.ts';
import { type ProcessSpec, startProcess } from '../process.ts';

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
  ask(argv: string[], variables: Record<string, string> = {}): Promise<Answer<string>> {
    return this.#run({ argv, stdoutBytesMax: STDOUT_BYTES_MAX }, variables, ANSWER_WITHIN_MS);
  }

  /** The same for an answer that is too long to hold: `onText` takes it as it comes, and '' is answered. */
  askLong(argv: string[], withinMs: number, onText: (text: string) => void): Promise<Answer<string>> {
    const onStdout = (stream: Readable) => {
      stream.setEncoding('utf8');
      stream.on('data', onText);
    };
    return this.#run({ argv, stdoutBytesMax: 0, gentle: true, onStdout }, {}, withinMs);
  }

  /** What is promised; null when it does not come within `waitMs`, and it goes on. */
  async within<T>(promise: Promise<T>, waitMs: number): Promise<T | null> {
    let cancel = () => {};
    const waited = new Promise<null>((resolve) => {
      cancel = this.#clock.after(waitMs, () => resolve(null));
    });
    const first = await Promise.race([promise, waited]);
    cancel();
    return first;
  }

  async #run(
    spec: Omit<ProcessSpec, 'env'>,
    variables: Record<string, string>,
    withinMs: number,
  ): Promise<Answer<string>> {
    const lines: string[] = [];
    const process = startProcess(
      {
        ...spec,
        env: { ...this.#environment, ...variables, LC_ALL: 'C.UTF-8' },
        onStderrLine: (line) => {
          if (lines.length < STDERR_LINES_MAX) lines.push(line);
        },
      },
      this.#clock,
    );
    this.#running.add(process);
    const cancel = this.#clock.after(withinMs, () => process.stop());
    const { exitCode, startError, stdout, stdoutCut, stopped } = await process.result;
    cancel();
    this.#running.delete(process);
    const program = spec.argv[0];
    if (startError !== null) return { problem: startError };
    if (stopped) return { problem: `${program} gave no answer within ${withinMs / 1_000} s` };
    if (exitCode !== 0) return { problem: lines.join('\n') || `${program} ended with exit code ${exitCode}` };
    return stdoutCut ? { problem: UNREADABLE } : { answer: stdout };
  }
}
