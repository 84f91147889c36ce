/** Faults of which server is the primary: copies that are promoted, failovers, clusters that are made anew. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../proto/errors.ts';
import { ArchivedCluster } from '../../../test/support/pgbackrest.ts';
import { PostgresCluster } from '../../../test/support/postgres.ts';
import { until } from '../until.ts';
import type { Host, Lab } from './lab.ts';
import {
  allRight,
  clusterFor,
  clusters,
  hostOf,
  LOOK_SECONDS,
  lookedAgain,
  needs,
  seen,
} from './pitr-lab.ts';
import type { Fault } from './types.ts';

const ARCHIVED_WITHIN_MS = 150_000;

const rogueTimeline: Fault = {
  name: 'rogue-timeline',
  done: 'a copy of the server is promoted elsewhere and archives into the same stanza',
  rule: 'pitr_timeline',
  severity: 'critical',
  allowedSeconds: LOOK_SECONDS,
  from: 'the copy has archived its first segment',
  twin: 'nobody copies it',
  takesSeconds: 370,
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
    const from = ['-h', cluster.socketFolder, '-U', 'postgres'];
    asServer(join(cluster.bin, 'pg_basebackup'), ...from, '-D', data, '-R');
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
    await until('the copy to archive', ARCHIVED_WITHIN_MS, () =>
      readdirSync(folder).includes('0000000200000000'),
    );
    return seen(this, pair, { knownAtMs: Date.now(), earliestMs });
  },
};

interface Swapped {
  /** A standby at first. */
  host: Host;
  cluster: ArchivedCluster;
  /** The primary at first. */
  oldHost: Host;
  old: ArchivedCluster;
}

/** A primary and its standby, each with an agent, both seen to be all right. */
async function standbyPair(lab: Lab, name: string): Promise<Swapped> {
  const oldName = `${name}-old`;
  const old = await clusterFor(lab, oldName);
  const cluster = await clusterFor(lab, name, (folder) => ArchivedCluster.standbyOf(old, folder));
  const oldHost = await hostOf(lab, oldName, old);
  const host = await hostOf(lab, name, cluster);
  await Promise.all([allRight(oldHost), allRight(host)]);
  return { host, cluster, oldHost, old };
}

/** The standby takes over, and what was the primary follows it. */
async function swap({ cluster, old }: Swapped): Promise<void> {
  await old.cluster.pause('fast');
  await cluster.cluster.promote();
  await old.cluster.follow(cluster.cluster);
}

/** Whom the change of roles surprises between two looks knows nothing until the next: unknown, and no page. */
async function goesOnWell(host: Host): Promise<string[]> {
  await lookedAgain(host);
  return allRight(host).then(
    () => [],
    (error) => [messageOf(error)],
  );
}

const failover: Fault = {
  name: 'failover-unarchived',
  done: 'a standby takes over from its primary, which then follows it; on the new primary archive_mode is off',
  rule: 'pitr_unbounded',
  severity: 'critical',
  allowedSeconds: LOOK_SECONDS,
  from: 'the standby is a primary',
  twin: 'the same change of roles, after which the new primary archives; and both old primaries',
  takesSeconds: 400,
  needs,
  async inject(lab) {
    const [pair, sound] = await Promise.all([
      standbyPair(lab, this.name),
      standbyPair(lab, `${this.name}-twin`),
    ]);
    await pair.cluster.set({ archive_mode: 'off' });
    const earliestMs = Date.now();
    await Promise.all([swap(pair), swap(sound)]);
    const knownAtMs = Date.now();
    await Promise.all([pair, sound].map(({ cluster }) => cluster.write()));
    const injected = await seen(
      this,
      { host: pair.host, twin: sound.host, cluster: pair.cluster, twinCluster: sound.cluster },
      { knownAtMs, earliestMs, afterwards: () => goesOnWell(sound.host) },
    );
    injected.twins.push(pair.oldHost.agent.host, sound.oldHost.agent.host);
    return injected;
  },
};

const otherCluster: Fault = {
  name: 'pitr-other-cluster',
  done: 'the server is made anew by initdb in the same place, with the same stanza and archive_command',
  rule: 'pitr_timeline',
  severity: 'critical',
  allowedSeconds: LOOK_SECONDS,
  from: 'the new cluster is up',
  twin: 'its cluster is the one it was, restarted',
  takesSeconds: 370,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    const { cluster } = pair.cluster;
    const archive_command = await cluster.sql('show archive_command');
    const anew = await PostgresCluster.start(join(cluster.folder, 'anew'));
    await anew.stop();
    const earliestMs = Date.now();
    await cluster.pause('fast');
    renameSync(cluster.data, `${cluster.data}-before`);
    renameSync(anew.data, cluster.data);
    await cluster.resume();
    await pair.cluster.set({ archive_mode: 'on', archive_command, archive_timeout: '60' });
    const knownAtMs = Date.now();
    await pair.twinCluster.set({});
    await pair.cluster.write();
    return seen(this, pair, { knownAtMs, earliestMs });
  },
};

export const pitrServerFaults: Fault[] = [rogueTimeline, failover, otherCluster];
