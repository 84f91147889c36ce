/**
 * What a person does by `backproof-agent key` as root is to be the agent's afterwards: its files, its borg cache,
 * its keys. So root becomes the agent's user before borg runs, and what opens for it opens for the agent.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Owner {
  uid: number;
  gid: number;
}

const ROOT_UID = 0;
/** In the data folder, where the systemd unit keeps borg's own files. */
const BORG_BASE = 'borg';

/** Who the agent runs as: whose its data folder is. Null where that is whoever asks. */
export function agentUser(dataDir: string): Owner | null {
  if (process.getuid?.() !== ROOT_UID) return null;
  try {
    const { uid, gid } = statSync(dataDir);
    return uid === ROOT_UID ? null : { uid, gid };
  } catch {
    return null;
  }
}

/** From here on this process is the agent's user, for good. */
export function becomeAgentUser(dataDir: string): void {
  const owner = agentUser(dataDir);
  if (owner === null) return;
  process.setgroups?.([owner.gid]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
}

/**
 * What the agent's children get, as far as it decides where borg keeps what it knows. To be asked before
 * `becomeAgentUser`.
 */
export function agentVariables(variables: Record<string, string>, dataDir: string): Record<string, string> {
  const borgBase = join(dataDir, BORG_BASE);
  const changed = agentUser(dataDir) !== null;
  return {
    ...variables,
    ...(changed ? { HOME: dataDir } : {}),
    ...(variables.BORG_BASE_DIR === undefined && (changed || existsSync(borgBase))
      ? { BORG_BASE_DIR: borgBase }
      : {}),
  };
}
