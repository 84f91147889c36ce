/**
 * One key per customer, as far as one configuration can break it: a job that would use another customer's
 * repository, and repositories of different customers with one passphrase.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { AgentConfig } from '../config.ts';
import type { RepositorySpec } from './job-spec.ts';

export interface CustomerFinding {
  /** Where in agent.yaml: `jobs.files`. */
  key: string;
  what: string;
  next: string;
}

/** How a passphrase is known to be the same as another; nothing of it can be told from what is compared. */
interface KeySource {
  way: 'file' | 'content' | 'command';
  value: string;
}

const SAID: Record<KeySource['way'], string> = {
  file: 'the same passphrase_file',
  content: 'passphrases with the same content',
  command: 'the same passphrase_command',
};

/** @param hostCustomer whose this host is, by its certificate. */
export function customerFindings(
  config: Pick<AgentConfig, 'repositories' | 'jobs'>,
  hostCustomer: string,
): CustomerFinding[] {
  const owner = (repository: RepositorySpec) => repository.customer ?? hostCustomer;
  const findings: CustomerFinding[] = [];
  for (const { name, repository } of config.jobs) {
    if (repository === null || !config.repositories.includes(repository)) continue;
    if (owner(repository) === hostCustomer) continue;
    findings.push({
      key: `jobs.${name}.repository`,
      what: `repository ${repository.name} belongs to customer ${owner(repository)}, this host to ${hostCustomer}`,
      next: `give the job a repository of ${hostCustomer}`,
    });
  }
  const all = [...new Set([...config.repositories, ...config.jobs.flatMap((job) => job.repository ?? [])])];
  const sources = all.map((repository) => ({ repository, keys: keySources(repository) }));
  for (const [index, one] of sources.entries()) {
    for (const other of sources.slice(index + 1)) {
      if (owner(one.repository) === owner(other.repository)) continue;
      const same = one.keys.find((key) =>
        other.keys.some(({ way, value }) => way === key.way && value === key.value),
      );
      if (!same) continue;
      const whose = [one, other].map(({ repository }) => `${repository.name} of ${owner(repository)}`);
      findings.push({
        key: `repositories.${other.repository.name}`,
        what: `repositories of different customers have ${SAID[same.way]}: ${whose.join(' and ')}`,
        next: 'give each customer a passphrase of its own (backproof-agent key new); borg key change-passphrase sets it',
      });
    }
  }
  return findings;
}

function keySources(repository: RepositorySpec): KeySource[] {
  const { passphraseFile, passphraseCommand } = repository;
  if (passphraseCommand !== null) return [{ way: 'command', value: JSON.stringify(passphraseCommand) }];
  if (passphraseFile === null) return [];
  try {
    const { dev, ino } = statSync(passphraseFile);
    const content = readFileSync(passphraseFile, 'utf8').replace(/[\r\n]+$/, '');
    return [
      { way: 'file', value: `${dev}:${ino}` },
      { way: 'content', value: createHash('sha256').update(content).digest('hex') },
    ];
  } catch {
    // A file that cannot be read is a finding of its own.
    return [];
  }
}
