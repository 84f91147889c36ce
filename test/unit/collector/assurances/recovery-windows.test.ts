import { describe, expect, it } from 'vitest';
import {
  exposedMs,
  gapsBetween,
  recoveryWindows,
  walSource,
} from '../../../../collector/assurances/recovery-windows.ts';
import { SAMPLE_AT_MS } from '../../../support/samples.ts';
import { walServer, walState } from '../../../support/wal.ts';

const HOUR_MS = 3_600_000;
const ago = (hours: number) => SAMPLE_AT_MS - hours * HOUR_MS;
const window = (from: number, to: number | null) => ({ fromMs: ago(from), toMs: to === null ? 0 : ago(to) });
const stretch = (from: number, to: number) => ({ fromMs: ago(from), toMs: ago(to) });

describe('what can be restored', () => {
  const of = (windows: ReturnType<typeof window>[], exposureMs = 0) =>
    recoveryWindows(walState({ windows, exposureMs }));

  it('goes on to the oldest change that is not in the repository', () => {
    expect(of([window(9, 5), window(4, null)], HOUR_MS)).toEqual([stretch(9, 5), stretch(4, 1)]);
    // A base backup that was made after it: one moment.
    expect(of([window(1, null)], 2 * HOUR_MS)).toEqual([stretch(1, 1)]);
  });

  it('is one stretch where windows overlap, in whichever order they come', () => {
    expect(of([window(9, null), window(6, 3)])).toEqual([stretch(9, 0)]);
    expect(of([window(4, 2), window(9, 5), window(7, 3)])).toEqual([stretch(9, 2)]);
  });

  it('does not reach past the present by what a server archives that was left behind', () => {
    expect(of([window(9, null), window(4, 1)], 2 * HOUR_MS)).toEqual([stretch(9, 2)]);
    expect(of([window(9, null), window(1, 0)], 2 * HOUR_MS)).toEqual([stretch(9, 2)]);
  });
});

describe('gaps', () => {
  it('lie between windows and before the first', () => {
    expect(gapsBetween([stretch(9, 5), stretch(4, 0)], ago(10))).toEqual([stretch(10, 9), stretch(5, 4)]);
    expect(gapsBetween([stretch(9, 5), stretch(4, 0)], ago(4))).toEqual([]);
    expect(gapsBetween([stretch(9, 5), stretch(4, 0)], ago(4.5))).toEqual([stretch(4.5, 4)]);
  });
});

describe('exposure', () => {
  it('grows after the sample, and none stays none', () => {
    expect(exposedMs(walState({ exposureMs: 5 }), SAMPLE_AT_MS + 7)).toBe(12);
    expect(exposedMs(walState({ exposureMs: 0 }), SAMPLE_AT_MS + 7)).toBe(0);
  });
});

describe('the sample that counts', () => {
  const down = { databaseLostAtMs: ago(1) };
  const newer = walServer('primary', walState({ role: 'primary', timeline: 2 }));
  const sourceOf = (state: Parameters<typeof walState>, servers = [newer]) =>
    walSource({ state: walState(...state), servers }, SAMPLE_AT_MS)?.primary?.host ?? null;

  it('is the own one of a primary, also while it is down', () => {
    expect(sourceOf([{ role: 'primary', timeline: 1 }])).toBeNull();
    expect(sourceOf([{ role: 'primary', timeline: 2 }, down])).toBeNull();
    expect(walSource({ state: walState(), servers: [newer] }, SAMPLE_AT_MS)).not.toBeNull();
  });

  it('is that of the new primary for one that is down and was left behind', () => {
    expect(sourceOf([{ role: 'primary', timeline: 1 }, down])).toBe('web2');
  });

  it('is that of the primary for a standby, and none when nobody watches one', () => {
    expect(sourceOf([{ role: 'standby' }])).toBe('web2');
    expect(walSource({ state: walState({ role: 'standby' }), servers: [] }, SAMPLE_AT_MS)).toBeNull();
    expect(walSource({ state: null, servers: [newer] }, SAMPLE_AT_MS)).toBeNull();
  });
});
