/**
 * `key accept`, on the side of the running agent. The socket is open to everybody who may start a job; that a
 * repository is another one from now on may be said only by who could change the agent's own state: the command
 * leaves a file in the data folder, where nobody but the agent's user and root can make one.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../proto/errors.ts';
import type { AgentConfig } from '../config.ts';
import type { RepositoryGuard } from '../runner/repository-guard.ts';

function fileOf(dataDir: string, name: string): string {
  return join(dataDir, `accept-${name}`);
}

/** Throws UserError when the caller may not. */
export function leaveMandate(dataDir: string, name: string): void {
  try {
    // Root writes into the agent's folder: only a new file, never through a link that lies there.
    takeBackMandate(dataDir, name);
    writeFileSync(fileOf(dataDir, name), '', { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new UserError(`${dataDir} cannot be written: ${(error as Error).message}`, {
      next: 'run this as root or as the user of the agent: sudo backproof-agent key accept REPOSITORY',
      cause: error,
    });
  }
}

export function takeBackMandate(dataDir: string, name: string): void {
  rmSync(fileOf(dataDir, name), { force: true });
}

export function acceptRepository(
  config: Pick<AgentConfig, 'dataDir' | 'repositories' | 'jobs'>,
  guard: Pick<RepositoryGuard, 'accept'>,
  name: string,
): { accepted: boolean; reason: string } {
  const all = [...config.repositories, ...config.jobs.flatMap((job) => job.repository ?? [])];
  const repository = all.find((one) => one.name === name);
  if (!repository) return { accepted: false, reason: `this host has no repository "${name}"` };
  try {
    // Found and used up in one step.
    rmSync(fileOf(config.dataDir, name));
  } catch {
    return { accepted: false, reason: 'only root and the user of the agent may accept a repository' };
  }
  return guard.accept(repository);
}
