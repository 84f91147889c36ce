/** An agent that dumps MySQL and MariaDB servers into a repository of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestAgent } from './agent.ts';
import { temporaryFolder } from './folder.ts';
import { runJob } from './run-job.ts';
import type { SqlDaemon } from './sql-daemon.ts';
import { enrollDirectly, startCollector } from './wire.ts';

const exec = promisify(execFile);
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const NEVER = { cron: '0 0 1 1 *', finish_within: '10m' };

const borgEnvironment = (dataDir: string) => ({
  ...process.env,
  BORG_BASE_DIR: join(dataDir, 'borg'),
  BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
});

export async function agentFor(jobs: Record<string, unknown>) {
  const collector = await startCollector();
  const dataDir = enrollDirectly(collector);
  const repository = join(temporaryFolder(), 'r');
  await exec('borg', ['init', '--encryption', 'none', repository], { env: borgEnvironment(dataDir) });
  const { configFile, socket } = await startTestAgent(dataDir, {
    collector: collector.url,
    repositories: { local: { borg: repository, unencrypted: true } },
    jobs,
  });
  const extract = async (archive: string) => {
    const { stdout } = await exec('borg', ['extract', '--stdout', `${repository}::${archive}`], {
      env: borgEnvironment(dataDir),
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    return stdout;
  };
  return { configFile, run: (job: string) => runJob(socket, job), extract };
}

export function jobFor(source: SqlDaemon, change: Record<string, unknown> = {}) {
  return {
    kind: 'mysql-dump',
    repository: 'local',
    schedule: NEVER,
    connection: { socket: source.socket, user: 'backproof' },
    ...(source.programs ? { programs: source.programs } : {}),
    ...change,
  };
}
