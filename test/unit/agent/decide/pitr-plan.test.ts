import { describe, expect, it } from 'vitest';
import { type Held, pitrWindows, planPitr, segmentBytesBy } from '../../../../agent/decide/pitr-plan.ts';
import type { Stretch } from '../../../../agent/decide/wal-folder.ts';
import { NO_HISTORIES, newestWay } from '../../../../agent/decide/wal-timeline.ts';
import { alone, type Way, wayTo } from '../../../../agent/decide/wal-way.ts';
import type { BaseBackup } from '../../../../agent/decide/wal-windows.ts';
import { segmentName } from '../../../../agent/tools/wal.ts';

const SEGMENT = 16 * 1024 ** 2;
const NOW = 100_000;
const say = (atMs: number) => `T${atMs}`;

/** Began a second before it stopped, in one segment. */
function backup(stoppedAtMs: number, index: number, timeline = 1): BaseBackup {
  const name = segmentName({ timeline, index }, SEGMENT);
  return {
    label: `B${stoppedAtMs}`,
    startedAtMs: stoppedAtMs - 1,
    stoppedAtMs,
    walStart: name,
    walStop: name,
  };
}

const stretch = (from: number, to: number): Stretch => ({ from, to, endedAtMs: (to + 1) * 1_000 });

function held(
  backups: BaseBackup[],
  stretches: Record<number, Stretch[]>,
  way: Way = alone(1),
): Held<BaseBackup> {
  const archive = new Map(Object.entries(stretches).map(([timeline, of]) => [Number(timeline), of]));
  return { segmentBytes: SEGMENT, backups, archive, way };
}

function plan(from: Held<BaseBackup>, atMs: number | null) {
  const found = planPitr(pitrWindows(from), atMs, NOW, say);
  return 'problem' in found
    ? found.problem
    : `${found.backup.label} to ${found.end.index}${found.endsAtGap ? ' gap' : ''}`;
}

const WHOLE = held([backup(2_500, 2), backup(8_500, 8)], { 1: [stretch(1, 20)] });
const HOLED = held([backup(2_500, 2), backup(12_500, 12)], { 1: [stretch(1, 6), stretch(9, 20)] });

describe('the base backup of a moment', () => {
  it('is the newest that ended before it', () => {
    expect(plan(WHOLE, 2_500)).toBe('B2500 to 20');
    expect(plan(WHOLE, 8_499)).toBe('B2500 to 20');
    expect(plan(WHOLE, 8_500)).toBe('B8500 to 20');
    expect(plan(WHOLE, null)).toBe('B8500 to 20');
  });

  it('may be asked for a moment after the last segment: nobody knows whether anything is missing', () => {
    expect(plan(WHOLE, NOW)).toBe('B8500 to 20');
  });

  it('has those behind it that reach the same end, newest first, for when it is damaged itself', () => {
    const older = (from: Held<BaseBackup>, atMs: number | null) => {
      const found = planPitr(pitrWindows(from), atMs, NOW, say);
      return 'problem' in found ? null : found.older.map(({ backup: { label } }) => label);
    };
    expect(older(WHOLE, null)).toEqual(['B2500']);
    expect(older(WHOLE, 9_000)).toEqual(['B2500']);
    expect(older(WHOLE, 8_000)).toEqual([]);
    expect(older(HOLED, null)).toEqual([]);
    expect(older(HOLED, 13_000)).toEqual([]);
  });

  it('is never one whose own WAL is not whole', () => {
    const torn = held([backup(2_500, 2), backup(8_500, 8)], { 1: [stretch(1, 7), stretch(9, 20)] });
    expect(plan(torn, 7_000)).toBe('B2500 to 7 gap');
    expect(plan(torn, null)).toBe('B2500 to 7 gap');
    expect(plan(held([backup(8_500, 8)], { 1: [stretch(9, 20)] }), null)).toBe(
      'there is no base backup whose WAL is whole',
    );
  });

  it('leads over a failover, and not along another server’s timeline', () => {
    const branch = 10 * SEGMENT + 500;
    const way = wayTo(2, [{ timeline: 1, endLsn: branch }], SEGMENT);
    const swapped = held([backup(2_500, 2)], { 1: [stretch(1, 15)], 2: [stretch(10, 30)] }, way);
    expect(plan(swapped, null)).toBe('B2500 to 30');
    const found = planPitr(pitrWindows(swapped), null, NOW, say);
    expect(found).toMatchObject({ timeline: 2 });
  });

  it('asks for no history where replay stays on its own timeline: nobody archived one', () => {
    const stretches = { 2: [stretch(1, 20)] };
    const archive = new Map([[2, stretches[2]]]);
    const promoted = held([backup(2_500, 2, 2)], stretches, newestWay(NO_HISTORIES, archive, SEGMENT));
    expect(plan(promoted, null)).toBe('B2500 to 20');
    expect(plan(promoted, NOW)).toBe('B2500 to 20');
    expect(planPitr(pitrWindows(promoted), null, NOW, say)).toMatchObject({ timeline: 'current' });
  });
});

describe('a moment that cannot be restored', () => {
  it('is refused with the windows: before all, in the future, in a gap', () => {
    expect(plan(WHOLE, 2_499)).toBe(
      'T2499 lies before everything that can be restored; restorable: T2500 to what is archived last',
    );
    expect(plan(WHOLE, NOW + 1)).toContain('lies in the future; restorable: T2500');
    const windows = 'restorable: T2500 to T7000; T12500 to what is archived last';
    expect(plan(HOLED, 7_001)).toBe(`T7001 lies in a gap: WAL that leads there is missing; ${windows}`);
    expect(plan(HOLED, 12_499)).toContain('lies in a gap');
    expect(plan(HOLED, 7_000)).toBe('B2500 to 6 gap');
    expect(plan(HOLED, 12_500)).toBe('B12500 to 20');
  });

  it('is said for the end of the WAL too, when newer WAL cannot be reached', () => {
    const cut = held([backup(2_500, 2)], { 1: [stretch(1, 6), stretch(9, 20)] });
    expect(plan(cut, null)).toBe('B2500 to 6 gap');
    expect(plan(cut, 50_000)).toContain('lies in a gap');
  });
});

describe('the size of segments', () => {
  const at = (lsn: number, size: number) => ({
    walStart: segmentName({ timeline: 1, index: Math.floor(lsn / size) }, size),
    startLsn: lsn,
  });

  it.each([1, 16, 64, 1_024])('is told by the backups’ places in the log: %d MiB', (mib) => {
    const size = mib * 1024 ** 2;
    expect(
      segmentBytesBy([at(size + 40, size), at(7 * size + 40, size), at(5 * 2 ** 32 + 3 * size, size)]),
    ).toBe(size);
  });

  it('is none in which a name cannot be, where the place is not known (pgBackRest 2.33)', () => {
    const names = ['000000010000000000000002', '000000010000000000000FFF', null];
    expect(segmentBytesBy(names.map((walStart) => ({ walStart, startLsn: null })))).toBe(1024 ** 2);
  });

  it('is the usual one where nothing tells', () => {
    expect(segmentBytesBy([])).toBe(SEGMENT);
    expect(segmentBytesBy([{ walStart: '000000010000000000000002', startLsn: null }])).toBe(SEGMENT);
  });
});
