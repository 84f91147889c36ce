import { expect, test } from 'vitest';
import { recipientsOf } from '../../../../collector/decide/routes.ts';
import type { Route } from '../../../../collector/settings.ts';
import { alert } from '../../../conformance/notifiers.ts';

function route(change: Partial<Route>): Route {
  return { match: {}, to: ['ops'], remindEveryMs: null, continue: false, ...change };
}

test('the first route that matches wins', () => {
  const routes = [
    route({ match: { customer: 'other' }, to: ['a'] }),
    route({ to: ['b'] }),
    route({ to: ['c'] }),
  ];
  expect(recipientsOf(alert(), routes).map(({ receiver }) => receiver)).toEqual(['b']);
});

test('one that continues goes on, and a receiver is told once, by its first route', () => {
  const routes = [
    route({ to: ['a'], continue: true, severity: 'info', remindEveryMs: 5 }),
    route({ to: ['a', 'b'] }),
  ];
  expect(recipientsOf(alert(), routes)).toEqual([
    { receiver: 'a', severity: 'info', remindEveryMs: 5 },
    { receiver: 'b', severity: 'critical', remindEveryMs: null },
  ]);
});

test.each([
  [{ severity: 'critical' }, true],
  [{ severity: 'warning' }, false],
  [{ customer: 'acme', host: 'web1', job: 'files', rule: 'sync_failed' }, true],
  [{ host: 'web2' }, false],
  [{ job: 'shop' }, false],
  [{ rule: 'agent_silent' }, false],
] as const)('%j matches: %s', (match, expected) => {
  expect(recipientsOf(alert(), [route({ match })]).length > 0).toBe(expected);
});

test('an alert no route matches is told to nobody', () => {
  expect(recipientsOf(alert(), [])).toEqual([]);
});
