/** SIGHUP, at which other programs read their configuration anew, ends neither of ours. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { initialise } from '../../collector/control/init.ts';
import { writeConfig } from '../support/agent.ts';
import { temporaryFolder } from '../support/folder.ts';
import { enrollDirectly, startCollector, until } from '../support/wire.ts';

const WITHIN_MS = 60_000;

function start(...argv: string[]): { child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (part) => (text += part));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, said: () => text };
}

it('a collector goes on, and says whether its configuration would do', { timeout: WITHIN_MS }, async () => {
  const data = temporaryFolder();
  initialise(data, ['127.0.0.1'], Date.now());
  const file = join(data, 'collector.yaml');
  const web = 'http://127.0.0.1:0';
  const sound = `data: ${data}\nlisten: { agents: "127.0.0.1:0", enrollment: "127.0.0.1:0", web: "${web}" }\n`;
  writeFileSync(file, sound);
  const { child, said } = start('collector/main.ts', 'run', '--config', file);
  await until(() => said().includes('the collector runs'), WITHIN_MS);
  child.kill('SIGHUP');
  await until(() => said().includes('the configuration is sound'), WITHIN_MS);
  writeFileSync(file, `${sound}recievers: {}\n`);
  child.kill('SIGHUP');
  await until(() => said().includes('the configuration cannot be used'), WITHIN_MS);
  expect(said()).toContain('recievers');
  expect(child.exitCode ?? child.signalCode).toBe(null);
});

it('an agent goes on', { timeout: WITHIN_MS }, async () => {
  const collector = await startCollector();
  const dataDir = enrollDirectly(collector);
  const file = writeConfig(dataDir, { collector: collector.url, jobs: {} });
  const { child, said } = start('agent/main.ts', 'run', '--config', file);
  await until(() => collector.sessions.count() === 1, WITHIN_MS);
  child.kill('SIGHUP');
  await until(() => said().includes('the configuration is sound'), WITHIN_MS);
  expect(child.exitCode ?? child.signalCode).toBe(null);
});
