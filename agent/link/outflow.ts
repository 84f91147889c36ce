/** Records on their way: read from the spool as far as the credit goes, forgotten when acked. A part of link.ts. */
import { ProtocolError } from '../../proto/errors.ts';
import type { ToCollector } from '../../proto/messages.ts';
import type { Spool } from '../spool.ts';

/** Records sent between two turns of the event loop, so that progress and heartbeats get their turn. */
const CHUNK_RECORDS = 32;
/** Bytes the socket may hold before more records are read from the disk. */
const UNSENT_BYTES_MAX = 1024 * 1024;

export interface Line {
  send(message: ToCollector): void;
  /** What the socket still holds. */
  unsentBytes(): number;
  /** The spool cannot be read. */
  failed(error: unknown): void;
}

export class Outflow {
  readonly #spool: Spool;
  readonly #line: Line;
  #open = false;
  #credit = 0;
  #nextSeq = 1;
  /** Sent and not acked, in order. */
  #inFlight: number[] = [];
  #scheduled = false;

  constructor(spool: Spool, line: Line) {
    this.#spool = spool;
    this.#line = line;
  }

  /** The collector has everything up to `committedSeq` and takes `credit` records without acking. */
  open(committedSeq: number, credit: number): void {
    this.#open = true;
    this.#credit = credit;
    this.#nextSeq = committedSeq + 1;
    this.#inFlight = [];
    this.more();
  }

  shut(): void {
    this.#open = false;
  }

  /** There may be something to send, or room to send it. */
  more(): void {
    if (this.#scheduled || !this.#open) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#open) return;
      try {
        this.#sendChunk();
      } catch (error) {
        this.#line.failed(error);
      }
    });
  }

  /** Throws ProtocolError when that record was never sent, SpoolError when the spool cannot be read. */
  acked(seq: number, nowMs: number): void {
    if (!this.#open || seq >= this.#nextSeq) {
      throw new ProtocolError(`the collector acked record ${seq}, which was not sent`);
    }
    this.#spool.ack(seq, nowMs);
    const unacked = this.#inFlight.findIndex((sent) => sent > seq);
    this.#inFlight.splice(0, unacked < 0 ? this.#inFlight.length : unacked);
    this.more();
  }

  #sendChunk(): void {
    const room = Math.min(CHUNK_RECORDS, this.#credit - this.#inFlight.length);
    // With a full line the next ack, append or heartbeat goes on.
    if (room <= 0 || this.#line.unsentBytes() > UNSENT_BYTES_MAX) return;
    const records = this.#spool.read(this.#nextSeq, room);
    for (const record of records) {
      this.#line.send({ type: 'spooled-record', value: record });
      this.#inFlight.push(record.seq);
      this.#nextSeq = record.seq + 1;
    }
    if (records.length === room) this.more();
  }
}
