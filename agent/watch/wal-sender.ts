/**
 * Takes what has come into an archive directory to the borg repository behind it, turn by turn: whole segments that the
 * repository does not hold are sent there, and what it holds is listed anew after each archive: only a list is
 * evidence. What was seen there long enough ago leaves the folder.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import { messageOf } from '../../proto/errors.ts';
import type { ArchiveDirectoryStore, RepositorySpec } from '../config/job-spec.ts';
import { type Arrived, batchesOf, type HeldWal, heldOf, removable, waitingOf } from '../decide/wal-ship.ts';
import {
  accessOf,
  archiveNameOf,
  archivesSeen,
  borgStep,
  createdBy,
  explain,
  LIST_STDOUT_BYTES_MAX,
} from '../engines/borg-steps.ts';
import { isCommandFailure, saidOf } from '../engines/dump-parts.ts';
import type { ProcessSeen, ProcessStep } from '../engines/types.ts';
import { makerOf } from '../tools/archive-name.ts';
import {
  type BorgVersion,
  createFromCommandArgv,
  createFromStdinArgv,
  type ListedArchive,
  listArchivesArgv,
} from '../tools/borg.ts';
import { extractToStdoutArgv } from '../tools/borg-extract.ts';
import {
  historiesIn,
  historySuffix,
  type StoredHistory,
  spanSuffix,
  type TimelineHistory,
  walIn,
} from '../tools/pitr-archives.ts';
import { HISTORY_BYTES_MAX, historyName, parseHistory, type TimelineEnd } from '../tools/wal-history.ts';
import { ArchiveDirectory, type FolderContent } from './archive-directory.ts';
import { ANSWER_WITHIN_MS } from './ask.ts';
import type { BorgFound } from './tools.ts';

/** What nobody else does in a repository is noticed so late at worst. */
const LIST_EVERY_MS = 900_000;
/** Whoever works in the repository is not waited for: the next turn comes in a minute. */
const LOCK_WAIT_MS = 5_000;
const LIST_WITHIN_MS = 600_000;
/** For SHIP_BYTES_MAX on a slow line. */
const SEND_WITHIN_MS = 4 * 3_600_000;

/** borg, for steps that belong to no run (runner/beside-runs.ts). */
export interface BesideRuns {
  /** This host's name, as the collector knows it. */
  host: string;
  /** Whether a run is in the repository or waits for it. */
  isBusy(repository: RepositorySpec): boolean;
  borg(program: string): Promise<BorgFound>;
  /** `refused`: why the repository is not the right one, null when it is. */
  begin(
    repository: RepositorySpec,
    step: ProcessStep,
  ): { done: Promise<{ seen: ProcessSeen | null; refused: string | null }>; stop(): void };
}

export interface ArchiveDirectoryDeps {
  clock: Clock;
  log: Logger;
  environment: Record<string, string>;
  beside: BesideRuns;
}

/** What is needed of a job. */
export interface ArchiveDirectoryWatched {
  name: string;
  store: ArchiveDirectoryStore;
}

/** What the repository was last seen to hold. */
interface Listed {
  archives: ListedArchive[];
  atMs: number;
}

export class WalSender {
  readonly #job: ArchiveDirectoryWatched;
  readonly #deps: ArchiveDirectoryDeps;
  readonly #repository: RepositorySpec;
  readonly #directory: ArchiveDirectory;
  #content: FolderContent | null = null;
  #reading: Promise<boolean> | null = null;
  #listed: Listed | null = null;
  /** Something was sent, or refused, since the last list. */
  #listIsOld = false;
  #folderUnseen = '';
  #repositoryUnseen = '';
  #unsent = '';
  #notRemoved = '';
  /** Histories that were read out of the repository, by archive. */
  readonly #read = new Map<string, TimelineEnd[]>();
  #turn: Promise<void> | null = null;
  #running: { stop(): void } | null = null;
  #stopped = false;

  constructor(job: ArchiveDirectoryWatched, deps: ArchiveDirectoryDeps) {
    this.#job = job;
    this.#deps = deps;
    this.#repository = { ...job.store.repository, lockWaitMs: LOCK_WAIT_MS };
    this.#directory = new ArchiveDirectory(job.store.directory);
  }

  /** Why the folder or the repository cannot be looked at, '' when they can. */
  get unseen(): string {
    return this.#folderUnseen || this.#repositoryUnseen;
  }

  /** Why segments are not sent, '' when they are. */
  get unsent(): string {
    return this.#unsent;
  }

  /** What lies in the folder; null before the first look. */
  get content(): FolderContent | null {
    return this.#content;
  }

  /** What the repository was last seen to hold; null when it has not been listed yet. */
  get archives(): readonly ListedArchive[] | null {
    return this.#listed?.archives ?? null;
  }

  /** Begins a turn where none goes on. */
  tend(): void {
    if (this.#stopped) return;
    this.#turn ??= this.#takeTurn()
      .catch((error) => {
        this.#repositoryUnseen = `repository ${this.#repository.name} cannot be looked at: ${messageOf(error)}.`;
        this.#listIsOld = true;
      })
      .finally(() => {
        this.#turn = null;
      });
  }

  /** Whether a step goes on in the repository. */
  isAtWork(): boolean {
    return this.#running !== null;
  }

  stop(): void {
    this.#stopped = true;
    this.#running?.stop();
  }

  /** Whole segments that are to be sent; only once the repository has been listed. */
  waiting(): Arrived[] {
    return waitingOf(this.#content!.segments, this.#held(), this.#deps.clock.nowMs());
  }

  /**
   * Waits for the turn, though not for one that sends a gigabyte for hours, and looks at the folder then: what the server
   * says is archived may have come after the turn looked, and would count as lost.
   */
  async look(): Promise<void> {
    if (this.#turn) await this.#notLong(this.#turn);
    if (await this.#notLong(this.#readFolder())) return;
    this.#folderUnseen = `${this.#job.store.directory} gave no answer within ${ANSWER_WITHIN_MS / 1_000} s.`;
  }

  /** Whether it ended in time. */
  async #notLong(waitedFor: Promise<unknown>): Promise<boolean> {
    let cancel = () => {};
    const long = new Promise<boolean>((resolve) => {
      cancel = this.#deps.clock.after(ANSWER_WITHIN_MS, () => resolve(false));
    });
    const inTime = await Promise.race([waitedFor.then(() => true), long]);
    cancel();
    return inTime;
  }

  /** A history out of its archive, read once; null while it cannot be. */
  async history({ archive, timeline }: StoredHistory): Promise<TimelineEnd[] | null> {
    const known = this.#read.get(archive.id);
    if (known || this.#turn !== null || this.#deps.beside.isBusy(this.#repository)) return known ?? null;
    const argv = extractToStdoutArgv(accessOf(this.#repository), archive.name, null);
    const step = { id: 'history', argv, about: 'reading a history', stdoutBytesMax: HISTORY_BYTES_MAX };
    const { seen } = await this.#carryOut({ ...step, withinMs: ANSWER_WITHIN_MS });
    const ends = seen?.exitCode === 0 && !seen.stdoutCut ? parseHistory(seen.stdout, timeline) : null;
    if (ends) this.#read.set(archive.id, ends);
    return ends;
  }

  async #takeTurn(): Promise<void> {
    const { clock, beside } = this.#deps;
    // A run of this host has the repository; what waits becomes exposure only when it takes too long.
    if (beside.isBusy(this.#repository)) {
      this.#unsent = `a run of this host works in repository ${this.#repository.name}`;
      return;
    }
    const borg = await beside.borg(this.#repository.program);
    if (!borg.version) {
      this.#repositoryUnseen = borg.problem ?? 'borg is not installed.';
      this.#listIsOld = true;
      return;
    }
    if (this.#isListDue() && !(await this.#list())) return;
    if (!(await this.#readFolder())) return;
    // Before anything is sent: what was seen must not be hours old when something is removed for it.
    await this.#remove(clock.nowMs());
    if ((await this.#send(borg.version)) > 0) await this.#list();
  }

  /** Whether it could be read. Once at a time: a folder that hangs, as NFS may, holds up one thread and not all. */
  #readFolder(): Promise<boolean> {
    this.#reading ??= this.#directory
      .read()
      .then((content) => {
        this.#content = content;
        this.#folderUnseen = '';
        return true;
      })
      .catch((error) => {
        this.#folderUnseen = `${this.#job.store.directory} cannot be looked at: ${messageOf(error)}.`;
        // What took it away may have taken the repository, too.
        this.#listIsOld = true;
        return false;
      })
      .finally(() => {
        this.#reading = null;
      });
    return this.#reading;
  }

  #isListDue(): boolean {
    const { clock } = this.#deps;
    return this.#listIsOld || !this.#listed || clock.monotonicMs() - this.#listed.atMs >= LIST_EVERY_MS;
  }

  /** Whether it could be listed. A lock that somebody holds says nothing about what is there. */
  async #list(): Promise<boolean> {
    const { clock } = this.#deps;
    const { host } = this.#deps.beside;
    // Another host and job may make names that begin alike; what matters is told apart by the cluster in them.
    const argv = listArchivesArgv(accessOf(this.#repository), `${host}-${this.#job.name}-*`);
    const about = 'looking which WAL is in the repository';
    const step = { id: 'list', argv, about, stdoutBytesMax: LIST_STDOUT_BYTES_MAX, withinMs: LIST_WITHIN_MS };
    const { seen, refused } = await this.#carryOut(step);
    const look = refused === null ? archivesSeen(seen, this.#repository) : { problem: refused };
    if ('archives' in look) {
      this.#listed = { archives: look.archives, atMs: clock.monotonicMs() };
      this.#listIsOld = false;
      this.#repositoryUnseen = '';
      return true;
    }
    this.#listIsOld = true;
    if (refused === null && seen && explain(seen, this.#repository, []).code === 'lock-timeout')
      this.#unsent = look.problem;
    else this.#repositoryUnseen = look.problem;
    return false;
  }

  /** How many archives were made. */
  async #send(version: BorgVersion): Promise<number> {
    const { clock, log, beside } = this.#deps;
    const batches = batchesOf(this.waiting(), this.#lastSentAtMs(), clock.nowMs());
    const steps = [
      // Before anything of their timelines: no restore finds its way there without.
      ...this.#waitingHistories().map((history) => () => this.#historyStep(version, history)),
      ...batches.map((batch) => () => this.#walStep(version, batch)),
    ];
    this.#unsent = '';
    let sent = 0;
    for (const stepOf of steps) {
      if (this.#stopped || beside.isBusy(this.#repository)) return sent;
      const { seen, refused } = await this.#carryOut(stepOf());
      this.#listIsOld = true;
      if (refused === null && seen && createdBy(seen)) {
        sent += 1;
        continue;
      }
      this.#unsent = refused ?? (seen ? this.#whyNot(seen) : 'the agent stops');
      log.warn({ job: this.#job.name, why: this.#unsent }, 'WAL could not be sent to its repository');
      return sent;
    }
    return sent;
  }

  #whyNot(seen: ProcessSeen): string {
    if (isCommandFailure(seen)) return `tar could not read the folder: ${saidOf(seen)}`;
    return explain(seen, this.#repository, []).reason;
  }

  #walStep(version: BorgVersion, batch: readonly Arrived[]): StepPart {
    const { host } = this.#deps.beside;
    const { name: job, store } = this.#job;
    const [first, last] = [batch[0]!, batch.at(-1)!];
    const { systemIdentifier } = first;
    const suffix = spanSuffix({ kind: 'wal', systemIdentifier, first: first.name, last: last.name });
    const name = `${archiveNameOf(host, job, last.changedAtMs)}-${suffix}`;
    // tar ends with an error when a file is not there or shrinks, and then borg makes no archive at all.
    const command = [
      'tar',
      '--create',
      '--file=-',
      '--format=ustar',
      '--numeric-owner',
      `--directory=${store.directory}`,
      '--',
      ...batch.map((one) => one.name),
    ];
    return {
      id: 'send',
      argv: createFromCommandArgv(
        accessOf(this.#repository),
        version,
        { name, maker: makerOf(host, job) },
        'wal.tar',
        command,
      ),
      about: 'sending WAL',
      withinMs: SEND_WITHIN_MS,
    };
  }

  #historyStep(version: BorgVersion, history: TimelineHistory & { text: string }): StepPart {
    const { clock } = this.#deps;
    const { host } = this.#deps.beside;
    const { name: job } = this.#job;
    const name = `${archiveNameOf(host, job, clock.nowMs())}-${historySuffix(history)}`;
    const file = historyName(history.timeline);
    const archive = { name, maker: makerOf(host, job) };
    const argv = createFromStdinArgv(accessOf(this.#repository), version, archive, file);
    return { id: 'send', argv, stdin: history.text, about: 'sending a history', withinMs: SEND_WITHIN_MS };
  }

  async #remove(nowMs: number): Promise<void> {
    for (const name of removable(this.#content!.segments, this.#held(), nowMs)) {
      if (this.#stopped) return;
      const why = await this.#directory.remove(name);
      if (why === null) continue;
      if (why !== this.#notRemoved)
        this.#deps.log.warn({ job: this.#job.name, name, why }, 'a segment that was sent cannot be removed');
      this.#notRemoved = why;
      return;
    }
  }

  async #carryOut(part: StepPart): Promise<{ seen: ProcessSeen | null; refused: string | null }> {
    const { environment, beside } = this.#deps;
    const running = beside.begin(this.#repository, borgStep(this.#repository, { environment }, part));
    this.#running = running;
    if (this.#stopped) running.stop();
    const done = await running.done;
    this.#running = null;
    return done;
  }

  #held(): HeldWal {
    const sizes = new Map(this.#content!.segments.map((one) => [one.systemIdentifier, one.segmentBytes]));
    return heldOf(
      this.#walListed().map(({ span }) => span),
      (systemIdentifier) => sizes.get(systemIdentifier) ?? null,
    );
  }

  /** A history file does not say whose it is: of the cluster whose WAL came last. */
  #waitingHistories(): (TimelineHistory & { text: string })[] {
    const { segments, histories } = this.#content!;
    const newest = segments.toSorted((a, b) => b.changedAtMs - a.changedAtMs)[0];
    if (!newest) return [];
    const { systemIdentifier } = newest;
    const listed = this.#historiesListed(systemIdentifier);
    return histories
      .filter(
        ({ ends, ...one }) => ends !== null && !listed.some(({ timeline }) => timeline === one.timeline),
      )
      .map(({ timeline, text }) => ({ systemIdentifier, timeline, text }));
  }

  #walListed() {
    return walIn(this.#deps.beside.host, this.#job.name, this.#listed!.archives);
  }

  #historiesListed(systemIdentifier: string) {
    const all = historiesIn(this.#deps.beside.host, this.#job.name, this.#listed!.archives);
    return all.filter((one) => one.systemIdentifier === systemIdentifier);
  }

  #lastSentAtMs(): number | null {
    const sent = this.#walListed();
    return sent.length === 0 ? null : Math.max(...sent.map(({ archive }) => archive.createdAtMs));
  }
}

type StepPart = Pick<ProcessStep, 'id' | 'argv' | 'about'> & Partial<ProcessStep>;
