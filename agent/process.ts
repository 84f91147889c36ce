/**
 * Child processes: the only place that makes them. No shell, a process group of their own, bounded output.
 *
 * A process here is one of three kinds: a step of a run (`startProcess`), somebody else's command that keeps
 * the terminal (`runInherited`, for `exec`), and a one-shot question (`startProcess` with small bounds).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../proto/clock.ts';
import { groupAlive, type ProcessGroup, signalGroup, startTicksOf } from './process/group.ts';
import { LineSplitter } from './process/lines.ts';
import { readPipe } from './process/read-pipe.ts';

/** A line longer than this is cut; borg's own lines stay far below. */
export const LINE_CHARS_MAX = 1024 * 1024;
/** Between SIGTERM and SIGKILL: borg needs a moment to release its locks. */
export const STOP_GRACE_MS = 10_000;
/**
 * How long after a process has ended its output may stay open. What it left behind in a session of its own
 * (ssh's ControlPersist, a daemon) keeps the pipes for as long as it lives; the run must not wait for that.
 */
export const PIPES_GRACE_MS = 5_000;
/** The file descriptor on which a child reads its passphrase: kept out of argv and environment. */
export const SECRET_FD = 3;

export interface ProcessSpec {
  /** argv[0] is looked up in the environment's PATH. */
  argv: string[];
  /** The whole environment; nothing is inherited. */
  env: Record<string, string>;
  /** Written to file descriptor SECRET_FD, then closed. */
  secret?: string;
  /** Run at the lowest CPU priority and in the idle IO class, where nice and ionice exist. */
  gentle?: boolean;
  /** Bytes of standard output to keep; more of it is an error, since half an answer is none. */
  stdoutBytesMax: number;
  /** The beginning is enough: the process is ended when there is more. */
  stopWhenCut?: boolean;
  onStderrLine?: (line: string) => void;
  /** Lines of standard output, for programs whose output is only a log; then nothing is captured. */
  onStdoutLine?: (line: string) => void;
  /** Standard output as it comes, for another process or a file; then nothing is captured. It must be read. */
  onStdout?: (stream: Readable) => void;
  /** Standard input; closed when absent. A child that reads no further does not end the stream. */
  input?: Readable;
  /** Working directory; default `/`. */
  cwd?: string;
}

export interface ProcessResult {
  exitCode: number | null;
  signal: string | null;
  /** Why the process never began: 'borg is not installed ...'; null when it did. */
  startError: string | null;
  stdout: string;
  /** More than stdoutBytesMax came; `stdout` holds the beginning. */
  stdoutCut: boolean;
  /** Somebody here ended it. */
  stopped: boolean;
}

export interface RunningProcess {
  /** Null when it never began. */
  group: ProcessGroup | null;
  result: Promise<ProcessResult>;
  /** SIGTERM to the group, and SIGKILL after STOP_GRACE_MS. Also ends a group that SIGSTOP holds. */
  stop(): void;
}

/** The absolute path of a program, null when it is not in `path`. */
export function findProgram(name: string, path: string): string | null {
  const candidates = name.includes('/')
    ? [name]
    : path
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** `nice` and `ionice` in front of argv, as far as this machine has them. */
function gently(argv: string[], path: string): string[] {
  const nice = findProgram('nice', path);
  const ionice = findProgram('ionice', path);
  return [
    ...(nice ? [nice, '-n', '19'] : []),
    // -t: go on where the class cannot be set (containers).
    ...(ionice ? [ionice, '-t', '-c', '3'] : []),
    ...argv,
  ];
}

export function startProcess(spec: ProcessSpec, clock: Clock): RunningProcess {
  const path = spec.env.PATH ?? '';
  const program = findProgram(spec.argv[0]!, path);
  if (program === null)
    return neverBegan(`${spec.argv[0]} is not installed or not executable (PATH ${path})`);
  const argv = spec.gentle
    ? gently([program, ...spec.argv.slice(1)], path)
    : [program, ...spec.argv.slice(1)];
  let child: ChildProcess;
  try {
    child = spawn(argv[0]!, argv.slice(1), {
      env: spec.env,
      cwd: spec.cwd ?? '/',
      detached: true,
      stdio: [
        spec.input ? 'pipe' : 'ignore',
        'pipe',
        'pipe',
        ...(spec.secret === undefined ? [] : ['pipe' as const]),
      ],
    });
  } catch (error) {
    return neverBegan(`${program} could not be started: ${(error as Error).message}`);
  }
  return watch(child, spec, program, clock);
}

function watch(child: ChildProcess, spec: ProcessSpec, program: string, clock: Clock): RunningProcess {
  const output = new BoundedOutput(spec.stdoutBytesMax);
  const closers: (() => void)[] = [];
  if (spec.input) {
    // A child that has seen enough closes the pipe on us; its exit says the rest.
    child.stdin!.on('error', () => {});
    spec.input.pipe(child.stdin!);
  }
  if (spec.onStdout) spec.onStdout(child.stdout!);
  else if (spec.onStdoutLine) closers.push(readLines(child.stdout!, spec.onStdoutLine));
  else
    child.stdout!.on('data', (chunk: Buffer) => {
      output.add(chunk);
      if (spec.stopWhenCut && output.cut) stop();
    });
  closers.push(readLines(child.stderr!, spec.onStderrLine ?? (() => {})));
  if (spec.secret !== undefined) {
    const pipe = child.stdio[SECRET_FD] as Writable;
    // A child that never reads its passphrase closes the pipe on us; its exit says the rest.
    pipe.on('error', () => {});
    pipe.end(spec.secret);
  }
  const { pid } = child;
  const ticks = pid === undefined ? null : startTicksOf(pid);
  const group = pid !== undefined && ticks !== null ? { pgid: pid, startTicks: ticks } : null;
  let stopped = false;
  let cancelKill = () => {};
  let cancelDrain = () => {};

  const result = new Promise<ProcessResult>((resolve) => {
    const finish = (part: Partial<ProcessResult>) => {
      cancelKill();
      cancelDrain();
      for (const close of closers) close();
      resolve({
        exitCode: null,
        signal: null,
        startError: null,
        stdout: output.text(),
        stdoutCut: output.cut,
        stopped,
        ...part,
      });
    };
    child.once('error', (error) => {
      if (pid === undefined) finish({ startError: `${program} could not be started: ${error.message}` });
    });
    // 'close' waits for the pipes, which a grandchild may keep open for ever; the group is ended first, and
    // what has left the group is not waited for.
    child.once('exit', () => {
      if (pid !== undefined && groupAlive(pid)) signalGroup(pid, 'SIGKILL');
      cancelDrain = clock.after(PIPES_GRACE_MS, () => {
        // Whoever takes a stream may take its end hours later: PostgreSQL builds indexes in between.
        if (!spec.onStdout) child.stdout?.destroy();
        child.stderr?.destroy();
      });
    });
    child.once('close', (exitCode, signal) => finish({ exitCode, signal }));
  });

  const stop = () => {
    if (stopped || pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    stopped = true;
    signalGroup(pid, 'SIGTERM');
    // A stopped process sees no SIGTERM until it goes on.
    signalGroup(pid, 'SIGCONT');
    cancelKill = clock.after(STOP_GRACE_MS, () => signalGroup(pid, 'SIGKILL'));
  };
  return { group, result, stop };
}

function neverBegan(startError: string): RunningProcess {
  const result = {
    exitCode: null,
    signal: null,
    startError,
    stdout: '',
    stdoutCut: false,
    stopped: false,
  };
  return { group: null, result: Promise.resolve(result), stop: () => {} };
}

function readLines(stream: Readable, onLine: (line: string) => void): () => void {
  const splitter = new LineSplitter(LINE_CHARS_MAX, onLine);
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => splitter.add(text));
  return () => splitter.end();
}

/** Collects up to `bytesMax` bytes and remembers whether there were more. */
class BoundedOutput {
  readonly #bytesMax: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  cut = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(chunk: Buffer): void {
    const room = this.#bytesMax - this.#bytes;
    if (chunk.length > room) this.cut = true;
    if (room <= 0) return;
    const kept = chunk.subarray(0, room);
    this.#chunks.push(kept);
    this.#bytes += kept.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

export interface InheritedResult {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  startError: string | null;
}

/**
 * Runs somebody's command in our own place: same terminal, same process group, standard input untouched.
 * A stream that is a terminal is handed over as it is; any other is passed on and shown to `onOutput`.
 * Signals are left to the terminal, or forwarded by the caller through `child`.
 *
 * What the command leaves behind (a service that it started) may hold its output open for ever. `result` waits for
 * that no longer than PIPES_GRACE_MS; `silent` comes when nobody can write any more.
 */
export function runInherited(
  argv: string[],
  env: NodeJS.ProcessEnv,
  clock: Pick<Clock, 'after'>,
  onOutput: (text: string, stream: 'stdout' | 'stderr') => void,
): { result: Promise<InheritedResult>; silent: Promise<void>; kill(signal: NodeJS.Signals): void } {
  const streams = [process.stdout, process.stderr] as const;
  const child = spawn(argv[0]!, argv.slice(1), {
    env,
    stdio: ['inherit', ...streams.map((stream) => (stream.isTTY ? ('inherit' as const) : ('pipe' as const)))],
  });
  for (const [index, source] of [child.stdout, child.stderr].entries()) {
    if (!source) continue;
    // Whoever read our output may be gone (`| head`); the command must not notice more than it would alone.
    const decoder = new StringDecoder('utf8');
    const name = index === 0 ? 'stdout' : 'stderr';
    source.on('data', (chunk: Buffer) => onOutput(decoder.write(chunk), name));
    source.pipe(streams[index]!, { end: false });
  }
  const closed = endOf(child);
  const left = new Promise<InheritedResult>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      const cancel = clock.after(PIPES_GRACE_MS, () => resolve({ exitCode, signal, startError: null }));
      void closed.then(cancel);
    });
  });
  return {
    result: Promise.race([closed, left]),
    silent: closed.then(() => {}),
    kill: (signal) => child.kill(signal),
  };
}

/**
 * stdio hands its output on in pieces of 4 KiB, and each costs two system calls and often a switch: a third of
 * the processor time of a pg_dump that writes into a pipe.
 */
const PIECES = ['-o', '64K'];

/** coreutils' `stdbuf` in front of argv, where this machine has it; it becomes the program itself. */
function inLargePieces(argv: string[]): string[] {
  const stdbuf = findProgram('stdbuf', '/usr/bin:/bin');
  // What cannot be started is to be named by itself, and not by stdbuf.
  return stdbuf && isAbsolute(argv[0]!) && isExecutable(argv[0]!) ? [stdbuf, ...PIECES, ...argv] : argv;
}

/**
 * A pipe. Between a process and its children Node has sockets, which cost twice as much; and there is no other way
 * to one than by a name, which is gone before anything flows. Null where none can be made, on a full disk say.
 */
function makePipe(): { readFd: number; writeFd: number } | null {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'backproof-pipe-'));
    try {
      const name = join(folder, 'pipe');
      spawnSync('mkfifo', ['-m', '600', name], { stdio: 'ignore' });
      const readFd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
      return { readFd, writeFd: openSync(name, constants.O_WRONLY) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    return null;
  }
}

export interface PipedCommand {
  /** When it has ended, and all that it wrote was read. */
  result: Promise<InheritedResult>;
  /** Goes on reading after `onChunk` said no. */
  resume(): void;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Runs a command whose standard output goes to `onChunk` piece by piece, each only lent to it; it says whether it takes
 * another. Everything else of the command is our own: environment, process group, standard error. Its standard input
 * is closed.
 */
export function runPiped(argv: string[], onChunk: (chunk: Buffer) => boolean): PipedCommand {
  const [program, ...rest] = inLargePieces(argv);
  const pipe = makePipe();
  const child = spawn(program!, rest, { stdio: ['ignore', pipe?.writeFd ?? 'pipe', 'inherit'] });
  child.stdout?.on('data', (chunk: Buffer) => {
    if (!onChunk(chunk)) child.stdout!.pause();
  });
  const ended = endOf(child);
  if (pipe) closeSync(pipe.writeFd);
  const reading = pipe ? readPipe(pipe.readFd, onChunk) : null;
  return {
    result: Promise.all([ended, reading?.ended]).then(([end]) => end),
    resume: () => (reading ?? child.stdout!).resume(),
    kill: (signal) => child.kill(signal),
  };
}

function endOf(child: ChildProcess): Promise<InheritedResult> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: null, signal: null, startError: error.message }));
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, startError: null }));
  });
}
