import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeRecord,
  decodeToAgent,
  decodeToCollector,
  encodeRecord,
  encodeToAgent,
  encodeToCollector,
} from '../../proto/codec.ts';
import { ProtocolError } from '../../proto/errors.ts';
import { RECORD_BYTES_MAX } from '../../proto/limits.ts';
import * as arbitrary from '../support/arbitraries.ts';

const DECODERS = { decodeToCollector, decodeToAgent, decodeRecord };

/** A decoder may accept or refuse; anything but a ProtocolError coming out of it is a bug. */
function acceptsOrRefuses(bytes: Uint8Array): void {
  for (const decode of Object.values(DECODERS)) {
    try {
      decode(bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
}

describe('what one side encodes, the other side reads as it was', () => {
  it('for every record of the spool', () => {
    fc.assert(
      fc.property(arbitrary.spoolRecord, (record) => {
        expect(decodeRecord(encodeRecord(record))).toEqual(record);
      }),
    );
  });

  it('for every message to the collector', () => {
    fc.assert(
      fc.property(arbitrary.toCollector, (message) => {
        expect(decodeToCollector(encodeToCollector(message))).toEqual(message);
      }),
    );
  });

  it('for every message to the agent', () => {
    fc.assert(
      fc.property(arbitrary.toAgent, (message) => {
        expect(decodeToAgent(encodeToAgent(message))).toEqual(message);
      }),
    );
  });
});

describe('a hostile frame', () => {
  it('of random bytes is accepted or refused, nothing else', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), acceptsOrRefuses), { numRuns: 2_000 });
  });

  it('that is a valid one with bytes flipped, cut off or added is accepted or refused, nothing else', () => {
    const valid = fc.oneof(
      arbitrary.spoolRecord.map(encodeRecord),
      arbitrary.toCollector.map(encodeToCollector),
      arbitrary.toAgent.map(encodeToAgent),
    );
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(valid, damage, fc.nat(), fc.uint8Array({ maxLength: 8 }), (bytes, flips, cut, tail) => {
        const damaged = Buffer.concat([bytes.subarray(0, bytes.length - (cut % (bytes.length + 1))), tail]);
        for (const [at, value] of flips) if (damaged.length > 0) damaged[at % damaged.length] = value;
        acceptsOrRefuses(damaged);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a record that is too large', () => {
  it('is cut until it fits and is still accepted, whatever its texts hold', () => {
    const huge = fc.constantFrom('ä', '\ud800', '😀', '\u0000', '中', 'x').map((unit) => unit.repeat(60_000));
    fc.assert(
      fc.property(arbitrary.runFinished, huge, fc.nat(400), (run, long, count) => {
        const record = {
          recordedAtMs: 1,
          body: {
            type: 'run-finished' as const,
            value: {
              ...run,
              reason: long,
              logTail: long,
              warnings: Array.from({ length: count }, () => ({
                code: long,
                message: long,
                path: long,
                harmless: false,
              })),
            },
          },
        };
        const bytes = encodeRecord(record);
        expect(bytes.length).toBeLessThanOrEqual(RECORD_BYTES_MAX);
        const read = decodeRecord(bytes).body;
        expect(read.type === 'run-finished' && read.value.recoveryPoints).toEqual(run.recoveryPoints);
      }),
      { numRuns: 50 },
    );
  });
});
