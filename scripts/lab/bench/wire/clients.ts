/** Light clients in processes of their own, seen from the bench. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { WireAnswer, WireCommand } from './commands.ts';

export class WireProcess {
  readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  static async start(fleetFile: string): Promise<WireProcess> {
    // Inherits this process's --import of tsx.
    const child = fork(join(import.meta.dirname, 'process.ts'), [fleetFile]);
    const started = new WireProcess(child);
    await started.#answer();
    return started;
  }

  async tell<C extends WireCommand>(command: C): Promise<WireAnswer<C['do']>> {
    const answered = this.#answer();
    this.child.send(command);
    return (await answered) as WireAnswer<C['do']>;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await exited;
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`the light clients ended with ${code}`));
      this.child.once('exit', onExit);
      this.child.once('message', (message: { answer: unknown } | { error: string }) => {
        this.child.off('exit', onExit);
        if ('error' in message) reject(new Error(message.error));
        else resolve(message.answer);
      });
    });
  }
}

/** Starts `processes` of them and shares the hosts [0, hosts) out. */
export class WireClients {
  readonly #processes: WireProcess[];

  private constructor(processes: WireProcess[]) {
    this.#processes = processes;
  }

  static async start(fleetFile: string, processes: number): Promise<WireClients> {
    return new WireClients(
      await Promise.all(Array.from({ length: processes }, () => WireProcess.start(fleetFile))),
    );
  }

  /** Resolves once the hosts [from, to) are welcomed and what they had is acked. */
  async connect(options: { from: number; to: number; perSecond: number; declare: boolean }): Promise<number> {
    const { from, to } = options;
    const share = Math.ceil((to - from) / this.#processes.length);
    const answers = await Promise.all(
      this.#processes.map((one, i) =>
        one.tell({
          do: 'connect',
          from: from + i * share,
          to: Math.min(to, from + (i + 1) * share),
          perSecond: options.perSecond / this.#processes.length,
          declare: options.declare,
        }),
      ),
    );
    return Math.max(...answers.map(({ tookMs }) => tookMs));
  }

  /** Spools `results` on every client, then sends them all: acked results a second. */
  async flood(results: number): Promise<number> {
    await Promise.all(this.#processes.map((one) => one.tell({ do: 'prepare', results })));
    const answers = await Promise.all(this.#processes.map((one) => one.tell({ do: 'flood' })));
    return answers.reduce((sum, { acked, tookMs }) => sum + acked / (tookMs / 1_000), 0);
  }

  async pace(forMs: number, perSecond: number): Promise<number[]> {
    const share = perSecond / this.#processes.length;
    const answers = await Promise.all(
      this.#processes.map((one) => one.tell({ do: 'pace', forMs, perSecond: share })),
    );
    return answers.flatMap(({ latenciesMs }) => latenciesMs);
  }

  async spool(results: number): Promise<void> {
    await Promise.all(this.#processes.map((one) => one.tell({ do: 'spool', results })));
  }

  async state(): Promise<{ welcomed: number; unacked: number; refusals: number }> {
    const states = await Promise.all(this.#processes.map((one) => one.tell({ do: 'state' })));
    const sum = (key: 'welcomed' | 'unacked' | 'refusals') =>
      states.reduce((total, state) => total + state[key], 0);
    return { welcomed: sum('welcomed'), unacked: sum('unacked'), refusals: sum('refusals') };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((one) => one.stop()));
  }
}
