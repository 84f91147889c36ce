import { describe, expect, it } from 'vitest';
import { closeCode, closeReason } from '../../../../collector/ingest/refusal.ts';
import { REFUSED_CODES } from '../../../../proto/messages.ts';

describe('the close of a refused session', () => {
  it('has a code of its own for every refusal, among those WebSocket leaves to applications', () => {
    const codes = REFUSED_CODES.map(closeCode);
    expect(new Set(codes).size).toBe(REFUSED_CODES.length);
    for (const code of codes) expect(code).toBeGreaterThanOrEqual(4_000);
  });

  it('has a reason that fits a close frame, whatever it says', () => {
    for (const reason of ['', 'x'.repeat(500), 'ä'.repeat(500), '😀'.repeat(500), '\ud800'.repeat(500)]) {
      expect(Buffer.byteLength(closeReason(reason))).toBeLessThanOrEqual(123);
    }
    expect(closeReason('no Hello came')).toBe('no Hello came');
  });
});
