/**
 * A repository, read: what it holds, and what an archive holds, out of it. Each call is one borg process; it
 * gets its passphrase on a file descriptor and ends with the signal.
 */
import type { Readable } from 'node:stream';
import type { Clock } from '../../proto/clock.ts';
import { UserError } from '../../proto/errors.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import { accessOf, explain } from '../engines/borg-steps.ts';
import type { ProcessSeen } from '../engines/types.ts';
import { readPassphrase } from '../process/passphrase.ts';
import { type ProcessSpec, type RunningProcess, startProcess } from '../process.ts';
import {
  type BorgAccess,
  borgEnvironment,
  type ListedArchive,
  listArchivesArgv,
  listEntriesArgv,
  parseArchives,
  RELOCATED_VARIABLE,
} from '../tools/borg.ts';
import {
  type ArchiveEntry,
  type ExtractProgress,
  extractArgv,
  extractToStdoutArgv,
  parseEntry,
  parseExtractProgress,
} from '../tools/borg-extract.ts';
import { BorgLog, type BorgSaid } from '../tools/borg-log.ts';

/** Some 200 bytes an archive. */
const LIST_STDOUT_BYTES_MAX = 64 * 1024 * 1024;
/** Somebody waits for the answer: a repository that is busy for longer is reported as such. */
const LIST_LOCK_WAIT_MS = 60_000;

export interface ReaderOptions {
  repository: RepositorySpec;
  /** Of every process, before borg's own variables. */
  environment: Record<string, string>;
  clock: Clock;
  /** Put in front of ssh, so that it finds the keys of the user the agent runs as; empty when not needed. */
  sshPrefix: string[];
  /** Aborted: what runs is ended, and nothing further begins. */
  signal: AbortSignal;
}

export interface Extracted {
  seen: ProcessSeen;
  /** The last progress that was heard. */
  progress: ExtractProgress | null;
  /** It was ended because no room was left. */
  diskFull: boolean;
}

export class RepositoryReader {
  readonly #options: ReaderOptions;
  #current: RunningProcess | null = null;

  constructor(options: ReaderOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#current?.stop());
  }

  /** Archives whose names fit a glob. Throws UserError. */
  async list(glob: string, comments = false): Promise<ListedArchive[]> {
    const access = this.#access(LIST_LOCK_WAIT_MS);
    const seen = await this.#run({
      argv: listArchivesArgv(access, glob, comments),
      stdoutBytesMax: LIST_STDOUT_BYTES_MAX,
    });
    const archives = seen.exitCode === 0 && !seen.stdoutCut ? parseArchives(seen.stdout) : null;
    if (archives === null) throw this.failure(seen);
    return archives;
  }

  /** Everything an archive holds, one after the other. Throws UserError. */
  async entries(archive: string, onEntry: (entry: ArchiveEntry) => void): Promise<void> {
    const access = this.#access(this.#options.repository.lockWaitMs);
    const seen = await this.#run({
      argv: listEntriesArgv(access, archive),
      stdoutBytesMax: 0,
      onStdoutLine: (line) => {
        const entry = parseEntry(line);
        if (entry) onEntry(entry);
      },
    });
    if (seen.exitCode !== 0) throw this.failure(seen);
  }

  /**
   * Writes what the archive holds into a folder.
   * @param paths absolute; none mean everything.
   */
  async extract(
    archive: string,
    paths: readonly string[],
    folder: string,
    onProgress: (progress: ExtractProgress) => void,
  ): Promise<Extracted> {
    let progress: ExtractProgress | null = null;
    let diskFull = false;
    const seen = await this.#run(
      {
        argv: extractArgv(this.#access(this.#options.repository.lockWaitMs), archive, paths),
        stdoutBytesMax: 0,
        cwd: folder,
      },
      {
        onProgress: (heard) => {
          progress = heard;
          onProgress(heard);
        },
        // borg goes on with the next file, and every one of them fails alike.
        onDiskFull: () => {
          diskFull = true;
          this.#current?.stop();
        },
      },
    );
    return { seen, progress, diskFull };
  }

  /**
   * Hands the contents of an archive to whoever takes them.
   * @param path the one file that is wanted, null for all (a dump's archive holds one).
   */
  stream(
    archive: string,
    path: string | null,
    onStdout: (stream: Readable) => void,
    onProgress: (progress: ExtractProgress) => void = () => {},
  ): Promise<ProcessSeen> {
    const argv = extractToStdoutArgv(this.#access(this.#options.repository.lockWaitMs), archive, path);
    return this.#run({ argv, stdoutBytesMax: 0, onStdout }, { onProgress, onDiskFull: () => {} });
  }

  /** Why borg did not do it, for people. */
  failure(seen: ProcessSeen): UserError {
    const { repository } = this.#options;
    const { code, reason } = explain(seen, repository, []);
    return new UserError(
      reason,
      code === 'lock-timeout'
        ? { next: 'a backup may be running (backproof-agent status): try again when it has ended' }
        : {},
    );
  }

  #access(lockWaitMs: number): BorgAccess {
    const { repository, sshPrefix } = this.#options;
    const access = accessOf({ ...repository, lockWaitMs: Math.min(lockWaitMs, repository.lockWaitMs) });
    if (sshPrefix.length === 0) return access;
    return { ...access, sshCommand: [...sshPrefix, access.sshCommand ?? 'ssh'].join(' ') };
  }

  async #run(
    spec: Pick<ProcessSpec, 'argv' | 'stdoutBytesMax' | 'cwd' | 'onStdoutLine' | 'onStdout'>,
    hooks: { onProgress(progress: ExtractProgress): void; onDiskFull(): void } = {
      onProgress: () => {},
      onDiskFull: () => {},
    },
  ): Promise<ProcessSeen> {
    const { repository, environment, clock } = this.#options;
    const log = new BorgLog();
    let secret: string | undefined;
    if (!repository.unencrypted) {
      const passphrase = await readPassphrase(repository, environment, clock, (running) => {
        this.#current = running;
      });
      if ('problem' in passphrase) throw new UserError(passphrase.problem, { next: PASSPHRASE_NEXT });
      secret = passphrase.secret;
    }
    if (this.#options.signal.aborted) throw new UserError('it was interrupted before borg was started');
    const running = startProcess(
      {
        ...spec,
        // The question guards what is written. Reading harms nothing, and whoever restores has their own memory of it.
        env: { ...borgEnvironment(environment, accessOf(repository)), [RELOCATED_VARIABLE]: 'yes' },
        ...(secret === undefined ? {} : { secret }),
        onStderrLine: (line) => {
          const progress = parseExtractProgress(line);
          if (progress) hooks.onProgress(progress);
          else if (log.add(line).text !== null && saysDiskFull(log.said())) hooks.onDiskFull();
        },
      },
      clock,
    );
    this.#current = running;
    const { exitCode, signal, startError, stdout, stdoutCut } = await running.result;
    this.#current = null;
    const said = log.said();
    return { type: 'process', id: spec.argv[1]!, exitCode, signal, startError, stdout, stdoutCut, said };
  }
}

/** A file that does not fit is a warning; a folder, or what belongs to a file, ends borg with a traceback. */
function saysDiskFull({ warnings, errors }: BorgSaid): boolean {
  return (
    warnings.some(({ code }) => code === 'no-space') ||
    errors.some(({ message }) => message.includes('[Errno 28] No space left on device'))
  );
}

const PASSPHRASE_NEXT = 'run this as root, or as the user the agent runs as';
