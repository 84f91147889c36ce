import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FAULTS } from '../../scripts/lab/faults/faults.ts';
import { type Matrix, runMatrix } from '../../scripts/lab/faults/matrix.ts';
import { holds, jsonOf } from '../../scripts/lab/faults/report.ts';

/** Rows that wait for no full minute and need no root: the whole matrix is `./scripts/faults`. */
const CHEAP = ['agent-killed', 'passphrase-wrong', 'source-empty', 'locked-by-dead-process'];
const WITHIN_MS = 300_000;

const folder = mkdtempSync(join(tmpdir(), 'backproof-faults-'));
const ending = new AbortController();
let running: Promise<Matrix> | undefined;
let matrix: Matrix;

beforeAll(async () => {
  const faults = FAULTS.filter(({ name }) => CHEAP.includes(name));
  running = runMatrix(faults, {
    folder,
    atOnce: 2,
    say: () => {},
    compare: false,
    signal: ending.signal,
  });
  matrix = await running;
}, WITHIN_MS);

afterAll(async () => {
  ending.abort();
  // Also after a time limit: nothing that was started may stay behind.
  await running?.catch(() => {});
  rmSync(folder, { recursive: true, force: true });
});

it.each(CHEAP)('%s is reported in time, and its healthy twin stays silent', (name) => {
  const row = jsonOf(matrix).find(({ fault }) => fault === name);
  expect(row).toMatchObject({ fault: name, problems: [], falseAlarms: 0, holds: true, skipped: null });
});

it('nobody is called about a host that no row broke', () => {
  expect(matrix.strays).toEqual([]);
  expect(holds(matrix)).toBe(true);
});
