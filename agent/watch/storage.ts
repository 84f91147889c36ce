/**
 * How full the file systems are that hold borg repositories: asked every minute, reported every hour and when
 * more than a hundredth has changed.
 */
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import { FILE_SYSTEMS_MAX } from '../../proto/limits.ts';
import type { FileSystem } from '../../proto/messages.ts';
import { storageWorthSaying } from '../decide/storage-change.ts';
import type { SpoolWriter } from '../spool/writer.ts';
import { foldersLike } from './folders.ts';

const LOOK_EVERY_MS = 60_000;

export interface StorageWatchDeps {
  writer: Pick<SpoolWriter, 'write'>;
  clock: Clock;
  log: Logger;
  /** Whether what the collector was told last, before a restart too, named any file system. */
  hasSaidSome: boolean;
}

export class StorageWatch {
  readonly #patterns: readonly string[];
  readonly #deps: Pick<StorageWatchDeps, 'writer' | 'clock' | 'log'>;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #looking = false;
  /** Nothing is to be looked at any more, and the collector waits for news of it. */
  #mustRetract: boolean;
  #said: { fileSystems: FileSystem[]; atMs: number } | null = null;

  /** @param patterns absolute paths of repositories, with `*` and `?`. */
  constructor(patterns: readonly string[], deps: StorageWatchDeps) {
    this.#patterns = patterns;
    this.#mustRetract = patterns.length === 0 && deps.hasSaidSome;
    this.#deps = deps;
  }

  /** Looks when it is time to; a look that hangs, as on a dead file server, is not joined by another. */
  tick(): void {
    if (this.#mustRetract) this.#retract();
    const nowMs = this.#deps.clock.monotonicMs();
    if (this.#patterns.length === 0 || this.#looking || nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return;
    this.#lookedAtMs = nowMs;
    this.#looking = true;
    void this.#look().finally(() => {
      this.#looking = false;
    });
  }

  #retract(): void {
    const { writer, clock } = this.#deps;
    writer.write({ type: 'storage-seen', value: { fileSystems: [] } }, clock.nowMs());
    this.#mustRetract = false;
  }

  async #look(): Promise<void> {
    const { writer, clock, log } = this.#deps;
    try {
      const fileSystems = await fileSystemsOf(this.#patterns);
      const atMs = clock.monotonicMs();
      if (!storageWorthSaying(this.#said, fileSystems, atMs)) return;
      writer.write({ type: 'storage-seen', value: { fileSystems } }, clock.nowMs());
      this.#said = { fileSystems, atMs };
    } catch (error) {
      log.warn({ err: error }, 'the file systems of repositories could not be looked at');
    }
  }
}

/** Each file system once, by its mount point. What is not there, or cannot be asked, is left out. */
export async function fileSystemsOf(patterns: readonly string[]): Promise<FileSystem[]> {
  const folders = (await Promise.all(patterns.map(foldersLike))).flat();
  const byDevice = new Map<number, string>();
  for (const folder of folders) {
    const device = await deviceOf(folder);
    if (device !== null && !byDevice.has(device)) byDevice.set(device, folder);
    if (byDevice.size >= FILE_SYSTEMS_MAX) break;
  }
  const found: FileSystem[] = [];
  for (const [device, folder] of byDevice) {
    const facts = await statfs(folder).catch(() => null);
    if (!facts) continue;
    const totalBytes = facts.blocks * facts.bsize;
    const freeBytes = Math.min(facts.bavail * facts.bsize, totalBytes);
    found.push({ path: await mountPointOf(folder, device), totalBytes, freeBytes });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function deviceOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ dev }) => dev,
    () => null,
  );
}

/** The highest folder on the way up that is on the same device. */
async function mountPointOf(folder: string, device: number): Promise<string> {
  let at = folder;
  while (at !== '/') {
    const above = dirname(at);
    if ((await deviceOf(above)) !== device) return at;
    at = above;
  }
  return at;
}
