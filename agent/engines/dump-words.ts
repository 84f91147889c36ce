/** Sentences that all engines say which dump databases. Pure. */

/** '' when there are none. */
export function unlistedRemark(unlisted: readonly string[]): string {
  if (unlisted.length === 0) return '';
  const those = unlisted.length === 1 ? 'a database' : `${unlisted.length} databases`;
  return `The server has ${those} that nobody backs up: ${named(unlisted)}; add it to databases, or to exclude_databases.`;
}

/** More names than this make no sentence. */
const NAMES_MAX = 5;

export function named(names: readonly string[]): string {
  const rest = names.length - NAMES_MAX;
  return `${names.slice(0, NAMES_MAX).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
