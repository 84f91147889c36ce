import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { FilesJob } from '../../../../agent/config/job-spec.ts';
import { Inventories } from '../../../../agent/runner/inventories.ts';
import type { RecoveryPoint } from '../../../../proto/run.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { filesJob, repositorySpec } from '../../../support/job-specs.ts';
import { silent } from '../../../support/wire.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let folder: string;
let location: string;
let environment: Record<string, string>;
const borg = (...args: string[]) =>
  execFileSync('borg', args, {
    env: { ...environment, BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes' },
    stdio: 'pipe',
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backproof-inventories-'));
  location = join(folder, 'repository');
  environment = { PATH: process.env.PATH ?? '/usr/bin', BORG_BASE_DIR: join(folder, 'borg') };
  writeFileSync(join(folder, 'file'), 'content');
  borg('init', '--encryption', 'none', location);
  borg('create', `${location}::web1-files-2026-11-19T02:00:00.000Z`, join(folder, 'file'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function setUp(change: Partial<FilesJob> = {}) {
  const clock = new FakeClock();
  const repository = repositorySpec({ location, unencrypted: true, passphraseFile: null });
  const job = filesJob({ repository, ...change });
  const reported: RecoveryPoint[][] = [];
  const state = { busy: false, refused: null as string | null };
  const inventories = new Inventories({
    jobs: [job],
    clock,
    log: silent,
    host: 'web1',
    environment,
    isRoot: false,
    guard: { environment: () => ({}), after: () => state.refused },
    isBusy: () => state.busy,
    report: (_, points) => reported.push(points),
  });
  onTestFinished(() => inventories.stop());
  /** Time passes in steps of a minute, and each look has its time to end. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= MINUTE_MS) {
      clock.advance(Math.min(left, MINUTE_MS));
      await inventories.tick();
    }
  };
  return { clock, job, inventories, reported, state, pass };
}

test('a job whose runs bring no inventory gets one an hour after the start, then daily', async () => {
  const { reported, inventories, job, pass } = setUp();
  expect(inventories.isDue(job.name)).toBe(true);
  await pass(HOUR_MS - MINUTE_MS);
  expect(reported).toEqual([]);
  await pass(2 * MINUTE_MS);
  expect(reported).toMatchObject([
    [{ name: 'web1-files-2026-11-19T02:00:00.000Z', subject: '', repository: 'acme' }],
  ]);
  await pass(DAY_MS);
  expect(reported).toHaveLength(1);
  await pass(HOUR_MS + MINUTE_MS);
  expect(reported).toHaveLength(2);
}, 60_000);

test('while nothing changes nothing is listed; what somebody else changes is seen within minutes', async () => {
  const { reported, inventories, job, pass } = setUp();
  await inventories.taken(job, 1);
  await pass(HOUR_MS);
  expect(reported).toEqual([]);
  borg('create', `${location}::web1-files-2026-11-20T02:00:00.000Z`, join(folder, 'file'));
  borg('delete', `${location}::web1-files-2026-11-19T02:00:00.000Z`);
  await pass(2 * MINUTE_MS);
  expect(reported.map((points) => points.map(({ name }) => name))).toEqual([
    ['web1-files-2026-11-20T02:00:00.000Z'],
  ]);
  await pass(HOUR_MS);
  expect(reported).toHaveLength(1);
}, 60_000);

test('few archives are listed with every run, many once a day', async () => {
  const { clock, inventories, job } = setUp();
  expect(inventories.isDue(job.name)).toBe(true);
  await inventories.taken(job, 100);
  expect(inventories.isDue(job.name)).toBe(true);
  await inventories.taken(job, 101);
  expect(inventories.isDue(job.name)).toBe(false);
  clock.advance(DAY_MS);
  expect(inventories.isDue(job.name)).toBe(true);
});

test('a run in the repository is not disturbed', async () => {
  const { reported, state, pass } = setUp();
  state.busy = true;
  await pass(3 * HOUR_MS);
  expect(reported).toEqual([]);
  state.busy = false;
  await pass(MINUTE_MS);
  expect(reported).toHaveLength(1);
}, 60_000);

test('another repository in its place is not reported, and a list that fails is tried again', async () => {
  const { reported, state, pass } = setUp();
  state.refused = 'another repository than before';
  await pass(HOUR_MS + 5 * MINUTE_MS);
  expect(reported).toEqual([]);
  state.refused = null;
  await pass(5 * MINUTE_MS);
  expect(reported).toEqual([]);
  await pass(10 * MINUTE_MS);
  expect(reported).toHaveLength(1);
}, 60_000);
