/** Faults of point-in-time recovery, with a real server and a real pgBackRest repository for every host. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ArchivedCluster, cannotArchive } from '../../../test/support/pgbackrest.ts';
import { until } from '../until.ts';
import { type Host, type Lab, NOT_TODAY } from './lab.ts';
import { pagedOrNot } from './steps.ts';
import type { Fault, Injected } from './types.ts';

const JOB = 'shop-pitr';
/** A look each minute; one that has just begun sees the fault only the next time. */
const LOOK_SECONDS = 65;
/** What the watch gives the repository to show what the archiver says (decide/wal-watch.ts). */
const LOST_SECONDS = 120;
/** The shortest that a configuration may ask for. */
const STALE_SECONDS = 240;
const OK_WITHIN_MS = 150_000;

interface Pair {
  host: Host;
  twin: Host;
  cluster: ArchivedCluster;
}

/** Two hosts, each with a cluster of its own, both seen to be all right. */
async function clusters(lab: Lab, name: string): Promise<Pair> {
  const start = async (host: string) => {
    const folder = join(lab.folder, `${host}-pitr`);
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const cluster = await lab.settingUp.through(() => ArchivedCluster.start(folder));
    lab.onStop(() => cluster.stop());
    return cluster;
  };
  const [cluster, other] = await Promise.all([start(name), start(`${name}-twin`)]);
  const of = { [name]: cluster, [`${name}-twin`]: other };
  const { host, twin } = await lab.hosts(name, {
    repository: false,
    jobs: ({ agent }) => ({
      [JOB]: {
        kind: 'postgres-pitr',
        stanza: cluster.stanza,
        pgbackrest: { config: of[agent.host]!.configFile },
        connection: { host: of[agent.host]!.cluster.socketFolder, user: 'postgres' },
        schedule: NOT_TODAY,
        stale_after: { warning: `${STALE_SECONDS}s`, critical: '30m' },
      },
    }),
    prepare: ({ agent }) => {
      if (!of[agent.host]) throw new Error(`no cluster for ${agent.host}`);
    },
  });
  await Promise.all([allRight(host), allRight(twin)]);
  return { host, twin, cluster };
}

interface ApiJob {
  job: string;
  assurances: { receiving: { state: string; reason: string } };
}

async function allRight(host: Host): Promise<void> {
  await until(`${host.agent.host}/${JOB} to be received`, OK_WITHIN_MS, async () => {
    const [job] = await host.installation.collector.api<ApiJob[]>(`/jobs?host=${host.agent.host}`);
    return job?.assurances.receiving.state === 'ok';
  });
}

async function seen(
  fault: Fault,
  pair: Pair,
  knownAtMs: number,
  mayFollow: string[] = [],
): Promise<Injected> {
  const { host, twin } = pair;
  const subject = `job:${host.agent.host}/${JOB}`;
  await pagedOrNot(host, fault.rule!, subject, knownAtMs + fault.allowedSeconds * 1_000);
  return {
    pages: host.installation.pager.pages,
    host: host.agent.host,
    subject,
    twins: [twin.agent.host],
    earliestMs: knownAtMs,
    knownAtMs,
    problems: [],
    mayFollow,
  };
}

async function archiveBy({ cluster }: ArchivedCluster, command: string): Promise<void> {
  await cluster.sql(`alter system set archive_command = '${command}'`);
  await cluster.sql('select pg_reload_conf()');
}

const needs = cannotArchive;

const archiverFails: Fault = {
  name: 'archiver-fails',
  done: 'archive_command fails: `/bin/false`',
  rule: 'pitr_stale',
  severity: 'warning',
  allowedSeconds: STALE_SECONDS + LOOK_SECONDS,
  from: `the first change that is not archived, ${STALE_SECONDS} s of stale_after included`,
  twin: 'an idle server whose archive_timeout has nothing to switch',
  takesSeconds: 350,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    await archiveBy(pair.cluster, '/bin/false');
    const knownAtMs = Date.now();
    await pair.cluster.write();
    return seen(this, pair, knownAtMs);
  },
};

const archiverHangs: Fault = {
  ...archiverFails,
  name: 'archiver-hangs',
  done: 'archive_command never comes back: `sleep 1000`; it fails nowhere',
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    await archiveBy(pair.cluster, 'sleep 1000');
    const knownAtMs = Date.now();
    await pair.cluster.write();
    return seen(this, pair, knownAtMs);
  },
};

const archiverLies: Fault = {
  name: 'archiver-lies',
  done: 'archive_command is `/bin/true`: the server says that everything is archived',
  rule: 'pitr_gap',
  severity: 'critical',
  allowedSeconds: LOST_SECONDS + LOOK_SECONDS,
  from: 'the first segment that was archived into nowhere',
  twin: 'its segments arrive',
  takesSeconds: 240,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    await archiveBy(pair.cluster, '/bin/true');
    const knownAtMs = Date.now();
    await pair.cluster.write();
    await pair.cluster.archived();
    return seen(this, pair, knownAtMs, ['pitr_stale']);
  },
};

const archivingOff: Fault = {
  name: 'archive-mode-off',
  done: 'archive_mode is off after a restart of the server',
  rule: 'pitr_unbounded',
  severity: 'critical',
  allowedSeconds: LOOK_SECONDS,
  from: 'the server is up again',
  twin: 'its archive_mode stays on',
  takesSeconds: 110,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    const earliestMs = Date.now();
    await pair.cluster.set({ archive_mode: 'off' });
    const injected = await seen(this, pair, Date.now());
    return { ...injected, earliestMs };
  },
};

const segmentDeleted: Fault = {
  name: 'wal-segment-deleted',
  done: 'a segment in the middle of the repository is deleted',
  rule: 'pitr_gap',
  severity: 'critical',
  allowedSeconds: LOST_SECONDS + LOOK_SECONDS,
  from: 'the segment is gone',
  twin: 'its repository is whole',
  takesSeconds: 250,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    await pair.cluster.write(4);
    await pair.cluster.archived();
    const folder = join(pair.cluster.repository, 'archive', pair.cluster.stanza, '15-1', '0000000100000000');
    const segments = readdirSync(folder)
      .filter((name) => /^[0-9A-F]{24}-/.test(name))
      .sort();
    const knownAtMs = Date.now();
    rmSync(join(folder, segments.at(-3)!));
    return seen(this, pair, knownAtMs, ['pitr_stale']);
  },
};

const rogueTimeline: Fault = {
  name: 'rogue-timeline',
  done: 'a copy of the server is promoted elsewhere and archives into the same stanza',
  rule: 'pitr_timeline',
  severity: 'critical',
  allowedSeconds: LOOK_SECONDS,
  from: 'the copy has archived its first segment',
  twin: 'nobody copies it',
  takesSeconds: 130,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    const { cluster } = pair.cluster;
    const copy = join(pair.cluster.repository, '..', 'copy');
    const asServer = (...argv: string[]) =>
      execFileSync('runuser', ['-u', 'postgres', '--', ...argv], { cwd: '/', stdio: 'ignore' });
    const pgCtl = join(cluster.bin, 'pg_ctl');
    mkdirSync(copy);
    execFileSync('chown', ['postgres', copy]);
    const data = join(copy, 'data');
    asServer(
      join(cluster.bin, 'pg_basebackup'),
      '-h',
      cluster.socketFolder,
      '-U',
      'postgres',
      '-D',
      data,
      '-R',
    );
    // As whoever clones a machine: its pgBackRest knows the folder it is in, and everything else is the same.
    const configFile = `${pair.cluster.configFile}.copy`;
    writeFileSync(configFile, readFileSync(pair.cluster.configFile, 'utf8').replace(cluster.data, data));
    appendFileSync(
      join(data, 'postgresql.conf'),
      `archive_command = '/usr/bin/pgbackrest --config=${configFile} --stanza=${pair.cluster.stanza} archive-push %p'\n`,
    );
    const options = `-c listen_addresses='' -c unix_socket_directories='${copy}'`;
    asServer(pgCtl, '-D', data, '-w', '-s', '-l', join(copy, 'log'), '-o', options, 'start');
    lab.onStop(async () => asServer(pgCtl, '-D', data, '-s', '-m', 'immediate', 'stop'));
    const earliestMs = Date.now();
    asServer(pgCtl, '-D', data, '-w', '-s', 'promote');
    execFileSync(join(cluster.bin, 'psql'), ['-h', copy, '-U', 'postgres', '-qc', 'select pg_switch_wal()'], {
      stdio: 'ignore',
    });
    const folder = join(pair.cluster.repository, 'archive', pair.cluster.stanza, '15-1');
    await until('the copy to archive', OK_WITHIN_MS, () => readdirSync(folder).includes('0000000200000000'));
    const injected = await seen(this, pair, Date.now());
    return { ...injected, earliestMs };
  },
};

export const pitrFaults: Fault[] = [
  archiverFails,
  archiverHangs,
  archiverLies,
  archivingOff,
  segmentDeleted,
  rogueTimeline,
];
