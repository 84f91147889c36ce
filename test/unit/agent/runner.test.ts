/** The runner with real processes and a real spool, without borg. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { RUN_ID_VARIABLE, startTicksOf } from '../../../agent/process/group.ts';
import { RepositoryGuard } from '../../../agent/runner/repository-guard.ts';
import { Runner } from '../../../agent/runner.ts';
import { SpoolWriter } from '../../../agent/spool/writer.ts';
import { Spool } from '../../../agent/spool.ts';
import { Tools } from '../../../agent/watch/tools.ts';
import { type Clock, systemClock } from '../../../proto/clock.ts';
import { decodeRecord } from '../../../proto/record-codec.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { commandJob } from '../../support/job-specs.ts';
import { SAMPLE_AT_MS, sampleStarted } from '../../support/samples.ts';
import { silent, until } from '../../support/wire.ts';

const environment = { PATH: process.env.PATH ?? '/usr/bin:/bin' };

function setUp(clock: Clock = systemClock, folder = temporaryFolder()) {
  const spool = Spool.open(join(folder, 'spool.db'), { bytesMax: 16 * 1024 * 1024 });
  onTestFinished(() => spool.close());
  let count = 0;
  const runner = new Runner({
    spool,
    writer: new SpoolWriter(spool),
    clock,
    log: silent,
    tools: new Tools(environment, clock),
    environment,
    postgresBins: {},
    dumpGuard: [],
    isRoot: false,
    crontabs: [],
    baseBackup: [],
    host: 'web1',
    guard: new RepositoryGuard({ spool, writer: new SpoolWriter(spool), clock, customer: 'acme' }),
    inventories: { isDue: () => true, taken: async () => {} },
    newRunId: () => `run-${++count}`,
    onProgress: () => {},
  });
  const written = () => spool.read(1, 100).map(({ record }) => decodeRecord(record).body);
  return { folder, spool, runner, written };
}

const sh = (script: string) => commandJob({ command: ['sh', '-c', script] });

it('writes the start down before the first process, and the end after the last', async () => {
  const { runner, spool, written } = setUp();
  const { runId, finished } = runner.start(sh('echo working; exit 3'), 'schedule', SAMPLE_AT_MS);
  expect(written()).toMatchObject([{ type: 'run-started', value: { runId, dueAtMs: SAMPLE_AT_MS } }]);
  const run = await finished;
  expect(run).toMatchObject({
    outcome: 'failed',
    exitCode: 3,
    reason: 'sh ended with exit code 3. Its last line: working',
    logTail: 'working',
  });
  expect(written()[1]).toMatchObject({ type: 'run-finished', value: { runId, outcome: 'failed' } });
  expect(spool.unfinishedRuns()).toEqual([]);
});

it('kills a run that takes longer than its timeout', async () => {
  const clock = new FakeClock(SAMPLE_AT_MS);
  const { runner, spool } = setUp(clock);
  const { finished } = runner.start({ ...sh('sleep 1000'), timeoutMs: 5_000 }, 'manual', null);
  await until(() => spool.unfinishedRuns()[0]?.process);
  clock.advance(5_000);
  expect(await finished).toMatchObject({ outcome: 'timed-out', reason: expect.stringContaining('after 5s') });
});

it('ends every run as cancelled when the agent stops', async () => {
  const { runner, spool } = setUp();
  const { finished } = runner.start(sh('sleep 1000'), 'schedule', SAMPLE_AT_MS);
  await until(() => spool.unfinishedRuns()[0]?.process);
  await runner.stop();
  expect(await finished).toMatchObject({ outcome: 'cancelled', signal: 'SIGTERM' });
  expect(runner.running()).toEqual([]);
});

it('ends what a crash left running, and reports the run as cancelled', async () => {
  const { runner, spool, written } = setUp();
  spool.append({ type: 'run-started', value: sampleStarted({ runId: 'crashed' }) }, SAMPLE_AT_MS);
  const child = spawn('sleep', ['1000'], {
    detached: true,
    stdio: 'ignore',
    env: { ...environment, [RUN_ID_VARIABLE]: 'crashed' },
  });
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  spool.noteProcess('crashed', { pgid: child.pid!, startTicks: startTicksOf(child.pid!)! });
  expect(runner.recover()).toEqual([]);
  expect(await ended).toBe('SIGKILL');
  expect(written().at(-1)).toMatchObject({
    type: 'run-finished',
    value: { runId: 'crashed', outcome: 'cancelled', reason: expect.stringContaining('has been ended') },
  });
});

it('touches no stranger that got the number of a process of the crashed agent', async () => {
  const { runner, spool } = setUp();
  spool.append({ type: 'run-started', value: sampleStarted({ runId: 'crashed' }) }, SAMPLE_AT_MS);
  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  spool.noteProcess('crashed', { pgid: child.pid!, startTicks: startTicksOf(child.pid!)! - 100 });
  runner.recover();
  expect(spool.unfinishedRuns()).toEqual([]);
  // Had recover() ended it, it would be by SIGKILL, and before ours.
  child.kill('SIGTERM');
  expect(await ended).toBe('SIGTERM');
});

it('leaves runs of exec to their wrapper', () => {
  const { runner, spool } = setUp();
  const run = sampleStarted({ runId: 'wrapped', trigger: 'exec' });
  spool.append({ type: 'run-started', value: run }, SAMPLE_AT_MS);
  expect(runner.recover()).toEqual([{ run, wrapper: null }]);
  expect(spool.unfinishedRuns()).toHaveLength(1);
});

it('reports a due moment without a run as skipped', () => {
  const { runner, spool, written } = setUp();
  runner.skip(sh('true'), SAMPLE_AT_MS, 'The clock leapt.');
  expect(written().at(-1)).toMatchObject({
    type: 'run-finished',
    value: { outcome: 'skipped', dueAtMs: SAMPLE_AT_MS, reason: 'The clock leapt.' },
  });
  expect(spool.lastDueAtMs('legacy')).toBe(SAMPLE_AT_MS);
});

it('says that a program is not installed', async () => {
  const { runner } = setUp();
  const { finished } = runner.start(commandJob({ command: ['/nowhere/backup'] }), 'manual', null);
  expect((await finished).reason).toMatch(/^\/nowhere\/backup is not installed or not executable/);
});
