/** Faults of what is kept: holes, archives that vanish, dumps that shrink, disks that fill. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../program.ts';
import { until } from '../until.ts';
import { type Host, type HostSettings, type Lab, NOT_TODAY } from './lab.ts';
import { fillDisk, mountNeeds, smallDisk } from './mounts.ts';
import { promised } from './sources.ts';
import { brokenRun, finishedRun, healthy, pagedOrNot, runNow, startRun, twinProblems } from './steps.ts';
import type { Fault } from './types.ts';

const PAUSE_MS = 50_000;
const SHORT_SILENCE = '40s';

function keptJob(longestSilence: string): HostSettings {
  return {
    jobs: (host) => ({
      files: {
        kind: 'files',
        repository: 'main',
        paths: [host.tree],
        keep: '7d',
        longest_silence: longestSilence,
      },
    }),
  };
}

const retentionHole: Fault = {
  name: 'retention-hole',
  done: `a job that may be silent for ${SHORT_SILENCE} pauses for ${PAUSE_MS / 1_000} s and runs again: all is well, but what lies between cannot be restored`,
  rule: 'retention_short',
  severity: 'warning',
  allowedSeconds: 2,
  from: 'the run after the pause ended, by the agent’s record',
  twin: 'the same pause, which its promise allows',
  takesSeconds: 75,
  async inject(lab) {
    const { host, twin } = await lab.hosts(this.name, keptJob(SHORT_SILENCE), keptJob('1d'));
    const [before] = await Promise.all([healthy(host), healthy(twin)]);
    const earliestMs = Date.now();
    const pausedUntilMs = Date.parse(before.finishedAt!) + PAUSE_MS;
    await until('the end of the pause', PAUSE_MS * 2, () => Date.now() >= pausedUntilMs);
    await startRun(host);
    const after = await finishedRun(host, 'files', before.id);
    const knownAtMs = Date.parse(after.finishedAt!);
    const subject = `job:${host.agent.host}/files`;
    await pagedOrNot(host, this.rule!, subject, knownAtMs + this.allowedSeconds * 1_000);
    return {
      pages: lab.pager.pages,
      host: host.agent.host,
      subject,
      twins: [twin.agent.host],
      earliestMs,
      knownAtMs,
      problems: await twinProblems(twin),
      // The pause itself is said by its own rule, and so is what follows it in this lab.
      mayFollow: ['sync_silent'],
    };
  },
};

/** A repository in a folder of the host, where the agent sees a change soon. */
async function localRepository(host: Host): Promise<string> {
  const path = host.repository!.path;
  const { repositories } = host.agent.settings.config as { repositories: { main: Record<string, unknown> } };
  repositories.main = { borg: path, passphrase_file: host.repository!.passphraseFile };
  host.agent.configure(host.installation.collector, host.agent.settings.config);
  return path;
}

/** Somebody with the key deletes archives past the agent, as a prune with a slip in it would. */
async function deleteArchives(lab: Lab, host: Host, path: string, names: string[]): Promise<void> {
  await run(['borg', 'delete', `${path}::${names[0]}`, ...names.slice(1)], {
    env: {
      BORG_PASSPHRASE: host.repository!.passphrase,
      BORG_BASE_DIR: join(lab.storage.folder, 'borg-of-storage'),
      BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
    },
  });
}

const prunedTooFar: Fault = {
  name: 'pruned-too-far',
  done: 'somebody with the key and direct access deletes every archive of a job that promises seven days',
  rule: 'retention_short',
  severity: 'critical',
  allowedSeconds: 180,
  from: 'the deletion (the agent looks at a repository on its own disks every minute, and once more when it has settled)',
  twin: 'one of its two archives is deleted, which leaves no hole',
  takesSeconds: 150,
  async inject(lab) {
    const settings = keptJob('1d');
    const [host, twin] = await Promise.all([
      lab.host(this.name, settings),
      lab.host(`${this.name}-twin`, settings),
    ]);
    const [path, twinPath] = await Promise.all([localRepository(host), localRepository(twin)]);
    await Promise.all([lab.start(host), lab.start(twin)]);
    await Promise.all([healthy(host), healthy(twin)]);
    await Promise.all([runNow(host), runNow(twin)]);
    const [names, twinNames] = [
      await lab.storage.archives(host.repository!),
      await lab.storage.archives(twin.repository!),
    ];
    const earliestMs = Date.now();
    await deleteArchives(lab, twin, twinPath, twinNames.slice(1));
    await deleteArchives(lab, host, path, names);
    const knownAtMs = Date.now();
    const subject = `job:${host.agent.host}/files`;
    await pagedOrNot(host, this.rule!, subject, knownAtMs + this.allowedSeconds * 1_000);
    return {
      pages: lab.pager.pages,
      host: host.agent.host,
      subject,
      twins: [twin.agent.host],
      earliestMs,
      knownAtMs,
      problems: await twinProblems(twin),
    };
  },
};

const DISK_MEBIBYTES = 64;
const LEFT_SHARE = 0.03;
const LEFT_BYTES = DISK_MEBIBYTES * 1024 * 1024 * LEFT_SHARE;

const diskNearlyFull: Fault = {
  name: 'storage-nearly-full',
  done: `the file system of a storage host’s repositories fills up to ${LEFT_SHARE * 100} % while no backup is due`,
  rule: 'repository_full',
  severity: 'warning',
  allowedSeconds: 75,
  from: 'the moment it was filled (the agent looks every minute)',
  twin: 'a disk of the same size, with room',
  takesSeconds: 90,
  needs: mountNeeds,
  async inject(lab) {
    const diskOf = (host: string) => join(lab.folder, `${host}-disk`);
    const storageHost = async (name: string) => {
      await smallDisk(lab, diskOf(name), DISK_MEBIBYTES);
      mkdirSync(join(diskOf(name), 'acme', 'web1'), { recursive: true });
      const storage = { repositories: [`${diskOf(name)}/*/*`] };
      return lab.host(name, { repository: false, jobs: () => ({}), config: { storage } });
    };
    const [host, twin] = [await storageHost(this.name), await storageHost(`${this.name}-twin`)];
    await Promise.all([lab.start(host), lab.start(twin)]);
    const earliestMs = Date.now();
    fillDisk(diskOf(this.name), LEFT_BYTES);
    const knownAtMs = Date.now();
    const subject = `host:${host.agent.host}`;
    await pagedOrNot(host, this.rule!, subject, knownAtMs + this.allowedSeconds * 1_000);
    const [said] = await lab.collector.api<{ host: string }[]>('/storage');
    return {
      pages: lab.pager.pages,
      host: host.agent.host,
      subject,
      twins: [twin.agent.host],
      earliestMs,
      knownAtMs,
      problems: said ? [] : ['the collector knows no file system at all'],
    };
  },
};

const RUNS_BEFORE = 3;

const tableDropped: Fault = {
  name: 'table-dropped',
  done: 'the large table of a database is dropped: the next dump succeeds like every other',
  rule: 'size_anomaly',
  severity: 'warning',
  allowedSeconds: 2,
  from: 'the run ended, by the agent’s record',
  twin: 'a database of the same server whose table stays',
  takesSeconds: 60,
  async inject(lab) {
    const cluster = await lab.cluster('shrinking');
    const databaseOf = (host: string) => (host === this.name ? 'shrinks' : 'stays');
    const otherOf = (host: string) => (host === this.name ? 'stays' : 'shrinks');
    for (const database of ['shrinks', 'stays']) {
      await cluster.sql(`CREATE DATABASE ${database}`);
      await cluster.sql('CREATE TABLE small AS SELECT 1 AS id', database);
      const rows = 'SELECT n AS id, md5(n::text) AS what FROM generate_series(1, 20000) n';
      await cluster.sql(`CREATE TABLE orders AS ${rows}`, database);
    }
    const pair = await lab.hosts(this.name, {
      jobs: ({ agent }) => ({
        databases: {
          kind: 'postgres-dump',
          repository: 'main',
          schedule: NOT_TODAY,
          connection: { host: cluster.socketFolder, port: cluster.port, user: 'postgres' },
          databases: [databaseOf(agent.host)],
          exclude_databases: [otherOf(agent.host)],
          take_from: 'any',
        },
      }),
    });
    for (let before = 1; before < RUNS_BEFORE; before += 1)
      await Promise.all([healthy(pair.host, 'databases'), healthy(pair.twin, 'databases')]);
    await healthy(pair.twin, 'databases');
    return brokenRun(lab, {
      ...pair,
      job: 'databases',
      ...promised(this),
      breaks: async () => {
        await cluster.sql('DROP TABLE orders', databaseOf(this.name));
      },
    });
  },
};

export const retentionFaults: Fault[] = [retentionHole, prunedTooFar, tableDropped, diskNearlyFull];
