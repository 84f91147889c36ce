/** Root looks at a host as its agent does: as the same user, with the one capability that the agent's unit has. */
import { join } from 'node:path';
import { systemClock } from '../../proto/clock.ts';
import { loadConfig, readEnvironment } from '../config.ts';
import { findProgram, runInherited } from '../process.ts';
import { ownerOf } from '../restore/folder.ts';

/**
 * Runs a command of this program so, its output being ours. What belongs to root is an agent's that is root itself.
 * @returns its exit code; null when it is to be run here.
 */
export async function runAsAgent(configFile: string, command: string[]): Promise<number | null> {
  if (process.getuid?.() !== 0) return null;
  const { dataDir } = await loadConfig(configFile, undefined, { secrets: false });
  const owner = ownerOf(dataDir);
  const { variables } = readEnvironment();
  const setpriv = findProgram('setpriv', variables.PATH!);
  if (owner === null || owner.uid === 0 || setpriv === null) return null;
  const self = [process.execPath, ...process.execArgv, process.argv[1]!];
  const argv = [
    ...[setpriv, `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--init-groups'],
    // scripts/systemd/backproof-agent.service
    ...['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search', '--'],
    ...[...self, ...command],
  ];
  const env = { ...variables, HOME: dataDir, BORG_BASE_DIR: join(dataDir, 'borg') };
  const { exitCode } = await runInherited(argv, env, systemClock, () => {}).result;
  return exitCode ?? 1;
}
