/**
 * What of an archive directory is sent to its repository, and when; and what need not lie there any more. Pure.
 *
 * Each borg archive holds segments of one timeline without a hole, so that its name alone says what is in it. An
 * archive each SHIP_EVERY_MS makes some 2,000 in seven days, which borg lists in a second or two; an idle server
 * makes none.
 */
import type { WalSpan } from '../tools/pitr-archives.ts';
import { parseSegment, SEGMENT_BYTES_MIN, type Segment } from '../tools/wal.ts';
import { joined, type Range, type Stretch } from './wal-folder.ts';

/** A whole segment that lies in the folder. */
export interface Arrived extends Segment {
  /** The file's. */
  name: string;
  systemIdentifier: string;
  segmentBytes: number;
  changedAtMs: number;
}

/** The least time between two archives, as long as little waits. */
export const SHIP_EVERY_MS = 300_000;
/** As much goes at once, whenever it waits; no archive holds much more. */
export const SHIP_BYTES_MAX = 1024 ** 3;
/** With the smallest segments. More in one archive is not ours. */
const SHIP_SEGMENTS_MAX = SHIP_BYTES_MAX / SEGMENT_BYTES_MIN;
/** A segment stays so long after it has come: whoever looks for one near at hand finds it. */
export const STAYS_MS = 86_400_000;

/** What is in the repository: by cluster and timeline. */
export type HeldWal = ReadonlyMap<string, readonly Stretch[]>;

/** @param spans of archives that were seen in the repository. */
export function heldOf(
  spans: readonly WalSpan[],
  segmentBytesOf: (systemIdentifier: string) => number | null,
): HeldWal {
  const held = new Map<string, Stretch[]>();
  for (const { systemIdentifier, first, last } of spans) {
    const segmentBytes = segmentBytesOf(systemIdentifier);
    const range = segmentBytes && rangeOf({ first, last }, segmentBytes);
    if (!range) continue;
    const { timeline, from, to } = range;
    const key = keyOf({ systemIdentifier, timeline });
    const stretch = { from, to, endedAtMs: 0 };
    const known = held.get(key);
    if (known) known.push(stretch);
    else held.set(key, [stretch]);
  }
  return new Map([...held].map(([key, stretches]) => [key, joined(stretches)]));
}

export interface SpanRange extends Range {
  timeline: number;
}

/** Null for names that are no span of ours. */
export function rangeOf(
  { first, last }: Pick<WalSpan, 'first' | 'last'>,
  segmentBytes: number,
): SpanRange | null {
  const [from, to] = [parseSegment(first, segmentBytes), parseSegment(last, segmentBytes)];
  if (!from || !to || from.timeline !== to.timeline) return null;
  const count = to.index - from.index + 1;
  if (count < 1 || count > SHIP_SEGMENTS_MAX) return null;
  return { timeline: from.timeline, from: from.index, to: to.index };
}

function keyOf({ systemIdentifier, timeline }: Pick<Arrived, 'systemIdentifier' | 'timeline'>): string {
  return `${systemIdentifier} ${timeline}`;
}

export function isHeld(held: HeldWal, arrived: Arrived): boolean {
  const stretches = held.get(keyOf(arrived)) ?? [];
  return stretches.some(({ from, to }) => from <= arrived.index && arrived.index <= to);
}

/**
 * Segments that are to be sent. They go oldest first: one that has lain there for a day, behind what is in the repository,
 * was there and was pruned, and would be sent again after each prune where nobody may remove it from the folder.
 */
export function waitingOf(arrived: readonly Arrived[], held: HeldWal, nowMs: number): Arrived[] {
  return arrived.filter((one) => {
    if (isHeld(held, one)) return false;
    const isBehind = (held.get(keyOf(one)) ?? []).some(({ from }) => from > one.index);
    return !isBehind || nowMs - one.changedAtMs < STAYS_MS;
  });
}

/**
 * The archives to make now, those with the oldest segments first; none when it is not time yet.
 * @param lastSentAtMs when the newest archive was made, null when there is none.
 */
export function batchesOf(
  waiting: readonly Arrived[],
  lastSentAtMs: number | null,
  nowMs: number,
): Arrived[][] {
  const bytes = waiting.reduce((total, { segmentBytes }) => total + segmentBytes, 0);
  const sinceMs = lastSentAtMs === null ? SHIP_EVERY_MS : nowMs - lastSentAtMs;
  // A clock that was put back must not stop it.
  const isTime = sinceMs < 0 || sinceMs >= SHIP_EVERY_MS || bytes >= SHIP_BYTES_MAX;
  if (!isTime) return [];
  const batches: Arrived[][] = [];
  for (const one of inOrder(waiting)) {
    const batch = batches.at(-1);
    if (batch && followsOn(batch, one)) batch.push(one);
    else batches.push([one]);
  }
  return batches.sort((a, b) => a[0]!.changedAtMs - b[0]!.changedAtMs);
}

function inOrder(segments: readonly Arrived[]): Arrived[] {
  return [...segments].sort(
    (a, b) =>
      (a.systemIdentifier < b.systemIdentifier ? -1 : a.systemIdentifier > b.systemIdentifier ? 1 : 0) ||
      a.timeline - b.timeline ||
      a.index - b.index,
  );
}

function followsOn(batch: readonly Arrived[], { index, segmentBytes, ...next }: Arrived): boolean {
  const last = batch.at(-1)!;
  return (
    keyOf(last) === keyOf(next) && last.index + 1 === index && batch.length * segmentBytes < SHIP_BYTES_MAX
  );
}

/**
 * Files that may leave the folder: seen in the repository, old, and not the newest of their cluster, from which
 * pg_receivewal finds out where to go on.
 */
export function removable(arrived: readonly Arrived[], held: HeldWal, nowMs: number): string[] {
  const newest = new Map<string, Arrived>();
  for (const one of inOrder(arrived)) newest.set(one.systemIdentifier, one);
  return arrived
    .filter((one) => isHeld(held, one) && newest.get(one.systemIdentifier) !== one)
    .filter(({ changedAtMs }) => nowMs - changedAtMs >= STAYS_MS)
    .map(({ name }) => name);
}
