/** When the collector is told how full the disks of repositories are. Pure. */
import type { FileSystem } from '../../proto/messages.ts';

/** The collector knows nothing any more after three of these (collector/decide/storage.ts). */
const SAY_EVERY_MS = 3_600_000;
/** A change worth a record of its own: a disk that fills within the hour is not waited for. */
const CHANGE_SHARE = 0.01;

/** @param nowMs by the monotonic clock, as `said.atMs`. */
export function storageWorthSaying(
  said: { fileSystems: readonly FileSystem[]; atMs: number } | null,
  now: readonly FileSystem[],
  nowMs: number,
): boolean {
  if (said === null) return now.length > 0;
  if (nowMs - said.atMs >= SAY_EVERY_MS || said.fileSystems.length !== now.length) return true;
  return now.some((one, index) => {
    const before = said.fileSystems[index]!;
    if (one.path !== before.path || one.totalBytes !== before.totalBytes) return true;
    return Math.abs(one.freeBytes - before.freeBytes) > CHANGE_SHARE * one.totalBytes;
  });
}
