import { expect, it } from 'vitest';
import { objection, restoreState } from '../../../../collector/decide/restores.ts';
import type { RestoreRow } from '../../../../collector/store/restore-types.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 3);
const HOUR_MS = 3_600_000;
const row = (change: Partial<RestoreRow> = {}): RestoreRow => ({
  id: 1,
  hostId: 1,
  host: 'web1',
  customer: 'acme',
  order: { by: 'alice', login: 'asmith' } as RestoreRow['order'],
  requestedAtMs: NOW_MS,
  decision: null,
  startedAtMs: null,
  approval: null,
  approvedBy: '',
  finishedAtMs: null,
  durationMs: null,
  outcome: null,
  result: '',
  restoredBytes: 0,
  receivedAtMs: NOW_MS,
  ...change,
});
const decision = { approved: true, by: 'bob', note: '', atMs: NOW_MS };

it('knows where a restore stands', () => {
  expect(restoreState(row(), NOW_MS)).toBe('waiting');
  expect(restoreState(row(), NOW_MS + HOUR_MS)).toBe('expired');
  expect(restoreState(row({ decision }), NOW_MS)).toBe('approved');
  expect(restoreState(row({ decision }), NOW_MS + HOUR_MS)).toBe('expired');
  expect(restoreState(row({ decision: { ...decision, approved: false } }), NOW_MS)).toBe('refused');
  expect(restoreState(row({ decision, startedAtMs: NOW_MS }), NOW_MS + HOUR_MS)).toBe('running');
  expect(restoreState(row({ finishedAtMs: NOW_MS, outcome: 'warning' }), NOW_MS)).toBe('warning');
});

it('lets another person decide, once, and within the hour', () => {
  expect(objection(row(), 'bob', true, NOW_MS)).toBeNull();
  for (const one of ['alice', 'Alice', ' ASMITH '])
    expect(objection(row(), one, true, NOW_MS)).toContain('a second person has to agree');
  expect(objection(row(), 'alice', false, NOW_MS)).toBeNull();
  expect(objection(row({ decision }), 'carol', true, NOW_MS)).toBe(
    'It is not waiting any more: it is approved by bob.',
  );
  expect(objection(row(), 'bob', true, NOW_MS + HOUR_MS)).toContain('expired');
});
