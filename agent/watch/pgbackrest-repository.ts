/** A stanza of pgBackRest: what it says of itself, and the folders of WAL that are to be listed. */
import type { PgBackRestStore } from '../config/job-spec.ts';
import type { FolderSeen } from '../decide/wal-folder.ts';
import { type ArchiveEnds, foldersToList, hasLess, isStanzaDue, isWideLook } from '../decide/wal-listing.ts';
import { type HistoriesSeen, NEWEST_TIMELINE, newestHistory } from '../decide/wal-timeline.ts';
import { memoryFor, type RepositorySeen, type WalMemory, withListing } from '../decide/wal-watch.ts';
import {
  getArgv,
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
import { historyName, historyTimeline, parseHistory, type TimelineEnd } from '../tools/wal-history.ts';
import type { Answer, Asker } from './ask.ts';
import { DeepListing } from './deep-listing.ts';
import type { WalRepository } from './wal-repository.ts';

/** What has to be known of a cluster to read the names of its segments, and to tell which are to come. */
type ClusterFacts = Pick<WalFacts, 'systemIdentifier' | 'segmentBytes' | 'timeline' | 'lsn'>;

/** In which a history is looked for each time, and not only when all folders are. */
const HISTORY_LOOKS_MAX = 10;

export class PgBackRestRepository implements WalRepository {
  readonly #access: PgBackRestAccess;
  readonly #asker: Asker;
  readonly #deep: DeepListing;
  /** Of the last look: only then what is remembered says which folders there are. */
  #isComplete = false;
  /** What it last said of itself. */
  #stanza: StanzaInfo | null = null;
  /** History files, as they were last listed. */
  #histories: HistoriesSeen['files'] = [];
  /** The server's timeline, and how often its history was looked for. */
  #awaited = { timeline: 0, looks: 0 };
  /** The one that was last read. */
  #history: { key: string; ends: TimelineEnd[] | null } | null = null;

  constructor(store: PgBackRestStore, asker: Asker, isRoot: boolean) {
    const { program, stanza, configFile } = store;
    this.#access = { program, stanza, configFile, prefix: asUser(POSTGRES_USER, isRoot) };
    this.#asker = asker;
    this.#deep = new DeepListing(this.#access, asker);
  }

  async look(before: WalMemory | null, facts: ClusterFacts, turn: number): Promise<Answer<RepositorySeen>> {
    const isSame = before !== null && before.systemIdentifier === facts.systemIdentifier;
    const known = isSame && this.#isComplete && !isStanzaDue(before, facts, turn) ? this.#stanza : null;
    let seen = await this.#look(known, before, facts, turn);
    // repo-ls shows what is gone as an empty folder: the repository itself may be.
    const isDoubtful = known !== null && 'answer' in seen && hasLess(before!, seen.answer.memory);
    if (isDoubtful) seen = await this.#look(null, before, facts, turn);
    if ('problem' in seen) this.#isComplete = false;
    return seen;
  }

  /** @param known what the stanza says of itself; null: it is asked. */
  async #look(
    known: StanzaInfo | null,
    before: WalMemory | null,
    facts: ClusterFacts,
    turn: number,
  ): Promise<Answer<RepositorySeen>> {
    const stanza = known === null ? await this.#askStanza() : { answer: known };
    if ('problem' in stanza) return stanza;
    const archive = stanza.answer.archives.at(-1);
    if (!archive) return { problem: `stanza ${this.#access.stanza} has no archive yet` };
    const listed = await this.#archive(memoryFor(before, facts, archive.id), archive, facts, turn);
    if ('problem' in listed) return listed;
    this.#stanza = stanza.answer;
    const { backups, systemIdentifier } = stanza.answer;
    return {
      answer: {
        ...listed.answer,
        systemIdentifier,
        backups: backups.filter(({ databaseId }) => databaseId === archive.databaseId),
      },
    };
  }

  async #askStanza(): Promise<Answer<StanzaInfo>> {
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
  ): Promise<Answer<Pick<RepositorySeen, 'memory' | 'isComplete' | 'histories'>>> {
    const { archiveId } = memory;
    const isWide = !this.#isComplete || this.#lacksHistory(timeline) || isWideLook(memory, ends, turn);
    const there = isWide
      ? await this.#folders(archiveId, segmentBytes)
      : { answer: [...memory.folders.keys()] };
    if ('problem' in there) return there;
    const own = await this.#historyOf(archiveId, timeline);
    if ('problem' in own) return own;
    const names = there.answer;
    const { singly, isDeep } = foldersToList(memory, names, timeline, turn);
    const deep = isDeep ? await this.#deep.take(archiveId, segmentBytes) : this.#deep.forget();
    if (deep !== null && 'problem' in deep) return deep;
    const seen: FolderSeen[] = [];
    for (const name of singly) {
      const entries = await this.#list(`${archiveId}/${name}`);
      if ('problem' in entries) return entries;
      const segments = entries.answer.flatMap((entry) => segmentIn(entry, segmentBytes) ?? []);
      seen.push({ ...walFolder(name, segmentBytes)!, segments });
    }
    // What is known already was listed after the listing of all began.
    const unknown = deep?.answer.filter(({ name }) => !memory.folders.has(name)) ?? [];
    const next = withListing(memory, [...unknown, ...seen], names);
    this.#isComplete = names.every((name) => next.folders.has(name));
    const histories = { files: this.#histories, own: own.answer };
    return { answer: { memory: next, isComplete: this.#isComplete, histories } };
  }

  async #folders(archiveId: string, segmentBytes: number): Promise<Answer<string[]>> {
    const entries = await this.#list(archiveId);
    if ('problem' in entries) return entries;
    this.#histories = entries.answer.flatMap(({ name, changedAtMs }) => {
      const timeline = historyTimeline(name);
      return timeline === null ? [] : [{ timeline, changedAtMs }];
    });
    const isWal = ({ name, isFolder }: ListedEntry) => isFolder && walFolder(name, segmentBytes) !== null;
    return { answer: entries.answer.filter(isWal).map(({ name }) => name) };
  }

  /** It comes first of all when a server is promoted; a stanza may also be younger than the timeline, and never get it. */
  #lacksHistory(timeline: number): boolean {
    if (this.#awaited.timeline !== timeline) this.#awaited = { timeline, looks: 0 };
    if (timeline <= 1 || this.#histories.some((one) => one.timeline === timeline)) return false;
    this.#awaited.looks += 1;
    return this.#awaited.looks <= HISTORY_LOOKS_MAX;
  }

  /** Read anew when it is another file. Null when there is none, or one that contradicts itself. */
  async #historyOf(archiveId: string, wanted: number): Promise<Answer<TimelineEnd[] | null>> {
    const timeline = wanted === NEWEST_TIMELINE ? (newestHistory(this.#histories) ?? 1) : wanted;
    const file = this.#histories.find((one) => one.timeline === timeline);
    if (!file) return { answer: null };
    const path = `${archiveId}/${historyName(timeline)}`;
    const key = `${path} ${file.changedAtMs}`;
    if (this.#history?.key !== key) {
      const said = await this.#asker.ask(getArgv(this.#access, path));
      if ('problem' in said) return said;
      this.#history = { key, ends: parseHistory(said.answer, timeline) };
    }
    return { answer: this.#history.ends };
  }

  async #list(path: string): Promise<Answer<ListedEntry[]>> {
    const said = await this.#asker.ask(listArgv(this.#access, path));
    if ('problem' in said) return said;
    const entries = parseListing(said.answer);
    return entries ? { answer: entries } : { problem: `pgBackRest's listing of ${path} could not be read` };
  }
}
