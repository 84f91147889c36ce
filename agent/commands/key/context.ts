/** What every `key` command starts with: the configuration, whose host this is, and the repository that is meant. */
import { nearestOf } from '../../../proto/edit-distance.ts';
import { UserError } from '../../../proto/errors.ts';
import type { RepositorySpec } from '../../config/job-spec.ts';
import { type AgentConfig, loadConfig, readEnvironment } from '../../config.ts';
import { checkJob } from '../../engines/index.ts';
import { IdentityStore } from '../../identity.ts';
import { agentVariables } from './agent-user.ts';

export interface KeyContext {
  config: AgentConfig;
  /** Every repository, a steward's included. */
  repositories: RepositorySpec[];
  /** '' while the host is not enrolled. */
  customer: string;
  /** What borg gets. */
  variables: Record<string, string>;
}

/**
 * @param secrets false: passphrases need not be there yet.
 * @throws UserError when the configuration cannot be used.
 */
export async function keyContext(configFile: string, secrets = true): Promise<KeyContext> {
  const config = await loadConfig(configFile, checkJob, { secrets });
  const ofJobs = config.jobs.flatMap((job) => job.repository ?? []);
  return {
    config,
    repositories: [...new Set([...config.repositories, ...ofJobs])],
    customer: customerOf(config.dataDir),
    variables: agentVariables(readEnvironment().variables, config.dataDir),
  };
}

/** Throws UserError (wrong use). */
export function repositoryNamed({ config, repositories }: KeyContext, name: string): RepositorySpec {
  const found = repositories.find((one) => one.name === name);
  if (found) return found;
  const names = repositories.map((one) => one.name);
  const nearest = nearestOf(name, names);
  throw new UserError(`${config.file} has no repository "${name}"`, {
    next: nearest ? `did you mean ${nearest}?` : `it names ${names.join(', ') || 'none'}`,
    exitCode: 2,
  });
}

function customerOf(dataDir: string): string {
  try {
    return IdentityStore.open(dataDir).customer;
  } catch {
    return '';
  }
}
