/**
 * On which timeline a server's log is judged: what its history file says, and what holds while that has not arrived. Pure.
 */
import type { TimelineEnd } from '../tools/wal-history.ts';
import type { Exposure } from './exposure.ts';
import { newestTimeline, type WalArchive } from './wal-archive.ts';
import { type Way, wayTo } from './wal-way.ts';

/** History files of a repository. */
export interface HistoriesSeen {
  /** Which there are, and since when, by the repository's clock. */
  files: readonly { timeline: number; changedAtMs: number }[];
  /**
   * Ancestors of the server's timeline, or of the newest when no server is asked; null when there is no such file, or
   * one that contradicts itself.
   */
  own: readonly TimelineEnd[] | null;
}

export const NO_HISTORIES: HistoriesSeen = { files: [], own: null };

/** A repository was looked at without a server: the newest timeline is followed, as PostgreSQL does. */
export const NEWEST_TIMELINE = 0;

/** A server that was promoted before it archived anything has no history there: then its segments name the timeline. */
export function newestWay({ files, own }: HistoriesSeen, archive: WalArchive, segmentBytes: number): Way {
  return wayTo(newestHistory(files) ?? newestTimeline(archive) ?? 1, own ?? [], segmentBytes);
}

/** Null when no server was promoted since it archives. */
export function newestHistory(files: HistoriesSeen['files']): number | null {
  return files.length === 0 ? null : Math.max(...files.map(({ timeline }) => timeline));
}

/** Remembered from look to look. */
export interface TimelineMemory {
  /** The one that the log was judged on, and its ancestors. */
  timeline: number;
  history: readonly TimelineEnd[];
  /** Since when the history of the server's timeline is missing, by the server's clock; null while it is there. */
  historyMissingSinceMs: number | null;
}

/**
 * A server archives its history first of all when it is promoted. Until that is there, for a moment, the log counts as
 * what it was; then as one that comes from nowhere.
 * @param before null when the server has not been looked at before.
 * @param patienceMs how long that moment is.
 */
export function timelineNow(
  before: TimelineMemory | null,
  server: { timeline: number; atMs: number },
  own: readonly TimelineEnd[] | null,
  patienceMs: number,
): TimelineMemory {
  const { timeline, atMs } = server;
  if (timeline === 1 || own !== null) return { timeline, history: own ?? [], historyMissingSinceMs: null };
  const historyMissingSinceMs = Math.min(before?.historyMissingSinceMs ?? atMs, atMs);
  const isFollowing = before !== null && 0 < before.timeline && before.timeline < timeline;
  return isFollowing && atMs - historyMissingSinceMs < patienceMs
    ? { timeline: before.timeline, history: before.history, historyMissingSinceMs }
    : { timeline, history: [], historyMissingSinceMs };
}

/**
 * What was exposed before a timeline branched off still is: its log goes on with what the new one took over. Null when the
 * new one does not descend from the old.
 */
export function exposureOn(
  now: TimelineMemory,
  before: TimelineMemory,
  exposure: Exposure | null,
): Exposure | null {
  if (exposure === null || now.timeline === before.timeline) return exposure;
  const endLsn = now.history.find(({ timeline }) => timeline === before.timeline)?.endLsn;
  if (endLsn === undefined) return null;
  return {
    unsaved: exposure.unsaved.map((one) => ({ ...one, lsn: Math.min(one.lsn, endLsn) })),
    knownLsn: Math.min(exposure.knownLsn, endLsn),
    savedLsn: Math.min(exposure.savedLsn, endLsn),
  };
}
