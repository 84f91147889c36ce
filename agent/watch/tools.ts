/** Which versions of the tools are installed. Asked once, and again when the program's file changes. */
import { realpathSync, statSync } from 'node:fs';
import type { Clock } from '../../proto/clock.ts';
import type { MysqlDumpJob } from '../config/job-spec.ts';
import { secretProblem } from '../config.ts';
import { findProgram, type ProcessResult, startProcess } from '../process.ts';
import { type BorgVersion, parseVersion, versionProblem } from '../tools/borg.ts';
import { MYSQL_PROGRAM_NAMES, type MysqlPrograms, parseProgramVersion } from '../tools/mysql.ts';
import { optionProblem, printDefaultsArgv } from '../tools/mysql-option-files.ts';

const STDOUT_BYTES_MAX = 64 * 1024;
const ANSWER_WITHIN_MS = 30_000;

export interface BorgFound {
  version: BorgVersion | null;
  /** Why this borg cannot be used, null when it can. */
  problem: string | null;
}

export interface MysqlFound {
  programs: MysqlPrograms | null;
  /** Why there are none, null when there are. */
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

  /** The client programs of MySQL or MariaDB that a job uses; none while others may read its passwords. */
  async mysql({
    programs,
    connection,
    fallback,
  }: Pick<MysqlDumpJob, 'programs' | 'connection' | 'fallback'>): Promise<MysqlFound> {
    for (const file of [connection.defaultsFile, fallback?.defaultsFile]) {
      const open = file ? secretProblem(file) : null;
      if (open) {
        const problem = `connection.defaults_file is ${open.found}; allowed is ${open.allowed}.`;
        return { programs: null, problem };
      }
    }
    return this.#mysqlIn(programs ?? this.#environment.PATH ?? '');
  }

  /** The same, for dumps; none while an option file makes them lack something. */
  async mysqlForDumps(job: Parameters<Tools['mysql']>[0]): Promise<MysqlFound> {
    const found = await this.mysql(job);
    if (!found.programs) return found;
    for (const connection of [job.connection, ...(job.fallback ? [job.fallback] : [])]) {
      const { stdout } = await this.#run(printDefaultsArgv(found.programs, connection));
      const problem = optionProblem(stdout, found.programs);
      if (problem !== null) return { programs: null, problem };
    }
    return found;
  }

  async #mysqlIn(path: string): Promise<MysqlFound> {
    for (const names of MYSQL_PROGRAM_NAMES) {
      const client = findProgram(names.client, path);
      const dump = findProgram(names.dump, path);
      if (client === null || dump === null) continue;
      const { stdout, startError, exitCode } = await this.#versionOf(dump);
      const found = parseProgramVersion(stdout);
      if (found) return { programs: { ...found, client, dump }, problem: null };
      const why = startError ?? `it ended with ${exitCode} and named no version`;
      return { programs: null, problem: `${dump} --version: ${why}.` };
    }
    const wanted = 'mariadb and mariadb-dump, nor mysql and mysqldump';
    return { programs: null, problem: `There are neither ${wanted} in ${path}; install mariadb-client.` };
  }

  async #ask(program: string): Promise<BorgFound> {
    let lastLine = '';
    const { stdout, startError, exitCode } = await this.#versionOf(program, (line) => {
      lastLine = line;
    });
    if (startError !== null) return { version: null, problem: `${startError}; install borgbackup.` };
    const version = parseVersion(stdout);
    if (version) return { version, problem: null };
    const said = lastLine === '' ? 'it said nothing' : `its last line: ${lastLine}`;
    const problem = `${program} --version ended with exit code ${exitCode} and named no version; ${said}.`;
    return { version: null, problem };
  }

  #versionOf(program: string, onStderrLine?: (line: string) => void): Promise<ProcessResult> {
    return this.#run([program, '--version'], onStderrLine);
  }

  async #run(argv: string[], onStderrLine?: (line: string) => void): Promise<ProcessResult> {
    const running = startProcess(
      {
        argv,
        env: { ...this.#environment, LC_ALL: 'C.UTF-8' },
        stdoutBytesMax: STDOUT_BYTES_MAX,
        ...(onStderrLine && { onStderrLine }),
      },
      this.#clock,
    );
    const cancel = this.#clock.after(ANSWER_WITHIN_MS, () => running.stop());
    const result = await running.result;
    cancel();
    return result;
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
