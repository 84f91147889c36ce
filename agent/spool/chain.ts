/** What ties a spool's records together: the chain over them, and gaps in the place of those given up. */
import { createHash } from 'node:crypto';
import { decodeRecord, encodeRecord } from '../../proto/codec.ts';
import { CHAIN_BYTES } from '../../proto/limits.ts';
import type { Gap } from '../../proto/messages.ts';

/** Eight bytes over the chain so far and the record: equal numbers with other content are told apart. */
export function chainAfter(before: Uint8Array, record: Uint8Array): Uint8Array {
  return createHash('sha256').update(before).update(record).digest().subarray(0, CHAIN_BYTES);
}

/** The gap a record stands for, null when it is another record. */
export function gapIn(record: Uint8Array): Gap | null {
  const { body } = decodeRecord(record);
  return body.type === 'gap' ? body.value : null;
}

/** A gap that was given up under other numbers: it stands for itself now, and says what it stood for. */
export function renumberedGap(record: Buffer, seq: number): Uint8Array {
  const { recordedAtMs, body } = decodeRecord(record);
  if (body.type !== 'gap') return record;
  const { fromSeq, toSeq, reason } = body.value;
  const said = fromSeq === toSeq ? reason : `${reason} (records ${fromSeq} to ${toSeq} by an earlier count)`;
  return encodeRecord({
    recordedAtMs,
    body: { type: 'gap', value: { ...body.value, fromSeq: seq, toSeq: seq, reason: said } },
  });
}
