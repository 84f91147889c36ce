/** Base backups and WAL of a stanza of pgBackRest, for a restore to a moment. */
import { UserError } from '../../proto/errors.ts';
import type { PgBackRestStore } from '../config/job-spec.ts';
import { bothTimes } from '../decide/moment.ts';
import { segmentBytesBy } from '../decide/pitr-plan.ts';
import { archiveOf } from '../decide/wal-archive.ts';
import { NEWEST_TIMELINE, NO_HISTORIES, newestWay } from '../decide/wal-timeline.ts';
import type { RepositorySeen, WalMemory } from '../decide/wal-watch.ts';
import { findProgram } from '../process.ts';
import {
  infoArgv,
  listArgv,
  type PgBackRestAccess,
  parseInfo,
  type StanzaInfo,
  segmentIn,
} from '../tools/pgbackrest.ts';
import { parseListing } from '../tools/pgbackrest-listing.ts';
import {
  archiveGetCommand,
  restoreArgv,
  restoreComplaint,
  restoredShare,
  restoreHelpArgv,
} from '../tools/pgbackrest-restore.ts';
import { asUser, POSTGRES_USER } from '../tools/run-as.ts';
import { type Segment, segmentName } from '../tools/wal.ts';
import { Asker } from '../watch/ask.ts';
import { PgBackRestRepository } from '../watch/pgbackrest-repository.ts';
import { runClient } from './client.ts';
import type { CopyPlaces, LayDownOrder, PitrHoldings, PitrSource } from './pitr-source.ts';
import type { Surroundings } from './types.ts';

/** Each waits five seconds for a listing that goes on: ten minutes. */
const LOOKS_MAX = 120;
const COMPLAINT_LINES_MAX = 20;
/** No server is asked where it writes: everything is listed. */
const NO_SERVER = 0;
/** A folder of WAL is named like the beginning of the segments in it. */
const FOLDER_CHARS = 16;

export class PgBackRestSource implements PitrSource {
  readonly #store: PgBackRestStore;
  readonly #desk: Surroundings;
  readonly #isRoot: boolean;
  readonly #access: PgBackRestAccess;
  /** Of the current cluster's WAL. */
  #archiveId = '';

  constructor(store: PgBackRestStore, desk: Surroundings, isRoot: boolean) {
    const { program, stanza, configFile } = store;
    this.#store = store;
    this.#desk = desk;
    this.#isRoot = isRoot;
    this.#access = { program, stanza, configFile, prefix: asUser(POSTGRES_USER, isRoot) };
  }

  get name(): string {
    return `stanza ${this.#store.stanza}`;
  }

  async look(): Promise<PitrHoldings> {
    const { environment, clock, signal } = this.#desk;
    const asker = new Asker(clock, environment);
    const stop = () => asker.stop();
    signal.addEventListener('abort', stop);
    try {
      const info = await this.#info(asker);
      const current = info.archives.at(-1);
      this.#archiveId = current?.id ?? '';
      const sets = info.backups.filter(({ databaseId }) => databaseId === current?.databaseId);
      const ends = [current?.min ?? null, current?.max ?? null];
      const segmentBytes = segmentBytesBy([
        ...sets,
        ...ends.map((walStart) => ({ walStart, startLsn: null })),
      ]);
      const seen = await this.#listed(asker, info.systemIdentifier ?? '', segmentBytes);
      const known = new Map(sets.map((one) => [one.label, { ...one, full: one.label.split('_')[0]! }]));
      const archive = archiveOf(seen.memory.folders.values());
      return {
        major: Number.parseInt(current?.id ?? info.version, 10),
        systemIdentifier: seen.systemIdentifier,
        segmentBytes,
        backups: seen.backups.flatMap(({ label }) => known.get(label) ?? []),
        archive,
        way: newestWay(seen.histories ?? NO_HISTORIES, archive, segmentBytes),
        elsewhere: this.#sayEarlier(info),
      };
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** After pg_upgrade, or where the cluster was made anew, a stanza holds those of the cluster before as well. */
  #sayEarlier({ archives, backups }: StanzaInfo): string {
    const newest = backups.findLast(({ databaseId }) => databaseId !== archives.at(-1)?.databaseId);
    const of = archives.find(({ databaseId }) => databaseId === newest?.databaseId);
    if (!newest || !of) return '';
    return `the stanza also holds base backups of the cluster that was there before (${of.id}), the last of ${bothTimes(newest.stoppedAtMs, this.#desk.zone)}: restore those with pgbackrest --stanza=${this.#store.stanza} --set=${newest.label} --archive-mode=off restore, into an empty --pg1-path`;
  }

  async #info(asker: Asker): Promise<StanzaInfo> {
    const said = await asker.ask(infoArgv(this.#access));
    const info = 'answer' in said ? parseInfo(said.answer, this.#store.stanza) : null;
    if (info && info.archives.length > 0) return info;
    const why = 'problem' in said ? said.problem : (info?.message ?? 'its answer could not be read');
    throw this.#unreadable(why);
  }

  /** All of the stanza's WAL, which a big repository may take minutes to name. */
  async #listed(asker: Asker, systemIdentifier: string, segmentBytes: number): Promise<RepositorySeen> {
    const repository = new PgBackRestRepository(this.#store, asker, this.#isRoot);
    let memory: WalMemory | null = null;
    for (let turn = 0; turn < LOOKS_MAX; turn += 1) {
      const seen = await repository.look(
        memory,
        { systemIdentifier, segmentBytes, timeline: NEWEST_TIMELINE, lsn: NO_SERVER },
        turn,
      );
      if ('problem' in seen) throw this.#unreadable(seen.problem);
      if (seen.answer.isComplete) return seen.answer;
      if (turn === 0) this.#desk.say('listing the WAL in the repository');
      memory = seen.answer.memory;
    }
    throw this.#unreadable('its listing takes too long');
  }

  #unreadable(why: string): UserError {
    const { stanza } = this.#store;
    return new UserError(`pgBackRest does not say what ${this.name} holds: ${why}`, {
      next: why.includes('unable to load info file')
        ? 'it is there and cannot be read: see whether repo1-cipher-pass is the right one; if so the file and its copy are damaged, and come from a copy of the repository'
        : `see whether the repository is there: pgbackrest --stanza=${stanza} info`,
    });
  }

  async layDown({ backup, places }: LayDownOrder): Promise<string | null> {
    const { progress } = this.#desk;
    const lines: string[] = [];
    const { stdout: help } = await runClient(this.#desk, restoreHelpArgv(this.#access));
    const ended = await runClient(
      this.#desk,
      restoreArgv(this.#access, backup.label, places, help),
      undefined,
      (line) => {
        lines.push(line);
        if (lines.length > COMPLAINT_LINES_MAX) lines.shift();
        const share = restoredShare(line);
        if (share !== null)
          progress.show(share * backup.sizeBytes, backup.sizeBytes, `base backup ${backup.label}`);
      },
    );
    progress.clear();
    if (ended.exitCode === 0) return null;
    return ended.startError ?? `pgBackRest: ${restoreComplaint([...lines, ...ended.stderr])}`;
  }

  async archivedAtMs(segment: Segment, segmentBytes: number): Promise<number | null> {
    const path = `${this.#archiveId}/${segmentName(segment, segmentBytes).slice(0, FOLDER_CHARS)}`;
    const { stdout } = await runClient(this.#desk, listArgv(this.#access, path));
    const held = parseListing(stdout)?.map((entry) => segmentIn(entry, segmentBytes)) ?? [];
    return held.find((one) => one?.index === segment.index)?.changedAtMs || null;
  }

  restoreCommand({ data }: CopyPlaces): string {
    const { program } = this.#store;
    const path = findProgram(program, this.#desk.environment.PATH ?? '') ?? program;
    return archiveGetCommand({ ...this.#store, program: path }, data);
  }
}
