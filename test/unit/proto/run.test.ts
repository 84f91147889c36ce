import { expect, it } from 'vitest';
import { newRunId, RUN_ID_PATTERN } from '../../../proto/run.ts';
import { SAMPLE_AT_MS } from '../../support/samples.ts';

const low = new Uint8Array(4);
const high = new Uint8Array(4).fill(0xff);

it('makes ids that sort in the order in which the runs start', () => {
  expect(newRunId(SAMPLE_AT_MS, low)).toBe('20261120T020000000-00000000');
  const instants = [0, SAMPLE_AT_MS, SAMPLE_AT_MS + 1, SAMPLE_AT_MS + 999, Date.UTC(2099, 11, 31)];
  const ids = instants.flatMap((atMs) => [newRunId(atMs, low), newRunId(atMs, high)]);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(RUN_ID_PATTERN);
});
