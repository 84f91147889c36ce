/** A program that answers questions on its standard input, held open between the steps of a run. */
import { PassThrough } from 'node:stream';
import type { Clock } from '../../proto/clock.ts';
import { formatDuration } from '../../proto/duration.ts';
import type { AskStep, ProcessSeen } from '../engines/types.ts';
import { type ProcessResult, type RunningProcess, startProcess } from '../process.ts';
import { NOTHING_SAID } from '../tools/borg-log.ts';

/** Last lines of its standard error, for the reason of a failure. */
const PLAIN_LINES_MAX = 40;

interface Question {
  until: string;
  lines: string[];
  bytes: number;
  bytesMax: number;
  answered: () => void;
}

export class Session {
  readonly id: string;
  readonly #input = new PassThrough();
  readonly #running: RunningProcess;
  readonly #clock: Clock;
  readonly #plain: string[] = [];
  #question: Question | null = null;

  /** @param step its first question, which is not asked yet. */
  constructor(step: AskStep, env: Record<string, string>, clock: Clock, onLine: (line: string) => void) {
    this.id = step.session;
    this.#clock = clock;
    this.#running = startProcess(
      {
        argv: step.argv,
        env,
        input: this.#input,
        stdoutBytesMax: 0,
        onStdoutLine: (line) => this.#take(line),
        onStderrLine: (line) => {
          this.#plain.push(line);
          if (this.#plain.length > PLAIN_LINES_MAX) this.#plain.shift();
          onLine(line);
        },
      },
      clock,
    );
  }

  /** Exit code 0: it was answered. Otherwise the program has ended, or is ended for its silence. */
  async ask(step: AskStep): Promise<ProcessSeen> {
    this.#plain.length = 0;
    let answered = () => {};
    const answer = new Promise<'answered'>((resolve) => {
      answered = () => resolve('answered');
    });
    const question: Question = {
      until: step.until,
      lines: [],
      bytes: 0,
      bytesMax: step.stdoutBytesMax,
      answered,
    };
    this.#question = question;
    this.#input.write(step.text);
    let overdue = false;
    const cancel = this.#clock.after(step.withinMs, () => {
      overdue = true;
      this.#running.stop();
    });
    const end = await Promise.race([answer, this.#running.result]);
    cancel();
    this.#question = null;
    const ended = end === 'answered' ? { exitCode: 0, signal: null, startError: null } : endedAlone(end);
    return {
      type: 'process',
      id: step.id,
      exitCode: ended.exitCode,
      signal: ended.signal,
      startError: overdue
        ? `No answer came within ${formatDuration(step.withinMs)}; it was ended`
        : ended.startError,
      stdout: question.lines.join('\n'),
      stdoutCut: question.bytes > question.bytesMax,
      said: { ...NOTHING_SAID, plain: [...this.#plain] },
    };
  }

  /** Ends the program, and waits until it is gone. */
  async close(): Promise<void> {
    this.#input.end();
    this.#running.stop();
    await this.#running.result;
  }

  #take(line: string): void {
    const question = this.#question;
    if (!question) return;
    if (line === question.until) {
      question.answered();
      return;
    }
    question.bytes += line.length + 1;
    if (question.bytes <= question.bytesMax) question.lines.push(line);
  }
}

/** Without an answer even its exit code 0 is none. */
function endedAlone(end: ProcessResult): Pick<ProcessResult, 'exitCode' | 'signal' | 'startError'> {
  return end.exitCode === 0 ? { ...end, exitCode: null, startError: 'It ended without an answer' } : end;
}
