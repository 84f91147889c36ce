/** Which hosts are on the line, and since when they have handed in all they had. Of this process alone. */
import type { Clock } from '../proto/clock.ts';
import type { Presence, Refused } from './assurances/types.ts';

/** What a session knows about its host. */
export interface Live {
  connected: boolean;
  /** Everything the agent had recorded when it connected is stored. */
  caughtUp: boolean;
  lastSeenAtMs: number | null;
  /** Another one: another process of the agent. */
  instance: string;
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
  readonly #sessions: LiveSessions;
  readonly #clock: Clock;
  readonly #caughtUp = new Map<number, { sinceMs: number; instance: string }>();
  readonly #catchingUp = new Set<number>();
  #upSinceMs: number;

  constructor(sessions: LiveSessions, clock: Clock) {
    this.#sessions = sessions;
    this.#clock = clock;
    this.#upSinceMs = clock.nowMs();
  }

  of(host: { id: number; lastSeenAtMs: number | null }): Presence {
    const live = this.#sessions.liveness(host.id);
    const lastSeenAtMs = live?.lastSeenAtMs ?? host.lastSeenAtMs;
    const refused = this.#sessions.refused?.(host.id);
    const more = refused ? { refused } : {};
    if (live?.connected && live.caughtUp) {
      this.#catchingUp.delete(host.id);
      let known = this.#caughtUp.get(host.id);
      // A new process may have slept through a deadline, even when nobody noticed that it was away.
      if (known?.instance !== live.instance) {
        known = { sinceMs: this.#clock.nowMs(), instance: live.instance };
        this.#caughtUp.set(host.id, known);
      }
      // The clock may have been set back since.
      known.sinceMs = Math.min(known.sinceMs, this.#clock.nowMs());
      return { caughtUpSinceMs: known.sinceMs, catchingUp: false, lastSeenAtMs, ...more };
    }
    this.#caughtUp.delete(host.id);
    if (live?.connected) this.#catchingUp.add(host.id);
    else this.#catchingUp.delete(host.id);
    return { caughtUpSinceMs: null, catchingUp: live?.connected === true, lastSeenAtMs, ...more };
  }

  /**
   * Of whom nobody speaks for but its pings: always there, as far as this process was. What was pinged while
   * it was down is lost, so it counts as having come back then.
   */
  ofPings(): Presence {
    const nowMs = this.#clock.nowMs();
    this.#upSinceMs = Math.min(this.#upSinceMs, nowMs);
    return { caughtUpSinceMs: this.#upSinceMs, catchingUp: false, lastSeenAtMs: nowMs };
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
