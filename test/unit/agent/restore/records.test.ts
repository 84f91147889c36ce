import { expect, it } from 'vitest';
import { type RestoreBody, RestoreRecords } from '../../../../agent/restore/records.ts';
import { digestOf, type RestoreDecision, type RestoreOrder } from '../../../../proto/restore.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { silent } from '../../../support/wire.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 3);
const HOUR_MS = 3_600_000;
const order: RestoreOrder = {
  restoreId: 'r-1',
  job: 'files',
  by: 'alice',
  login: 'root',
  reason: 'ticket',
  atMs: null,
  archives: ['web1-files-2026'],
  pointAtMs: NOW_MS - HOUR_MS,
  subjects: [],
  paths: ['/etc'],
  destination: '/srv/restored',
  inPlace: false,
  overwrite: false,
  role: '',
  noOwner: false,
  noPrivileges: false,
};

function setUp() {
  const clock = new FakeClock(NOW_MS);
  const written: RestoreBody[] = [];
  const told: RestoreDecision[] = [];
  const records = new RestoreRecords({
    writer: { write: (body: unknown) => written.push(body as RestoreBody) } as never,
    clock,
    log: silent,
    needsApproval: (job) => job === 'files',
  });
  const decision = (change: Partial<RestoreDecision> = {}): RestoreDecision => ({
    restoreId: 'r-1',
    digest: digestOf(order),
    approved: true,
    by: 'bob',
    note: '',
    validMs: HOUR_MS,
    ...change,
  });
  const ask = () =>
    records.heard({ type: 'restore-requested', value: { order, requestedAtMs: NOW_MS } }, (one) =>
      told.push(one),
    );
  const start = (
    change: {
      order?: RestoreOrder;
      approval?: 'second-person' | 'not-needed' | 'bypassed';
      by?: string;
    } = {},
  ) =>
    records.heard(
      {
        type: 'restore-started',
        value: {
          order: change.order ?? order,
          startedAtMs: clock.nowMs(),
          approval: change.approval ?? 'second-person',
          approvedBy: change.by ?? 'bob',
        },
      },
      () => {},
    );
  return { clock, records, written, told, decision, ask, start };
}

it('lets an approval begin what it names, once', () => {
  const { records, told, decision, ask, start } = setUp();
  expect(start()).toBe('nobody has approved it; ask again with --request');
  expect(ask()).toBeNull();
  expect(records.decided(decision())).toMatchObject({ accepted: true });
  expect(told).toHaveLength(1);
  expect(start({ order: { ...order, paths: ['/'] } })).toBe(
    'something else was approved; ask again with --request',
  );
  expect(start({ by: 'carol' })).toBe('nobody has approved it; ask again with --request');
  expect(start()).toBeNull();
  expect(start()).toBe('nobody has approved it; ask again with --request');
});

it('takes no decision that nobody on this host asked for, or about another restore', () => {
  const { clock, records, told, decision, ask } = setUp();
  expect(records.decided(decision())).toMatchObject({
    accepted: false,
    reason: 'nobody on this host waits for it',
  });
  ask();
  expect(records.decided(decision({ digest: '0'.repeat(64) }))).toMatchObject({ accepted: false });
  clock.advance(HOUR_MS);
  expect(records.decided(decision())).toMatchObject({ accepted: false, reason: 'the request has expired' });
  expect(told).toEqual([]);
});

it('lets an approval run out, and a refusal begin nothing', () => {
  const { clock, records, decision, ask, start } = setUp();
  ask();
  records.decided(decision({ validMs: 1_000 }));
  clock.advance(1_000);
  expect(start()).toBe('the approval has expired; ask again with --request');
  const other = setUp();
  other.ask();
  other.records.decided(other.decision({ approved: false }));
  expect(other.start()).toBe('nobody has approved it; ask again with --request');
});

it('holds the command to the configuration, and lets it be bypassed only by saying so', () => {
  const { start, written } = setUp();
  expect(start({ approval: 'not-needed' })).toBe(
    'the configuration asks for a second person here; ask again with --request',
  );
  expect(start({ approval: 'not-needed', order: { ...order, job: 'shop' } })).toBeNull();
  expect(start({ approval: 'bypassed' })).toBeNull();
  expect(written.map(({ type }) => type)).toEqual(['restore-started', 'restore-started']);
});

it('tells a command that came back what was decided meanwhile, and ends one that did not', () => {
  const { clock, records, written, told, decision, ask } = setUp();
  ask();
  records.lost('r-1');
  records.decided(decision());
  expect(told).toEqual([]);
  ask();
  expect(told).toHaveLength(1);
  records.lost('r-1');
  clock.advance(60_000);
  expect(written.at(-1)).toMatchObject({
    type: 'restore-finished',
    value: { outcome: 'cancelled', startedAtMs: null, result: expect.stringContaining('is gone') },
  });
});
