/** A program of the lab: started, watched line by line, stopped. Output goes to a file, so that a failure can be read. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

export interface ProgramOptions {
  name: string;
  argv: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  logFile: string;
  onLine?: (line: string) => void;
}

/** How long a program may take to end after SIGTERM before it is killed. */
const STOP_GRACE_MS = 10_000;

export class Program {
  readonly name: string;
  readonly logFile: string;
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  #running = true;

  constructor(options: ProgramOptions) {
    this.name = options.name;
    this.logFile = options.logFile;
    mkdirSync(dirname(options.logFile), { recursive: true });
    const log = createWriteStream(options.logFile, { flags: 'a' });
    const [command, ...args] = options.argv;
    const child = spawn(command!, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        options.onLine?.(line);
      });
    }
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => {
        log.write(`${error.message}\n`);
        this.#running = false;
        resolve(null);
      });
      child.once('exit', (code) => {
        this.#running = false;
        resolve(code);
      });
    });
  }

  get running(): boolean {
    return this.#running;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#running) this.child.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  async stop(): Promise<void> {
    this.signal('SIGTERM');
    // A stopped (SIGSTOP) program never sees SIGTERM.
    this.signal('SIGCONT');
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_GRACE_MS);
    await this.exited;
    clearTimeout(timer);
  }
}

/** Runs a command to its end. Throws with its output when it fails, unless `mayFail`. */
export async function run(
  argv: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string; mayFail?: boolean } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const [command, ...args] = argv;
  const child = spawn(command!, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0 && !options.mayFail) {
    throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr.trim() || stdout.trim()}`);
  }
  return { code, stdout, stderr };
}
