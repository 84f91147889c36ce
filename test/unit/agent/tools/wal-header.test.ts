import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fits, HEADER_BYTES, parseHeader } from '../../../../agent/tools/wal-header.ts';

/** The first bytes of 000000010000000000000003 of a PostgreSQL 15.20. */
const recorded = Buffer.from(
  readFileSync(join(import.meta.dirname, '../../../golden/wal/15-header.txt'), 'utf8')
    .split('\n')[1]!
    .trim(),
  'hex',
);
const SEGMENT_BYTES = 16 * 1024 ** 2;

it('reads whose a segment is, and where in the log it stands', () => {
  const header = parseHeader(recorded)!;
  expect(header).toMatchObject({ segmentBytes: SEGMENT_BYTES, lsn: 3 * SEGMENT_BYTES, timeline: 1 });
  expect(header.systemIdentifier).toMatch(/^\d{19}$/);
  expect(fits(header, { timeline: 1, index: 3 }, SEGMENT_BYTES)).toBe(true);
});

it('takes no file for a segment that another name, another size or no header has', () => {
  const header = parseHeader(recorded)!;
  expect(fits(header, { timeline: 1, index: 4 }, SEGMENT_BYTES)).toBe(false);
  expect(fits(header, { timeline: 1, index: 3 }, SEGMENT_BYTES - 1)).toBe(false);
  // The segment in which a timeline branched off begins with the old one's pages.
  expect(fits(header, { timeline: 2, index: 3 }, SEGMENT_BYTES)).toBe(true);
  expect(fits({ ...header, timeline: 3 }, { timeline: 2, index: 3 }, SEGMENT_BYTES)).toBe(false);
  expect(parseHeader(Buffer.alloc(HEADER_BYTES))).toBeNull();
  expect(parseHeader(recorded.subarray(0, HEADER_BYTES - 1))).toBeNull();
  const odd = Buffer.from(recorded);
  odd.writeUInt32LE(12_345, 32);
  expect(parseHeader(odd)).toBeNull();
});
