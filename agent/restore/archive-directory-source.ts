/**
 * Base backups and WAL that came through an archive directory into a borg repository, for a restore to a moment. The copy's
 * server may not read the repository, so all WAL that replay will ask for is laid beside it before it starts.
 */
import { join } from 'node:path';
import { formatSize } from '../../proto/duration.ts';
import { UserError } from '../../proto/errors.ts';
import { archiveOf } from '../decide/wal-archive.ts';
import { backupsIn, foldersIn } from '../decide/wal-directory.ts';
import { folderNow } from '../decide/wal-folder.ts';
import { newestHistory, newestWay } from '../decide/wal-timeline.ts';
import type { ListedArchive } from '../tools/borg.ts';
import { basesIn, historiesIn } from '../tools/pitr-archives.ts';
import { type BaseNeeds, parseNeeds } from '../tools/postgres-base.ts';
import { shellWord } from '../tools/shell.ts';
import { parseSegment, type Segment } from '../tools/wal.ts';
import { HISTORY_BYTES_MAX, historyName, parseHistory } from '../tools/wal-history.ts';
import { type Fed, feed, runClient } from './client.ts';
import { freeBytes } from './folder.ts';
import type { CopyPlaces, LayDownOrder, PitrHoldings, PitrSource } from './pitr-source.ts';
import type { RepositoryReader } from './reader.ts';
import type { Desk, Surroundings } from './types.ts';

const NEEDS_BYTES_MAX = 64 * 1024;

export class ArchiveDirectorySource implements PitrSource {
  readonly name: string;
  readonly #job: string;
  readonly #host: string;
  readonly #desk: Desk;
  #archives: readonly ListedArchive[] = [];
  #systemIdentifier = '';

  /** @param host whose archives they are. */
  constructor(job: string, host: string, reader: RepositoryReader, desk: Surroundings) {
    this.name = `job ${job} of ${host}`;
    this.#job = job;
    this.#host = host;
    this.#desk = { ...desk, reader };
  }

  async look(): Promise<PitrHoldings> {
    const archives = await this.#desk.reader.list(`${this.#host}-${this.#job}-*`);
    this.#archives = archives;
    const bases = basesIn(this.#host, this.#job, archives).sort((a, b) => a.wholeAtMs - b.wholeAtMs);
    const newest = bases.at(-1);
    if (!newest)
      throw new UserError(`the repository holds no whole base backup of ${this.name}`, {
        next: `see whether one was made: backproof-agent status; or name the host that made it with --host`,
      });
    const { systemIdentifier, segmentBytes, major } = await this.#needsOf(newest.stamp);
    this.#systemIdentifier = systemIdentifier;
    const folders = foldersIn(this.#host, this.#job, archives, { systemIdentifier, segmentBytes });
    const archive = archiveOf(folders.map((folder) => folderNow(null, folder)));
    return {
      major,
      systemIdentifier,
      segmentBytes,
      backups: backupsIn(this.#host, this.#job, archives)
        .of(systemIdentifier)
        .map((backup) => ({ ...backup, sizeBytes: 0, type: '', full: backup.label, hasErrors: false })),
      archive,
      way: newestWay(await this.#histories(), archive, segmentBytes),
      elsewhere: '',
    };
  }

  async layDown({ backup, places, upTo, segmentBytes }: LayDownOrder): Promise<string | null> {
    const { prefix, data } = places;
    const wal = walFolder(places);
    const folders = foldersIn(this.#host, this.#job, this.#archives, {
      systemIdentifier: this.#systemIdentifier,
      segmentBytes,
    });
    const from = (backup.walStart && parseSegment(backup.walStart, segmentBytes)?.index) || 0;
    const wanted = folders.filter(({ range }) => range.to >= from && range.from <= upTo.index);
    const bytes = wanted.reduce((sum, { segments }) => sum + segments.length * segmentBytes, 0);
    const base = await this.#extract(backup.label, places, data, `base backup ${backup.label}`);
    if (base !== null) return base;
    const free = freeBytes(places.folder);
    if (free !== null && free < bytes)
      return `the WAL that follows takes ${formatSize(bytes)}, and ${formatSize(free)} are free`;
    const made = await runClient(this.#desk, [...prefix, 'mkdir', '-m', '0700', wal]);
    if (made.exitCode !== 0) return made.startError ?? made.stderr.join(' ');
    for (const { archive, timeline } of this.#historiesHeld()) {
      const file = join(wal, historyName(timeline));
      const problem = problemOf(
        await feed(this.#desk, archive.name, [...prefix, 'dd', `of=${file}`, 'status=none'], archive.name),
      );
      if (problem !== null) return problem;
    }
    for (const { name } of wanted) {
      const problem = await this.#extract(name, places, wal, `WAL ${name}`);
      if (problem !== null) return problem;
    }
    return null;
  }

  async archivedAtMs({ timeline, index }: Segment, segmentBytes: number): Promise<number | null> {
    const of = { systemIdentifier: this.#systemIdentifier, segmentBytes };
    const held = foldersIn(this.#host, this.#job, this.#archives, of)
      .filter((folder) => folder.timeline === timeline)
      .flatMap(({ segments }) => segments);
    return held.find((one) => one.index === index)?.changedAtMs || null;
  }

  restoreCommand(places: CopyPlaces): string {
    // PostgreSQL puts its own words where a % stands.
    return `cp ${shellWord(walFolder(places).replaceAll('%', '%%'))}/%f "%p"`;
  }

  async #extract(
    archive: string,
    { prefix }: CopyPlaces,
    folder: string,
    what: string,
  ): Promise<string | null> {
    const argv = [...prefix, 'tar', '--extract', '--file=-', `--directory=${folder}`];
    return problemOf(await feed(this.#desk, archive, argv, what));
  }

  /** Of the cluster that the newest base backup belongs to. */
  #historiesHeld() {
    const all = historiesIn(this.#host, this.#job, this.#archives);
    return all.filter((one) => one.systemIdentifier === this.#systemIdentifier);
  }

  async #histories() {
    const held = this.#historiesHeld();
    const files = held.map(({ timeline, archive }) => ({ timeline, changedAtMs: archive.createdAtMs }));
    const timeline = newestHistory(files);
    const newest = held.findLast((one) => one.timeline === timeline);
    const text = newest && (await this.#text(newest.archive.name, HISTORY_BYTES_MAX));
    return { files, own: newest ? parseHistory(text ?? '', newest.timeline) : null };
  }

  async #needsOf(stamp: ListedArchive): Promise<BaseNeeds> {
    const needs = parseNeeds(await this.#text(stamp.name, NEEDS_BYTES_MAX));
    if (needs) return needs;
    throw new UserError(`what ${stamp.name} says of its base backup cannot be read`, {
      next: 'see borg extract --stdout of it',
    });
  }

  /** What a small archive holds. Throws UserError. */
  async #text(archive: string, bytesMax: number): Promise<string> {
    const { reader } = this.#desk;
    let text = '';
    const seen = await reader.stream(archive, null, (stream) => {
      stream.on('data', (chunk: Buffer) => {
        if (text.length < bytesMax) text += chunk.toString('utf8');
      });
    });
    if (seen.exitCode !== 0) throw reader.failure(seen);
    return text;
  }
}

function walFolder({ scratch }: CopyPlaces): string {
  return join(scratch, 'wal');
}

/** Why an archive was not written out whole, a sentence without its full stop; null when it was. */
function problemOf({ client, readProblem }: Fed): string | null {
  if (client.exitCode !== 0)
    return client.startError ?? client.stderr.slice(-1)[0] ?? 'it could not be written';
  return readProblem === null ? null : readProblem.replace(/\.$/, '');
}
