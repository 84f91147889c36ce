import { expect, it } from 'vitest';
import { bothTimes, microsOf, parseMoment } from '../../../../agent/decide/moment.ts';

const at = (text: string) => Date.parse(text);

it.each([
  ['latest', null],
  ['2026-11-22 14:30', at('2026-11-22T13:30:00Z')],
  ['2026-07-01T14:30:15', at('2026-07-01T12:30:15Z')],
  ['2026-11-22T14:30:00Z', at('2026-11-22T14:30:00Z')],
  ['2026-11-22 14:30:00+05:30', at('2026-11-22T09:00:00Z')],
  ['2026-11-21 14:03:07+01', at('2026-11-21T13:03:07Z')],
  ['2026-11-21 14:03-02', at('2026-11-21T16:03:00Z')],
  ['2026-11-21 14:03:07.343848+01', at('2026-11-21T13:03:07.343Z')],
  ['2026-11-21 14:03:07.5', at('2026-11-21T13:03:07.500Z')],
  // The night in which 02:30 exists twice, and the one in which it does not exist.
  ['2026-10-25 02:30', at('2026-10-25T00:30:00Z')],
  ['2026-03-29 02:30', at('2026-03-29T01:30:00Z')],
] as const)('reads %s as people in Berlin mean it', (text, expected) => {
  expect(parseMoment(text, 'Europe/Berlin')).toBe(expected);
});

it.each(['', 'yesterday', '2026-11-22', '22.11.2026 14:30', '2026-02-30 10:00', '2026-11-22 25:00'])(
  'does not guess what "%s" means',
  (text) => {
    expect(parseMoment(text, 'Europe/Berlin')).toBeUndefined();
  },
);

it('says a moment in local time and in UTC, with the date where they differ', () => {
  expect(bothTimes(at('2026-11-22T13:30:00Z'), 'Europe/Berlin')).toBe(
    '2026-11-22 14:30:00 Europe/Berlin (13:30:00 UTC)',
  );
  expect(bothTimes(at('2026-11-22T23:30:00Z'), 'Europe/Berlin')).toBe(
    '2026-11-23 00:30:00 Europe/Berlin (2026-11-22 23:30:00 UTC)',
  );
  expect(bothTimes(at('2026-11-22T13:30:00Z'), 'UTC')).toBe('2026-11-22 13:30:00 UTC');
});

it('keeps the microseconds that PostgreSQL writes', () => {
  expect(microsOf('2026-11-21 14:03:07.343848+01')).toBe(848);
  expect(microsOf('2026-11-21 14:03:07.3438')).toBe(800);
  expect(microsOf('2026-11-21 14:03:07.343')).toBe(0);
  expect(microsOf('latest')).toBe(0);
});
