/**
 * What can be restored: for each unbroken stretch of WAL, from the end of its first usable base backup to its own
 * end. Pure.
 */
import type { WalWindow } from '../../proto/wal.ts';
import { parseSegment, type Segment } from '../tools/wal.ts';
import { type Reach, reachFrom, type WalArchive } from './wal-archive.ts';
import { alone, isOn, type Way } from './wal-way.ts';

/** A base backup in the repository; pgBackRest's sets are such, and a `pg_basebackup` in an archive. */
export interface BaseBackup {
  label: string;
  startedAtMs: number;
  stoppedAtMs: number;
  /** Names of the WAL segments it needs; null when none was recorded. */
  walStart: string | null;
  walStop: string | null;
}

/** A base backup whose own WAL is whole; without that it restores nothing. */
export interface UsableBackup extends BaseBackup {
  start: Segment;
  /** The server's, or that of its own timeline alone when it lies beside that. */
  way: Way;
}

/** Oldest first, as they came. */
export function usable(
  backups: readonly BaseBackup[],
  archive: WalArchive,
  way: Way,
  segmentBytes: number,
): UsableBackup[] {
  return backups.flatMap((backup) => {
    const start = startOf(backup, segmentBytes);
    const stop = backup.walStop === null ? null : parseSegment(backup.walStop, segmentBytes);
    if (!start || !stop) return [];
    // Its last segment may bear a later timeline: a standby that is backed up may be promoted meanwhile.
    const own = isOn(way, start) && isOn(way, stop) ? way : alone(start.timeline);
    const reach = reachFrom(archive, start, own);
    return reach && reach.index >= stop.index ? [{ ...backup, start, way: own }] : [];
  });
}

/** The first segment it needs; null when none was recorded. */
export function startOf(backup: BaseBackup | undefined, segmentBytes: number): Segment | null {
  return backup?.walStart ? parseSegment(backup.walStart, segmentBytes) : null;
}

/**
 * Oldest first. Those that end where the present is reached go on to it.
 * @param present how far the newest changes reach; null when they cannot be reached.
 */
export function windowsOf(
  backups: readonly UsableBackup[],
  archive: WalArchive,
  present: Reach | null,
): WalWindow[] {
  const windows: (WalWindow & { end: Reach })[] = [];
  for (const { start, way, stoppedAtMs } of backups) {
    const end = reachFrom(archive, start, way);
    if (end === null || windows.some((window) => isSame(window.end, end))) continue;
    const toMs = isSame(end, present) ? 0 : Math.max(stoppedAtMs, end.endedAtMs);
    windows.push({ fromMs: stoppedAtMs, toMs, end });
  }
  return windows.map(({ fromMs, toMs }) => ({ fromMs, toMs }));
}

function isSame(one: Segment, other: Segment | null): boolean {
  return other !== null && one.timeline === other.timeline && one.index === other.index;
}
