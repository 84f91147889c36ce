/** Sentences that all engines say which dump databases. Pure. */

/** '' when there are none. */
export function unlistedRemark(unlisted: readonly string[]): string {
  if (unlisted.length === 0) return '';
  const those = unlisted.length === 1 ? 'a database' : `${unlisted.length} databases`;
  return `The server has ${those} that nobody backs up: ${named(unlisted)}; add it to databases, or to exclude_databases.`;
}

/** A dump without a manifest is good, but what it held cannot be held against what is restored of it. */
export function uncountedRemark(uncounted: readonly string[]): string {
  if (uncounted.length === 0) return '';
  return `What ${named(uncounted)} held could not be counted beside the dump; the log says why.`;
}

/** Databases that were dropped between the listing and their turn. */
export function vanishedRemark(vanished: readonly string[]): string {
  if (vanished.length === 0) return '';
  return `${named(vanished)} vanished from the server before ${vanished.length === 1 ? 'its' : 'their'} turn to be dumped.`;
}

/** More names than this make no sentence. */
const NAMES_MAX = 5;

export function named(names: readonly string[]): string {
  const rest = names.length - NAMES_MAX;
  return `${names.slice(0, NAMES_MAX).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
