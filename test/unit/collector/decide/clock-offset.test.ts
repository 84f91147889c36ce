import { describe, expect, it } from 'vitest';
import { correctedMs } from '../../../../collector/decide/clock-offset.ts';

const RECEIVED_AT_MS = 1_000_000;

describe("an agent's instant by the collector's clock", () => {
  it('is moved by the offset of a clock that is wrong', () => {
    expect(correctedMs(8_000_000, 7_200_000, RECEIVED_AT_MS)).toBe(800_000);
    expect(correctedMs(100_000, -300_000, RECEIVED_AT_MS)).toBe(400_000);
  });

  it('stays as it is when the offset may be the delay of the network', () => {
    expect(correctedMs(900_000, -2_000, RECEIVED_AT_MS)).toBe(900_000);
    expect(correctedMs(900_000, 2_000, RECEIVED_AT_MS)).toBe(900_000);
  });

  it('is never later than it was received, and never before 1970', () => {
    expect(correctedMs(RECEIVED_AT_MS + 1, 0, RECEIVED_AT_MS)).toBe(RECEIVED_AT_MS);
    expect(correctedMs(1, 5_000, RECEIVED_AT_MS)).toBe(0);
  });
});
