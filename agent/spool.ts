/**
 * The agent's durable queue: a SQLite file in which a record is fsynced before anybody may rely on it.
 *
 * Records are numbered `(epoch, seq)`: the epoch is drawn with the file, seq counts from 1 without holes and
 * without a clock. Each carries a chain value, a hash over its predecessor's chain and itself, so that two
 * spools with the same numbers and different content are told apart.
 *
 * A record is *unacked*, then *acked* (the collector has it on disk), then gone: acked ones are kept for a
 * while so that a collector restored from an older backup can be refilled. When the size is not enough,
 * acked records go first, oldest first; then the oldest unacked ones, and a gap record stands in their place
 * with the number and the chain of the last of them. The newest record always stays: it carries both.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { decodeRecord, encodeRecord } from '../proto/codec.ts';
import { formatSize } from '../proto/duration.ts';
import { messageOf } from '../proto/errors.ts';
import type { JobDeclaration } from '../proto/job.ts';
import { ACKED_KEPT_MS, RECORD_BYTES_MAX } from '../proto/limits.ts';
import type { Gap, HostFacts, RecordBody } from '../proto/messages.ts';
import type { RunFinished, RunStarted } from '../proto/run.ts';
import { chainAfter, gapIn, renumberedGap } from './spool/chain.ts';
import { type RunProcess, SpoolMemory } from './spool/memory.ts';
import { RepositoryMemory } from './spool/repositories.ts';
import { prepareSpoolFile, prepareStatements, ROW_OVERHEAD_BYTES } from './spool/schema.ts';

/** The record is not on disk, and nothing of it is: the disk is full, read-only or broken. */
export class SpoolError extends Error {
  override readonly name = 'SpoolError';
}

export interface SpooledRecord {
  seq: number;
  chain: Uint8Array;
  record: Uint8Array;
}

export interface SpoolOptions {
  /** Bound for all records, acked and unacked, in bytes. At least SPOOL_BYTES_MIN is taken. */
  bytesMax: number;
  /** How long acked records stay; default ACKED_KEPT_MS. */
  ackedKeptMs?: number;
}

/** Room for a few records of the largest size, or giving up would never end. */
export const SPOOL_BYTES_MIN = 8 * RECORD_BYTES_MAX;
/** A full spool frees this share at once, so that not every further record pays for it. */
const ROOM_SHARE = 1 / 16;
/** How finely it is remembered when records were acked. */
const ACK_GRAIN_MS = 3_600_000;
/** randomInt's limit; below 2^53, so the number travels everywhere. */
const EPOCH_MAX = 2 ** 48 - 1;
/** Records held in memory while they are renumbered. */
const RENUMBER_CHUNK = 64;

export class Spool {
  readonly #db: Database.Database;
  readonly #memory: SpoolMemory;
  /** What is known about the host's repositories. */
  readonly repositories: RepositoryMemory;
  readonly #sql: ReturnType<typeof prepareStatements>;
  readonly #bytesMax: number;
  readonly #ackedKeptMs: number;
  readonly #listeners = new Set<() => void>();
  #epoch = 0;
  #continuesEpoch = 0;
  #firstSeq = 1;
  #lastSeq = 0;
  #lastChain: Uint8Array = new Uint8Array(0);
  #ackedSeq = 0;
  #bytes = 0;
  #unackedBytes = 0;
  /** The newest ack, until a write takes it along. */
  #unsavedAck: { seq: number; atMs: number } | null = null;

  /** Opens or creates the spool and its folder. Throws SpoolError when the file cannot be used. */
  static open(file: string, options: SpoolOptions): Spool {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      // One process owns the file: waiting for a lock would only stop the agent's event loop.
      const db = new Database(file, { timeout: 0 });
      try {
        return new Spool(db, options);
      } catch (error) {
        db.close();
        throw error;
      }
    } catch (error) {
      throw new SpoolError(`the spool ${file} cannot be opened: ${messageOf(error)}`, { cause: error });
    }
  }

  private constructor(db: Database.Database, options: SpoolOptions) {
    prepareSpoolFile(db);
    this.#db = db;
    this.#bytesMax = Math.max(options.bytesMax, SPOOL_BYTES_MIN);
    this.#ackedKeptMs = options.ackedKeptMs ?? ACKED_KEPT_MS;
    this.repositories = new RepositoryMemory(db, (work) => this.#durably(work));
    this.#memory = new SpoolMemory(db, this.repositories);
    this.#sql = prepareStatements(db);
    this.#sql.createNumbering.run(randomInt(1, EPOCH_MAX));
    this.#load();
  }

  /**
   * Spools one record and returns its seq; it is fsynced then. Throws SpoolError when it could not be
   * written, and then nothing was; ProtocolError when the body breaks a bound that cannot be cut.
   */
  append(body: RecordBody, nowMs: number): number {
    const record = encodeRecord({ recordedAtMs: nowMs, body });
    // What we cannot read ourselves the collector would refuse for ever, and every later record with it.
    decodeRecord(record);
    this.#durably(() => {
      this.#makeRoom(record.length + ROW_OVERHEAD_BYTES, nowMs);
      this.#insert(record, nowMs);
      this.#memory.remember(body, nowMs);
    });
    for (const listener of this.#listeners) listener();
    return this.#lastSeq;
  }

  /** Started and not finished, oldest first. */
  unfinishedRuns(): { run: RunStarted; process: RunProcess | null }[] {
    return this.#memory.unfinishedRuns();
  }

  /** Which process does the run, so that what is left of it can be ended after a crash. Throws SpoolError. */
  noteProcess(runId: string, process: RunProcess): void {
    this.#durably(() => this.#memory.noteProcess(runId, process));
  }

  /** The newest due moment that a run of the job answered for. */
  lastDueAtMs(job: string): number | null {
    return this.#memory.lastDueAtMs(job);
  }

  scheduledSinceMs(job: string): number | null {
    return this.#memory.scheduledSinceMs(job);
  }

  lastFinished(job: string): RunFinished | null {
    return this.#memory.lastFinished(job);
  }

  /** Whether the newest record about storage named any file system. */
  hasSaidStorage(): boolean {
    return this.#memory.hasSaidStorage();
  }

  /** Declared and not removed since. */
  declaredJobs(): JobDeclaration[] {
    return this.#memory.declaredJobs();
  }

  lastHostFacts(): HostFacts | null {
    return this.#memory.lastHostFacts();
  }

  /**
   * `firstSeq` is the oldest record kept, `lastSeq + 1` when there is none; `continuesEpoch` the numbering that
   * these records had before, 0 when the spool was begun empty.
   */
  position(): {
    epoch: number;
    continuesEpoch: number;
    firstSeq: number;
    lastSeq: number;
    ackedSeq: number;
  } {
    return {
      epoch: this.#epoch,
      continuesEpoch: this.#continuesEpoch,
      firstSeq: this.#firstSeq,
      lastSeq: this.#lastSeq,
      ackedSeq: this.#ackedSeq,
    };
  }

  /**
   * The oldest records at or after `fromSeq`, at most `limit`; a gap record comes first where it covers it.
   * Throws SpoolError.
   */
  read(fromSeq: number, limit: number): SpooledRecord[] {
    return readable(() =>
      this.#sql.read.all(fromSeq, limit).map(({ seq, chain, record }) => ({ seq, chain, record })),
    );
  }

  /**
   * The collector has everything up to `seq` on disk. Reaches the disk with the next write: after a crash
   * Welcome tells it again, so it is not worth an fsync.
   */
  ack(seq: number, nowMs: number): void {
    const acked = Math.min(seq, this.#lastSeq);
    if (acked <= this.#ackedSeq) return;
    this.#unackedBytes -= readable(() => this.#bytesBetween(this.#ackedSeq + 1, acked));
    this.#ackedSeq = acked;
    this.#unsavedAck = { seq: acked, atMs: nowMs };
  }

  /** The collector went back and has only what is up to `seq`: what follows is unacked again. Throws SpoolError. */
  rewind(seq: number): void {
    if (seq >= this.#ackedSeq) return;
    this.#unsavedAck = null;
    this.#durably(() => {
      this.#sql.saveAcked.run(seq);
      this.#sql.forgetAcksAbove.run(seq);
    });
    this.#load();
  }

  /** Null when the record is not kept, or was given up. Throws SpoolError. */
  chainAt(seq: number): Uint8Array | null {
    return readable(() => this.#sql.chainAt.get(seq)?.chain ?? null);
  }

  /**
   * Renumbers every kept record from 1 under a new epoch, all of them unacked: the collector knows another
   * history of this spool. It stores none twice, because runs carry ids. Throws SpoolError.
   */
  beginNewEpoch(): void {
    this.#unsavedAck = null;
    this.#durably(() => {
      this.#sql.saveNumbering.run(randomInt(1, EPOCH_MAX), 0, this.#epoch);
      this.#sql.forgetAcksAbove.run(0);
      let chain: Uint8Array = new Uint8Array(0);
      let oldSeq = 0;
      let seq = 0;
      // A new number is never above the old one, so one ascending pass meets no number twice.
      for (;;) {
        const rows = this.#sql.read.all(oldSeq + 1, RENUMBER_CHUNK);
        if (rows.length === 0) break;
        for (const row of rows) {
          seq += 1;
          oldSeq = row.seq;
          const record = row.is_gap === 1 ? renumberedGap(row.record, seq) : row.record;
          chain = chainAfter(chain, record);
          this.#sql.renumber.run(seq, chain, record, oldSeq);
        }
      }
    });
    this.#load();
    for (const listener of this.#listeners) listener();
  }

  /** What is not acked yet. */
  backlog(): { records: number; bytes: number } {
    return { records: this.#lastSeq - this.#ackedSeq, bytes: this.#unackedBytes };
  }

  /** Removes acked records that were kept long enough. Throws SpoolError. */
  prune(nowMs: number): void {
    this.#durably(() => {
      const keptSinceMs = nowMs - this.#ackedKeptMs;
      const { seq } = this.#sql.ackedBy.get(keptSinceMs) ?? { seq: null };
      if (seq !== null) this.#remove(this.#firstSeq, Math.min(seq, this.#lastSeq - 1));
      this.#sql.forgetAcksUntil.run(keptSinceMs);
    });
  }

  /** Called after every append, with the record on disk. */
  onAppend(listener: () => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    try {
      if (this.#unsavedAck) this.#durably(() => {});
    } catch {
      // Welcome will tell it again.
    }
    this.#db.close();
  }

  /** All of `work` is fsynced, or none of it happened and SpoolError is thrown. */
  #durably(work: () => void): void {
    const ack = this.#unsavedAck;
    try {
      this.#db
        .transaction(() => {
          if (ack) {
            this.#sql.saveAcked.run(ack.seq);
            this.#sql.saveAck.run(ack.atMs - (ack.atMs % ACK_GRAIN_MS) + ACK_GRAIN_MS, ack.seq);
          }
          work();
        })
        .immediate();
    } catch (error) {
      // The counters may be ahead of what was undone.
      this.#load();
      throw new SpoolError(`the spool cannot be written: ${messageOf(error)}`, { cause: error });
    }
    this.#unsavedAck = null;
  }

  #load(): void {
    const numbering = this.#sql.numbering.get()!;
    const ends = this.#sql.ends.get()!;
    this.#epoch = numbering.epoch;
    this.#continuesEpoch = numbering.continues_epoch;
    this.#lastSeq = ends.last ?? 0;
    this.#firstSeq = ends.first ?? 1;
    this.#lastChain = this.chainAt(this.#lastSeq) ?? new Uint8Array(0);
    this.#ackedSeq = Math.min(Math.max(numbering.acked_seq, this.#unsavedAck?.seq ?? 0), this.#lastSeq);
    this.#bytes = this.#bytesBetween(0, this.#lastSeq);
    this.#unackedBytes = this.#bytesBetween(this.#ackedSeq + 1, this.#lastSeq);
  }

  #bytesBetween(fromSeq: number, toSeq: number): number {
    return this.#sql.bytesBetween.get(fromSeq, toSeq)?.bytes ?? 0;
  }

  #insert(record: Uint8Array, nowMs: number): void {
    const seq = this.#lastSeq + 1;
    const chain = chainAfter(this.#lastChain, record);
    this.#sql.insert.run(seq, chain, 0, nowMs, record);
    if (this.#bytes === 0) this.#firstSeq = seq;
    this.#lastSeq = seq;
    this.#lastChain = chain;
    this.#bytes += record.length + ROW_OVERHEAD_BYTES;
    this.#unackedBytes += record.length + ROW_OVERHEAD_BYTES;
  }

  #remove(fromSeq: number, toSeq: number): void {
    if (toSeq < fromSeq) return;
    const bytes = this.#bytesBetween(fromSeq, toSeq);
    const unackedBytes = this.#bytesBetween(Math.max(fromSeq, this.#ackedSeq + 1), toSeq);
    this.#sql.remove.run(fromSeq, toSeq);
    this.#bytes -= bytes;
    this.#unackedBytes -= unackedBytes;
    this.#firstSeq = this.#sql.ends.get()?.first ?? this.#lastSeq + 1;
  }

  #makeRoom(bytes: number, nowMs: number): void {
    if (this.#bytes + bytes <= this.#bytesMax) return;
    const surplus = this.#bytes + bytes - this.#bytesMax * (1 - ROOM_SHARE);
    const acked = this.#oldest(surplus, this.#firstSeq, this.#ackedSeq);
    if (acked) this.#remove(this.#firstSeq, acked.seq);
    const left = surplus - (acked?.bytes ?? 0);
    if (this.#bytes + bytes > this.#bytesMax) this.#giveUp(left, nowMs);
  }

  /** Up to which record one has to go from `fromSeq` to free `surplus` bytes, at most to `toSeq`. */
  #oldest(surplus: number, fromSeq: number, toSeq: number): { seq: number; bytes: number } | null {
    const found = { seq: 0, bytes: 0 };
    for (const size of this.#sql.sizes.iterate(fromSeq, toSeq)) {
      found.seq = size.seq;
      found.bytes += size.bytes;
      if (found.bytes >= surplus) break;
    }
    return found.seq === 0 ? null : found;
  }

  /** Puts one gap record in the place of the oldest unacked ones. Adjacent gaps become one. */
  #giveUp(surplus: number, nowMs: number): void {
    const fromSeq = this.#ackedSeq + 1;
    const last = this.#oldest(surplus, fromSeq, this.#lastSeq);
    if (!last) return;
    const [first] = this.#sql.read.all(fromSeq, 1);
    const earlier = first?.is_gap === 1 ? gapIn(first.record) : null;
    const span = this.#sql.span.get(fromSeq, last.seq)!;
    const gap: Gap = {
      fromSeq,
      toSeq: last.seq,
      reason: `the spool was full (${formatSize(this.#bytesMax)}) before the collector had taken these records`,
      oldestAtMs: earlier?.oldestAtMs ?? span.oldest ?? nowMs,
      newestAtMs: Math.max(span.newest ?? 0, earlier?.newestAtMs ?? 0),
    };
    const record = encodeRecord({ recordedAtMs: nowMs, body: { type: 'gap', value: gap } });
    const chain = this.chainAt(last.seq)!;
    this.#remove(fromSeq, last.seq);
    this.#sql.insert.run(last.seq, chain, 1, nowMs, record);
    this.#bytes += record.length + ROW_OVERHEAD_BYTES;
    this.#unackedBytes += record.length + ROW_OVERHEAD_BYTES;
    this.#firstSeq = this.#sql.ends.get()!.first!;
  }
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new SpoolError(`the spool cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
