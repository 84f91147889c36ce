/**
 * What the watch over a write-ahead log remembers over restarts, in two files of a job, each replaced as a whole: what
 * changes with every look, and the folders, of which a large repository has half a megabyte to tell.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { WalMemory } from '../decide/wal-watch.ts';

/** A change of what is written below makes what older versions wrote unreadable: then it begins anew. */
const VERSION = 7;
/** Folders that only grew are written once in so many looks: what came since is listed again after a restart. */
const FOLDERS_EVERY_LOOKS = 5;

type Folders = WalMemory['folders'];

export class WalMemoryFile {
  readonly #file: string;
  readonly #foldersFile: string;
  /** As they were last written. */
  #folders: Folders = new Map();
  #looks = 0;

  /** @param path without an extension. */
  constructor(path: string) {
    this.#file = `${path}.json`;
    this.#foldersFile = `${path}.folders.json`;
  }

  /** Null when there is nothing, or nothing that this version can read: the next looks find everything again. */
  async recall(): Promise<WalMemory | null> {
    try {
      const { version, memory } = JSON.parse(await readFile(this.#file, 'utf8'));
      const { of, folders } = JSON.parse(await readFile(this.#foldersFile, 'utf8'));
      const isWhole = [folders, memory.holes, memory.damaged, memory.history].every(Array.isArray);
      return version === VERSION && of === clusterOf(memory) && isWhole
        ? { ...memory, folders: new Map(folders) }
        : null;
    } catch {
      return null;
    }
  }

  /** Not fsynced: after a crash of the machine the last minute's is as good. */
  async remember(memory: WalMemory): Promise<void> {
    const { folders, ...rest } = memory;
    this.#looks += 1;
    if (this.#looks >= FOLDERS_EVERY_LOOKS || !haveSameNames(folders, this.#folders)) {
      await replace(this.#foldersFile, { of: clusterOf(memory), folders: [...folders] });
      this.#folders = folders;
      this.#looks = 0;
    }
    await replace(this.#file, { version: VERSION, memory: rest });
  }
}

/** What the folders belong to. */
function clusterOf({ systemIdentifier, archiveId, segmentBytes }: WalMemory): string {
  return `${systemIdentifier} ${archiveId} ${segmentBytes}`;
}

function haveSameNames(one: Folders, other: Folders): boolean {
  return one.size === other.size && [...one.keys()].every((name) => other.has(name));
}

async function replace(file: string, content: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
