/** Which of a server's databases a job dumps, and which nobody has said anything about. Pure. */

export interface ChosenDatabases {
  dump: string[];
  /** Left out by `exclude_databases`. */
  excluded: string[];
  /** There, and neither listed nor excluded: most likely new. */
  unlisted: string[];
}

/**
 * @param existing what the server has, templates and its own schemas aside.
 * @param excludes names, or globs with `*` and `?`.
 */
export function chooseDatabases(
  existing: readonly string[],
  wanted: 'all' | readonly string[],
  excludes: readonly string[],
): ChosenDatabases {
  const isExcluded = exclusionOf(excludes);
  const listed = new Set(wanted === 'all' ? existing : wanted);
  return {
    dump: [...listed].filter((name) => !isExcluded(name)),
    excluded: existing.filter(isExcluded),
    unlisted: existing.filter((name) => !listed.has(name) && !isExcluded(name)),
  };
}

/** @param excludes names, or globs with `*` and `?`. */
export function exclusionOf(excludes: readonly string[]): (name: string) => boolean {
  const patterns = excludes.map(patternOf);
  return (name) => patterns.some((pattern) => pattern.test(name));
}

function patternOf(glob: string): RegExp {
  const literal = glob.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
