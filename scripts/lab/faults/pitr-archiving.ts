/** Faults of what the server does with its write-ahead log: archive_command fails, hangs, lies, or there is none. */
import { archiveBy, clusters, LOOK_SECONDS, LOST_SECONDS, needs, STALE_SECONDS, seen } from './pitr-lab.ts';
import type { Fault } from './types.ts';

const archiverFails: Fault = {
  name: 'archiver-fails',
  done: 'archive_command fails: `/bin/false`',
  rule: 'pitr_stale',
  severity: 'warning',
  allowedSeconds: STALE_SECONDS + LOOK_SECONDS,
  from: `the first change that is not archived, ${STALE_SECONDS} s of stale_after included`,
  twin: 'an idle server whose archive_timeout has nothing to switch',
  takesSeconds: 370,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    await archiveBy(pair.cluster, '/bin/false');
    const knownAtMs = Date.now();
    await pair.cluster.write();
    return seen(this, pair, { knownAtMs });
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
    return seen(this, pair, { knownAtMs });
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
  takesSeconds: 370,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    await archiveBy(pair.cluster, '/bin/true');
    const knownAtMs = Date.now();
    await pair.cluster.write();
    await pair.cluster.archived();
    return seen(this, pair, { knownAtMs, mayFollow: ['pitr_stale'] });
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
  takesSeconds: 360,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    const earliestMs = Date.now();
    await pair.cluster.set({ archive_mode: 'off' });
    return seen(this, pair, { knownAtMs: Date.now(), earliestMs });
  },
};

const timeoutOff: Fault = {
  name: 'archive-timeout-off',
  done: 'archive_timeout is set to 0 on a server that writes little: what it writes may lie unarchived for days',
  rule: 'pitr_unbounded',
  severity: 'warning',
  allowedSeconds: LOOK_SECONDS,
  from: 'the setting is in force',
  twin: 'its archive_timeout stays at 60 s',
  takesSeconds: 360,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    const { cluster } = pair.cluster;
    const earliestMs = Date.now();
    await cluster.sql('alter system set archive_timeout = 0');
    await cluster.sql('select pg_reload_conf()');
    const knownAtMs = Date.now();
    await cluster.sql('create table quiet as select 1 as n');
    // That row is then as old as stale_after allows, and is said as well.
    return seen(this, pair, { knownAtMs, earliestMs, mayFollow: ['pitr_stale'] });
  },
};

export const pitrArchivingFaults: Fault[] = [
  archiverFails,
  archiverHangs,
  archiverLies,
  archivingOff,
  timeoutOff,
];
