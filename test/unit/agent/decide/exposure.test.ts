import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterSample,
  type Exposure,
  type ExposureSample,
  exposureMs,
  keptHeartbeats,
  SWITCH_SLACK_MS,
  UNSAVED_MAX,
} from '../../../../agent/decide/exposure.ts';

const SEGMENT = 16 * 1024 ** 2;
const MINUTE_MS = 60_000;

function sample(atMs: number, lsn: number, archiveTimeoutMs = MINUTE_MS): ExposureSample {
  return { atMs, lsn, segmentBytes: SEGMENT, archiveTimeoutMs, heartbeats: [] };
}

function follow(samples: ExposureSample[], saved: (atMs: number) => number): Exposure {
  return samples.reduce<Exposure | null>((state, one) => afterSample(state, one, saved(one.atMs)), null)!;
}

describe('exposure', () => {
  it('is nothing while everything is saved', () => {
    expect(exposureMs(afterSample(null, sample(0, SEGMENT), SEGMENT), MINUTE_MS)).toBe(0);
  });

  it('is the age of the first sample that lies beyond what is saved', () => {
    const minutes = [0, 1, 2, 3, 4, 5];
    const samples = minutes.map((minute) => sample(minute * MINUTE_MS, (minute + 1) * SEGMENT));
    // Nothing arrives after the second minute.
    const state = follow(samples, (atMs) => Math.min(atMs / MINUTE_MS + 1, 2) * SEGMENT);
    expect(exposureMs(state, 5 * MINUTE_MS)).toBe(3 * MINUTE_MS);
  });

  it('stays zero for weeks on an idle server whose log stands some bytes into an unswitched segment', () => {
    const weeks = Array.from({ length: 3 * 7 * 24 * 60 }, (_, minute) =>
      sample(minute * MINUTE_MS, SEGMENT + 0x60),
    );
    const state = follow(weeks, () => SEGMENT);
    expect(exposureMs(state, weeks.at(-1)!.atMs)).toBe(0);
  });

  it('counts what is written after weeks of idleness, from when it was written', () => {
    let state = follow([sample(0, SEGMENT + 0x60), sample(60 * MINUTE_MS, SEGMENT + 0x60)], () => SEGMENT);
    state = afterSample(state, sample(100 * MINUTE_MS, SEGMENT + 0x8000), SEGMENT);
    expect(exposureMs(state, 101 * MINUTE_MS)).toBe(MINUTE_MS);
    // The server switches, the archiver hangs.
    state = afterSample(state, sample(102 * MINUTE_MS, 2 * SEGMENT + 0x60), SEGMENT);
    state = afterSample(state, sample(160 * MINUTE_MS, 2 * SEGMENT + 0x60), SEGMENT);
    expect(exposureMs(state, 160 * MINUTE_MS)).toBe(60 * MINUTE_MS);
  });

  it('counts a switched segment that is not saved, also while nothing follows it', () => {
    const samples = [0, 10, 20].map((minute) => sample(minute * MINUTE_MS, 2 * SEGMENT));
    const state = follow(samples, () => SEGMENT);
    expect(exposureMs(state, 20 * MINUTE_MS)).toBe(20 * MINUTE_MS);
  });

  it('forgives nothing where the server never switches by time', () => {
    const state = follow(
      [sample(0, SEGMENT + 0x60, 0), sample(1_000 * MINUTE_MS, SEGMENT + 0x60, 0)],
      () => SEGMENT,
    );
    expect(exposureMs(state, 1_000 * MINUTE_MS)).toBe(1_000 * MINUTE_MS);
  });

  it('begins when what was saved is gone again from the repository, also of an idle server', () => {
    let state = follow([sample(0, 3 * SEGMENT)], () => 3 * SEGMENT);
    state = afterSample(state, sample(MINUTE_MS, 3 * SEGMENT), SEGMENT);
    state = afterSample(state, sample(31 * MINUTE_MS, 3 * SEGMENT), SEGMENT);
    expect(exposureMs(state, 31 * MINUTE_MS)).toBe(30 * MINUTE_MS);
  });

  it('is never negative when the database clock goes back', () => {
    const state = afterSample(null, sample(10 * MINUTE_MS, 2 * SEGMENT), SEGMENT);
    expect(exposureMs(state, 0)).toBe(0);
  });

  it('grows from the moment at which the database clock was put back', () => {
    let state = afterSample(null, sample(60 * MINUTE_MS, 3 * SEGMENT), SEGMENT);
    state = afterSample(state, sample(MINUTE_MS, 3 * SEGMENT), SEGMENT);
    state = afterSample(state, sample(21 * MINUTE_MS, 3 * SEGMENT), SEGMENT);
    expect(exposureMs(state, 21 * MINUTE_MS)).toBe(20 * MINUTE_MS);
  });

  it('remembers a bounded number of samples, and always the oldest', () => {
    const samples = Array.from({ length: 3 * UNSAVED_MAX }, (_, i) =>
      sample(i * MINUTE_MS, (i + 2) * SEGMENT),
    );
    const state = follow(samples, () => SEGMENT);
    expect(state.unsaved.length).toBeLessThanOrEqual(UNSAVED_MAX);
    expect(state.unsaved[0]!.atMs).toBe(0);
  });

  it('never says less than the truth by more than the time between samples, whatever is saved when', () => {
    const step = fc.record({
      wrote: fc.integer({ min: 0, max: 3 * SEGMENT }),
      saves: fc.boolean(),
      afterMs: fc.integer({ min: 1_000, max: 10 * MINUTE_MS }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        let state: Exposure | null = null;
        let atMs = 0;
        let lsn = SEGMENT;
        let savedLsn = SEGMENT;
        let writes: { lsn: number; atMs: number; untilMs: number }[] = [];
        for (const { wrote, saves, afterMs } of steps) {
          const beforeMs = atMs;
          atMs += afterMs;
          if (wrote > 0) {
            lsn += wrote;
            writes.push({ lsn, atMs: beforeMs, untilMs: atMs });
          }
          if (saves) savedLsn = Math.floor(lsn / SEGMENT) * SEGMENT;
          // Without a switch by time, so that nothing may be called unimportant.
          state = afterSample(state, sample(atMs, lsn, 0), savedLsn);
          writes = writes.filter((one) => one.lsn > savedLsn);
          const oldest = writes[0];
          const said = exposureMs(state, atMs);
          if (!oldest) expect(said).toBe(0);
          else {
            expect(said).toBeGreaterThanOrEqual(atMs - oldest.untilMs);
            expect(said).toBeLessThanOrEqual(atMs - oldest.atMs);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('calls nothing unimportant before the server had its time to switch', () => {
    const state = follow(
      [sample(0, SEGMENT + 9), sample(MINUTE_MS + SWITCH_SLACK_MS, SEGMENT + 9)],
      () => SEGMENT,
    );
    expect(exposureMs(state, MINUTE_MS + SWITCH_SLACK_MS)).toBe(MINUTE_MS + SWITCH_SLACK_MS);
  });
});

describe('heartbeats', () => {
  const beat = { atMs: 5 * MINUTE_MS, lsn: SEGMENT + 0x200 };
  const at = (minute: number, lsn: number) => ({ ...sample(minute * MINUTE_MS, lsn), heartbeats: [beat] });

  it('are changes: one that is not saved is never called unimportant, and what lay before it still is', () => {
    let state = afterSample(null, at(0, SEGMENT + 0x60), SEGMENT);
    state = afterSample(state, at(5, beat.lsn), SEGMENT);
    state = afterSample(state, at(60, beat.lsn), SEGMENT);
    expect(exposureMs(state, 60 * MINUTE_MS)).toBe(55 * MINUTE_MS);
  });

  it('leave an idle server at zero once they are saved', () => {
    let state = afterSample(null, at(0, SEGMENT + 0x60), SEGMENT);
    state = afterSample(state, at(5, beat.lsn), SEGMENT);
    for (let minute = 7; minute < 60; minute += 1) {
      state = afterSample(state, at(minute, 2 * SEGMENT + 0x60), 2 * SEGMENT);
    }
    expect(exposureMs(state, 60 * MINUTE_MS)).toBe(0);
  });

  it('are kept from the newest that is saved', () => {
    const beats = [1, 2, 3, 4].map((index) => ({ atMs: index, lsn: index * SEGMENT }));
    expect(keptHeartbeats(beats, 3 * SEGMENT - 1)).toEqual(beats.slice(1));
    expect(keptHeartbeats(beats, 9 * SEGMENT)).toEqual(beats.slice(3));
    expect(keptHeartbeats(beats, 0)).toEqual(beats);
    const many = Array.from({ length: 2 * UNSAVED_MAX }, (_, i) => ({ atMs: i, lsn: i * SEGMENT }));
    const kept = keptHeartbeats(many, 0);
    expect(kept.length).toBeLessThanOrEqual(UNSAVED_MAX);
    expect(kept[0]).toEqual(many[0]);
  });
});
