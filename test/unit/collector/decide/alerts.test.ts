import { expect, test } from 'vitest';
import { changesFor, type Judged } from '../../../../collector/decide/alerts.ts';
import { RULES, severityOf } from '../../../../collector/decide/rules.ts';
import type { AlertRow } from '../../../../collector/store/types.ts';
import { alert } from '../../../conformance/notifiers.ts';

const FAMILY = ['sync_not_started', 'sync_failed', 'sync_warning'];

function judged(rule: string | null, reason = 'Because.', undecided?: true): Judged[] {
  return [{ rules: FAMILY, verdict: { rule, reason, ...(undecided ? { undecided } : {}) } }];
}

function told(open: AlertRow[], verdict: Judged[]): string[] {
  return changesFor(open, verdict).map((change) =>
    change.do === 'open' ? `open ${change.rule}` : `${change.do} ${change.alert.rule}`,
  );
}

test('a verdict with a rule opens one alert, and says the newer reason afterwards', () => {
  expect(changesFor([], judged('sync_failed', 'No.'))).toEqual([
    { do: 'open', rule: 'sync_failed', severity: 'critical', reason: 'No.' },
  ]);
  const open = [alert({ reason: 'No.' })];
  expect(told(open, judged('sync_failed', 'No.'))).toEqual([]);
  expect(told(open, judged('sync_failed', 'Still no.'))).toEqual(['update sync_failed']);
});

test('another rule of the same family resolves the first and opens the second, in this order', () => {
  expect(told([alert()], judged('sync_warning'))).toEqual(['resolve sync_failed', 'open sync_warning']);
});

test('no rule resolves with the reason of the verdict; another family is left alone', () => {
  const open = [alert(), alert({ id: 8, rule: 'job_removed' })];
  expect(changesFor(open, judged(null, 'It succeeded.'))).toEqual([
    { do: 'resolve', alert: open[0], reason: 'It succeeded.' },
  ]);
});

test('undecided changes nothing: nobody looking is no recovery', () => {
  expect(told([alert()], judged(null, 'Nobody knows.', true))).toEqual([]);
  expect(told([], judged(null, 'Nobody knows.', true))).toEqual([]);
});

test('every rule has a severity and a line of documentation', () => {
  for (const [name, rule] of Object.entries(RULES)) {
    expect(severityOf(name)).toBe(rule.severity);
    expect(rule.about).toMatch(/^[A-Z].*\.$/);
  }
  expect(severityOf('a rule of a newer version')).toBe('critical');
});
