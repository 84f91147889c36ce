/** A program that answers questions on its standard input, and is held open between them. */
import { PassThrough } from 'node:stream';
import type { Clock } from '../../proto/clock.ts';
import { formatDuration } from '../../proto/duration.ts';
import { type ProcessResult, type RunningProcess, startProcess } from '../process.ts';

/** Last lines of its standard error, for the reason of a failure. */
const SAID_LINES_MAX = 40;

export interface Question {
  /** Written to its standard input. */
  text: string;
  /** The line of its standard output that ends the answer. */
  until: string;
  withinMs: number;
  stdoutBytesMax: number;
}

export interface Answered {
  /** 0: it was answered. Otherwise how the program ended. */
  exitCode: number | null;
  signal: string | null;
  /** It never began, was ended for its silence, or ended by itself without an answer. */
  startError: string | null;
  stdout: string;
  stdoutCut: boolean;
  /** The last lines of its standard error since the question. */
  said: string[];
}

interface Listening {
  until: string;
  lines: string[];
  bytes: number;
  bytesMax: number;
  answered: () => void;
}

export class Session {
  readonly #input = new PassThrough();
  readonly #running: RunningProcess;
  readonly #clock: Clock;
  readonly #said: string[] = [];
  #listening: Listening | null = null;

  /** @param onLine told of each line of its standard error. */
  constructor(
    { argv, env }: { argv: string[]; env: Record<string, string> },
    clock: Clock,
    onLine: (line: string) => void = () => {},
  ) {
    this.#clock = clock;
    this.#running = startProcess(
      {
        argv,
        env,
        input: this.#input,
        stdoutBytesMax: 0,
        onStdoutLine: (line) => this.#take(line),
        onStderrLine: (line) => {
          this.#said.push(line);
          if (this.#said.length > SAID_LINES_MAX) this.#said.shift();
          onLine(line);
        },
      },
      clock,
    );
  }

  /** One question at a time. */
  async ask({ text, until, withinMs, stdoutBytesMax }: Question): Promise<Answered> {
    this.#said.length = 0;
    let answered = () => {};
    const answer = new Promise<'answered'>((resolve) => {
      answered = () => resolve('answered');
    });
    const listening: Listening = { until, lines: [], bytes: 0, bytesMax: stdoutBytesMax, answered };
    this.#listening = listening;
    this.#input.write(text);
    let overdue = false;
    const cancel = this.#clock.after(withinMs, () => {
      overdue = true;
      this.#running.stop();
    });
    const end = await Promise.race([answer, this.#running.result]);
    cancel();
    this.#listening = null;
    const ended = end === 'answered' ? { exitCode: 0, signal: null, startError: null } : endedAlone(end);
    return {
      exitCode: ended.exitCode,
      signal: ended.signal,
      startError: overdue
        ? `No answer came within ${formatDuration(withinMs)}; it was ended`
        : ended.startError,
      stdout: listening.lines.join('\n'),
      stdoutCut: listening.bytes > stdoutBytesMax,
      said: [...this.#said],
    };
  }

  /** Ends the program, and waits until it is gone. @returns what it said on its standard error since the last question. */
  async close(): Promise<string[]> {
    this.#input.end();
    this.#running.stop();
    await this.#running.result;
    return [...this.#said];
  }

  #take(line: string): void {
    const listening = this.#listening;
    if (!listening) return;
    if (line === listening.until) {
      listening.answered();
      return;
    }
    listening.bytes += line.length + 1;
    if (listening.bytes <= listening.bytesMax) listening.lines.push(line);
  }
}

/** Without an answer even its exit code 0 is none. */
function endedAlone(end: ProcessResult): Pick<Answered, 'exitCode' | 'signal' | 'startError'> {
  const { exitCode, signal, startError } = end;
  return exitCode === 0
    ? { exitCode: null, signal, startError: 'It ended without an answer' }
    : { exitCode, signal, startError };
}
