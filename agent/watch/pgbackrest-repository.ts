/** A stanza of pgBackRest: what it says of itself, and the folders of WAL that are to be listed. */
import type { PgBackRestStore } from '../config/job-spec.ts';
import type { FolderSeen } from '../decide/wal-folder.ts';
import { type ArchiveEnds, foldersToList, isWideLook } from '../decide/wal-listing.ts';
import { memoryFor, type RepositorySeen, type WalMemory, withListing } from '../decide/wal-watch.ts';
import {
  infoArgv,
  listArgv,
  type PgBackRestAccess,
  parseInfo,
  STANZA_NO_BACKUPS,
  STANZA_OK,
  type StanzaInfo,
  segmentIn,
  walFolder,
} from '../tools/pgbackrest.ts';
import { type ListedEntry, parseListing } from '../tools/pgbackrest-listing.ts';
import type { WalFacts } from '../tools/postgres-wal.ts';
import { asUser, POSTGRES_USER } from '../tools/run-as.ts';
import type { Answer, Asker } from './ask.ts';
import { DeepListing } from './deep-listing.ts';
import type { WalRepository } from './wal-repository.ts';

/** What has to be known of a cluster to read the names of its segments. */
type ClusterFacts = Pick<WalFacts, 'systemIdentifier' | 'segmentBytes' | 'timeline'>;

export class PgBackRestRepository implements WalRepository {
  readonly #access: PgBackRestAccess;
  readonly #asker: Asker;
  readonly #deep: DeepListing;
  /** Of the last look: only then what is remembered says which folders there are. */
  #isComplete = false;

  constructor(store: PgBackRestStore, asker: Asker, isRoot: boolean) {
    const { program, stanza, configFile } = store;
    this.#access = { program, stanza, configFile, prefix: asUser(POSTGRES_USER, isRoot) };
    this.#asker = asker;
    this.#deep = new DeepListing(this.#access, asker);
  }

  async look(before: WalMemory | null, facts: ClusterFacts, turn: number): Promise<Answer<RepositorySeen>> {
    const stanza = await this.#stanza();
    if ('problem' in stanza) return stanza;
    const archive = stanza.answer.archives.at(-1);
    if (!archive) return { problem: `stanza ${this.#access.stanza} has no archive yet` };
    const listed = await this.#archive(memoryFor(before, facts, archive.id), archive, facts, turn);
    if ('problem' in listed) return listed;
    const { backups, systemIdentifier } = stanza.answer;
    return {
      answer: {
        ...listed.answer,
        systemIdentifier,
        backups: backups.filter(({ databaseId }) => databaseId === archive.databaseId),
      },
    };
  }

  async #stanza(): Promise<Answer<StanzaInfo>> {
    const { stanza } = this.#access;
    const said = await this.#asker.ask(infoArgv(this.#access));
    if ('problem' in said) return said;
    const info = parseInfo(said.answer, stanza);
    if (!info) return { problem: `pgBackRest did not say what stanza ${stanza} holds` };
    if (info.code === STANZA_OK || info.code === STANZA_NO_BACKUPS) return { answer: info };
    return { problem: `stanza ${stanza}: ${info.message}` };
  }

  async #archive(
    memory: WalMemory,
    ends: ArchiveEnds,
    { segmentBytes, timeline }: ClusterFacts,
    turn: number,
  ): Promise<Answer<{ memory: WalMemory; isComplete: boolean }>> {
    const { archiveId } = memory;
    const isWide = !this.#isComplete || isWideLook(memory, ends, turn);
    const there = isWide
      ? await this.#folders(archiveId, segmentBytes)
      : { answer: [...memory.folders.keys()] };
    if ('problem' in there) return there;
    const names = there.answer;
    const { singly, isDeep } = foldersToList(memory, names, timeline, turn);
    const deep = isDeep ? await this.#deep.take(archiveId, segmentBytes) : null;
    if (deep !== null && 'problem' in deep) return deep;
    const seen: FolderSeen[] = [];
    for (const name of singly) {
      const entries = await this.#list(`${archiveId}/${name}`);
      if ('problem' in entries) return entries;
      const segments = entries.answer.flatMap((entry) => segmentIn(entry, segmentBytes) ?? []);
      seen.push({ ...walFolder(name, segmentBytes)!, segments });
    }
    // What was listed one by one is newer.
    const next = withListing(withListing(memory, deep?.answer ?? [], names), seen, names);
    this.#isComplete = names.every((name) => next.folders.has(name));
    return { answer: { memory: next, isComplete: this.#isComplete } };
  }

  async #folders(archiveId: string, segmentBytes: number): Promise<Answer<string[]>> {
    const entries = await this.#list(archiveId);
    if ('problem' in entries) return entries;
    const isWal = ({ name, isFolder }: ListedEntry) => isFolder && walFolder(name, segmentBytes) !== null;
    return { answer: entries.answer.filter(isWal).map(({ name }) => name) };
  }

  async #list(path: string): Promise<Answer<ListedEntry[]>> {
    const said = await this.#asker.ask(listArgv(this.#access, path));
    if ('problem' in said) return said;
    const entries = parseListing(said.answer);
    return entries ? { answer: entries } : { problem: `pgBackRest's listing of ${path} could not be read` };
  }
}
