import { describe, expect, it } from 'vitest';
import type { WalHour } from '../../../../../collector/web/pages/wal-hours.ts';
import { exposureSentence, windowSentences } from '../../../../../collector/web/pages/wal-words.ts';

const HOUR_MS = 3_600_000;
const AT_MS = Date.UTC(2026, 10, 20, 12);
const hour = (kind: WalHour['kind'], exposureMs = 0, i = 0): WalHour => ({
  atMs: AT_MS + i * HOUR_MS,
  kind,
  exposureMs,
});

describe('windows', () => {
  const window = (from: number, to: number) => ({
    fromMs: AT_MS + from * HOUR_MS,
    toMs: AT_MS + to * HOUR_MS,
  });

  it('are said newest first, with the gaps between them', () => {
    expect(windowSentences([window(0, 1), window(2, 3)], [window(1, 2)])).toEqual([
      {
        said: 'Restorable to any second from 2026-11-20 14:00:00 UTC to 2026-11-20 15:00:00 UTC.',
        isGap: false,
      },
      {
        said: 'Nothing between 2026-11-20 13:00:00 UTC and 2026-11-20 14:00:00 UTC: a gap of 1h.',
        isGap: true,
      },
      {
        said: 'Restorable to any second from 2026-11-20 12:00:00 UTC to 2026-11-20 13:00:00 UTC.',
        isGap: false,
      },
    ]);
  });

  it('are counted where they are many, and none is said as what it is', () => {
    const many = Array.from({ length: 40 }, (_, i) => window(i, i + 0.5));
    const said = windowSentences(many, []);
    expect(said).toHaveLength(10);
    expect(said.at(-1)!.said).toBe('31 more before that.');
    expect(windowSentences([], [])).toMatchObject([
      { said: expect.stringMatching(/^Nothing can be restored/) },
    ]);
  });
});

describe('exposure', () => {
  it('is said at its worst, with the hours over the promise and those nobody looked at', () => {
    const week = [hour('ok', 5_000), hour('late', 1_200_000, 1), hour('unseen', 0, 2), hour('blank', 0, 3)];
    expect(exposureSentence(week)).toBe(
      'Exposure in the last 7 days: 20m at worst, in the hour of 2026-11-20 13:00 UTC; over the promise in 1 hour; ' +
        'not looked at in 1 hour.',
    );
  });

  it('of an idle week is none, and of an unseen one not known', () => {
    expect(exposureSentence([hour('ok')])).toBe('Exposure in the last 7 days: none.');
    expect(exposureSentence([hour('unseen'), hour('blank')])).toMatch(/nobody has looked/);
  });
});
