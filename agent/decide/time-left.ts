/** How long something that moves bytes will go on. Pure. */

/** Before this there is no speed to speak of. */
const ELAPSED_MIN_MS = 3_000;

/**
 * By the speed so far; null while that says nothing.
 * @param elapsedMs since the first byte.
 */
export function timeLeftMs(doneBytes: number, totalBytes: number, elapsedMs: number): number | null {
  if (elapsedMs < ELAPSED_MIN_MS || doneBytes <= 0 || totalBytes < doneBytes) return null;
  return Math.round((elapsedMs * (totalBytes - doneBytes)) / doneBytes);
}
