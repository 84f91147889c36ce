/** Which hosts are on the line, and since when they have handed in all they had. Of this process alone. */
import type { Clock } from '../proto/clock.ts';
import { RECONNECT_MAX_MS } from '../proto/limits.ts';
import { RETURN_SETTLE_MS } from './assurances/absence.ts';
import type { Presence, Refused } from './assurances/types.ts';

/** Who was away for longer begins anew: agents try again within half of it. */
const APART_MAX_MS = 2 * RECONNECT_MAX_MS;

/** What a session knows about its host. */
export interface Live {
  connected: boolean;
  /** Everything the agent had recorded when it connected is stored. */
  caughtUp: boolean;
  lastSeenAtMs: number | null;
  /** The newest of its records that is stored. */
  committedSeq: number;
  /** Another one: another process of the agent. */
  instance: string;
}

/** A time on the line with everything handed in. */
interface Stay {
  sinceMs: number;
  /** The beginning of the first of an unbroken row of stays that were too short to settle. */
  rowSinceMs: number;
  instance: string;
  /** Null while it lasts. */
  goneAtMs: number | null;
}

/** On the line, and nothing was handed in since. */
interface Behind {
  sinceMs: number;
  committedSeq: number;
  goneAtMs: number | null;
}

/** What the agents' sessions know (ingest/). */
export interface LiveSessions {
  /** Null: no session. */
  liveness(hostId: number): Live | null;
  /** Asks the host for a sign of life (a ping), so that `lastSeenAtMs` moves now rather than in 15 s. */
  probe?(hostId: number): void;
  /** The refusals of what the host said, null when there were none. */
  refused?(hostId: number): Refused | null;
}

export class PresenceBoard {
  /** Why nothing may be called missing at this moment, null while it may. Set by who judges. */
  doubt: string | null = null;
  readonly #sessions: LiveSessions;
  readonly #clock: Clock;
  readonly #stays = new Map<number, Stay>();
  readonly #behind = new Map<number, Behind>();
  readonly #catchingUp = new Set<number>();
  #upSinceMs: number;

  constructor(sessions: LiveSessions, clock: Clock) {
    this.#sessions = sessions;
    this.#clock = clock;
    this.#upSinceMs = clock.nowMs();
  }

  /** The clock jumped: everybody counts as having come back by the new one, and has the time that gives. */
  anew(): void {
    this.#stays.clear();
    this.#behind.clear();
    this.#upSinceMs = this.#clock.nowMs();
  }

  of(host: { id: number; lastSeenAtMs: number | null }): Presence {
    const live = this.#sessions.liveness(host.id);
    const lastSeenAtMs = live?.lastSeenAtMs ?? host.lastSeenAtMs;
    const refused = this.#sessions.refused?.(host.id);
    const more = { ...(refused ? { refused } : {}), ...this.#inDoubt() };
    if (live?.connected && live.caughtUp) {
      this.#catchingUp.delete(host.id);
      this.#behind.delete(host.id);
      const { sinceMs, rowSinceMs } = this.#stay(host.id, live.instance);
      const returnedAtMs = rowSinceMs;
      return { caughtUpSinceMs: sinceMs, returnedAtMs, catchingUp: false, lastSeenAtMs, ...more };
    }
    this.#left(this.#stays.get(host.id));
    if (live?.connected) {
      this.#catchingUp.add(host.id);
      const { sinceMs } = this.#stalled(host.id, live.committedSeq);
      return { caughtUpSinceMs: null, catchingUp: true, behindSinceMs: sinceMs, lastSeenAtMs, ...more };
    }
    this.#catchingUp.delete(host.id);
    this.#left(this.#behind.get(host.id));
    return { caughtUpSinceMs: null, catchingUp: false, lastSeenAtMs, ...more };
  }

  /** A new process may have slept through a deadline, even when nobody noticed that it was away. */
  #stay(hostId: number, instance: string): Stay {
    const nowMs = this.#clock.nowMs();
    const before = this.#stays.get(hostId);
    if (before && before.goneAtMs === null && before.instance === instance) {
      // The clock may have been set back since.
      before.sinceMs = Math.min(before.sinceMs, nowMs);
      before.rowSinceMs = Math.min(before.rowSinceMs, nowMs);
      return before;
    }
    const rowSinceMs = before && isShort(before, nowMs) ? Math.min(before.rowSinceMs, nowMs) : nowMs;
    const stay = { sinceMs: nowMs, rowSinceMs, instance, goneAtMs: null };
    this.#stays.set(hostId, stay);
    return stay;
  }

  /** Since when it has handed in nothing, over breaks of the line in which it had nothing to say either. */
  #stalled(hostId: number, committedSeq: number): Behind {
    const nowMs = this.#clock.nowMs();
    const before = this.#behind.get(hostId);
    if (before?.committedSeq === committedSeq && isRecent(before.goneAtMs, nowMs)) {
      before.goneAtMs = null;
      before.sinceMs = Math.min(before.sinceMs, nowMs);
      return before;
    }
    const behind = { sinceMs: nowMs, committedSeq, goneAtMs: null };
    this.#behind.set(hostId, behind);
    return behind;
  }

  #inDoubt(): Pick<Presence, 'doubt'> {
    return this.doubt === null ? {} : { doubt: this.doubt };
  }

  #left(one: { goneAtMs: number | null } | undefined): void {
    if (one) one.goneAtMs ??= this.#clock.nowMs();
  }

  /**
   * Of whom nobody speaks for but its pings: always there, as far as this process was. What was pinged while
   * it was down is lost, so it counts as having come back then.
   */
  ofPings(): Presence {
    const nowMs = this.#clock.nowMs();
    this.#upSinceMs = Math.min(this.#upSinceMs, nowMs);
    const sinceMs = this.#upSinceMs;
    const there = { caughtUpSinceMs: sinceMs, returnedAtMs: sinceMs, catchingUp: false, lastSeenAtMs: nowMs };
    return { ...there, ...this.#inDoubt() };
  }

  /** Hosts seen catching up that no longer do: to be judged again, with all their jobs. */
  noLongerCatchingUp(): number[] {
    return [...this.#catchingUp].filter((hostId) => {
      const live = this.#sessions.liveness(hostId);
      return !live?.connected || live.caughtUp;
    });
  }

  probe(hostId: number): void {
    this.#sessions.probe?.(hostId);
  }
}

/** Whether it ended before it settled, and not long ago: what follows is no return of its own. */
function isShort({ sinceMs, goneAtMs }: Stay, nowMs: number): boolean {
  return (goneAtMs ?? nowMs) - sinceMs < RETURN_SETTLE_MS && isRecent(goneAtMs, nowMs);
}

function isRecent(goneAtMs: number | null, nowMs: number): boolean {
  return goneAtMs === null || nowMs - goneAtMs < APART_MAX_MS;
}
