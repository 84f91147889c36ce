/** `exec`, `start` and `status` as people run them: the built program against a running agent. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { startTestAgent } from '../support/agent.ts';
import { temporaryFolder } from '../support/folder.ts';
import { enrollDirectly, startCollector, until } from '../support/wire.ts';

const program = [
  join(import.meta.dirname, '../../node_modules/.bin/tsx'),
  join(import.meta.dirname, '../../agent/main.ts'),
];
const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };
const WITHIN_MS = 60_000;

async function setUp() {
  const collector = await startCollector();
  const dataDir = enrollDirectly(collector);
  const config = {
    collector: collector.url,
    jobs: {
      legacy: { kind: 'command', schedule: NEVER },
      good: { kind: 'command', schedule: NEVER, command: ['sh', '-c', 'echo done'] },
      bad: { kind: 'command', schedule: NEVER, command: ['false'] },
    },
  };
  const started = await startTestAgent(dataDir, config);
  const lastRun = (job: string) => started.agent.status().jobs.find((one) => one.job === job)?.lastRun;
  return { ...started, dataDir, config, lastRun };
}

interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program[0]!, [program[1]!, ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
    });
  });
}

it(
  'runs a command as a run of its job, with its output and its exit code',
  async () => {
    const { configFile, lastRun } = await setUp();
    const script = 'echo to-stdout; echo to-stderr >&2; exit 7';
    const ended = await run('exec', '--config', configFile, '--job', 'legacy', '--', 'sh', '-c', script);
    expect(ended).toMatchObject({ code: 7, stdout: 'to-stdout\n', stderr: 'to-stderr\n' });
    expect(lastRun('legacy')).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('exit code 7'),
    });
    const good = await run('exec', '--config', configFile, '--job', 'legacy', '--', 'true');
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(lastRun('legacy')).toMatchObject({ outcome: 'succeeded' });
  },
  WITHIN_MS,
);

it(
  'passes every byte of the command on, and reads borg in between',
  async () => {
    const { configFile, lastRun } = await setUp();
    const folder = temporaryFolder();
    const bytes = Buffer.concat([
      randomBytes(300_000),
      Buffer.from('\n{"type": "log_message"'),
      randomBytes(1_000),
    ]);
    writeFileSync(join(folder, 'bytes'), bytes);
    const created = join(import.meta.dirname, '../golden/borg/1.2.4-created.json');
    const script = `cat ${join(folder, 'bytes')}; echo; cat ${created}; cat ${join(folder, 'bytes')} >&2`;
    const child = spawn(
      program[0]!,
      [program[1]!, 'exec', '--config', configFile, '--job', 'legacy', '--', 'sh', '-c', script],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const [stdout, stderr] = await Promise.all([child.stdout, child.stderr].map(buffer));
    expect(stdout!.equals(Buffer.concat([bytes, Buffer.from('\n'), readFileSync(created)]))).toBe(true);
    expect(stderr!.equals(bytes)).toBe(true);
    expect(lastRun('legacy')).toMatchObject({
      outcome: 'succeeded',
      reason: 'sh ended with exit code 0; borg reported a1; no archive was looked at.',
    });
  },
  WITHIN_MS,
);

it(
  'reports the end of a command in time that leaves a service behind, and goes on passing its output',
  async () => {
    const { configFile, lastRun } = await setUp();
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'go')]);
    // The service keeps what it inherited, and says one more thing when it is told to. It outlives no test for long.
    const script = `setsid timeout 60 sh -c 'read -r line <${join(folder, 'go')}; echo still here' & exit 3`;
    const ended = run('exec', '--config', configFile, '--job', 'legacy', '--', 'sh', '-c', script);
    await until(() => lastRun('legacy')?.reason.includes('exit code 3'), WITHIN_MS);
    writeFileSync(join(folder, 'go'), 'go\n');
    expect(await ended).toMatchObject({ code: 3, stdout: 'still here\n' });
  },
  WITHIN_MS,
);

it(
  'runs the command also when no agent answers, and says that nothing is reported',
  async () => {
    const { configFile, agent } = await setUp();
    await agent.stop();
    const ended = await run(
      'exec',
      '--config',
      configFile,
      '--job',
      'legacy',
      '--',
      'sh',
      '-c',
      'echo ran; exit 4',
    );
    expect(ended).toMatchObject({ code: 4, stdout: 'ran\n' });
    expect(ended.stderr).toContain('exit code 4, and that is not reported: no agent answers at');
  },
  WITHIN_MS,
);

it(
  'reports a command that outlived a restart of the agent',
  async () => {
    const { configFile, agent, dataDir, config } = await setUp();
    const child = spawn(
      program[0]!,
      [program[1]!, 'exec', '--config', configFile, '--job', 'legacy', '--', 'cat'],
      {
        stdio: ['pipe', 'ignore', 'inherit'],
      },
    );
    const exited = new Promise((resolve) => child.once('exit', resolve));
    await until(() => agent.status().jobs[0]?.runningSinceMs, WITHIN_MS);
    await agent.stop();
    const again = await startTestAgent(dataDir, config);
    expect(again.agent.status().jobs[0]?.runningSinceMs).not.toBeNull();
    child.stdin.end();
    expect(await exited).toBe(0);
    expect(again.agent.status().jobs[0]).toMatchObject({
      runningSinceMs: null,
      lastRun: { outcome: 'succeeded' },
    });
  },
  WITHIN_MS,
);

it(
  'passes a signal on and ends by it',
  async () => {
    const { configFile, agent, lastRun } = await setUp();
    const child = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        program[1]!,
        'exec',
        '--config',
        configFile,
        '--job',
        'legacy',
        '--',
        'sleep',
        '1000',
      ],
      { stdio: 'ignore' },
    );
    const exited = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    await until(() => agent.status().jobs[0]?.runningSinceMs, WITHIN_MS);
    child.kill('SIGTERM');
    expect(await exited).toBe('SIGTERM');
    expect(lastRun('legacy')).toMatchObject({ outcome: 'failed', reason: 'sleep was ended by SIGTERM.' });
  },
  WITHIN_MS,
);

it(
  'starts jobs, waits for them, and shows what they do',
  async () => {
    const { configFile, socket } = await setUp();
    expect(statSync(socket).mode & 0o777).toBe(0o660);
    expect(await run('start', 'good', '--wait', '--config', configFile)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('good: succeeded'),
    });
    expect((await run('start', 'bad', '--wait', '--config', configFile)).code).toBe(1);
    expect(await run('start', 'legacy', '--config', configFile)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('started from outside'),
    });
    const status = await run('status', '--json', '--config', configFile);
    expect(status.code).toBe(1);
    expect(JSON.parse(status.stdout)).toMatchObject({
      host: 'web1',
      customer: 'acme',
      jobs: [
        { job: 'legacy' },
        { job: 'good', lastRun: { outcome: 'succeeded' } },
        { lastRun: { outcome: 'failed' } },
      ],
    });
    expect((await run('status', '--config', configFile)).stdout).toMatch(/JOB\s+KIND\s+LAST RUN\s+NEXT/);
  },
  WITHIN_MS,
);

it(
  'is wrong use, exit code 2, when a command does not exist',
  async () => {
    expect(await run('nonsense')).toMatchObject({ code: 2 });
    expect((await run('--help')).code).toBe(0);
  },
  WITHIN_MS,
);
