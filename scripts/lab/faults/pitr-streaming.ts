/** Faults of a server whose only receiver is pg_receivewal, by a replication slot: nothing is archived by the server. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresCluster } from '../../../test/support/postgres.ts';
import { Program } from '../program.ts';
import { type Host, type Lab, NOT_TODAY } from './lab.ts';
import { allRight, JOB, LATER, LOOK_SECONDS, lookedAgain, otherThanOk } from './pitr-lab.ts';
import { healthy, pagedOrNot } from './steps.ts';
import type { Fault } from './types.ts';

/** The shortest that a configuration may ask for with a folder that is emptied into borg. */
const STALE_SECONDS = 600;

interface Streaming {
  host: Host;
  cluster: PostgresCluster;
  receiver: Program;
}

/** A server whose slot holds back what pg_receivewal has not fetched, and an agent that empties its folder. */
async function streaming(lab: Lab, name: string): Promise<Streaming> {
  const folder = join(lab.folder, `${name}-pitr`);
  const directory = join(folder, 'received');
  mkdirSync(directory, { recursive: true });
  chmodSync(folder, 0o755);
  const cluster = await lab.settingUp.through(() => PostgresCluster.start(join(folder, 'cluster')));
  lab.onStop(() => cluster.stop());
  await cluster.sql(`alter system set archive_timeout = '60s'`);
  await cluster.sql('select pg_reload_conf()');
  await cluster.sql(`select pg_create_physical_replication_slot('backproof', true)`);
  const from = ['-h', cluster.socketFolder, '-U', 'postgres', '--slot=backproof'];
  const receiver = new Program({
    name: 'pg_receivewal',
    argv: [join(cluster.bin, 'pg_receivewal'), ...from, '-D', directory],
    logFile: join(folder, 'pg_receivewal.log'),
  });
  lab.onStop(() => receiver.kill());
  const host = await lab.host(name, {
    jobs: () => ({
      [JOB]: {
        kind: 'postgres-pitr',
        engine: 'archive-directory',
        archive_directory: directory,
        repository: 'main',
        connection: { host: cluster.socketFolder, user: 'postgres' },
        schedule: NOT_TODAY,
        stale_after: { warning: `${STALE_SECONDS}s`, critical: LATER },
      },
    }),
  });
  await lab.start(host);
  await healthy(host, JOB);
  await allRight(host);
  return { host, cluster, receiver };
}

async function write(cluster: PostgresCluster): Promise<void> {
  await cluster.sql('create table if not exists t as select 1 as n');
  await cluster.sql('insert into t values (1)');
}

const slotBehind: Fault = {
  name: 'slot-falls-behind',
  done: 'pg_receivewal, the only receiver of a server that archives nothing itself, ends: its slot holds the WAL back on the primary',
  rule: 'pitr_stale',
  severity: 'warning',
  allowedSeconds: STALE_SECONDS + LOOK_SECONDS,
  from: `the first change that it does not fetch, ${STALE_SECONDS} s of stale_after included`,
  twin: 'its pg_receivewal goes on, and as much is written',
  takesSeconds: 740,
  async inject(lab) {
    const [pair, sound] = await Promise.all([streaming(lab, this.name), streaming(lab, `${this.name}-twin`)]);
    await Promise.all([write(pair.cluster), write(sound.cluster)]);
    const before = await Promise.all([pair, sound].map(({ host }) => otherThanOk(host, lookedAgain(host))));
    const earliestMs = Date.now();
    await pair.receiver.stop();
    const knownAtMs = Date.now();
    await Promise.all([write(pair.cluster), write(sound.cluster)]);
    const { host } = pair;
    const subject = `job:${host.agent.host}/${JOB}`;
    await pagedOrNot(host, this.rule!, subject, knownAtMs + this.allowedSeconds * 1_000);
    return {
      pages: lab.pager.pages,
      host: host.agent.host,
      subject,
      twins: [sound.host.agent.host],
      earliestMs,
      knownAtMs,
      problems: before.flat(),
      // Once nothing is left of what it fetched, nothing shows that it was ever there.
      mayFollow: ['pitr_unbounded'],
    };
  },
};

export const pitrStreamingFaults: Fault[] = [slotBehind];
