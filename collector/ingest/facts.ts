/** What one record changes in the store. Runs inside the transaction that moves the agent's watermark. */
import { ProtocolError } from '../../proto/errors.ts';
import type { JobDeclaration } from '../../proto/job.ts';
import { JOBS_PER_HOST_MAX, REPOSITORIES_PER_HOST_MAX } from '../../proto/limits.ts';
import type { RepositorySeen, SpoolRecord } from '../../proto/messages.ts';
import type { RecoveryPoint, RunFinished } from '../../proto/run.ts';
import { scheduleProblem } from '../../proto/schedule.ts';
import { correctedMs } from '../decide/clock-offset.ts';
import { weakening } from '../decide/promise.ts';
import type { Store } from '../store/types.ts';
import { storeRestore } from './restores.ts';

/** Who speaks, as far as storing needs to know it. */
export interface Speaker {
  hostId: number;
  host: string;
  epoch: number;
  clockOffsetMs: number;
}

/** Gaps of a host that a replay is compared with. */
const GAPS_COMPARED = 100;
/** Cached job ids; above it the cache starts anew. 10,000 hosts with ten jobs each fit. */
const JOB_IDS_MAX = 100_000;
/** Kind of a job that had runs before it was ever declared, after losing an older database for instance. */
export const UNDECLARED_KIND = 'undeclared';

export class Facts {
  readonly #store: Store;
  readonly #jobIds = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The transaction was undone: ids given inside it mean nothing. */
  forget(): void {
    this.#jobIds.clear();
  }

  /** Returns the job it was about ('' when none), and whether it told anything new. */
  store(
    speaker: Speaker,
    { recordedAtMs, body }: SpoolRecord,
    nowMs: number,
  ): { job: string; news: boolean } {
    const store = this.#store;
    const corrected = (atMs: number): number => correctedMs(atMs, speaker.clockOffsetMs, nowMs);
    switch (body.type) {
      case 'run-finished': {
        const run = body.value;
        const finished = finishedByOurClock(run, corrected);
        const news = store.runs.finish(this.#jobId(speaker, run.job, nowMs), finished, nowMs);
        return { job: run.job, news };
      }
      case 'run-started': {
        const run = body.value;
        const started = { ...run, startedAtMs: corrected(run.startedAtMs) };
        const news = store.runs.start(this.#jobId(speaker, run.job, nowMs), started, nowMs);
        return { job: run.job, news };
      }
      case 'job-declared':
        this.#declare(speaker, body.value, nowMs);
        return { job: body.value.job, news: true };
      case 'job-removed':
        store.jobs.remove(speaker.hostId, body.value.job, nowMs);
        store.repositories.touch(speaker.hostId);
        return { job: body.value.job, news: true };
      case 'recovery-points-seen': {
        const { job, recoveryPoints, complete } = body.value;
        const jobId = this.#jobId(speaker, job, nowMs);
        const points = recoveryPoints.map((point) => byOurClock(point, corrected));
        const takenAtMs = corrected(recordedAtMs);
        store.runs.saveSeenPoints(jobId, points, { complete, takenAtMs }, nowMs);
        store.jobs.touch(jobId);
        return { job, news: true };
      }
      case 'host-facts':
        store.hosts.saveFacts(speaker.hostId, body.value);
        return { job: '', news: true };
      case 'storage-seen':
        store.storage.save(speaker.hostId, body.value.fileSystems, corrected(recordedAtMs));
        return { job: '', news: true };
      case 'repository-seen':
        this.#refuseTooManyRepositories(speaker, body.value);
        store.repositories.saveSeen(speaker.hostId, body.value, nowMs);
        return { job: '', news: true };
      case 'restore-requested':
      case 'restore-started':
      case 'restore-finished':
        return { job: body.value.order.job, news: storeRestore(store, speaker, body, corrected, nowMs) };
      case 'gap': {
        const gap = body.value;
        // A replay into a new epoch brings the same gap under other numbers.
        const known = store.spools
          .gaps(speaker.hostId, GAPS_COMPARED)
          .some((one) => one.oldestAtMs === gap.oldestAtMs && one.newestAtMs === gap.newestAtMs);
        if (!known) store.spools.saveGap(speaker.hostId, speaker.epoch, gap, nowMs);
        return { job: '', news: !known };
      }
    }
  }

  #declare(speaker: Speaker, declared: JobDeclaration, nowMs: number): void {
    const problem = scheduleProblemOf(declared);
    const declaration = problem === null ? declared : { ...declared, schedule: null };
    const before = this.#store.jobs.byName(speaker.host, declaration.job);
    if (before === null) this.#refuseTooMany(speaker);
    const known = before !== null && before.promised.kind !== UNDECLARED_KIND;
    const weakened = problem ?? (known ? weakening(before.promised, declaration) : '');
    const { id } = this.#store.jobs.declare(speaker.hostId, declaration, weakened, nowMs);
    this.#remember(speaker.hostId, declaration.job, id);
    if (
      before === null ||
      before.declaration.repository !== declaration.repository ||
      before.removedAtMs !== null
    )
      this.#store.repositories.touch(speaker.hostId);
  }

  /** A run of a job that was never declared is still a fact: the job comes into being with no promise. */
  #jobId(speaker: Speaker, job: string, nowMs: number): number {
    const cached = this.#jobIds.get(`${speaker.hostId}/${job}`);
    if (cached !== undefined) return cached;
    const known = this.#store.jobs.byName(speaker.host, job);
    if (known) {
      this.#remember(speaker.hostId, job, known.id);
      return known.id;
    }
    this.#refuseTooMany(speaker);
    const { id } = this.#store.jobs.declare(speaker.hostId, undeclared(job), '', nowMs);
    this.#store.system.journal(
      {
        actor: `agent ${speaker.host}`,
        action: 'job-undeclared',
        subject: `job:${speaker.host}/${job}`,
        detail: 'A run arrived before any declaration of its job; nothing is promised for it yet.',
      },
      nowMs,
    );
    this.#remember(speaker.hostId, job, id);
    return id;
  }

  /** A host that was taken over must not fill the collector with jobs. */
  #refuseTooMany({ hostId, host }: Speaker): void {
    if (this.#store.jobs.countOfHost(hostId) < JOBS_PER_HOST_MAX) return;
    throw new ProtocolError(`${host} has ${JOBS_PER_HOST_MAX} jobs already, and a host may have no more`);
  }

  #refuseTooManyRepositories({ hostId, host }: Speaker, seen: RepositorySeen): void {
    const { repositories } = this.#store;
    if (repositories.countOfHost(hostId) < REPOSITORIES_PER_HOST_MAX || repositories.isKnown(hostId, seen))
      return;
    throw new ProtocolError(
      `${host} has named ${REPOSITORIES_PER_HOST_MAX} repositories already, and a host may name no more`,
    );
  }

  #remember(hostId: number, job: string, id: number): void {
    if (this.#jobIds.size >= JOB_IDS_MAX) this.#jobIds.clear();
    this.#jobIds.set(`${hostId}/${job}`, id);
  }
}

/** Why only the silence of the job can be judged; null when it has no schedule, or one that can be followed. */
function scheduleProblemOf({ job, schedule }: JobDeclaration): string | null {
  const problem = schedule && scheduleProblem(schedule.cron, schedule.zone);
  if (!problem) return null;
  return `The schedule of ${job} cannot be followed here, only its silence is judged: ${problem}. Is the collector older than the agent?`;
}

function byOurClock(point: RecoveryPoint, corrected: (atMs: number) => number): RecoveryPoint {
  const createdAtMs = corrected(point.createdAtMs);
  return createdAtMs === point.createdAtMs ? point : { ...point, createdAtMs };
}

/** Most clocks are right: then nothing is copied. */
function finishedByOurClock(run: RunFinished, corrected: (atMs: number) => number): RunFinished {
  const startedAtMs = corrected(run.startedAtMs);
  const finishedAtMs = corrected(run.finishedAtMs);
  const recoveryPoints = run.recoveryPoints.map((point) => byOurClock(point, corrected));
  const right =
    startedAtMs === run.startedAtMs &&
    finishedAtMs === run.finishedAtMs &&
    recoveryPoints.every((point, i) => point === run.recoveryPoints[i]);
  return right ? run : { ...run, startedAtMs, finishedAtMs, recoveryPoints };
}

function undeclared(job: string): JobDeclaration {
  return {
    job,
    kind: UNDECLARED_KIND,
    schedule: null,
    longestSilenceMs: 0,
    keepMs: 0,
    repository: '',
    sources: [],
    excludes: [],
    startedByAgent: false,
    sharedAs: '',
    staleAfter: null,
  };
}
