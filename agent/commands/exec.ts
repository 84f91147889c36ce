/**
 * `backproof-agent exec --job JOB -- CMD ...`: runs a command as if we were not there, and reports it.
 *
 * The command matters more than the report: it runs whether or not an agent answers, keeps the terminal, and
 * its exit code or signal is ours. What could not be reported is said on standard error.
 */
import { randomBytes } from 'node:crypto';
import { isatty } from 'node:tty';
import type { Clock } from '../../proto/clock.ts';
import { messageOf } from '../../proto/errors.ts';
import { printable } from '../../proto/printable.ts';
import { newRunId, RUN_ID_RANDOM_BYTES } from '../../proto/run.ts';
import { inheritedEnvironment } from '../config.ts';
import { LocalClient } from '../local-socket/client.ts';
import type { FromAgent, FromClient } from '../local-socket/protocol.ts';
import { LineSplitter } from '../process/lines.ts';
import { type InheritedResult, LINE_CHARS_MAX, runInherited } from '../process.ts';
import type { ExecReport } from '../runner/exec.ts';
import { LogTail } from '../runner/log.ts';
import { BorgOutput, type Heard, joinedReports } from '../tools/borg-output.ts';

/** How long the command's start may be held up by an agent that does not answer. */
const BEGIN_WITHIN_MS = 2_000;
/** How long the end may be held up; an agent that is being restarted is back by then. */
const REPORT_WITHIN_MS = 15_000;
const RETRY_EVERY_MS = 500;
/** As shells do. */
const NOT_FOUND_CODE = 127;

const TERMINAL_SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const FORWARDED_SIGNALS: NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', ...TERMINAL_SIGNALS];

export interface ExecOptions {
  socket: string;
  job: string;
  argv: string[];
}

/** How the process is to end. */
export type ExecEnd = { exitCode: number } | { signal: NodeJS.Signals };

export async function execCommand(
  options: ExecOptions,
  clock: Clock,
  complain: (text: string) => void,
): Promise<ExecEnd> {
  const signals = new SignalForwarder();
  const report = new Reporter(options, clock);
  const problem = await report.begin();
  if (problem !== null)
    complain(`backproof-agent: ${options.job} runs, but its start is not reported: ${problem}`);

  const tail = new LogTail();
  const outputs = { stdout: new BorgOutput(), stderr: new BorgOutput() };
  const reader = (output: BorgOutput) =>
    new LineSplitter(LINE_CHARS_MAX, (line) => {
      const text = output.add(line);
      if (text !== null) tail.add(text);
    });
  const readers = { stdout: reader(outputs.stdout), stderr: reader(outputs.stderr) };
  const beganMs = clock.monotonicMs();
  const { result, silent, kill } = runInherited(options.argv, inheritedEnvironment(), clock, (text, stream) =>
    readers[stream].add(text),
  );
  signals.to(kill);
  const ended = await result;
  signals.stop();
  readers.stdout.end();
  readers.stderr.end();

  const failure = await report.finish(ended, clock.monotonicMs() - beganMs, tail.text(), [
    outputs.stdout.heard(),
    outputs.stderr.heard(),
  ]);
  if (failure !== null)
    complain(
      `backproof-agent: ${options.job} ended with ${howOf(ended)}, and that is not reported: ${failure}`,
    );
  // Whoever still writes would be ended by our end (SIGPIPE).
  await silent;
  if (ended.startError !== null) {
    complain(`backproof-agent: ${options.argv[0]}: ${printable(ended.startError)}`);
    return { exitCode: NOT_FOUND_CODE };
  }
  return ended.signal === null ? { exitCode: ended.exitCode ?? 1 } : { signal: ended.signal };
}

function howOf(ended: InheritedResult): string {
  return ended.signal ?? `exit code ${ended.exitCode ?? NOT_FOUND_CODE}`;
}

/**
 * What a terminal sends reaches the command by itself; what is sent to us alone is passed on, also when it
 * comes before the command has begun.
 */
class SignalForwarder {
  readonly #handlers: { signal: NodeJS.Signals; handler: () => void }[];
  readonly #early: NodeJS.Signals[] = [];
  #kill: ((signal: NodeJS.Signals) => void) | null = null;

  constructor() {
    // isatty, not process.stdin: touching that makes the input non-blocking, for the command as well.
    const atTerminal = isatty(0);
    this.#handlers = FORWARDED_SIGNALS.map((signal) => {
      const handler = () => {
        if (this.#kill === null) this.#early.push(signal);
        else if (!(atTerminal && TERMINAL_SIGNALS.includes(signal))) this.#kill(signal);
      };
      process.on(signal, handler);
      return { signal, handler };
    });
  }

  to(kill: (signal: NodeJS.Signals) => void): void {
    this.#kill = kill;
    for (const signal of this.#early) kill(signal);
  }

  stop(): void {
    for (const { signal, handler } of this.#handlers) process.off(signal, handler);
  }
}

/** Speaks to the agent, and comes back when the connection is lost while the command runs. */
class Reporter {
  readonly #options: ExecOptions;
  readonly #clock: Clock;
  readonly #runId: string;
  readonly #startedAtMs: number;
  #client: LocalClient | null = null;
  #begun = false;
  #ending = false;

  constructor(options: ExecOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#startedAtMs = clock.nowMs();
    this.#runId = newRunId(this.#startedAtMs, randomBytes(RUN_ID_RANDOM_BYTES));
  }

  /** Null when the agent knows of the run, otherwise why not. */
  async begin(): Promise<string | null> {
    const { job } = this.#options;
    const message: FromClient = {
      type: 'exec-started',
      runId: this.#runId,
      job,
      startedAtMs: this.#startedAtMs,
    };
    const problem = await this.#ask(message, 'begun', BEGIN_WITHIN_MS);
    if (problem === null) {
      this.#begun = true;
      void this.#client?.closed.then(() => this.#comeBack(message));
    }
    return problem;
  }

  async finish(
    ended: InheritedResult,
    durationMs: number,
    logTail: string,
    heard: Heard[],
  ): Promise<string | null> {
    this.#ending = true;
    const report: ExecReport = {
      runId: this.#runId,
      job: this.#options.job,
      startedAtMs: this.#startedAtMs,
      durationMs: Math.round(durationMs),
      program: this.#options.argv[0]!,
      exitCode: ended.exitCode,
      signal: ended.signal,
      startError: ended.startError,
      logTail,
      borg: joinedReports(heard),
    };
    const deadlineMs = this.#clock.monotonicMs() + (this.#begun ? REPORT_WITHIN_MS : 0);
    for (;;) {
      const problem = await this.#ask({ type: 'exec-finished', report }, 'finished', REPORT_WITHIN_MS);
      if (problem === null || this.#clock.monotonicMs() >= deadlineMs) {
        this.#client?.close();
        return problem;
      }
      await this.#pause();
    }
  }

  /** The agent was restarted: it holds the run open for a while, until we are back. */
  async #comeBack(message: FromClient): Promise<void> {
    this.#client = null;
    while (!this.#ending && this.#client === null) {
      await this.#pause();
      if (this.#ending) return;
      const problem = await this.#ask(message, 'begun', BEGIN_WITHIN_MS);
      if (problem === null) void this.#client!.closed.then(() => this.#comeBack(message));
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#clock.after(RETRY_EVERY_MS, resolve));
  }

  /** Null when the agent answered as wanted. */
  async #ask(message: FromClient, wanted: FromAgent['type'], withinMs: number): Promise<string | null> {
    try {
      const client = this.#client ?? (await LocalClient.open(this.#options.socket));
      this.#client = client;
      client.send(message);
      const cancel = this.#clock.after(withinMs, () => client.close());
      const answer = await client.receive();
      cancel();
      if (answer?.type === wanted) return null;
      this.#client = null;
      client.close();
      return answer?.type === 'refused' ? answer.reason : 'the agent gave no answer';
    } catch (error) {
      this.#client = null;
      return messageOf(error);
    }
  }
}
