/**
 * Keeps the collector's idea of what each repository holds true, whoever changes it: a steward that prunes, a
 * person with borg in hand, an attacker. All recovery points of a job are listed
 *
 * - with the look that confirms a run: each time while they are few, once a day when they are many;
 * - when that has not come for a day and an hour: runs fail, or are rare;
 * - and, where the repository is a folder of this machine, soon after it has changed: borg gives `index.N` and
 *   its like a new number with every transaction, so that one readdir tells. Behind ssh nothing tells as cheaply.
 *
 * Between that nothing is asked: 5,000 archives take borg seconds to list.
 */
import { readdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import { INVENTORY_EVERY_MS } from '../../proto/limits.ts';
import type { RecoveryPoint } from '../../proto/run.ts';
import type { JobSpec, RepositorySpec } from '../config/job-spec.ts';
import { engineOf } from '../engines/index.ts';
import { localFolder } from '../tools/borg.ts';
import type { RepositoryGuard } from './repository-guard.ts';
import { StepRunner } from './steps.ts';

const LOOK_EVERY_MS = 60_000;
/** So few cost a run nothing: borg reads the names of all archives for the one that it is asked about. */
const FEW_POINTS = 100;
/** A night's run brings the inventory along; this much later it is not waited for any more. */
const LATE_MS = 3_600_000;
/** After a list that failed. The next run says why, if it fails alike. */
const RETRY_MS = 900_000;
/** A list that takes longer is ended: something else is wrong there. */
const WITHIN_MS = 1_800_000;
/** Changed by every transaction (borg docs, "Repository"). */
const TRANSACTION_FILES = /^(?:index|hints|integrity)\.\d+$/;

export interface InventoriesDeps {
  jobs: readonly JobSpec[];
  clock: Clock;
  log: Logger;
  host: string;
  environment: Record<string, string>;
  isRoot: boolean;
  guard: Pick<RepositoryGuard, 'environment' | 'after'>;
  /** Whether a run is in the repository or waits for it. */
  isBusy: (repository: RepositorySpec) => boolean;
  report: (job: string, points: RecoveryPoint[]) => void;
}

interface Taken {
  atMs: number;
  points: number;
  /** Of the repository when it was listed; null where nothing can be told from it. */
  stamp: string | null;
}

export class Inventories {
  readonly #deps: InventoriesDeps;
  readonly #upSinceMs: number;
  readonly #taken = new Map<string, Taken>();
  readonly #stamps = new Map<string, string | null>();
  readonly #retryAtMs = new Map<string, number>();
  #lookAtMs: number;
  #current: StepRunner | null = null;
  #looking: Promise<void> | null = null;
  #stopped = false;

  constructor(deps: InventoriesDeps) {
    this.#deps = deps;
    this.#upSinceMs = deps.clock.monotonicMs();
    this.#lookAtMs = this.#upSinceMs + LOOK_EVERY_MS;
  }

  /** Whether a run is to bring one along. */
  isDue(job: string): boolean {
    const taken = this.#taken.get(job);
    if (taken === undefined || taken.points <= FEW_POINTS) return true;
    return this.#deps.clock.monotonicMs() - taken.atMs >= INVENTORY_EVERY_MS;
  }

  /** A run has brought one along. */
  async taken(job: JobSpec, points: number): Promise<void> {
    const atMs = this.#deps.clock.monotonicMs();
    this.#taken.set(job.name, { atMs, points, stamp: null });
    const stamp = await stampOf(job.repository);
    const taken = this.#taken.get(job.name);
    if (taken?.atMs === atMs) taken.stamp = stamp;
  }

  /** Looks for changes when it is time to, one job after the other. Resolves when all is listed that had to be. */
  async tick(): Promise<void> {
    const nowMs = this.#deps.clock.monotonicMs();
    if (this.#stopped || this.#looking !== null || nowMs < this.#lookAtMs) return;
    this.#lookAtMs = nowMs + LOOK_EVERY_MS;
    this.#looking = this.#look()
      .catch((error) => this.#deps.log.warn({ err: error }, 'repositories could not be looked at'))
      .finally(() => {
        this.#looking = null;
      });
    await this.#looking;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#current?.stop();
    await this.#looking;
  }

  async #look(): Promise<void> {
    for (const job of this.#deps.jobs) {
      if (this.#stopped) return;
      const stamp = await stampOf(job.repository);
      const settled = this.#stamps.get(job.name) === stamp;
      this.#stamps.set(job.name, stamp);
      if (this.#isWanted(job, stamp, settled)) await this.#take(job, stamp);
    }
  }

  #isWanted(job: JobSpec, stamp: string | null, settled: boolean): boolean {
    const { clock, isBusy } = this.#deps;
    const nowMs = clock.monotonicMs();
    if (nowMs < (this.#retryAtMs.get(job.name) ?? 0)) return false;
    const taken = this.#taken.get(job.name);
    const fromMs = taken ? taken.atMs + INVENTORY_EVERY_MS : this.#upSinceMs;
    // While transactions follow each other the last one is waited for.
    const changed = taken !== undefined && stamp !== null && stamp !== taken.stamp && settled;
    if (!changed && nowMs < fromMs + LATE_MS) return false;
    return job.repository === null || !isBusy(job.repository);
  }

  async #take(job: JobSpec, stamp: string | null): Promise<void> {
    const { clock, log, host, environment, isRoot, guard, report } = this.#deps;
    const inventory = engineOf(job).inventory(job, { host, environment, isRoot });
    if (inventory === null) return;
    const { repository } = job;
    const ignore = () => {};
    const hooks = { onGroup: ignore, onLine: ignore, onProgress: ignore };
    const own = repository ? guard.environment(repository) : {};
    const steps = new StepRunner(clock, environment, own, repository, hooks);
    this.#current = steps;
    const cancel = clock.after(WITHIN_MS, () => steps.stop());
    const seen = await steps.carryOut(inventory.step);
    await steps.close();
    cancel();
    this.#current = null;
    const refused = repository && seen?.type === 'process' ? guard.after(repository, seen) : null;
    const points = seen?.type === 'process' && refused === null ? inventory.read(seen) : null;
    if (points === null || this.#stopped) {
      this.#retryAtMs.set(job.name, clock.monotonicMs() + RETRY_MS);
      log.warn({ job: job.name, refused }, 'the recovery points of a job could not be listed');
      return;
    }
    this.#taken.set(job.name, { atMs: clock.monotonicMs(), points: points.length, stamp });
    report(job.name, points);
    log.info({ job: job.name, points: points.length }, 'recovery points listed');
  }
}

/** What changes with every transaction of a repository on this machine; null for any other. */
async function stampOf(repository: RepositorySpec | null): Promise<string | null> {
  const folder = repository === null ? null : localFolder(repository.location);
  if (folder === null) return null;
  const names = await readdir(folder).catch(() => []);
  const stamp = names.filter((name) => TRANSACTION_FILES.test(name)).sort();
  return stamp.length === 0 ? null : stamp.join(' ');
}
