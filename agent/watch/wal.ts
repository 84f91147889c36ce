/**
 * Watches the write-ahead log of every PITR job: once a minute one question to the server and a look at the
 * repository, the other witness. What they mean is decided in decide/wal-watch.ts.
 */
import { join } from 'node:path';
import { messageOf } from '../../proto/errors.ts';
import type { WalSample } from '../../proto/wal.ts';
import type { PostgresPitrJob } from '../config/job-spec.ts';
import { judgeWal, type WalMemory } from '../decide/wal-watch.ts';
import type { WalFacts } from '../tools/postgres-wal.ts';
import { Asker } from './ask.ts';
import { WalMemoryFile } from './wal-memory.ts';
import { type RepositoryDeps, walRepositoryOf } from './wal-repositories.ts';
import type { WalRepository } from './wal-repository.ts';
import { WalServer } from './wal-server.ts';

export const SAMPLE_EVERY_MS = 60_000;

export interface WalWatchDeps extends Omit<RepositoryDeps, 'asker'> {
  jobs: readonly PostgresPitrJob[];
  dataDir: string;
  postgresBins: Record<number, string>;
  send(sample: WalSample): void;
}

interface Watched {
  job: PostgresPitrJob;
  server: WalServer;
  repository: WalRepository;
}

export class WalWatch {
  readonly #deps: WalWatchDeps;
  readonly #asker: Asker;
  #stopped = false;
  #cancelTimers = new Map<string, () => void>();
  readonly #watched: Watched[] = [];

  constructor(deps: WalWatchDeps) {
    this.#deps = deps;
    this.#asker = new Asker(deps.clock, deps.environment);
  }

  start(): void {
    for (const job of this.#deps.jobs) {
      const server = new WalServer(job.connection, this.#deps);
      const repository = walRepositoryOf(job, { ...this.#deps, asker: this.#asker });
      const watched = { job, server, repository };
      this.#watched.push(watched);
      void this.#watch(watched);
    }
  }

  /** Locations of borg repositories in which it works now: no run is to begin there. */
  occupied(): string[] {
    return this.#watched.flatMap(({ job, repository }) =>
      job.repository !== null && repository.isAtWork?.() ? [job.repository.location] : [],
    );
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancelTimers.values()) cancel();
    this.#asker.stop();
    for (const { server, repository } of this.#watched) {
      server.stop();
      repository.stop?.();
    }
  }

  async #watch(watched: Watched): Promise<void> {
    const { clock, log, send, dataDir } = this.#deps;
    const { job } = watched;
    const file = new WalMemoryFile(join(dataDir, 'wal', job.name));
    let memory = await file.recall();
    let turn = 0;
    const look = async () => {
      if (this.#stopped) return;
      const beganMs = clock.monotonicMs();
      try {
        const seen = await this.#look(watched, memory, turn);
        turn += 1;
        if (this.#stopped) return;
        if (seen.memory !== memory && seen.memory !== null) await this.#remember(job, file, seen.memory);
        memory = seen.memory;
        send({ job: job.name, atMs: clock.nowMs(), ...seen.sample });
      } catch (error) {
        log.error({ job: job.name, error: messageOf(error) }, 'a look at a write-ahead log failed');
      }
      const tookMs = clock.monotonicMs() - beganMs;
      this.#cancelTimers.set(
        job.name,
        clock.after(Math.max(0, SAMPLE_EVERY_MS - tookMs), () => void look()),
      );
    };
    await look();
  }

  /** What cannot be remembered is looked for again after a restart; what was seen is told all the same. */
  async #remember({ name }: PostgresPitrJob, file: WalMemoryFile, memory: WalMemory): Promise<void> {
    try {
      await file.remember(memory);
    } catch (error) {
      const told = { job: name, error: messageOf(error) };
      this.#deps.log.warn(told, 'what was seen of a log cannot be remembered');
    }
  }

  async #look(
    { job, server, repository }: Watched,
    before: WalMemory | null,
    turn: number,
  ): Promise<{ memory: WalMemory | null; sample: Omit<WalSample, 'job' | 'atMs'> }> {
    repository.tend?.();
    const said = await server.ask(isHeartbeatDue(job.heartbeatMs, turn));
    if ('problem' in said) return { memory: before, sample: { ...NOTHING, databaseProblem: said.problem } };
    const facts = said.answer;
    const seen = await repository.look(before, facts, turn);
    if ('problem' in seen) {
      return {
        memory: before,
        sample: { ...NOTHING, ...serverOnly(facts), repositoryProblem: seen.problem },
      };
    }
    return judgeWal(seen.answer, facts);
  }
}

/** One look in so many; the first, too. */
function isHeartbeatDue(everyMs: number | null, turn: number): boolean {
  return everyMs !== null && turn % Math.max(1, Math.round(everyMs / SAMPLE_EVERY_MS)) === 0;
}

const NOTHING: Omit<WalSample, 'job' | 'atMs'> = {
  databaseProblem: '',
  repositoryProblem: '',
  role: '',
  systemIdentifier: '',
  stanzaSystemIdentifier: '',
  timeline: 0,
  repositoryTimeline: 0,
  lsn: 0,
  savedLsn: 0,
  exposureMs: 0,
  isArchiving: false,
  archiveTimeoutMs: 0,
  archiverProblem: '',
  lost: '',
  holes: [],
  damaged: [],
  windows: [],
  backupsAtMs: [],
  heartbeatAtMs: 0,
  stray: '',
  isComplete: false,
};

function serverOnly(facts: WalFacts): Partial<WalSample> {
  const { role, systemIdentifier, timeline, lsn, isArchiving, archiveTimeoutMs } = facts;
  return { role, systemIdentifier, timeline, lsn, isArchiving, archiveTimeoutMs };
}
