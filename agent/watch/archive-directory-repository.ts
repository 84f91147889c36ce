/**
 * An archive directory and the borg repository behind it. Once a minute it is looked what has come into the folder;
 * whole segments that the repository does not hold are sent there, and what it holds is listed anew after each
 * archive: only a list is evidence. Sending goes on while the server cannot be asked: then it matters most.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import { messageOf } from '../../proto/errors.ts';
import type { ArchiveDirectoryStore, RepositorySpec } from '../config/job-spec.ts';
import { type FolderSeen, folderNow } from '../decide/wal-folder.ts';
import {
  type Arrived,
  batchesOf,
  type HeldWal,
  heldOf,
  isHeld,
  rangeOf,
  removable,
  type SpanRange,
} from '../decide/wal-ship.ts';
import { memoryFor, type RepositorySeen, type WalMemory, withListing } from '../decide/wal-watch.ts';
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
import { begunAtMs, makerOf } from '../tools/archive-name.ts';
import {
  type BorgVersion,
  createFromCommandArgv,
  type ListedArchive,
  listArchivesArgv,
} from '../tools/borg.ts';
import { basesIn, spanSuffix, walIn } from '../tools/pitr-archives.ts';
import type { WalFacts } from '../tools/postgres-wal.ts';
import { segmentName } from '../tools/wal.ts';
import { ArchiveDirectory, type FolderContent } from './archive-directory.ts';
import { ANSWER_WITHIN_MS, type Answer } from './ask.ts';
import type { BorgFound } from './tools.ts';
import type { WalRepository } from './wal-repository.ts';

/** What nobody else does in a repository is noticed so late at worst. */
export const LIST_EVERY_MS = 900_000;
/** Whoever works in the repository is not waited for: the next look comes in a minute. */
const LOCK_WAIT_MS = 5_000;
/** A look at the folder and one at the server are not of one moment; what stops for good becomes exposure. */
const FED_FOR_MS = 600_000;
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

export class ArchiveDirectoryRepository implements WalRepository {
  readonly #job: ArchiveDirectoryWatched;
  readonly #deps: ArchiveDirectoryDeps;
  readonly #repository: RepositorySpec;
  readonly #directory: ArchiveDirectory;
  #content: FolderContent | null = null;
  #listed: Listed | null = null;
  /** Something was sent, or refused, since the last list. */
  #listIsOld = false;
  /** Why the folder or the repository cannot be looked at, '' when they can. */
  #unseen = '';
  /** Why segments are not sent, '' when they are. */
  #unsent = '';
  #notRemoved = '';
  #fedAtMs = Number.NEGATIVE_INFINITY;
  #turn: Promise<void> | null = null;
  #running: { stop(): void } | null = null;
  #stopped = false;

  constructor(job: ArchiveDirectoryWatched, deps: ArchiveDirectoryDeps) {
    this.#job = job;
    this.#deps = deps;
    this.#repository = { ...job.store.repository, lockWaitMs: LOCK_WAIT_MS };
    this.#directory = new ArchiveDirectory(job.store.directory);
  }

  tend(): void {
    if (this.#stopped) return;
    this.#turn ??= this.#takeTurn()
      .catch((error) => {
        this.#unseen = `${this.#job.store.directory} cannot be looked at: ${messageOf(error)}.`;
        this.#listIsOld = true;
      })
      .finally(() => {
        this.#turn = null;
      });
  }

  async look(before: WalMemory | null, facts: WalFacts): Promise<Answer<RepositorySeen>> {
    await this.#turnOrLong();
    if (this.#unseen !== '') return { problem: this.#unseen };
    if (!this.#listed || !this.#content)
      return { problem: this.#unsent || `repository ${this.#repository.name} has not been listed yet.` };
    return { answer: this.#seen(memoryFor(before, facts, this.#repository.name), facts) };
  }

  isAtWork(): boolean {
    return this.#running !== null;
  }

  stop(): void {
    this.#stopped = true;
    this.#running?.stop();
  }

  /** Sending a gigabyte may take hours; the sample does not wait for it. */
  async #turnOrLong(): Promise<void> {
    if (!this.#turn) return;
    let cancel = () => {};
    const long = new Promise<void>((resolve) => {
      cancel = this.#deps.clock.after(ANSWER_WITHIN_MS, resolve);
    });
    await Promise.race([this.#turn, long]);
    cancel();
  }

  async #takeTurn(): Promise<void> {
    const { clock, beside } = this.#deps;
    this.#content = await this.#directory.read();
    // A run of this host has the repository; what waits becomes exposure only when it takes too long.
    if (beside.isBusy(this.#repository)) {
      this.#unsent = `a run of this host works in repository ${this.#repository.name}`;
      return;
    }
    const borg = await beside.borg(this.#repository.program);
    if (!borg.version) {
      this.#unseen = borg.problem ?? 'borg is not installed.';
      this.#listIsOld = true;
      return;
    }
    if (this.#isListDue() && !(await this.#list())) return;
    const sent = await this.#send(borg.version);
    if (sent > 0 && !(await this.#list())) return;
    await this.#remove(clock.nowMs());
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
      this.#unseen = '';
      return true;
    }
    this.#listIsOld = true;
    if (refused === null && seen && explain(seen, this.#repository, []).code === 'lock-timeout')
      this.#unsent = look.problem;
    else this.#unseen = look.problem;
    return false;
  }

  /** How many archives were made. */
  async #send(version: BorgVersion): Promise<number> {
    const { clock, log, beside } = this.#deps;
    const batches = batchesOf(this.#waiting(), this.#lastSentAtMs(), clock.nowMs());
    this.#unsent = '';
    let sent = 0;
    for (const batch of batches) {
      if (this.#stopped || beside.isBusy(this.#repository)) return sent;
      const { seen, refused } = await this.#carryOut(this.#sendStep(version, batch));
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

  #sendStep(version: BorgVersion, batch: readonly Arrived[]): StepPart {
    const { clock } = this.#deps;
    const { host } = this.#deps.beside;
    const { name: job, store } = this.#job;
    const [first, last] = [batch[0]!, batch.at(-1)!];
    const { systemIdentifier } = first;
    const suffix = spanSuffix({ kind: 'wal', systemIdentifier, first: first.name, last: last.name });
    const name = `${archiveNameOf(host, job, clock.nowMs())}-${suffix}`;
    const history = `${first.name.slice(0, 8)}.history`;
    const files = [
      ...batch.map((one) => one.name),
      // With each archive of its timeline: it is small, and no restore is without it.
      ...(this.#content!.histories.some(({ name }) => name === history) ? [history] : []),
    ];
    // tar ends with an error when a file is not there or shrinks, and then borg makes no archive at all.
    const command = [
      'tar',
      '--create',
      '--file=-',
      '--format=ustar',
      '--numeric-owner',
      `--directory=${store.directory}`,
      '--',
      ...files,
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
    const spans = walIn(this.#deps.beside.host, this.#job.name, this.#listed!.archives);
    return heldOf(spans, (systemIdentifier) => sizes.get(systemIdentifier) ?? null);
  }

  #waiting(): Arrived[] {
    const held = this.#held();
    return this.#content!.segments.filter((one) => !isHeld(held, one));
  }

  #lastSentAtMs(): number | null {
    const { host } = this.#deps.beside;
    const sent = this.#listed!.archives.filter((one) => walIn(host, this.#job.name, [one]).length > 0);
    return sent.length === 0 ? null : Math.max(...sent.map(begunAtMs));
  }

  /** What was listed, in the form in which all repositories are judged: each archive of WAL is a folder. */
  #seen(memory: WalMemory, facts: WalFacts): RepositorySeen {
    const { systemIdentifier, segmentBytes } = facts;
    const { host } = this.#deps.beside;
    const { archives } = this.#listed!;
    const folders = archives.flatMap((archive): FolderSeen[] => {
      const [span] = walIn(host, this.#job.name, [archive]);
      if (span?.systemIdentifier !== systemIdentifier) return [];
      const range = rangeOf(span, segmentBytes);
      return range ? [folderOf(archive.name, range, segmentBytes, archive.createdAtMs)] : [];
    });
    const unknown = folders.filter(({ name }) => !memory.folders.has(name));
    const bases = basesIn(host, this.#job.name, archives).sort((a, b) => a.wholeAtMs - b.wholeAtMs);
    const own = bases.filter(({ needs }) => needs.systemIdentifier === systemIdentifier);
    return {
      memory: withListing(
        memory,
        unknown,
        folders.map(({ name }) => name),
      ),
      backups: own.map(({ archive, needs, wholeAtMs }) => ({
        label: archive.name,
        startedAtMs: begunAtMs(archive),
        stoppedAtMs: wholeAtMs,
        walStart: needs.first,
        walStop: needs.last,
      })),
      systemIdentifier: bases.at(-1)?.needs.systemIdentifier ?? null,
      isComplete: true,
      // They go to the repository with each archive of their timeline.
      histories: {
        files: this.#content!.histories,
        own: this.#content!.histories.find(({ timeline }) => timeline === facts.timeline)?.ends ?? null,
      },
      onItsWay: this.#waiting()
        .filter((one) => one.systemIdentifier === systemIdentifier)
        .map(({ name, timeline, index, changedAtMs }) =>
          folderNow(null, folderOf(name, { timeline, from: index, to: index }, segmentBytes, changedAtMs)),
        ),
      isFed: this.#isFed(facts),
      sendingProblem: this.#unsent.replace(/\.$/, ''),
    };
  }

  /**
   * Whether pg_receivewal is at work: it fills the segment behind all others. On a server that is idle since a switch there
   * is none to fill, and all that are whole have arrived; those of a server that archived itself say nothing of it.
   */
  #isFed({ timeline, lsn, segmentBytes, lastArchived }: WalFacts): boolean {
    const { clock } = this.#deps;
    const { partial, segments } = this.#content!;
    const current = segmentName({ timeline, index: Math.floor(lsn / segmentBytes) - 1 }, segmentBytes);
    const hasPartial = partial !== null && segments.every(({ name }) => name <= partial);
    const allArrived = lastArchived === '' && segments.some(({ name }) => name >= current);
    if (hasPartial || allArrived) this.#fedAtMs = clock.monotonicMs();
    return clock.monotonicMs() - this.#fedAtMs < FED_FOR_MS;
  }
}

type StepPart = Pick<ProcessStep, 'id' | 'argv' | 'about'> & Partial<ProcessStep>;

function folderOf(
  name: string,
  { timeline, ...range }: SpanRange,
  sizeBytes: number,
  changedAtMs: number,
): FolderSeen {
  const segments = Array.from({ length: range.to - range.from + 1 }, (_, i) => ({
    index: range.from + i,
    sizeBytes,
    changedAtMs,
    isWhole: true,
  }));
  return { name, timeline, range, segments };
}
