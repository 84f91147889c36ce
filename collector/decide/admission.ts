/** How fast new sessions are let in: a token bucket. Pure. */

export interface Bucket {
  tokens: number;
  atMs: number;
}

export interface AdmissionRate {
  perSecond: number;
  /** Sessions let in at once after a quiet time. */
  burst: number;
}

/** `waitMs` is 0 when admitted, otherwise how long until the next token. `nowMs` must not jump. */
export function admit(
  bucket: Bucket,
  rate: AdmissionRate,
  nowMs: number,
): { admitted: boolean; bucket: Bucket; waitMs: number } {
  const gained = (Math.max(0, nowMs - bucket.atMs) * rate.perSecond) / 1_000;
  const tokens = Math.min(rate.burst, bucket.tokens + gained);
  if (tokens >= 1) return { admitted: true, bucket: { tokens: tokens - 1, atMs: nowMs }, waitMs: 0 };
  const waitMs = Math.ceil(((1 - tokens) * 1_000) / rate.perSecond);
  return { admitted: false, bucket: { tokens, atMs: nowMs }, waitMs };
}
