/** A whole agent in this process: its real configuration file, spool, runner, scheduler, socket and link. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type Agent, startAgent } from '../../agent/app.ts';
import { loadConfig, readEnvironment } from '../../agent/config.ts';
import { checkJob } from '../../agent/engines/index.ts';
import { type Clock, systemClock } from '../../proto/clock.ts';
import { silent } from './wire.ts';

/** From its source: tests need no build. */
export const DUMP_GUARD = [
  process.execPath,
  '--import',
  // borg starts it in a folder of its own.
  import.meta.resolve('tsx'),
  join(import.meta.dirname, '../../agent/dump-guard.ts'),
];

export interface TestAgent {
  agent: Agent;
  configFile: string;
  socket: string;
}

export function writeConfig(dataDir: string, config: Record<string, unknown>): string {
  const file = join(dataDir, 'agent.yaml');
  writeFileSync(file, stringify({ timezone: 'UTC', data: dataDir, ...config }));
  return file;
}

/** @param dataDir holds an identity, as enrollDirectly makes it. */
export async function startTestAgent(
  dataDir: string,
  config: Record<string, unknown>,
  options: { clock?: Clock; environment?: NodeJS.ProcessEnv } = {},
): Promise<TestAgent> {
  const configFile = writeConfig(dataDir, config);
  const environment = readEnvironment({
    ...process.env,
    BORG_BASE_DIR: join(dataDir, 'borg'),
    ...options.environment,
  });
  const loaded = await loadConfig(configFile, checkJob);
  const agent = await startAgent(loaded, environment, {
    clock: options.clock ?? systemClock,
    log: silent,
    random: () => 0,
    agentVersion: '0.1.0',
    nodeVersion: process.version,
    dumpGuard: DUMP_GUARD,
    isRoot: false,
    crontabs: [],
    baseBackup: [],
  });
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await agent.stop();
  };
  onTestFinished(stop);
  return { agent: { ...agent, stop }, configFile, socket: loaded.socket };
}
