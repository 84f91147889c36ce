/** Faults of what is to be backed up. Each would end in exit code 0 or 1 and an archive, if borg's code alone were asked. */
import { chmodSync, chownSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { run } from '../program.ts';
import { type Host, type HostSettings, type Lab, NOT_TODAY } from './lab.ts';
import { brokenRun } from './steps.ts';
import type { Fault } from './types.ts';

const RUN_ENDED = 'the run ended, by the agent’s record';
const ALLOWED_SECONDS = 2;

const filesJob = (paths: (host: Host) => string[]): HostSettings => ({
  jobs: (host) => ({ files: { kind: 'files', repository: 'main', schedule: NOT_TODAY, paths: paths(host) } }),
});
const second = (host: Host) => join(host.folder, 'second');
const twoTrees: HostSettings = {
  ...filesJob((host) => [host.tree, second(host)]),
  prepare: (host) => cpSync(host.tree, second(host), { recursive: true }),
};

const sourceMissing: Fault = {
  name: 'source-missing',
  done: 'one of two source paths is removed (borg 1.2 archives the other and exits 1)',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'both paths are there',
  takesSeconds: 15,
  async inject(lab) {
    const pair = await lab.hosts(this.name, twoTrees);
    return brokenRun(lab, {
      ...pair,
      ...promised(this),
      paths: [pair.host.tree, second(pair.host)],
      breaks: () => rmSync(second(pair.host), { recursive: true }),
    });
  },
};

const sourceEmpty: Fault = {
  name: 'source-empty',
  done: 'the source path is there and empty, as when a file system was not mounted (borg exits 0)',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'the path holds its files',
  takesSeconds: 15,
  async inject(lab) {
    const pair = await lab.hosts(
      this.name,
      filesJob((host) => [host.tree]),
    );
    return brokenRun(lab, {
      ...pair,
      ...promised(this),
      paths: [pair.host.tree],
      breaks() {
        rmSync(pair.host.tree, { recursive: true });
        mkdirSync(pair.host.tree);
      },
    });
  },
};

const permissionDenied: Fault = {
  name: 'permission-denied',
  done: 'a folder below the source is closed to the agent, which runs as an unprivileged user (borg exits 1)',
  rule: 'sync_warning',
  severity: 'warning',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'the same user may read everything',
  takesSeconds: 20,
  async inject(lab) {
    const settings = await asNobody(
      lab,
      filesJob((host) => [host.tree]),
    );
    const pair = await lab.hosts(this.name, settings);
    return brokenRun(lab, {
      ...pair,
      ...promised(this),
      paths: [pair.host.tree],
      breaks() {
        const closed = join(pair.host.tree, 'closed');
        mkdirSync(closed);
        writeFileSync(join(closed, 'ledger'), 'nobody but root reads this\n');
        chmodSync(closed, 0o000);
        // Whoever is not root could not remove it.
        lab.onStop(async () => chmodSync(closed, 0o700));
      },
    });
  },
};

/** Root reads everything: the agent and all it starts run as `nobody`. Whoever is not root is fine already. */
async function asNobody(lab: Lab, settings: HostSettings): Promise<HostSettings> {
  if (userInfo().uid !== 0) return settings;
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (which) => Number((await run(['id', which, 'nobody'])).stdout)),
  );
  return {
    ...settings,
    wrapper: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'],
    prepare(host) {
      mkdirSync(host.agent.data, { recursive: true, mode: 0o700 });
      mkdirSync(host.agent.borgBase);
      const { repository } = host;
      // ssh and the agent insist on keys of their own user.
      const key = join(host.folder, 'key');
      cpSync(join(lab.storage.folder, 'keys', 'acme'), key);
      chmodSync(key, 0o600);
      repository!.sshCommand = [
        `ssh -i ${key} -o BatchMode=yes -o IdentitiesOnly=yes -o LogLevel=ERROR`,
        `-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=${join(host.folder, 'known_hosts')}`,
      ].join(' ');
      for (const path of [
        host.folder,
        host.agent.data,
        host.agent.borgBase,
        key,
        repository!.passphraseFile,
      ]) {
        chownSync(path, uid!, gid!);
      }
    },
  };
}

export function promised(fault: Fault): { rule: string; allowedSeconds: number } {
  return { rule: fault.rule!, allowedSeconds: fault.allowedSeconds };
}

export const sourceFaults: Fault[] = [sourceMissing, sourceEmpty, permissionDenied];
