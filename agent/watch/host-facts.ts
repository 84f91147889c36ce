/**
 * What kind of machine this is. Cheap questions only: getAllData, networkInterfaces and versions of
 * systeminformation run dozens of programs. Loaded when first asked, so that it costs an idle agent nothing
 * until then.
 */
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
  const { default: si } = await import('systeminformation');
  const [os, memory] = await Promise.all([si.osInfo(), si.mem()]);
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
