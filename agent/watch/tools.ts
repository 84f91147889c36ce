/** Which versions of the tools are installed. Asked once, and again when the program's file changes. */
import { realpathSync, statSync } from 'node:fs';
import type { Clock } from '../../proto/clock.ts';
import { findProgram, startProcess } from '../process.ts';
import { type BorgVersion, parseVersion, versionProblem } from '../tools/borg.ts';

const VERSION_STDOUT_BYTES_MAX = 64 * 1024;
const VERSION_WITHIN_MS = 30_000;

export interface BorgFound {
  version: BorgVersion | null;
  /** Why this borg cannot be used, null when it can. */
  problem: string | null;
}

export class Tools {
  readonly #environment: Record<string, string>;
  readonly #clock: Clock;
  readonly #known = new Map<string, { file: string; found: BorgFound }>();

  constructor(environment: Record<string, string>, clock: Clock) {
    this.#environment = environment;
    this.#clock = clock;
  }

  /** @param forDumps whether dumps are to be made with it, which takes a newer one. */
  async borg(program: string, forDumps: boolean): Promise<BorgFound> {
    const file = identityOf(findProgram(program, this.#environment.PATH ?? ''));
    const known = this.#known.get(program);
    const found = known && known.file === file ? known.found : await this.#ask(program);
    if (found.version) this.#known.set(program, { file, found });
    if (!found.version) return found;
    const problem = versionProblem(found.version, forDumps);
    return { version: problem === null ? found.version : null, problem };
  }

  async #ask(program: string): Promise<BorgFound> {
    const running = startProcess(
      {
        argv: [program, '--version'],
        env: { ...this.#environment, LC_ALL: 'C.UTF-8' },
        stdoutBytesMax: VERSION_STDOUT_BYTES_MAX,
      },
      this.#clock,
    );
    const cancel = this.#clock.after(VERSION_WITHIN_MS, () => running.stop());
    const { stdout, startError, exitCode } = await running.result;
    cancel();
    if (startError !== null) return { version: null, problem: `${startError}; install borgbackup.` };
    const version = parseVersion(stdout);
    return version
      ? { version, problem: null }
      : { version: null, problem: `${program} --version ended with ${exitCode} and named no version.` };
  }
}

/** Changes when the program is replaced by another. */
function identityOf(path: string | null): string {
  if (path === null) return '';
  try {
    const real = realpathSync(path);
    const { ino, size, mtimeMs } = statSync(real);
    return `${real} ${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}
