import { describe, expect, it } from 'vitest';
import { closingLine, countsOf, total, type VitestReport } from '../../../../../scripts/lib/test/report.ts';

const report: VitestReport = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

describe('countsOf', () => {
  it('takes the numbers of a good run as they are', () => {
    expect(countsOf(report, 0)).toEqual({ passed: 5, failed: 0, skipped: 1 });
  });

  it('counts a file that could not be loaded as a failed test', () => {
    const broken = {
      ...report,
      testResults: [...report.testResults, { status: 'failed', assertionResults: [] }],
    };
    expect(countsOf(broken, 1).failed).toBe(1);
  });

  it('counts a file whose preparation failed, so that its tests never ran, as a failed test', () => {
    const unprepared = { status: 'failed', assertionResults: [{ status: 'skipped' }] };
    const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    const both = { ...report, numFailedTests: 1, testResults: [unprepared, failing] };
    expect(countsOf(both, 1).failed).toBe(2);
  });

  it('never closes with 0 failed when vitest itself failed', () => {
    expect(countsOf(report, 1).failed).toBe(1);
    expect(countsOf(null, 1).failed).toBe(1);
  });
});

describe('the closing line', () => {
  it('is the sum of all parts, in the form that others read', () => {
    const sum = total([
      countsOf(report, 0),
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 0, failed: 2, skipped: 0 },
    ]);
    expect(closingLine(sum)).toBe('6 passed, 2 failed');
  });
});
