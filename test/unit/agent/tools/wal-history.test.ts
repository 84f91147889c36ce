import { describe, expect, it } from 'vitest';
import { parseLsn } from '../../../../agent/tools/wal.ts';
import {
  HISTORY_BYTES_MAX,
  historyName,
  historyTimeline,
  parseHistory,
} from '../../../../agent/tools/wal-history.ts';

/** As PostgreSQL 15 wrote it at a second promotion. */
const HISTORY = '1\t0/80000A0\tno recovery target specified\n\n\n2\t0/A0000D8\tafter LSN 0/A0000D8\n';

describe('the name of a history file', () => {
  it('says of which timeline, in hexadecimal; the first has none', () => {
    expect(historyTimeline('0000001A.history')).toBe(26);
    expect(historyName(26)).toBe('0000001A.history');
    const others = [
      '00000001.history',
      '00000000.history',
      '0000001a.history',
      '00000002.history.gz',
      '00000002',
    ];
    for (const name of others) expect(historyTimeline(name)).toBeNull();
  });
});

describe('what a history file says', () => {
  it('is where each ancestor was left', () => {
    expect(parseHistory(HISTORY, 3)).toEqual([
      { timeline: 1, endLsn: parseLsn('0/80000A0') },
      { timeline: 2, endLsn: parseLsn('0/A0000D8') },
    ]);
    expect(parseHistory('# by hand\n1 16/B374D848', 2)).toEqual([
      { timeline: 1, endLsn: parseLsn('16/B374D848') },
    ]);
  });

  it.each([
    ['is empty', ''],
    ['is cut off', '1\t0/8'.slice(0, 3)],
    ['is encrypted', 'Salted__\u0001\u0002'],
    ['names no position', '1\tnowhere\tat all'],
    ['names timelines that do not ascend', '2\t0/8000000\tx\n1\t0/9000000\tx'],
    ['names one twice', '1\t0/8000000\tx\n1\t0/9000000\tx'],
    ['leaves a timeline before it began', '1\t0/9000000\tx\n2\t0/8000000\tx'],
    ['descends from itself', '1\t0/8000000\tx\n3\t0/9000000\tx'],
    ['descends from a later one', '4\t0/8000000\tx'],
    ['descends from timeline 0', '0\t0/8000000\tx'],
    ['has no end', '1\t0/8000000\tx\n'.repeat(1) + '\n'.repeat(HISTORY_BYTES_MAX)],
  ])('is nothing when it %s', (_, text) => {
    expect(parseHistory(text, 3)).toBeNull();
  });
});
