/**
 * Exposure: the age of the oldest change that is not in the repository. Pure.
 *
 * Each sample says that at this moment of the database's own clock the log reached so far. The oldest change
 * beyond what is saved happened no later than the earliest sample that lies beyond it.
 *
 * An idle server writes a little all the same: after a switch of segments its log stands some bytes into the
 * next one, with records that PostgreSQL itself calls unimportant and never switches a segment for
 * (CheckArchiveTimeout in checkpointer.c). So what lies in the unswitched segment for longer than
 * archive_timeout, with the server awake, is nothing anybody would miss. Without an archive_timeout that cannot
 * be told, and everything counts. A heartbeat of our own is known to be no such record: as long as one is not saved,
 * nothing after it is forgiven.
 */

export interface Reached {
  atMs: number;
  lsn: number;
}

export interface Exposure {
  /** When the log was first seen to reach further, oldest first, from the first that is not saved. */
  unsaved: readonly Reached[];
  /** How far it was ever seen to reach. */
  knownLsn: number;
  /** End of what was in the repository without a hole at the last sample. */
  savedLsn: number;
}

export interface ExposureSample extends Reached {
  segmentBytes: number;
  /** 0: never. */
  archiveTimeoutMs: number;
  /** Our own heartbeats, where the log stood after each: PostgreSQL switches segments for them. */
  heartbeats: readonly Reached[];
}

/** More than a day by the minute; beyond that every other one is forgotten, never the oldest. */
export const UNSAVED_MAX = 2_048;
/**
 * The checkpointer wakes for archive_timeout, also while it writes a checkpoint. With the minute until the next sample this
 * stays below the shortest stale_after.
 */
export const SWITCH_SLACK_MS = 90_000;

/**
 * @param before null at the first sample; give null again for another server or timeline.
 * @param savedLsn end of what is in the repository without a hole, on the sample's timeline.
 */
export function afterSample(before: Exposure | null, sample: ExposureSample, savedLsn: number): Exposure {
  const { atMs, lsn } = sample;
  // A clock that was put back must not hide what is exposed until it gets there again.
  const unsaved = (before?.unsaved ?? []).map((one) => (one.atMs > atMs ? { ...one, atMs } : one));
  // What was saved is gone again. When, nobody knows; it is exposed since now at the latest.
  if (before !== null && savedLsn < before.savedLsn && unsaved.length === 0) {
    unsaved.push({ atMs, lsn: before.savedLsn });
  }
  if (before === null || lsn > before.knownLsn) unsaved.push({ atMs, lsn });
  const kept = unsaved.filter((one) => one.lsn > savedLsn && !isUnimportant(one, sample, savedLsn));
  return { unsaved: thinned(kept), knownLsn: Math.max(lsn, before?.knownLsn ?? 0), savedLsn };
}

/** All before the unswitched segment is saved, and the server has had its time to switch it. */
function isUnimportant(one: Reached, sample: ExposureSample, savedLsn: number): boolean {
  const { segmentBytes, archiveTimeoutMs, atMs, lsn, heartbeats } = sample;
  if (heartbeats.some((beat) => savedLsn < beat.lsn && beat.lsn <= one.lsn)) return false;
  // Right after a switch the log stands exactly where the segment ends, and that segment is to be saved.
  if (archiveTimeoutMs === 0 || lsn >= savedLsn + segmentBytes) return false;
  return atMs - one.atMs > archiveTimeoutMs + SWITCH_SLACK_MS;
}

function thinned(unsaved: readonly Reached[]): readonly Reached[] {
  return unsaved.length <= UNSAVED_MAX ? unsaved : unsaved.filter((_, i) => i % 2 === 0);
}

/** Heartbeats that are not saved yet, after the newest that is. */
export function keptHeartbeats(heartbeats: readonly Reached[], savedLsn: number): readonly Reached[] {
  const saved = heartbeats.filter(({ lsn }) => lsn <= savedLsn);
  return thinned([...saved.slice(-1), ...heartbeats.filter(({ lsn }) => lsn > savedLsn)]);
}

/** Milliseconds since the oldest unsaved change, 0 when there is none. Never negative. */
export function exposureMs({ unsaved }: Exposure, nowMs: number): number {
  const oldest = unsaved[0];
  return oldest ? Math.max(0, nowMs - oldest.atMs) : 0;
}
