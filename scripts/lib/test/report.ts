/** Reads what vitest wrote about a run, and adds up parts to the closing line. Pure. */

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The fields used here of vitest's JSON report (`--reporter=json`). */
export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/**
 * A file that could not be loaded or prepared counts as one failed test, and so does a run that ended badly although
 * no test of it failed (an unhandled rejection, a crash): else such a run would close with `0 failed`.
 *
 * @param report null when vitest wrote none.
 */
export function countsOf(report: VitestReport | null, exitCode: number): Counts {
  if (report === null) return { passed: 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export function total(parts: readonly Counts[]): Counts {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of parts) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

export function closingLine({ passed, failed }: Counts): string {
  return `${passed} passed, ${failed} failed`;
}
