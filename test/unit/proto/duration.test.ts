import { describe, expect, it } from 'vitest';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../../proto/duration.ts';

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['250ms', 250],
    ['0s', 0],
  ])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '10', '1.5h', '-1h', '1 h', 'h', '1w', '10mm', '1e3s', ' 1h', '99999999999s'])(
    'refuses %j',
    (text) => expect(parseDuration(text)).toBeNull(),
  );

  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [59_600, '1m'],
    [90_000, '1m 30s'],
    [3_600_000, '1h'],
    [3_601_000, '1h'],
    [90_061_000, '1d 1h'],
    [-5_000, '-5s'],
  ])('writes %d ms as people say it', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('sizes', () => {
  it.each([
    ['500MiB', 524_288_000],
    ['1GiB', 1_073_741_824],
    ['0B', 0],
  ])('reads %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each(['500', '500MB', '5 MiB', '-1B', '1.5GiB', 'MiB'])('refuses %j', (text) =>
    expect(parseSize(text)).toBeNull(),
  );

  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_536, '1.5 KiB'],
    [1_610_612_736, '1.5 GiB'],
  ])('writes %d bytes as people say it', (bytes, text) => expect(formatSize(bytes)).toBe(text));
});
