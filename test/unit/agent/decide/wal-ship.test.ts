import { expect, it } from 'vitest';
import {
  type Arrived,
  batchesOf,
  heldOf,
  isHeld,
  rangeOf,
  removable,
  SHIP_BYTES_MAX,
  SHIP_EVERY_MS,
  STAYS_MS,
  waitingOf,
} from '../../../../agent/decide/wal-ship.ts';
import { segmentName } from '../../../../agent/tools/wal.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 2);
const SEGMENT_BYTES = 16 * 1024 ** 2;
const A = '7711163399154252448';
const B = '7711163399154252449';

function arrived(index: number, change: Partial<Arrived> = {}): Arrived {
  const { timeline = 1 } = change;
  const name = segmentName({ timeline, index }, SEGMENT_BYTES);
  return {
    timeline,
    index,
    name,
    systemIdentifier: A,
    segmentBytes: SEGMENT_BYTES,
    changedAtMs: NOW_MS - 1_000 + index,
    ...change,
  };
}
const span = (first: string, last: string, systemIdentifier = A) => ({
  kind: 'wal' as const,
  systemIdentifier,
  first,
  last,
});
const indexes = (batches: Arrived[][]) => batches.map((batch) => batch.map(({ index }) => index));

it('makes one archive of what follows on, and another behind a gap, of another timeline and of another cluster', () => {
  const waiting = [
    arrived(9),
    arrived(5),
    arrived(6),
    arrived(7, { timeline: 2 }),
    arrived(8, { timeline: 2 }),
    arrived(7, { systemIdentifier: B }),
  ];
  expect(indexes(batchesOf(waiting, null, NOW_MS))).toEqual([[5, 6], [7, 8], [7], [9]]);
});

it('waits five minutes after an archive, unless much waits or the clock was put back', () => {
  const waiting = [arrived(1)];
  const isTime = (sinceMs: number, segments = waiting) =>
    batchesOf(segments, NOW_MS - sinceMs, NOW_MS).length > 0;
  expect(isTime(SHIP_EVERY_MS - 1)).toBe(false);
  expect(isTime(SHIP_EVERY_MS)).toBe(true);
  expect(isTime(-1)).toBe(true);
  const much = Array.from({ length: SHIP_BYTES_MAX / SEGMENT_BYTES }, (_, index) => arrived(index));
  expect(isTime(1, much.slice(1))).toBe(false);
  expect(isTime(1, much)).toBe(true);
});

it('makes no archive of more than a gigabyte', () => {
  const perArchive = SHIP_BYTES_MAX / SEGMENT_BYTES;
  const much = Array.from({ length: 2 * perArchive + 1 }, (_, index) => arrived(index));
  expect(batchesOf(much, null, NOW_MS).map(({ length }) => length)).toEqual([perArchive, perArchive, 1]);
});

it('knows what the archives hold, by cluster and timeline', () => {
  const name = (index: number, timeline = 1) => segmentName({ timeline, index }, SEGMENT_BYTES);
  const held = heldOf(
    [span(name(1), name(3)), span(name(4), name(5)), span(name(9), name(9))],
    () => SEGMENT_BYTES,
  );
  const isThere = (index: number, change = {}) => isHeld(held, arrived(index, change));
  expect([0, 1, 3, 4, 5, 6, 8, 9, 10].filter((index) => isThere(index))).toEqual([1, 3, 4, 5, 9]);
  expect(isThere(3, { timeline: 2 })).toBe(false);
  expect(isThere(3, { systemIdentifier: B })).toBe(false);
  expect(
    isHeld(
      heldOf([span(name(1), name(3))], () => null),
      arrived(2),
    ),
  ).toBe(false);
});

it('sends nothing again that was pruned and could not be removed from the folder, and everything after a long outage', () => {
  const old = { changedAtMs: NOW_MS - STAYS_MS };
  const name = (index: number) => segmentName({ timeline: 1, index }, SEGMENT_BYTES);
  const held = heldOf([span(name(5), name(6))], () => SEGMENT_BYTES);
  const waiting = (...segments: Arrived[]) => waitingOf(segments, held, NOW_MS).map(({ index }) => index);
  expect(waiting(arrived(3, old), arrived(4), arrived(5, old), arrived(6))).toEqual([4]);
  expect(waiting(arrived(7, old), arrived(8, old))).toEqual([7, 8]);
  expect(waiting(arrived(4, { ...old, timeline: 2 }), arrived(4, { ...old, systemIdentifier: B }))).toEqual([
    4, 4,
  ]);
});

it('takes no name for a span that is backwards, of two timelines, or longer than an archive is', () => {
  const name = (index: number, timeline = 1) => segmentName({ timeline, index }, SEGMENT_BYTES);
  const range = (first: string, last: string) => rangeOf({ first, last }, SEGMENT_BYTES);
  expect(range(name(3), name(5))).toEqual({ timeline: 1, from: 3, to: 5 });
  expect(range(name(5), name(3))).toBeNull();
  expect(range(name(3), name(5, 2))).toBeNull();
  expect(range(name(0), name(1_000_000))).toBeNull();
});

it('lets a segment leave the folder when it is seen in the repository, a day old and not the newest', () => {
  const old = { changedAtMs: NOW_MS - STAYS_MS };
  const files = [arrived(1, old), arrived(2, old), arrived(3), arrived(4, old), arrived(5, old)];
  const name = (index: number) => arrived(index).name;
  const held = (last: number) => heldOf([span(name(1), name(last))], () => SEGMENT_BYTES);
  expect(removable(files, held(3), NOW_MS)).toEqual([name(1), name(2)]);
  expect(removable(files, held(5), NOW_MS)).toEqual([name(1), name(2), name(4)]);
  expect(removable(files, held(5), NOW_MS - 1)).toEqual([]);
  // A promotion begins a timeline: the newest of it is what pg_receivewal goes on from.
  expect(removable([...files, arrived(5, { timeline: 2 })], held(5), NOW_MS)).toContain(name(5));
});
