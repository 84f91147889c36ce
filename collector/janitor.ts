/**
 * Keeps the house: removes what is old in small pieces, folds the write-ahead log back, looks at the disk,
 * repeats reminders. Nothing here is urgent; a step that fails is logged and comes again.
 */
import { statfs } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Clock } from '../proto/clock.ts';
import { formatSize } from '../proto/duration.ts';
import { messageOf } from '../proto/errors.ts';
import { type Alerting, COLLECTOR } from './alerting.ts';
import type { Feed } from './feed.ts';
import type { CollectorSettings } from './settings.ts';
import type { Store } from './store/types.ts';

const EVERY_MS = 60_000;
/** The page shows a week. */
const EXPOSURE_KEPT_MS = 9 * 86_400_000;
/** Rows removed in one transaction: a few milliseconds, so that agents do not wait for it. */
const ROWS_PER_CHUNK = 500;
/** Chunks of one pass; a backlog is worked off over several. */
const CHUNKS_PER_PASS = 20;
/** Nearly full: room for hours of records, and time to do something. */
const FREE_BYTES_MIN = 256 * 1024 ** 2;
const FREE_SHARE_MIN = 0.02;

export interface DiskSpace {
  freeBytes: number;
  totalBytes: number;
}

export interface JanitorDeps {
  store: Store;
  clock: Clock;
  log: Logger;
  feed: Feed;
  alerting: Alerting;
  settings: Pick<CollectorSettings, 'data' | 'retention'>;
  /** While it is false nothing is removed for its age: a wrong clock makes everything old. */
  isClockTrusted: () => boolean;
  /** Called when alerts may have changed. */
  onNotifications: () => void;
  /** Of the file system that holds `folder`. */
  diskSpace?: (folder: string) => Promise<DiskSpace>;
}

export class Janitor {
  readonly #deps: JanitorDeps;
  #cancelTimer: (() => void) | null = null;
  #running = false;
  #pass: Promise<void> = Promise.resolve();

  constructor(deps: JanitorDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = true;
    this.#after(0);
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer?.();
    await this.#pass;
  }

  #after(delayMs: number): void {
    if (!this.#running) return;
    this.#cancelTimer = this.#deps.clock.after(delayMs, () => {
      this.#pass = this.pass().then(() => this.#after(EVERY_MS));
    });
  }

  /** Everything once. */
  async pass(): Promise<void> {
    const { store, clock } = this.#deps;
    await this.#step('disk space', () => this.#lookAtDisk());
    if (this.#deps.isClockTrusted()) await this.#removeOld();
    await this.#step('write-ahead log', () => store.system.checkpoint());
    await this.#step('reminders', () => {
      if (this.#deps.alerting.remind(clock.nowMs()) > 0) this.#deps.onNotifications();
    });
  }

  async #removeOld(): Promise<void> {
    const { store, clock, settings } = this.#deps;
    const beforeMs = clock.nowMs() - settings.retention.runsMs;
    for (const [name, expire] of [
      ['old runs', store.system.expireRuns],
      ['missing recovery points', store.system.expireMissingPoints],
      ['resolved alerts', store.system.expireAlerts],
      ['old journal', store.system.expireJournal],
      ['old gaps', store.system.expireGaps],
      ['ended certificates', store.certificates.expire],
      ['old records set aside', store.spools.expireAside],
      ['old restores', store.restores.expire],
      ['repositories out of use', store.repositories.expire],
    ] as const) {
      await this.#step(name, () => this.#inChunks((limit) => expire(beforeMs, limit)));
    }
    const exposureBeforeMs = clock.nowMs() - EXPOSURE_KEPT_MS;
    await this.#step('old exposure', () =>
      this.#inChunks((limit) => store.wal.expire(exposureBeforeMs, limit)),
    );
    await this.#step('old sessions', () => store.system.expireAccess(clock.nowMs()));
  }

  async #step(name: string, work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#deps.log.error({ step: name, error: messageOf(error) }, 'housekeeping failed');
    }
  }

  async #inChunks(expire: (limit: number) => number): Promise<void> {
    for (let chunk = 0; chunk < CHUNKS_PER_PASS; chunk += 1) {
      if (expire(ROWS_PER_CHUNK) < ROWS_PER_CHUNK) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #lookAtDisk(): Promise<void> {
    const { store, alerting, clock, feed, settings, onNotifications, diskSpace = diskSpaceOf } = this.#deps;
    const { freeBytes, totalBytes } = await diskSpace(settings.data);
    const left = `${formatSize(freeBytes)} of ${formatSize(totalBytes)} are free`;
    const nearlyFull = freeBytes < Math.min(FREE_BYTES_MIN, totalBytes * FREE_SHARE_MIN);
    const verdict = nearlyFull
      ? {
          rule: 'collector_unwell',
          reason: `The disk with the collector's database is nearly full: ${left}. Full, it stores nothing.`,
        }
      : { rule: null, reason: `The collector's disk has room again: ${left}.` };
    const changed = store.transaction(() =>
      alerting.settle(COLLECTOR, [{ rules: ['collector_unwell'], verdict }], clock.nowMs()),
    );
    if (changed.length > 0) onNotifications();
    for (const alert of changed) feed.publish({ type: 'alert', customer: null, alertId: alert.id });
  }
}

async function diskSpaceOf(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
