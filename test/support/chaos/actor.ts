/** One side of the chaos test as a process that is killed and started again and again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import type { Line, Order, Step } from './steps.ts';

export interface ActorOptions<Settings> {
  name: string;
  /** The bundled program. */
  program: string;
  logFile: string;
  /** What the process is told when it begins; asked for anew each time. */
  settings: (boot: number) => Settings;
  onLine: (line: Line) => void;
}

interface Life {
  child: ChildProcess;
  /** Ended, and everything it wrote has been read. */
  ended: Promise<void>;
  rest: string;
}

/**
 * A life is *spare* (its program is loaded and waits), *current* (it was told to go), then ended. There is
 * always a spare, so that a death costs no start-up.
 */
export class Actor<Settings> {
  readonly name: string;
  readonly #options: ActorOptions<Settings>;
  readonly #log: number;
  #spare: Life;
  #current: Life | null = null;
  #boots = 0;
  readonly #watchers = new Set<(line: Line) => void>();

  constructor(options: ActorOptions<Settings>) {
    this.name = options.name;
    this.#options = options;
    this.#log = openSync(options.logFile, 'a');
    this.#spare = this.#spawn();
  }

  get boots(): number {
    return this.#boots;
  }

  get pid(): number {
    return this.#current!.child.pid!;
  }

  /** Puts the spare to work. Resolves when it says that it is ready; rejects when it dies before. */
  async launch(): Promise<void> {
    const life = this.#spare;
    this.#current = life;
    this.#boots += 1;
    const ready = this.seen((line) => line[0] === 'ready');
    this.#tell({ do: 'go', settings: this.#options.settings(this.#boots) });
    this.#spare = this.#spawn();
    await Promise.race([ready, life.ended]);
  }

  arm(step: Step, nth: number): void {
    this.#tell({ do: 'arm', step, nth });
  }

  heal(): void {
    this.#tell({ do: 'heal' });
  }

  /** Resolves with the first line, from now on, that `wanted` accepts. */
  seen(wanted: (line: Line) => boolean): Promise<Line> {
    return new Promise((resolve) => {
      const watcher = (line: Line) => {
        if (!wanted(line)) return;
        this.#watchers.delete(watcher);
        resolve(line);
      };
      this.#watchers.add(watcher);
    });
  }

  kill(): void {
    this.#current?.child.kill('SIGKILL');
  }

  /** The current life is over and its last line was read. */
  get ended(): Promise<void> {
    return this.#current?.ended ?? Promise.resolve();
  }

  /** Of the life that ended last: true when it was killed, false when it ended by itself. */
  get wasKilled(): boolean {
    return this.#current?.child.signalCode === 'SIGKILL';
  }

  get alive(): boolean {
    const child = this.#current?.child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async end(): Promise<void> {
    const lives = [this.#spare, ...(this.#current ? [this.#current] : [])];
    for (const { child } of lives) child.kill('SIGKILL');
    await Promise.all(lives.map(({ ended }) => ended));
  }

  #tell(order: Order<Settings>): void {
    this.#current?.child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  #spawn(): Life {
    const child = spawn(process.execPath, [this.#options.program], { stdio: ['pipe', 'pipe', this.#log] });
    const life: Life = {
      child,
      rest: '',
      ended: new Promise((resolve) => child.once('close', () => resolve())),
    };
    // Whom we just killed does not listen any more.
    child.stdin!.on('error', () => {});
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (life.rest + text).split('\n');
      life.rest = lines.pop()!;
      for (const line of lines) this.#heard(JSON.parse(line) as Line);
    });
    return life;
  }

  #heard(line: Line): void {
    this.#options.onLine(line);
    for (const watcher of this.#watchers) watcher(line);
  }
}
