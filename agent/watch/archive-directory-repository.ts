/**
 * An archive directory and the borg repository behind it, as the watch sees them. Sending goes on while the server cannot
 * be asked: then it matters most.
 */
import { backupsIn, folderOf, foldersIn } from '../decide/wal-directory.ts';
import { folderNow } from '../decide/wal-folder.ts';
import type { HistoriesSeen } from '../decide/wal-timeline.ts';
import { memoryFor, type RepositorySeen, type WalMemory, withListing } from '../decide/wal-watch.ts';
import type { ListedArchive } from '../tools/borg.ts';
import { historiesIn } from '../tools/pitr-archives.ts';
import type { WalFacts } from '../tools/postgres-wal.ts';
import { segmentName } from '../tools/wal.ts';
import type { FolderContent } from './archive-directory.ts';
import type { Answer } from './ask.ts';
import type { WalRepository } from './wal-repository.ts';
import { type ArchiveDirectoryDeps, type ArchiveDirectoryWatched, WalSender } from './wal-sender.ts';

/** A look at the folder and one at the server are not of one moment; what stops for good becomes exposure. */
const FED_FOR_MS = 600_000;

export class ArchiveDirectoryRepository implements WalRepository {
  readonly #job: ArchiveDirectoryWatched;
  readonly #deps: ArchiveDirectoryDeps;
  readonly #sender: WalSender;
  #fedAtMs = Number.NEGATIVE_INFINITY;

  constructor(job: ArchiveDirectoryWatched, deps: ArchiveDirectoryDeps) {
    this.#job = job;
    this.#deps = deps;
    this.#sender = new WalSender(job, deps);
  }

  tend(): void {
    this.#sender.tend();
  }

  isAtWork(): boolean {
    return this.#sender.isAtWork();
  }

  stop(): void {
    this.#sender.stop();
  }

  async look(before: WalMemory | null, facts: WalFacts): Promise<Answer<RepositorySeen>> {
    await this.#sender.look();
    const { unseen, unsent, archives, content } = this.#sender;
    const { name } = this.#job.store.repository;
    if (unseen !== '') return { problem: unseen };
    if (!archives || !content) return { problem: unsent || `repository ${name} has not been listed yet.` };
    const histories = await this.#histories(archives, content, facts);
    const memory = memoryFor(before, facts, name);
    return {
      answer: { ...this.#seen(memory, archives, facts), histories, isFed: this.#isFed(content, facts) },
    };
  }

  /** What was listed, in the form in which all repositories are judged: each archive of WAL is a folder. */
  #seen(
    memory: WalMemory,
    archives: readonly ListedArchive[],
    { systemIdentifier, segmentBytes }: WalFacts,
  ): RepositorySeen {
    const { host } = this.#deps.beside;
    const cluster = { systemIdentifier, segmentBytes };
    const folders = foldersIn(host, this.#job.name, archives, cluster);
    const unknown = folders.filter(({ name }) => !memory.folders.has(name));
    const backups = backupsIn(host, this.#job.name, archives);
    return {
      memory: withListing(
        memory,
        unknown,
        folders.map(({ name }) => name),
      ),
      backups: backups.of(systemIdentifier),
      systemIdentifier: backups.newest,
      isComplete: true,
      onItsWay: this.#sender
        .waiting()
        .filter((one) => one.systemIdentifier === systemIdentifier)
        .map(({ name, timeline, index, changedAtMs }) =>
          folderNow(null, folderOf(name, { timeline, from: index, to: index }, segmentBytes, changedAtMs)),
        ),
      sendingProblem: this.#sender.unsent.replace(/\.$/, ''),
    };
  }

  async #histories(
    archives: readonly ListedArchive[],
    content: FolderContent,
    { systemIdentifier, timeline }: WalFacts,
  ): Promise<HistoriesSeen> {
    const all = historiesIn(this.#deps.beside.host, this.#job.name, archives);
    const stored = all.filter((one) => one.systemIdentifier === systemIdentifier);
    const known = new Set(stored.map((one) => one.timeline));
    const here = content.histories.find((one) => one.timeline === timeline)?.ends ?? null;
    // Somebody may have removed it from the folder.
    const there = here === null ? stored.findLast((one) => one.timeline === timeline) : undefined;
    return {
      files: [
        ...stored.map((one) => ({ timeline: one.timeline, changedAtMs: one.archive.createdAtMs })),
        ...content.histories.filter((one) => !known.has(one.timeline)),
      ],
      own: there ? await this.#sender.history(there) : here,
    };
  }

  /**
   * Whether pg_receivewal is at work: it fills the segment behind all others. On a server that is idle since a switch there
   * is none to fill, and all that are whole have arrived; those of a server that archived itself say nothing of it.
   */
  #isFed(
    { partial, segments }: FolderContent,
    { timeline, lsn, segmentBytes, lastArchived }: WalFacts,
  ): boolean {
    const { clock } = this.#deps;
    const current = segmentName({ timeline, index: Math.floor(lsn / segmentBytes) - 1 }, segmentBytes);
    const hasPartial = partial !== null && segments.every(({ name }) => name <= partial);
    const allArrived = lastArchived === '' && segments.some(({ name }) => name >= current);
    if (hasPartial || allArrived) this.#fedAtMs = clock.monotonicMs();
    return clock.monotonicMs() - this.#fedAtMs < FED_FOR_MS;
  }
}
