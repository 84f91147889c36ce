/** The folder that `archive_command` or `pg_receivewal` fills: which whole segments lie in it. */
import { open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../proto/errors.ts';
import type { Arrived } from '../decide/wal-ship.ts';
import { parseSegment } from '../tools/wal.ts';
import { fits, HEADER_BYTES, parseHeader, type SegmentHeader } from '../tools/wal-header.ts';
import { HISTORY_BYTES_MAX, historyTimeline, parseHistory, type TimelineEnd } from '../tools/wal-history.ts';

export interface FolderContent {
  segments: Arrived[];
  histories: HistoryFile[];
  /** The segment that pg_receivewal is filling, null when there is none. */
  partial: string | null;
  /** Names that are a segment's, of files that hold something else: growing still, or foreign. */
  odd: string[];
}

export interface HistoryFile {
  name: string;
  timeline: number;
  changedAtMs: number;
  text: string;
  /** Null when it contradicts itself, or is not whole yet. */
  ends: TimelineEnd[] | null;
}

interface KnownFile {
  sizeBytes: number;
  changedAtMs: number;
  header: SegmentHeader | null;
}

export class ArchiveDirectory {
  readonly #path: string;
  /** What was read of each file, so that none is opened twice. */
  #files = new Map<string, KnownFile>();
  /** A handful: one for each promotion. */
  readonly #histories = new Map<string, HistoryFile>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws when the folder cannot be read. */
  async read(): Promise<FolderContent> {
    const names = await readdir(this.#path);
    const files = new Map<string, KnownFile>();
    const content: FolderContent = { segments: [], histories: [], partial: null, odd: [] };
    for (const name of names) {
      const timeline = historyTimeline(name);
      const history = timeline === null ? null : await this.#history(name, timeline);
      if (history !== null) content.histories.push(history);
      const partial = /^([0-9A-F]{24})\.partial$/.exec(name)?.[1];
      if (partial !== undefined && partial > (content.partial ?? '')) content.partial = partial;
      if (!/^[0-9A-F]{24}$/.test(name)) continue;
      const file = await this.#file(name);
      if (file === null) continue;
      files.set(name, file);
      const { header, sizeBytes, changedAtMs } = file;
      const segment = header && parseSegment(name, header.segmentBytes);
      if (!segment || !fits(header, segment, sizeBytes)) content.odd.push(name);
      else {
        const { systemIdentifier, segmentBytes } = header;
        content.segments.push({ name, ...segment, systemIdentifier, segmentBytes, changedAtMs });
      }
    }
    this.#files = files;
    return content;
  }

  /** Null for one that went away meanwhile. */
  async #history(name: string, timeline: number): Promise<HistoryFile | null> {
    const path = join(this.#path, name);
    try {
      const { mtimeMs, size } = await stat(path);
      const known = this.#histories.get(name);
      if (known?.changedAtMs === mtimeMs) return known;
      const text = size > HISTORY_BYTES_MAX ? '' : await readFile(path, 'utf8');
      const history = { name, timeline, changedAtMs: mtimeMs, text, ends: parseHistory(text, timeline) };
      this.#histories.set(name, history);
      return history;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** @returns why not, null when it is done. */
  async remove(name: string): Promise<string | null> {
    try {
      await unlink(join(this.#path, name));
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Null for one that went away meanwhile. */
  async #file(name: string): Promise<KnownFile | null> {
    const path = join(this.#path, name);
    try {
      const { size, mtimeMs } = await stat(path);
      const known = this.#files.get(name);
      if (known?.sizeBytes === size && known.changedAtMs === mtimeMs) return known;
      return { sizeBytes: size, changedAtMs: mtimeMs, header: parseHeader(await head(path)) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}

async function head(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
