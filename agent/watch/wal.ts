/**
 * Watches the write-ahead log of every PITR job: once a minute one question to the server and a few listings of
 * the repository, the other witness. What they mean is decided in decide/wal-watch.ts.
 */
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import { messageOf } from '../../proto/errors.ts';
import type { WalSample } from '../../proto/wal.ts';
import type { PostgresPitrJob } from '../config/job-spec.ts';
import {
  type FolderSeen,
  foldersToList,
  judgeWal,
  memoryFor,
  type WalMemory,
  withListing,
} from '../decide/wal-watch.ts';
import { startProcess } from '../process.ts';
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
import { explainPostgresFailure, newestClient } from '../tools/postgres.ts';
import { parseWalFacts, type WalFacts, walFactsArgv } from '../tools/postgres-wal.ts';
import { asUser, POSTGRES_USER } from '../tools/run-as.ts';
import { recallWal, rememberWal } from './wal-memory.ts';

export const SAMPLE_EVERY_MS = 60_000;
/** A server or a repository that does not answer is not waited for longer than this. */
const ANSWER_WITHIN_MS = 20_000;
const CONNECT_SECONDS = '10';
/** 4,096 segments of a folder, for segments of 1 MiB, with some 120 bytes each. */
const STDOUT_BYTES_MAX = 8 * 1024 * 1024;

export interface WalWatchDeps {
  jobs: readonly PostgresPitrJob[];
  dataDir: string;
  clock: Clock;
  log: Logger;
  environment: Record<string, string>;
  postgresBins: Record<number, string>;
  isRoot: boolean;
  send(sample: WalSample): void;
}

export class WalWatch {
  readonly #deps: WalWatchDeps;
  readonly #running = new Set<{ stop(): void }>();
  #stopped = false;
  #cancelTimers = new Map<string, () => void>();

  constructor(deps: WalWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    for (const job of this.#deps.jobs) void this.#watch(job);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancelTimers.values()) cancel();
    for (const process of this.#running) process.stop();
  }

  async #watch(job: PostgresPitrJob): Promise<void> {
    const { clock, log, send, dataDir } = this.#deps;
    const file = join(dataDir, 'wal', `${job.name}.json`);
    let memory = await recallWal(file);
    let turn = 0;
    const look = async () => {
      if (this.#stopped) return;
      const beganMs = clock.monotonicMs();
      try {
        const seen = await this.#look(job, memory, turn);
        turn += 1;
        if (this.#stopped) return;
        if (seen.memory !== memory && seen.memory !== null) await this.#remember(file, seen.memory);
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
  async #remember(file: string, memory: WalMemory): Promise<void> {
    try {
      await rememberWal(file, memory);
    } catch (error) {
      this.#deps.log.warn({ file, error: messageOf(error) }, 'what was seen of a log cannot be remembered');
    }
  }

  async #look(
    job: PostgresPitrJob,
    before: WalMemory | null,
    turn: number,
  ): Promise<{ memory: WalMemory | null; sample: Omit<WalSample, 'job' | 'atMs'> }> {
    const server = await this.#server(job);
    if ('problem' in server)
      return { memory: before, sample: { ...NOTHING, databaseProblem: server.problem } };
    const facts = server.answer;
    const stanza = await this.#stanza(job);
    const known = 'problem' in stanza ? stanza : await this.#archive(job, before, facts, stanza.answer, turn);
    if ('problem' in known) {
      return {
        memory: before,
        sample: { ...NOTHING, ...serverOnly(facts), repositoryProblem: known.problem },
      };
    }
    return judgeWal(known.answer.memory, facts, known.answer.info, known.answer.isComplete);
  }

  async #server({ connection }: PostgresPitrJob): Promise<Answer<WalFacts>> {
    const { postgresBins } = this.#deps;
    const client = newestClient(postgresBins);
    if (!client) return { problem: 'No PostgreSQL client programs were found; install postgresql-client.' };
    const said = await this.#ask(walFactsArgv(client.bin, connection), {
      PGCONNECT_TIMEOUT: CONNECT_SECONDS,
    });
    const answer = 'answer' in said ? parseWalFacts(said.answer) : null;
    if (answer) return { answer };
    const where = connection.host ?? 'the default socket';
    return { problem: 'problem' in said ? explainPostgresFailure(said.problem, where) : UNREADABLE };
  }

  #accessOf({ program, stanza, configFile }: PostgresPitrJob): PgBackRestAccess {
    return { program, stanza, configFile, prefix: asUser(POSTGRES_USER, this.#deps.isRoot) };
  }

  async #stanza(job: PostgresPitrJob): Promise<Answer<StanzaInfo>> {
    const said = await this.#ask(infoArgv(this.#accessOf(job)), {});
    if ('problem' in said) return said;
    const info = parseInfo(said.answer, job.stanza);
    if (!info) return { problem: `pgBackRest did not say what stanza ${job.stanza} holds` };
    if (info.code === STANZA_OK || info.code === STANZA_NO_BACKUPS) return { answer: info };
    return { problem: `stanza ${job.stanza}: ${info.message}` };
  }

  async #archive(
    job: PostgresPitrJob,
    before: WalMemory | null,
    facts: WalFacts,
    info: StanzaInfo,
    turn: number,
  ): Promise<Answer<{ memory: WalMemory; info: StanzaInfo; isComplete: boolean }>> {
    const archiveId = info.archives.at(-1)?.id;
    if (archiveId === undefined) return { problem: `stanza ${job.stanza} has no archive yet` };
    const memory = memoryFor(before, facts, archiveId);
    const top = await this.#list(job, archiveId);
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
      const entries = await this.#list(job, `${archiveId}/${name}`);
      if ('problem' in entries) return entries;
      const folder = folders.find((one) => one.name === name)!;
      const indexes = segmentsIn(entries.answer, facts.segmentBytes).map(({ index }) => index);
      seen.push({ ...folder, indexes });
    }
    const names = new Set(folders.map(({ name }) => name));
    const gone = memory.folders.flatMap((name) => {
      const folder = names.has(name) ? null : parseFolder(name, facts.segmentBytes);
      return folder
        ? [{ name, timeline: folder.timeline, range: { from: folder.from, to: folder.to }, indexes: [] }]
        : [];
    });
    const next = withListing(memory, seen, gone);
    return { answer: { memory: next, info, isComplete: next.folders.length === folders.length } };
  }

  async #list(job: PostgresPitrJob, path: string): Promise<Answer<ListedEntry[]>> {
    const said = await this.#ask(listArgv(this.#accessOf(job), path), {});
    if ('problem' in said) return said;
    const entries = parseListing(said.answer);
    return entries ? { answer: entries } : { problem: `pgBackRest's listing of ${path} could not be read` };
  }

  /** Standard output of a program that ended well and in time. */
  async #ask(argv: string[], env: Record<string, string>): Promise<Answer<string>> {
    const { clock, environment } = this.#deps;
    const lines: string[] = [];
    const process = startProcess(
      {
        argv,
        env: { ...environment, LC_ALL: 'C.UTF-8', ...env },
        gentle: false,
        stdoutBytesMax: STDOUT_BYTES_MAX,
        onStderrLine: (line) => {
          if (lines.length < STDERR_LINES_MAX) lines.push(line);
        },
      },
      clock,
    );
    this.#running.add(process);
    const cancel = clock.after(ANSWER_WITHIN_MS, () => process.stop());
    const { exitCode, startError, stdout, stdoutCut, stopped } = await process.result;
    cancel();
    this.#running.delete(process);
    if (startError !== null) return { problem: startError };
    if (stopped) return { problem: `${argv[0]} gave no answer within ${ANSWER_WITHIN_MS / 1_000} s` };
    if (exitCode !== 0) return { problem: lines.join('\n') || `${argv[0]} ended with exit code ${exitCode}` };
    return stdoutCut ? { problem: UNREADABLE } : { answer: stdout };
  }
}

type Answer<T> = { answer: T } | { problem: string };

const STDERR_LINES_MAX = 20;
const UNREADABLE = 'The answer could not be read.';

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
  restorableFromMs: 0,
  backupsAtMs: [],
  isComplete: false,
};

function serverOnly(facts: WalFacts): Partial<WalSample> {
  const { role, systemIdentifier, timeline, lsn, isArchiving, archiveTimeoutMs } = facts;
  return { role, systemIdentifier, timeline, lsn, isArchiving, archiveTimeoutMs };
}
