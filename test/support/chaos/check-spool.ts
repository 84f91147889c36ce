/** After an agent's death: is everything in its spool that it said it had spooled, in order? */
import { createHash } from 'node:crypto';
import { decodeRecord } from '../../../proto/codec.ts';
import { CHAIN_BYTES } from '../../../proto/limits.ts';
import { lookInto } from './database-copy.ts';
import { type HostLedger, promise } from './ledger.ts';
import { runIdOf } from './watched-spool.ts';

interface Row {
  seq: number;
  chain: Buffer;
  record: Buffer;
}

export class SpoolChecker {
  readonly #ledger: HostLedger;
  readonly #file: string;
  readonly #scratch: string;
  #verifiedSeq = 0;
  #chain = Buffer.alloc(0);

  constructor(ledger: HostLedger, file: string, scratch: string) {
    this.#ledger = ledger;
    this.#file = file;
    this.#scratch = scratch;
  }

  /** The chain value of the newest record that was verified. */
  get chain(): Buffer {
    return this.#chain;
  }

  /** Throws BrokenPromise. Teaches the ledger what the dead process could no longer say. */
  check(): void {
    const { host, records } = this.#ledger;
    lookInto(this.#file, this.#scratch, (db) => {
      const rows = db
        .prepare<[number], Row>('SELECT seq, chain, record FROM records WHERE seq > ? ORDER BY seq')
        .all(this.#verifiedSeq);
      for (const row of rows) {
        const expected = this.#verifiedSeq + 1;
        promise(row.seq === expected, `${host}: record ${row.seq} stands where ${expected} belongs`);
        const hash = createHash('sha256').update(this.#chain).update(row.record).digest();
        this.#chain = hash.subarray(0, CHAIN_BYTES);
        promise(this.#chain.equals(row.chain), `${host}: the chain breaks at record ${row.seq}`);
        const { body } = decodeRecord(row.record);
        const known = records[row.seq - 1];
        if (known) {
          promise(
            known.type === body.type && known.runId === runIdOf(body),
            `${host}: record ${row.seq} is a ${body.type} ${runIdOf(body)}, spooled was ${known.type} ${known.runId}`,
          );
        }
        records[row.seq - 1] = {
          type: body.type,
          runId: runIdOf(body),
          outcome: body.type === 'run-finished' ? body.value.outcome : null,
        };
        this.#verifiedSeq = row.seq;
      }
      promise(
        this.#verifiedSeq >= this.#ledger.appendedSeq,
        () =>
          `${host}: record ${this.#ledger.appendedSeq} was spooled, and the spool ends at ${this.#verifiedSeq}`,
      );
      const { acked } = db.prepare<[], { acked: number }>('SELECT acked_seq AS acked FROM numbering').get()!;
      promise(acked <= this.#ledger.ackedSeq, `${host}: the spool calls ${acked} acked, and nobody acked it`);
    });
  }
}
