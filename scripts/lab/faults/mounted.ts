/** Faults of what is mounted and of what is left out: each leaves an archive, exit code 0, and less in it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../program.ts';
import { type Host, type HostSettings, type Lab, NOT_TODAY } from './lab.ts';
import { mountNeeds, smallDisk } from './mounts.ts';
import { promised } from './sources.ts';
import { brokenRun } from './steps.ts';
import type { Fault } from './types.ts';

const RUN_ENDED = 'the run ended, by the agent’s record';
const ALLOWED_SECONDS = 2;
const MOUNT_MEBIBYTES = 8;

const shared = (host: Host) => join(host.folder, 'tree', 'shared');

/** A file system mounted below the source, with files of its own; the source has others beside it. */
function mountedHosts(lab: Lab): HostSettings {
  return {
    jobs: (host) => ({
      files: {
        kind: 'files',
        repository: 'main',
        schedule: NOT_TODAY,
        paths: [host.tree],
        require_mounted: [shared(host)],
      },
    }),
    async prepare(host) {
      await smallDisk(lab, shared(host), MOUNT_MEBIBYTES);
      writeFileSync(join(shared(host), 'orders'), 'what every web server sees\n');
    },
  };
}

const mountGone: Fault = {
  name: 'mount-gone',
  done: 'the file system below the source path is not mounted, its mount point is an empty folder (borg exits 0)',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'it is mounted',
  takesSeconds: 15,
  needs: mountNeeds,
  async inject(lab) {
    const pair = await lab.hosts(this.name, mountedHosts(lab));
    return brokenRun(lab, {
      ...pair,
      ...promised(this),
      paths: [pair.host.tree],
      breaks: async () => void (await run(['umount', shared(pair.host)])),
    });
  },
};

const mountEmpty: Fault = {
  name: 'mount-empty',
  done: 'the file system below the source path is mounted and empty, as a new or wrong volume is (borg exits 0)',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'it holds its files',
  takesSeconds: 15,
  needs: mountNeeds,
  async inject(lab) {
    const pair = await lab.hosts(this.name, mountedHosts(lab));
    return brokenRun(lab, {
      ...pair,
      ...promised(this),
      paths: [pair.host.tree],
      breaks: () => rmSync(join(shared(pair.host), 'orders')),
    });
  },
};

const excludedByPattern: Fault = {
  name: 'excluded-by-pattern',
  done: 'a new folder below the source fits a wildcard among the excludes and is left out as a whole (borg exits 0)',
  rule: 'sync_warning',
  severity: 'warning',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'the same excludes leave out files, and the folder that they spell out',
  takesSeconds: 15,
  async inject(lab) {
    const pair = await lab.hosts(this.name, {
      jobs: (host) => ({
        files: {
          kind: 'files',
          repository: 'main',
          schedule: NOT_TODAY,
          paths: [host.tree],
          exclude: ['*/shop-*', '*.tmp', '*/cache'],
        },
      }),
      prepare(host) {
        mkdirSync(join(host.tree, 'cache'));
        for (const file of ['cache/page', 'upload.tmp']) writeFileSync(join(host.tree, file), 'left out\n');
      },
    });
    return brokenRun(lab, {
      ...pair,
      ...promised(this),
      breaks() {
        mkdirSync(join(pair.host.tree, 'shop-berlin'));
        writeFileSync(join(pair.host.tree, 'shop-berlin', 'orders'), 'a customer’s orders\n');
      },
    });
  },
};

export const mountedFaults: Fault[] = [mountGone, mountEmpty, excludedByPattern];
