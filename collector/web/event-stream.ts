/**
 * One watcher's events: the newest of each subject, gathered for a moment, then written at once. A watcher
 * that reads too slowly is let go; the page opens a new stream and reads everything again.
 */
import type { Clock } from '../../proto/clock.ts';
import type { FeedEvent } from '../feed.ts';

/** Long enough to make one event of a commit and its verdict, short enough to feel at once. */
const GATHER_MS = 200;
/** Subjects gathered; above it a single `many` tells the watcher to look at everything. */
const GATHERED_MAX = 500;
/** Proxies close streams that say nothing for a minute. */
const COMMENT_EVERY_MS = 20_000;
/** Bytes waiting in the socket of a watcher that does not read. */
const UNREAD_BYTES_MAX = 1024 * 1024;

export interface StreamTarget {
  write(text: string): void;
  unreadBytes(): number;
  end(): void;
}

export class EventStream {
  readonly #gathered = new Map<string, FeedEvent>();
  readonly #target: StreamTarget;
  readonly #clock: Clock;
  #cancelFlush: (() => void) | null = null;
  #cancelComment: (() => void) | null = null;
  #overflowed = false;
  #ended = false;

  constructor(target: StreamTarget, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
    this.#write(': hello\nretry: 3000\n\n');
    this.#comment();
  }

  push(event: FeedEvent): void {
    if (this.#ended) return;
    this.#gathered.set(keyOf(event), event);
    if (this.#gathered.size > GATHERED_MAX) {
      this.#gathered.clear();
      this.#overflowed = true;
    }
    this.#cancelFlush ??= this.#clock.after(GATHER_MS, () => this.#flush());
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelFlush?.();
    this.#cancelComment?.();
    this.#target.end();
  }

  #flush(): void {
    this.#cancelFlush = null;
    let text = this.#overflowed ? 'event: many\ndata: {}\n\n' : '';
    for (const event of this.#gathered.values()) {
      const { type, ...data } = event;
      text += `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    }
    this.#overflowed = false;
    this.#gathered.clear();
    this.#write(text);
  }

  #comment(): void {
    this.#cancelComment = this.#clock.after(COMMENT_EVERY_MS, () => {
      this.#write(': still here\n\n');
      this.#comment();
    });
  }

  #write(text: string): void {
    if (this.#ended) return;
    if (this.#target.unreadBytes() > UNREAD_BYTES_MAX) this.end();
    else this.#target.write(text);
  }
}

function keyOf(event: FeedEvent): string {
  switch (event.type) {
    case 'job':
      return `job ${event.host}/${event.job}`;
    case 'host':
      return `host ${event.host}`;
    case 'alert':
      return `alert ${event.alertId}`;
    case 'progress':
      return `progress ${event.host}/${event.progress.job}`;
  }
}
