import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../../agent/decide/backoff.ts';

describe('the wait before connecting again', () => {
  it('is spread from one second to a ceiling that doubles up to a minute', () => {
    const ceilings = [0, 1, 2, 3, 4, 5, 6, 100].map((failures) => backoffMs(failures, 1));
    expect(ceilings).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    for (const failures of [0, 3, 100]) expect(backoffMs(failures, 0)).toBe(1_000);
  });

  it('is spread over the whole range, so that a fleet does not march', () => {
    expect(backoffMs(100, 0.5)).toBe(30_500);
  });
});
