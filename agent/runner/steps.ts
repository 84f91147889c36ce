/** Carries out the steps an engine plans, and says what was seen. A part of the runner. */
import { Readable } from 'node:stream';
import type { Clock } from '../../proto/clock.ts';
import { formatDuration } from '../../proto/duration.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import type { AskStep, ProcessSeen, ProcessStep, Seen, Step } from '../engines/types.ts';
import type { ProcessGroup } from '../process/group.ts';
import { readPassphrase } from '../process/passphrase.ts';
import { Session } from '../process/session.ts';
import { type RunningProcess, startProcess } from '../process.ts';
import { BorgLog, type BorgProgress, NOTHING_SAID } from '../tools/borg-log.ts';
import { recall, remember } from '../watch/archive-memory.ts';
import { look } from '../watch/look.ts';

/** Last lines of a program that is no borg, for the reason of its failure. */
const PLAIN_LINES_MAX = 40;

export interface StepHooks {
  onGroup(group: ProcessGroup): void;
  onLine(line: string): void;
  onProgress(progress: BorgProgress): void;
}

export class StepRunner {
  readonly #clock: Clock;
  readonly #environment: Record<string, string>;
  readonly #repository: RepositorySpec | null;
  readonly #runEnvironment: Record<string, string>;
  readonly #hooks: StepHooks;
  #current: RunningProcess | null = null;
  #session: { id: string; program: Session } | null = null;
  #stopped = false;
  #onStop = () => {};
  readonly #whenStopped = new Promise<void>((resolve) => {
    this.#onStop = resolve;
  });

  /** @param runEnvironment added to the environment of every process. */
  constructor(
    clock: Clock,
    environment: Record<string, string>,
    runEnvironment: Record<string, string>,
    repository: RepositorySpec | null,
    hooks: StepHooks,
  ) {
    this.#clock = clock;
    this.#environment = environment;
    this.#runEnvironment = runEnvironment;
    this.#repository = repository;
    this.#hooks = hooks;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Ends the current process; no further one begins. */
  stop(): void {
    this.#stopped = true;
    this.#onStop();
    this.#current?.stop();
    void this.close();
  }

  /** Ends what is held open between steps. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.program.close();
  }

  /**
   * Null when the run was stopped while this step could not be.
   * @param onFlow is called when borg says that it has got bytes of what it is to read.
   */
  async carryOut(step: Step, onFlow = () => {}): Promise<Seen | null> {
    const beganMs = this.#clock.monotonicMs();
    const seen = await this.#carryOut(step, onFlow);
    if (seen?.type !== 'process') return seen;
    return { ...seen, tookMs: this.#clock.monotonicMs() - beganMs };
  }

  async #carryOut(step: Step, onFlow: () => void): Promise<Seen | null> {
    // A look at a file server that hangs cannot be taken back, only left alone.
    if (step.type === 'look') return Promise.race([look(step), this.#whenStopped.then(() => null)]);
    if (step.type === 'ask') return this.#ask(step);
    if (step.type === 'recall') return recall(step);
    if (step.type === 'remember') {
      for (const line of step.log) this.#hooks.onLine(line);
      return remember(step);
    }
    let secret: string | undefined;
    if (step.needsPassphrase) {
      const passphrase = await readPassphrase(
        this.#repository!,
        this.#environment,
        this.#clock,
        (running) => {
          this.#current = running;
        },
      );
      if ('problem' in passphrase) return notStarted(step, passphrase.problem);
      secret = passphrase.secret;
    }
    // Stopping may have come while the passphrase was fetched.
    if (this.#stopped) return notStarted(step, 'The run was ended before this step');
    return this.#run(step, secret, onFlow);
  }

  async #ask(step: AskStep): Promise<ProcessSeen> {
    if (this.#stopped) return notStarted(step, 'The run was ended before this step');
    if (this.#session?.id !== step.session) {
      await this.close();
      const env = { ...step.env, ...this.#runEnvironment };
      const program = new Session({ argv: step.argv, env }, this.#clock, this.#hooks.onLine);
      this.#session = { id: step.session, program };
    }
    const { said, ...answered } = await this.#session!.program.ask(step);
    if (step.last || answered.exitCode !== 0) await this.close();
    return { type: 'process', id: step.id, ...answered, said: { ...NOTHING_SAID, plain: said } };
  }

  async #run(step: ProcessStep, secret: string | undefined, onFlow: () => void): Promise<ProcessSeen> {
    const reader = step.reads === 'borg' ? new BorgLog(step.sources) : null;
    const plain: string[] = [];
    const onText = (line: string) => {
      plain.push(line);
      if (plain.length > PLAIN_LINES_MAX) plain.shift();
      this.#hooks.onLine(line);
    };
    const onStderrLine = (line: string) => {
      if (!reader) return onText(line);
      const { text, progress } = reader.add(line);
      if (text !== null) this.#hooks.onLine(text);
      if (progress) this.#hooks.onProgress(progress);
      if (progress && progress.originalBytes > 0) onFlow();
    };
    const running = startProcess(
      {
        argv: step.argv,
        env: { ...step.env, ...this.#runEnvironment },
        secret,
        gentle: true,
        stdoutBytesMax: step.stdoutBytesMax,
        ...(step.stopWhenCut && { stopWhenCut: true }),
        ...(step.stdin === undefined ? {} : { input: Readable.from([step.stdin]) }),
        onStderrLine,
        ...(step.stdoutBytesMax === 0 ? { onStdoutLine: onText } : {}),
      },
      this.#clock,
    );
    this.#current = running;
    if (running.group) this.#hooks.onGroup(running.group);
    const overdue = this.#endAfter(step.withinMs, running);
    const { exitCode, signal, startError, stdout, stdoutCut } = await running.result;
    this.#current = null;
    const tooLong = overdue();
    if (tooLong !== null) return notStarted(step, tooLong);
    const said = reader ? reader.said() : { ...NOTHING_SAID, plain };
    return { type: 'process', id: step.id, exitCode, signal, startError, stdout, stdoutCut, said };
  }

  /** The returned function takes it back, and says whether it came to that. */
  #endAfter(withinMs: number | undefined, running: RunningProcess): () => string | null {
    let overdue = false;
    if (withinMs === undefined) return () => null;
    const cancel = this.#clock.after(withinMs, () => {
      overdue = true;
      running.stop();
    });
    return () => {
      cancel();
      return overdue ? `No answer came within ${formatDuration(withinMs)}; it was ended` : null;
    };
  }
}

function notStarted(step: ProcessStep | AskStep, startError: string): ProcessSeen {
  return {
    type: 'process',
    id: step.id,
    exitCode: null,
    signal: null,
    startError,
    stdout: '',
    stdoutCut: false,
    said: NOTHING_SAID,
  };
}
