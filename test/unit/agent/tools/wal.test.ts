import { describe, expect, it } from 'vitest';
import {
  formatLsn,
  lastSegmentBefore,
  parseLsn,
  parseSegment,
  segmentBytesOf,
  segmentName,
} from '../../../../agent/tools/wal.ts';

const MIB = 1024 ** 2;

describe('positions', () => {
  it.each([
    ['0/0', 0],
    ['0/427CF08', 0x427cf08],
    ['16/B374D848', 0x16 * 2 ** 32 + 0xb374d848],
  ])('reads and writes %s', (text, lsn) => {
    expect(parseLsn(text)).toBe(lsn);
    expect(formatLsn(lsn)).toBe(text);
  });

  it.each(['', '0', '0/', '/0', 'x/1', '0/100000000', '-1/0', 'FFFFFFFF/0'])('does not take %j', (text) => {
    expect(parseLsn(text)).toBeNull();
  });
});

describe('segments', () => {
  it.each([
    ['000000010000000000000001', 16 * MIB, { timeline: 1, index: 1 }],
    ['0000000200000003000000FF', 16 * MIB, { timeline: 2, index: 3 * 256 + 255 }],
    ['000000010000000100000003', 1024 * MIB, { timeline: 1, index: 7 }],
    ['000000010000000000000FFF', MIB, { timeline: 1, index: 4_095 }],
  ])('reads and writes %s with segments of %i bytes', (name, bytes, segment) => {
    expect(parseSegment(name, bytes)).toEqual(segment);
    expect(segmentName(segment, bytes)).toBe(name);
  });

  it.each([
    '000000010000000000000001.partial',
    '000000010000000000000002.00000028.backup',
    '00000002.history',
    '000000010000000000000100',
    '000000000000000000000001',
    '00000001000000000000001',
    'FFFFFFFFFFFFFFFFFFFFFFFF',
  ])('does not take %s for a segment of 16 MiB', (name) => {
    expect(parseSegment(name, 16 * MIB)).toBeNull();
  });

  it('takes only the sizes that initdb takes', () => {
    expect([MIB, 16 * MIB, 1024 * MIB].map(segmentBytesOf)).toEqual([MIB, 16 * MIB, 1024 * MIB]);
    expect([0, MIB / 2, 3 * MIB, 2048 * MIB, '16MB', null].map(segmentBytesOf)).toEqual(Array(6).fill(null));
  });

  it('knows which segment must be saved for a position', () => {
    expect(lastSegmentBefore(16 * MIB, 16 * MIB)).toBe(0);
    expect(lastSegmentBefore(16 * MIB + 1, 16 * MIB)).toBe(1);
  });
});
