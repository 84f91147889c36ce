import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Spool } from '../../agent/spool.ts';
import { decodeRecord } from '../../proto/codec.ts';
import { temporaryFolder } from '../support/folder.ts';
import { sampleFinished } from '../support/samples.ts';

const HOUR_MS = 3_600_000;
/** Fourteen of these fill the smallest spool. */
const LOG_TAIL = '中'.repeat(49_000);

/** Reading everything after every step would take most of the time. */
const CHECK_EVERY_STEPS = 8;

type Step =
  | { do: 'append'; large: boolean }
  | { do: 'ack'; share: number }
  | { do: 'rewind'; share: number }
  | { do: 'prune'; afterMs: number }
  | { do: 'reopen' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom(true, true, false).map((large) => ({ do: 'append' as const, large })),
  },
  {
    weight: 3,
    arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((share) => ({ do: 'ack' as const, share })),
  },
  {
    weight: 1,
    arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((share) => ({ do: 'rewind' as const, share })),
  },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 0, max: 200 * HOUR_MS })
      .map((afterMs) => ({ do: 'prune' as const, afterMs })),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
);

describe('whatever happens to a spool', () => {
  it('every number is a record, a part of a gap that says so, or was acked; and no chain ever changes', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 90, size: 'max' }), (steps) => {
        const file = join(temporaryFolder(), 'spool.db');
        let spool = Spool.open(file, { bytesMax: 1 });
        let nowMs = Date.UTC(2026, 0, 1);
        let ackedEver = 0;
        let appended = 0;
        const chains = new Map<number, string>();
        for (const [index, each] of steps.entries()) {
          const { lastSeq } = spool.position();
          if (each.do === 'append') {
            appended += 1;
            const logTail = each.large ? LOG_TAIL : '';
            const value = sampleFinished({ runId: `run-${appended}`, logTail });
            const seq = spool.append({ type: 'run-finished', value }, nowMs);
            expect(seq).toBe(appended);
            chains.set(seq, Buffer.from(spool.chainAt(seq)!).toString('hex'));
          } else if (each.do === 'ack') {
            const seq = Math.floor(lastSeq * each.share);
            spool.ack(seq, nowMs);
            ackedEver = Math.max(ackedEver, seq);
          } else if (each.do === 'rewind') spool.rewind(Math.floor(spool.position().ackedSeq * each.share));
          else if (each.do === 'prune') {
            nowMs += each.afterMs;
            spool.prune(nowMs);
          } else {
            spool.close();
            spool = Spool.open(file, { bytesMax: 1 });
          }
          if (index % CHECK_EVERY_STEPS !== 0 && index !== steps.length - 1) continue;
          let next = 0;
          for (const { seq, chain, record } of spool.read(1, 1_000)) {
            const { body } = decodeRecord(record);
            if (body.type === 'gap') {
              expect(body.value.toSeq).toBe(seq);
              // A gap may only begin later than expected where what is before it had been acked.
              if (next === 0) expect(body.value.fromSeq).toBeLessThanOrEqual(ackedEver + 1);
              else expect(body.value.fromSeq).toBeLessThanOrEqual(next);
            } else {
              expect(body.type === 'run-finished' && body.value.runId).toBe(`run-${seq}`);
              if (next === 0) expect(seq).toBeLessThanOrEqual(ackedEver + 1);
              else expect(seq).toBe(next);
            }
            expect(Buffer.from(chain).toString('hex')).toBe(chains.get(seq));
            next = seq + 1;
          }
          expect(next).toBe(appended === 0 ? 0 : appended + 1);
          expect(spool.position().lastSeq).toBe(appended);
          expect(spool.backlog().records).toBe(appended - spool.position().ackedSeq);
        }
        spool.close();
      }),
      { numRuns: 12 },
    );
  });
});
