/**
 * All that a folder of pgBackRest's WAL holds, listed at once. That may take minutes, so that it goes on beside the
 * looks: each asks whether it has ended.
 */
import type { FolderSeen } from '../decide/wal-folder.ts';
import { listArgv, type PgBackRestAccess, segmentIn, walFolder } from '../tools/pgbackrest.ts';
import { ListingReader } from '../tools/pgbackrest-listing.ts';
import type { Answer, Asker } from './ask.ts';

/** 200,000 segments take a minute or two on object storage, seconds on a disk. */
export const DEEP_WITHIN_MS = 600_000;
/** A look waits so long for it before it goes on without. */
const WAITED_MS = 5_000;

export class DeepListing {
  readonly #access: PgBackRestAccess;
  readonly #asker: Asker;
  #running: { archiveId: string; result: Promise<Answer<FolderSeen[]>> } | null = null;
  /** Of the last one that ended, until one ends well. */
  #problem: string | null = null;

  constructor(access: PgBackRestAccess, asker: Asker) {
    this.#access = access;
    this.#asker = asker;
  }

  /** Begins one if none is under way. Null as long as it is, unless the one before failed. */
  async take(archiveId: string, segmentBytes: number): Promise<Answer<FolderSeen[]> | null> {
    if (this.#running?.archiveId !== archiveId) {
      this.#running = { archiveId, result: this.#list(archiveId, segmentBytes) };
    }
    const ended = await this.#asker.within(this.#running.result, WAITED_MS);
    if (ended === null) return this.#problem === null ? null : { problem: this.#problem };
    this.#running = null;
    this.#problem = 'problem' in ended ? ended.problem : null;
    return ended;
  }

  /** What is under way is of no use any more. */
  forget(): null {
    this.#running = null;
    this.#problem = null;
    return null;
  }

  async #list(archiveId: string, segmentBytes: number): Promise<Answer<FolderSeen[]>> {
    const folders = new Map<string, FolderSeen & { segments: FolderSeen['segments'][number][] }>();
    const reader = new ListingReader((entry) => {
      const [name = '', file, deeper] = entry.name.split('/');
      const known = folders.get(name);
      const folder = known ?? walFolder(name, segmentBytes);
      if (folder === null || deeper !== undefined) return;
      if (!known) folders.set(name, { ...folder, segments: [] });
      const segment = file === undefined ? null : segmentIn({ ...entry, name: file }, segmentBytes);
      if (segment) folders.get(name)!.segments.push(segment);
    });
    const argv = listArgv(this.#access, archiveId, true);
    const said = await this.#asker.askLong(argv, DEEP_WITHIN_MS, (text) => reader.add(text));
    if ('problem' in said) return said;
    if (!reader.end()) return { problem: `pgBackRest's listing of ${archiveId} was cut off` };
    return { answer: [...folders.values()] };
  }
}
