/**
 * What kind of machine this is. Cheap questions only: getAllData, networkInterfaces and versions of
 * systeminformation run dozens of programs. Loaded when first asked, so that it costs an idle agent nothing
 * until then.
 */
import { createRequire } from 'node:module';
import type si from 'systeminformation';
import type { HostFacts } from '../../proto/messages.ts';
import type { AgentConfig } from '../config.ts';
import type { Tools } from './tools.ts';

export interface HostFactsInput {
  agentVersion: string;
  nodeVersion: string;
  hostname: string;
  zone: string;
  notBackedUp: { name: string; why: string }[];
  tools: { name: string; version: string }[];
}

export async function hostFacts(input: HostFactsInput): Promise<HostFacts> {
  // Two of its files: its index loads them all and keeps them, which is 2 MiB.
  const load = createRequire(import.meta.url);
  const { osInfo } = load('systeminformation/lib/osinfo.js') as Pick<typeof si, 'osInfo'>;
  const { mem } = load('systeminformation/lib/memory.js') as Pick<typeof si, 'mem'>;
  const [os, memory] = await Promise.all([osInfo(), mem()]);
  const { availableParallelism } = await import('node:os');
  return {
    hostname: input.hostname,
    os: [os.distro, os.release].filter(Boolean).join(' '),
    kernel: os.kernel,
    nodeVersion: input.nodeVersion,
    agentVersion: input.agentVersion,
    zone: input.zone,
    cpus: availableParallelism(),
    memoryBytes: memory.total,
    tools: input.tools,
    notBackedUp: input.notBackedUp,
  };
}

/** The backup tools this host's jobs use, with their versions. */
export async function toolsOf(
  config: Pick<AgentConfig, 'repositories' | 'postgresBins'>,
  tools: Tools,
): Promise<{ name: string; version: string }[]> {
  const found: { name: string; version: string }[] = [];
  for (const program of new Set(config.repositories.map((repository) => repository.program))) {
    const { version } = await tools.borg(program, false);
    if (version) found.push({ name: program, version: version.text });
  }
  for (const major of Object.keys(config.postgresBins))
    found.push({ name: 'postgresql-client', version: major });
  return found;
}
