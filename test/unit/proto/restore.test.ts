import { expect, it } from 'vitest';
import { decodeRecord, decodeToAgent, encodeRecord, encodeToAgent } from '../../../proto/codec.ts';
import { ProtocolError } from '../../../proto/errors.ts';
import { RECORD_BYTES_MAX, RESTORE_NAMES_MAX } from '../../../proto/limits.ts';
import { digestOf, isSamePerson, type RestoreOrder } from '../../../proto/restore.ts';

const order: RestoreOrder = {
  restoreId: 'r-1',
  job: 'files',
  by: 'alice',
  login: 'root',
  reason: 'ticket',
  atMs: null,
  archives: ['web1-files-2026'],
  pointAtMs: 1_000,
  subjects: [],
  paths: ['/etc'],
  destination: '/srv/restored',
  inPlace: false,
  overwrite: false,
  role: '',
  noOwner: false,
  noPrivileges: false,
};
const finished = {
  type: 'restore-finished' as const,
  value: {
    order,
    startedAtMs: null,
    finishedAtMs: 5_000,
    durationMs: 10,
    approval: 'bypassed' as const,
    approvedBy: '',
    outcome: 'cancelled' as const,
    result: 'Withdrawn.',
    restoredBytes: 0,
  },
};

it('carries a restore over the wire as it is, and the longest one in a frame', () => {
  expect(decodeRecord(encodeRecord({ recordedAtMs: 1, body: finished })).body).toEqual(finished);
  const all = { overwrite: true, role: 'postgres', noOwner: true, noPrivileges: true };
  const bold = { ...finished, value: { ...finished.value, order: { ...order, ...all } } };
  expect(decodeRecord(encodeRecord({ recordedAtMs: 1, body: bold })).body).toEqual(bold);
  const long = Array.from({ length: 2 * RESTORE_NAMES_MAX }, () => '\u20ac'.repeat(3_000));
  const huge = {
    ...order,
    reason: long[0]!,
    archives: long,
    subjects: long,
    paths: long,
    destination: long[0]!,
    role: long[0]!,
  };
  const record = encodeRecord({
    recordedAtMs: 1,
    body: { ...finished, value: { ...finished.value, order: huge } },
  });
  expect(record.length).toBeLessThanOrEqual(RECORD_BYTES_MAX);
  expect(() => decodeRecord(record)).not.toThrow();
});

it('carries a decision, and no decision that is none', () => {
  const decision = {
    restoreId: 'r-1',
    digest: digestOf(order),
    approved: true,
    by: 'bob',
    note: '',
    validMs: 1,
  };
  const message = {
    type: 'request' as const,
    value: { id: 'a', ask: { type: 'restore-decided' as const, decision } },
  };
  expect(decodeToAgent(encodeToAgent(message))).toEqual(message);
  const wrong = {
    ...message,
    value: { id: 'a', ask: { type: 'restore-decided' as const, decision: { ...decision, digest: '' } } },
  };
  expect(() => decodeToAgent(encodeToAgent(wrong))).toThrow(ProtocolError);
});

it('has another digest for every other order', () => {
  const others = [
    { paths: ['/'] },
    { destination: '/' },
    { inPlace: true },
    { overwrite: true },
    { role: 'postgres' },
    { noOwner: true },
    { noPrivileges: true },
    { by: 'bob' },
    { reason: '' },
    { archives: [] },
  ];
  const digests = new Set([order, ...others.map((change) => ({ ...order, ...change }))].map(digestOf));
  expect(digests.size).toBe(others.length + 1);
});

it('knows a person by the name, however it is written', () => {
  expect(isSamePerson('Alice', ' alice')).toBe(true);
  expect(isSamePerson('alice', 'bob')).toBe(false);
  expect(isSamePerson('', '')).toBe(false);
});
