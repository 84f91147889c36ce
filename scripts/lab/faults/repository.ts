/** Faults of the place that backups go to. */

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../program.ts';
import { CUSTOMER, type HostSettings, type Lab, NOT_TODAY } from './lab.ts';
import { fillDisk, mountNeeds, smallDisk } from './mounts.ts';
import { promised } from './sources.ts';
import { brokenRun, healthy, twinProblems } from './steps.ts';
import type { Fault } from './types.ts';

const RUN_ENDED = 'the run ended, by the agent’s record';
const ALLOWED_SECONDS = 2;

const filesJob: HostSettings = {
  jobs: (host) => ({
    files: { kind: 'files', repository: 'main', schedule: NOT_TODAY, paths: [host.tree] },
  }),
};

const passphraseWrong: Fault = {
  name: 'passphrase-wrong',
  done: 'another passphrase is written into the file that the host reads',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'its passphrase file is untouched',
  takesSeconds: 15,
  async inject(lab) {
    const pair = await lab.hosts(this.name, filesJob);
    const breaks = () => writeFileSync(pair.host.repository!.passphraseFile, 'something else\n');
    return brokenRun(lab, { ...pair, ...promised(this), paths: [pair.host.tree], breaks });
  },
};

const repositoryGone: Fault = {
  name: 'repository-gone',
  done: 'the repository’s folder is moved away on the storage host',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'its repository is where it was',
  takesSeconds: 15,
  async inject(lab) {
    const pair = await lab.hosts(this.name, filesJob);
    const { path } = pair.host.repository!;
    return brokenRun(lab, {
      ...pair,
      ...promised(this),
      paths: [pair.host.tree],
      breaks: () => renameSync(path, `${path}.away`),
    });
  },
};

/** borg itself takes the repository's lock, as the host called `hostId` when that is given, and is killed holding it. */
async function leaveLock(lab: Lab, path: string, hostId?: string): Promise<void> {
  await run(['borg', 'with-lock', path, 'sh', '-c', 'kill -9 $PPID'], {
    env: {
      BORG_BASE_DIR: join(lab.storage.folder, 'borg-of-storage'),
      BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
      ...(hostId && { BORG_HOST_ID: hostId }),
    },
    mayFail: true,
  });
  if (!existsSync(join(path, 'lock.exclusive'))) throw new Error(`no lock was left in ${path}`);
}

const lockedByOtherHost: Fault = {
  name: 'locked-by-other-host',
  done: 'a borg of another host dies holding the repository’s lock: borg never removes such a lock by itself',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: `${RUN_ENDED} (lock_wait is 3 s here)`,
  twin: 'its repository is not locked',
  takesSeconds: 18,
  async inject(lab) {
    const pair = await lab.hosts(this.name, { ...filesJob, repositoryConfig: { lock_wait: '3s' } });
    const breaks = () => leaveLock(lab, pair.host.repository!.path, 'elsewhere@123456789');
    return brokenRun(lab, { ...pair, ...promised(this), paths: [pair.host.tree], breaks });
  },
};

const lockedByDeadProcess: Fault = {
  name: 'locked-by-dead-process',
  done: 'a borg of the storage host dies holding the repository’s lock, which borg removes by itself',
  instead: 'the run succeeds, nobody is called',
  rule: null,
  severity: null,
  allowedSeconds: 0,
  from: '(it heals)',
  twin: 'its repository was never locked',
  takesSeconds: 15,
  async inject(lab) {
    const { host, twin } = await lab.hosts(this.name, filesJob);
    await healthy(host);
    const earliestMs = Date.now();
    const { path } = host.repository!;
    await leaveLock(lab, path);
    const problems = [...(await twinProblems(host)), ...(await twinProblems(twin))];
    if (readdirSync(path).includes('lock.exclusive')) problems.push('the lock is still there');
    return {
      pages: lab.pager.pages,
      host: host.agent.host,
      subject: `job:${host.agent.host}/files`,
      twins: [twin.agent.host],
      earliestMs,
      knownAtMs: earliestMs,
      problems,
    };
  },
};

const DISK_MEBIBYTES = 48;
const LEFT_BYTES = 2 * 1024 * 1024;
const NEW_BYTES = 12 * 1024 * 1024;

const repositoryFull: Fault = {
  name: 'repository-full',
  done: 'the repository’s file system has 2 MiB left and the source grows by 12',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'the same disk and the same growth, with room',
  takesSeconds: 18,
  needs: mountNeeds,
  async inject(lab) {
    const disks = [this.name, `${this.name}-twin`].map((host) =>
      join(lab.storage.folder, 'repositories', CUSTOMER, host),
    );
    for (const disk of disks) await smallDisk(lab, disk, DISK_MEBIBYTES);
    const pair = await lab.hosts(this.name, filesJob);
    return brokenRun(lab, {
      ...pair,
      ...promised(this),
      paths: [pair.host.tree],
      breaks() {
        for (const { tree } of [pair.host, pair.twin]) {
          mkdirSync(tree, { recursive: true });
          writeFileSync(join(tree, 'grown'), randomBytes(NEW_BYTES));
        }
        fillDisk(disks[0]!, LEFT_BYTES);
      },
    });
  },
};

export const repositoryFaults: Fault[] = [
  passphraseWrong,
  repositoryGone,
  lockedByDeadProcess,
  lockedByOtherHost,
  repositoryFull,
];
