import { describe, expect, it } from 'vitest';
import { admit, type Bucket } from '../../../../collector/decide/admission.ts';

const RATE = { perSecond: 10, burst: 3 };

describe('admission', () => {
  it('lets a burst in at once, then one for every token, and says how long to wait', () => {
    let bucket: Bucket = { tokens: 3, atMs: 0 };
    const answers: (boolean | number)[] = [];
    for (let i = 0; i < 5; i += 1) {
      const answer = admit(bucket, RATE, 0);
      bucket = answer.bucket;
      answers.push(answer.admitted || answer.waitMs);
    }
    expect(answers).toEqual([true, true, true, 100, 100]);
    expect(admit(bucket, RATE, 50)).toMatchObject({ admitted: false, waitMs: 50 });
    expect(admit(bucket, RATE, 100)).toMatchObject({ admitted: true, waitMs: 0 });
  });

  it('saves no more than the burst in a quiet time', () => {
    const { bucket } = admit({ tokens: 0, atMs: 0 }, RATE, 3_600_000);
    expect(bucket.tokens).toBe(2);
  });

  it('loses nothing when the clock stands still or goes back', () => {
    expect(admit({ tokens: 1, atMs: 1_000 }, RATE, 0).admitted).toBe(true);
    expect(admit({ tokens: 0, atMs: 1_000 }, RATE, 0).admitted).toBe(false);
  });
});
