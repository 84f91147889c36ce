/** Base backups and WAL of a stanza of pgBackRest, for a restore to a moment. */
import { UserError } from '../../proto/errors.ts';
import type { PgBackRestStore } from '../config/job-spec.ts';
import { segmentBytesBy } from '../decide/pitr-plan.ts';
import { archiveOf } from '../decide/wal-archive.ts';
import { NEWEST_TIMELINE, NO_HISTORIES, newestWay } from '../decide/wal-timeline.ts';
import type { RepositorySeen, WalMemory } from '../decide/wal-watch.ts';
import { findProgram } from '../process.ts';
import { infoArgv, type PgBackRestAccess, parseInfo, type StanzaInfo } from '../tools/pgbackrest.ts';
import {
  archiveGetCommand,
  restoreArgv,
  restoreComplaint,
  restoredShare,
} from '../tools/pgbackrest-restore.ts';
import { asUser, POSTGRES_USER } from '../tools/run-as.ts';
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

export class PgBackRestSource implements PitrSource {
  readonly #store: PgBackRestStore;
  readonly #desk: Surroundings;
  readonly #isRoot: boolean;
  readonly #access: PgBackRestAccess;

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
      const sets = info.backups.filter(({ databaseId }) => databaseId === current?.databaseId);
      const segmentBytes = segmentBytesBy(sets);
      const seen = await this.#listed(asker, info.systemIdentifier ?? '', segmentBytes);
      const known = new Map(sets.map((one) => [one.label, one]));
      const archive = archiveOf(seen.memory.folders.values());
      return {
        major: Number.parseInt(current?.id ?? info.version, 10),
        systemIdentifier: seen.systemIdentifier,
        segmentBytes,
        backups: seen.backups.flatMap(({ label }) => known.get(label) ?? []),
        archive,
        way: newestWay(seen.histories ?? NO_HISTORIES, archive, segmentBytes),
      };
    } finally {
      signal.removeEventListener('abort', stop);
    }
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
      next: `see whether the repository is there: pgbackrest --stanza=${stanza} info`,
    });
  }

  async layDown({ backup, places }: LayDownOrder): Promise<string | null> {
    const { progress } = this.#desk;
    const lines: string[] = [];
    const ended = await runClient(
      this.#desk,
      restoreArgv(this.#access, backup.label, places),
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

  restoreCommand({ data }: CopyPlaces): string {
    const { program } = this.#store;
    const path = findProgram(program, this.#desk.environment.PATH ?? '') ?? program;
    return archiveGetCommand({ ...this.#store, program: path }, data);
  }
}
