/** From which base backup a moment is restored, and whether it can be; with the windows in words when not. Pure. */
import type { WalWindow } from '../../proto/wal.ts';
import { parseSegment, SEGMENT_BYTES_MAX, SEGMENT_BYTES_MIN, type Segment } from '../tools/wal.ts';
import { type Reach, reachFrom, type WalArchive } from './wal-archive.ts';
import { type Way, wayFrom } from './wal-way.ts';
import { type BaseBackup, usable, windowsOf } from './wal-windows.ts';

/** What PostgreSQL's initdb takes when nobody says otherwise. */
const SEGMENT_BYTES_USUAL = 16 * 1024 ** 2;

/**
 * The size of segments, of which their names are made: the one by which the backups' places in the log fit the names
 * of their first segments. Where several do, the usual one, then the smallest.
 */
export function segmentBytesBy(
  backups: readonly { walStart: string | null; startLsn: number | null }[],
): number {
  const sizes: number[] = [];
  for (let size = SEGMENT_BYTES_MIN; size <= SEGMENT_BYTES_MAX; size *= 2) sizes.push(size);
  const fitting = sizes.filter((size) =>
    backups.every(({ walStart, startLsn }) => {
      if (walStart === null) return true;
      const index = parseSegment(walStart, size)?.index;
      return startLsn === null ? index !== undefined : index === Math.floor(startLsn / size);
    }),
  );
  return fitting.includes(SEGMENT_BYTES_USUAL) ? SEGMENT_BYTES_USUAL : (fitting[0] ?? SEGMENT_BYTES_USUAL);
}

export interface Held<B extends BaseBackup> {
  segmentBytes: number;
  /** Oldest first. */
  backups: readonly B[];
  archive: WalArchive;
  /** To the timeline that replay follows. */
  way: Way;
}

export interface PitrWindows<B extends BaseBackup> {
  /** Oldest first; `toMs` 0: to the present, less what is not archived yet. */
  windows: WalWindow[];
  /** Base backups whose own WAL is whole, oldest first, and how far replay gets from each. */
  usable: { backup: B; start: Segment; end: Reach; timeline: number; isOpen: boolean }[];
}

/** What can be restored. */
export function pitrWindows<B extends BaseBackup>({
  segmentBytes,
  backups,
  archive,
  way,
}: Held<B>): PitrWindows<B> {
  const fit = usable(backups, archive, way, segmentBytes);
  const found = fit.flatMap((one) => {
    const backup = backups.find(({ label }) => label === one.label)!;
    const end = reachFrom(archive, one.start, one.way);
    const isOpen = end !== null && one.way === way && !isCutOff(archive, end, way);
    return end ? [{ backup, start: one.start, end, timeline: one.way.at(-1)!.timeline, isOpen }] : [];
  });
  const present = found.findLast(({ isOpen }) => isOpen)?.end ?? null;
  return { windows: windowsOf(fit, archive, present), usable: found };
}

/** WAL lies beyond that cannot be reached. */
function isCutOff(archive: WalArchive, end: Segment, way: Way): boolean {
  return wayFrom(way, end).some(({ timeline, from, to }) =>
    archive.get(timeline)?.some((one) => one.to >= from && one.from <= to && one.to > end.index),
  );
}

export interface PitrPlan<B extends BaseBackup> {
  backup: B;
  /** The first segment that replay asks for, and the last that there is on its way. */
  start: Segment;
  end: Reach;
  /**
   * To which replay goes, if it is not told to stop before. `current` is the base backup's own: of a number above 1
   * PostgreSQL wants the history, which may never have been archived.
   */
  timeline: number | 'current';
  /** Replay of `latest` ends at a gap: there is newer WAL, which cannot be reached. */
  endsAtGap: boolean;
}

/** With the same end from older base backups, newest first: more WAL to replay, for when the backup itself is damaged. */
export interface PitrPlans<B extends BaseBackup> extends PitrPlan<B> {
  older: PitrPlan<B>[];
}

export type Planned<B extends BaseBackup> = PitrPlans<B> | { problem: string; next: string };

/**
 * @param atMs the moment; null: the end of the WAL.
 * @param say how an instant is written for people.
 */
export function planPitr<B extends BaseBackup>(
  found: PitrWindows<B>,
  atMs: number | null,
  nowMs: number,
  say: (atMs: number) => string,
): Planned<B> {
  const { windows } = found;
  const can = `restorable: ${windows.map((window) => sayWindow(window, say)).join('; ')}`;
  const newest = found.usable.at(-1);
  if (!newest)
    return {
      problem: 'there is no base backup whose WAL is whole',
      next: 'see whether the job has made one, and what the page says of its WAL',
    };
  if (atMs === null)
    return planned(
      found.usable.filter(
        ({ end }) => end.timeline === newest.end.timeline && end.index === newest.end.index,
      ),
    );
  if (atMs > nowMs) return { problem: `${say(atMs)} lies in the future; ${can}`, next: LATEST };
  if (atMs < windows[0]!.fromMs)
    return {
      problem: `${say(atMs)} lies before everything that can be restored; ${can}`,
      next: 'name a later moment with --at',
    };
  const reaching = found.usable.filter(
    ({ backup, end, isOpen }) =>
      backup.stoppedAtMs <= atMs && (isOpen || atMs <= Math.max(backup.stoppedAtMs, end.endedAtMs)),
  );
  if (reaching.length > 0) return planned(reaching);
  return {
    problem: `${say(atMs)} lies in a gap: WAL that leads there is missing; ${can}`,
    next: 'name a moment inside a window with --at; its end is the last before the gap',
  };
}

const LATEST = 'name an earlier one, or latest for the end of what is archived';

/** @param reaching oldest first, at least one. */
function planned<B extends BaseBackup>(reaching: PitrWindows<B>['usable']): PitrPlans<B> {
  const [chosen, ...older] = reaching.map(planOf).reverse();
  return { ...chosen!, older };
}

function planOf<B extends BaseBackup>(one: PitrWindows<B>['usable'][number]): PitrPlan<B> {
  const { isOpen, ...plan } = one;
  const timeline = plan.timeline === plan.start.timeline ? 'current' : plan.timeline;
  return { ...plan, timeline, endsAtGap: !isOpen };
}

/** `2026-11-21 10:00:00 UTC to 2026-11-22 11:00:00 UTC`. */
export function sayWindow({ fromMs, toMs }: WalWindow, say: (atMs: number) => string): string {
  return `${say(fromMs)} to ${toMs === 0 ? 'what is archived last' : say(toMs)}`;
}
