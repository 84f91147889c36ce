/** The newest progress of every run that goes on, for pages that are opened while it does. Ephemeral. */
import type { RunProgress } from '../../proto/run.ts';
import type { Feed } from '../feed.ts';

/** More jobs than one collector holds; a bound, not a tuning knob. */
const JOBS_MAX = 50_000;

export class ProgressBoard {
  readonly #newest = new Map<string, RunProgress>();
  readonly stop: () => void;

  constructor(feed: Feed) {
    this.stop = feed.watch((event) => {
      if (event.type !== 'progress') return;
      const key = `${event.host}/${event.progress.job}`;
      if (!this.#newest.has(key) && this.#newest.size >= JOBS_MAX) this.#newest.clear();
      this.#newest.set(key, event.progress);
    });
  }

  /** Null unless the newest progress is of this run. */
  of(host: string, job: string, runId: string): RunProgress | null {
    const progress = this.#newest.get(`${host}/${job}`);
    return progress?.runId === runId ? progress : null;
  }
}
