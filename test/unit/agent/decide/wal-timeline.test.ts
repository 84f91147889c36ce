import { describe, expect, it } from 'vitest';
import { NO_HISTORIES, newestWay } from '../../../../agent/decide/wal-timeline.ts';
import { alone, wayTo } from '../../../../agent/decide/wal-way.ts';

const SEGMENT = 16 * 1024 ** 2;
const STRETCH = { from: 1, to: 9, endedAtMs: 0 };

describe('the way to the newest timeline', () => {
  it('is that of the newest history', () => {
    const own = [{ timeline: 1, endLsn: 5 * SEGMENT }];
    const histories = { files: [{ timeline: 2, changedAtMs: 0 }], own };
    expect(newestWay(histories, new Map([[1, [STRETCH]]]), SEGMENT)).toEqual(wayTo(2, own, SEGMENT));
  });

  it('is that of the newest segments where no history was ever archived', () => {
    const archive = new Map([
      [3, [STRETCH]],
      [2, [STRETCH]],
    ]);
    expect(newestWay(NO_HISTORIES, archive, SEGMENT)).toEqual(alone(3));
    expect(newestWay(NO_HISTORIES, new Map(), SEGMENT)).toEqual(alone(1));
  });
});
