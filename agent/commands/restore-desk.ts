/** What `recovery-points` and `restore` begin with: the job, whose archives they are, and its repository. */

import type { Clock } from '../../proto/clock.ts';
import { nearestOf } from '../../proto/edit-distance.ts';
import { UserError } from '../../proto/errors.ts';
import type { JobSpec, RepositorySpec } from '../config/job-spec.ts';
import { type AgentConfig, type AgentEnvironment, loadConfig, readEnvironment } from '../config.ts';
import { checkJob } from '../engines/index.ts';
import { IdentityStore } from '../identity.ts';
import { findProgram } from '../process.ts';
import { ownerOf } from '../restore/folder.ts';
import { type RestorableJob, restorable } from '../restore/points.ts';
import { RepositoryReader } from '../restore/reader.ts';
import { localFolder } from '../tools/borg.ts';

export interface DeskOptions {
  configFile: string;
  job: string;
  /** Whose archives; undefined: this host's. */
  host: string | undefined;
}

export interface OpenDesk {
  config: AgentConfig;
  environment: AgentEnvironment;
  job: RestorableJob;
}

/** Throws UserError, ConfigError. */
export async function openDesk(options: DeskOptions): Promise<OpenDesk> {
  const config = await loadConfig(options.configFile, checkJob);
  return { config, environment: readEnvironment(), job: restorable(jobNamed(config, options.job)) };
}

/**
 * Reads a job's archives, and knows whose they are.
 * @throws UserError when this host is not known and none is named.
 */
export function openReader(
  { config, environment }: OpenDesk,
  repository: RepositorySpec,
  host: string | undefined,
  clock: Clock,
  signal: AbortSignal,
): { reader: RepositoryReader; host: string } {
  const { variables } = environment;
  const reader = new RepositoryReader({
    repository,
    environment: variables,
    clock,
    sshPrefix: sshPrefix(repository, config.dataDir, variables.PATH ?? ''),
    signal,
  });
  return { reader, host: host ?? hostOf(config.dataDir) };
}

function jobNamed(config: AgentConfig, name: string): JobSpec {
  const job = config.jobs.find((one) => one.name === name);
  if (job) return job;
  const names = config.jobs.map((one) => one.name);
  const near = nearestOf(name, names);
  throw new UserError(`${config.file} has no job "${name}"${near ? `; did you mean ${near}?` : ''}`, {
    next: `name one of: ${names.join(', ')}`,
    exitCode: 2,
  });
}

/** A new machine in place of one that is gone may not be enrolled yet. */
function hostOf(dataDir: string): string {
  try {
    return IdentityStore.open(dataDir).host;
  } catch (error) {
    throw new UserError('this host is not enrolled, so it is not known whose archives are meant', {
      next: 'name the host that made them with --host NAME',
      cause: error,
    });
  }
}

/** root restores, but the storage host knows the key of the user the agent runs as. */
function sshPrefix(repository: RepositorySpec, dataDir: string, path: string): string[] {
  if (process.getuid?.() !== 0 || localFolder(repository.location) !== null) return [];
  const owner = ownerOf(dataDir);
  const setpriv = findProgram('setpriv', path);
  if (owner === null || owner.uid === 0 || setpriv === null) return [];
  return [setpriv, `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
}
