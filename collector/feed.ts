/** What just changed, for whoever watches: the status page's event stream. Ephemeral; state is in the store. */
import type { RunProgress } from '../proto/run.ts';

export type FeedEvent =
  | { type: 'job'; customer: string; host: string; job: string }
  | { type: 'host'; customer: string; host: string }
  | { type: 'alert'; customer: string | null; alertId: number }
  | { type: 'progress'; customer: string; host: string; progress: RunProgress };

export class Feed {
  readonly #watchers = new Set<(event: FeedEvent) => void>();

  publish(event: FeedEvent): void {
    for (const watcher of this.#watchers) watcher(event);
  }

  /** Returns the function that ends the watching. */
  watch(watcher: (event: FeedEvent) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
