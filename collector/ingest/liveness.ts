/**
 * Carries what sessions learn about their hosts into the store: at once (but many in one transaction) when a
 * host comes or goes, and every few seconds for the rest. Liveness is not worth an fsync a heartbeat.
 */
import { messageOf } from '../../proto/errors.ts';
import type { HostLiveness } from '../store/types.ts';
import type { IngestContext } from './context.ts';
import type { Session } from './session.ts';

/** Rows of one transaction: about 10 ms. */
const ROWS_PER_FLUSH_MAX = 500;

export class Liveness {
  readonly #context: IngestContext;
  /** Whether this session is the one its host speaks through. */
  readonly #isCurrent: (session: Session) => boolean;
  readonly #changed = new Set<Session>();
  #scheduled = false;

  constructor(context: IngestContext, isCurrent: (session: Session) => boolean) {
    this.#context = context;
    this.#isCurrent = isCurrent;
  }

  /** Something moved; `flush` will take it along. */
  note(session: Session): void {
    this.#changed.add(session);
  }

  /** The host came or went: absences are judged by that. */
  noteNow(session: Session): void {
    this.#changed.add(session);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** A bounded part of what is noted; the rest follows in the next turn. */
  flush(): void {
    const rows: HostLiveness[] = [];
    const sessions: Session[] = [];
    for (const session of this.#changed) {
      if (sessions.length >= ROWS_PER_FLUSH_MAX) break;
      sessions.push(session);
      const row = this.#row(session);
      if (row) rows.push(row);
    }
    if (sessions.length === 0) return;
    try {
      if (rows.length > 0) this.#context.store.hosts.saveLiveness(rows);
    } catch (error) {
      // They stay noted: the next flush tries again.
      this.#context.log.error({ error: messageOf(error) }, 'the liveness of hosts cannot be stored');
      return;
    }
    for (const session of sessions) this.#changed.delete(session);
    const [more] = this.#changed;
    if (more) this.noteNow(more);
    this.#context.onChanged();
  }

  #row(session: Session): HostLiveness | null {
    const connected = session.state === 'open';
    // A session that was superseded says nothing about its host any more.
    if (!connected && !this.#isCurrent(session)) return null;
    return {
      hostId: session.hostId,
      connected,
      lastSeenAtMs: session.lastSeenAtMs,
      clockOffsetMs: session.clockOffsetMs,
      spoolRecords: session.spoolRecords,
      spoolBytes: session.spoolBytes,
      spoolError: session.spoolError,
      certificateExpiresAtMs: session.certificateNotAfterMs,
      agentVersion: session.agentVersion,
    };
  }
}
