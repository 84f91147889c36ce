/** A stanza of pgBackRest, looked at folder by folder of WAL. */
import type { PgBackRestStore } from '../config/job-spec.ts';
import type { FolderSeen } from '../decide/wal-folder.ts';
import { foldersToList } from '../decide/wal-listing.ts';
import { memoryFor, type RepositorySeen, type WalMemory, withListing } from '../decide/wal-watch.ts';
import {
  infoArgv,
  type ListedEntry,
  listArgv,
  type PgBackRestAccess,
  parseFolder,
  parseInfo,
  parseListing,
  STANZA_NO_BACKUPS,
  STANZA_OK,
  type StanzaInfo,
  segmentsIn,
} from '../tools/pgbackrest.ts';
import type { WalFacts } from '../tools/postgres-wal.ts';
import { asUser, POSTGRES_USER } from '../tools/run-as.ts';
import type { Answer, Asker } from './ask.ts';
import type { WalRepository } from './wal-repository.ts';

export class PgBackRestRepository implements WalRepository {
  readonly #access: PgBackRestAccess;
  readonly #asker: Asker;

  constructor(store: PgBackRestStore, asker: Asker, isRoot: boolean) {
    const { program, stanza, configFile } = store;
    this.#access = { program, stanza, configFile, prefix: asUser(POSTGRES_USER, isRoot) };
    this.#asker = asker;
  }

  async look(before: WalMemory | null, facts: WalFacts, turn: number): Promise<Answer<RepositorySeen>> {
    const stanza = await this.#stanza();
    if ('problem' in stanza) return stanza;
    const archive = stanza.answer.archives.at(-1);
    if (!archive) return { problem: `stanza ${this.#access.stanza} has no archive yet` };
    const listed = await this.#archive(memoryFor(before, facts, archive.id), facts, turn);
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
    facts: WalFacts,
    turn: number,
  ): Promise<Answer<{ memory: WalMemory; isComplete: boolean }>> {
    const { archiveId } = memory;
    const top = await this.#list(archiveId);
    if ('problem' in top) return top;
    const folders = top.answer.flatMap(({ name, isFolder }) => {
      const folder = isFolder ? parseFolder(name, facts.segmentBytes) : null;
      return folder ? [{ name, timeline: folder.timeline, range: { from: folder.from, to: folder.to } }] : [];
    });
    const seen: FolderSeen[] = [];
    for (const name of foldersToList(
      memory,
      folders.map((one) => one.name),
      turn,
    )) {
      const entries = await this.#list(`${archiveId}/${name}`);
      if ('problem' in entries) return entries;
      const folder = folders.find((one) => one.name === name)!;
      seen.push({ ...folder, segments: segmentsIn(entries.answer, facts.segmentBytes) });
    }
    const next = withListing(
      memory,
      seen,
      folders.map(({ name }) => name),
    );
    return { answer: { memory: next, isComplete: next.folders.size === folders.length } };
  }

  async #list(path: string): Promise<Answer<ListedEntry[]>> {
    const said = await this.#asker.ask(listArgv(this.#access, path));
    if ('problem' in said) return said;
    const entries = parseListing(said.answer);
    return entries ? { answer: entries } : { problem: `pgBackRest's listing of ${path} could not be read` };
  }
}
