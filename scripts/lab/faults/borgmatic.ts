/**
 * What borgmatic says about the same fault: the same sources, repository and borg, run as cron would run it,
 * at its own default verbosity. Only where it is installed and the comparison is asked for.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { run } from '../program.ts';
import type { Host } from './lab.ts';

const PROGRAM = '/usr/bin/borgmatic';
/** A borgmatic that waits for ever is an answer too. */
const WITHIN_SECONDS = 60;

export const SILENT_SUCCESS = 'exit code 0, no output';

export function borgmaticNeeds(): string | null {
  return existsSync(PROGRAM) ? null : 'the Debian package borgmatic';
}

export async function borgmaticVersion(): Promise<string> {
  return (await run([PROGRAM, '--version'])).stdout.trim();
}

/** One run of it over the host's `paths`. */
export async function borgmaticSays(host: Host, paths: string[], lockWaitSeconds: number): Promise<string> {
  const { url, sshCommand, passphraseFile } = host.repository!;
  const file = join(host.folder, 'borgmatic.yaml');
  const config = {
    location: { source_directories: paths, repositories: [url] },
    storage: {
      encryption_passcommand: `cat ${passphraseFile}`,
      ssh_command: sshCommand,
      lock_wait: lockWaitSeconds,
      borg_base_directory: `${host.agent.borgBase}/borgmatic`,
    },
    retention: { keep_daily: 7 },
  };
  writeFileSync(file, stringify(config));
  const wrapper = host.agent.settings.wrapper ?? [];
  const argv = [...wrapper, 'timeout', String(WITHIN_SECONDS), PROGRAM, '--config', file, 'create'];
  const { code, stdout, stderr } = await run(argv, { env: host.agent.settings.env, mayFail: true });
  if (code === 124) return `nothing for ${WITHIN_SECONDS} s, then we ended it`;
  const quiet = `${stdout}${stderr}`.trim() === '';
  return `exit code ${code}${quiet ? ', no output' : ''}`;
}
