/** Faults of MariaDB servers that are to be dumped: real servers, and real replicas of them. */
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cannotRunMariaDb, MariaDb } from '../../../test/support/mariadb.ts';
import { until } from '../until.ts';
import { ALLOWED_SECONDS, RUN_ENDED } from './database.ts';
import { type Host, type HostSettings, type Lab, NOT_TODAY } from './lab.ts';
import { promised } from './sources.ts';
import { brokenRun } from './steps.ts';
import type { Fault } from './types.ts';

const CAUGHT_UP_WITHIN_MS = 60_000;

const CONTENTS = `
create database shop;
use shop;
create table orders (id int primary key auto_increment, what varchar(64)) engine=innodb;
insert into orders (what) select md5(seq) from seq_1_to_2000;
create function f() returns int deterministic return 3;
create user backproof@localhost;
grant select, show view, trigger, event, slave monitor on *.* to backproof@localhost;
`;

/** One for all twins, and for faults that leave the server alone. */
const shared = new WeakMap<Lab, Promise<MariaDb>>();
function sharedServer(lab: Lab): Promise<MariaDb> {
  const server = shared.get(lab) ?? filledServer(lab, 'sound');
  shared.set(lab, server);
  return server;
}

async function startServer(lab: Lab, name: string, options: string[] = []): Promise<MariaDb> {
  const server = await lab.settingUp.through(() =>
    MariaDb.start(join(lab.folder, `mariadb-${name}`), null, options),
  );
  lab.onStop(() => server.stop());
  return server;
}

async function filledServer(lab: Lab, name: string, options: string[] = []): Promise<MariaDb> {
  const server = await startServer(lab, name, options);
  await server.sql(CONTENTS);
  return server;
}

function dumpJob(serverOf: (host: string) => MariaDb, keys: Record<string, unknown> = {}): HostSettings {
  return {
    jobs: ({ agent }) => ({
      databases: {
        kind: 'mysql-dump',
        repository: 'main',
        schedule: NOT_TODAY,
        connection: { socket: serverOf(agent.host).socket, user: 'backproof' },
        ...keys,
      },
    }),
  };
}

const needs = cannotRunMariaDb;
const row = {
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  needs,
} as const;

const down: Fault = {
  ...row,
  name: 'mariadb-down',
  done: 'the MariaDB server is killed before the dump',
  twin: 'another server, which runs',
  takesSeconds: 30,
  async inject(lab) {
    const [broken, sound] = await Promise.all([filledServer(lab, 'down'), sharedServer(lab)]);
    const pair = await lab.hosts(
      this.name,
      dumpJob((host) => (host === this.name ? broken : sound)),
    );
    return brokenRun(lab, { ...pair, job: 'databases', ...promised(this), breaks: () => broken.pause() });
  },
};

const grantsMissing: Fault = {
  ...row,
  name: 'mariadb-grants-missing',
  done: 'the backup user keeps its rights to the database and loses those to routines, of which mariadb-dump says nothing',
  twin: 'another server, where it may read everything',
  takesSeconds: 30,
  async inject(lab) {
    const [broken, sound] = await Promise.all([filledServer(lab, 'grants'), sharedServer(lab)]);
    const pair = await lab.hosts(
      this.name,
      dumpJob((host) => (host === this.name ? broken : sound), { databases: ['shop'] }),
    );
    return brokenRun(lab, {
      ...pair,
      job: 'databases',
      ...promised(this),
      async breaks() {
        await broken.sql(`revoke all privileges on *.* from backproof@localhost;
          grant slave monitor on *.* to backproof@localhost;
          grant select, show view, trigger, event on shop.* to backproof@localhost`);
      },
    });
  },
};

const truncated: Fault = {
  ...row,
  name: 'mariadb-dump-truncated',
  done: 'mariadb-dump writes 60 % of each dump and exits 0',
  twin: 'the same server and programs, with a mariadb-dump that writes all of it',
  takesSeconds: 30,
  async inject(lab) {
    const server = await sharedServer(lab);
    const pair = await lab.hosts(this.name, {
      jobs: (host) => dumpJob(() => server, { programs: ownPrograms(host) }).jobs(host),
      prepare(host) {
        mkdirSync(ownPrograms(host));
        for (const name of ['mariadb', 'mariadb-dump'])
          symlinkSync(join('/usr/bin', name), join(ownPrograms(host), name));
      },
    });
    return brokenRun(lab, {
      ...pair,
      job: 'databases',
      ...promised(this),
      breaks() {
        const file = join(ownPrograms(pair.host), 'mariadb-dump');
        const real = '/usr/bin/mariadb-dump "$@"';
        const cut = `[ "$1" = --version ] && exec ${real}\n${real} | head -c $(($(${real} | wc -c) * 60 / 100))`;
        rmSync(file);
        writeFileSync(file, `#!/bin/sh\n${cut}\nexit 0\n`);
        chmodSync(file, 0o755);
      },
    });
  },
};

const ownPrograms = (host: Host) => join(host.folder, 'mariadb');

const nullLag: Fault = {
  ...row,
  name: 'mariadb-replica-null-lag',
  done: 'the IO thread of the replica from which dumps are taken is stopped: Seconds_Behind_Master is NULL',
  twin: 'another replica of the same idle server, which follows it',
  takesSeconds: 60,
  async inject(lab) {
    const primary = await filledServer(lab, 'primary', ['--log-bin', '--server-id=1']);
    await primary.sql(
      `create user replica@'127.0.0.1'; grant replication slave on *.* to replica@'127.0.0.1'`,
    );
    const [broken, sound] = await Promise.all([
      replicaOf(primary, await startServer(lab, 'replica', ['--server-id=2'])),
      replicaOf(primary, await startServer(lab, 'replica-twin', ['--server-id=3'])),
    ]);
    const pair = await lab.hosts(
      this.name,
      dumpJob((host) => (host === this.name ? broken : sound), { take_from: 'replica' }),
    );
    return brokenRun(lab, {
      ...pair,
      job: 'databases',
      ...promised(this),
      async breaks() {
        await broken.sql('stop slave io_thread');
      },
    });
  },
};

/** From the first event of the primary's log on. */
async function replicaOf(primary: MariaDb, replica: MariaDb): Promise<MariaDb> {
  await replica.sql(`change master to master_host='127.0.0.1', master_port=${primary.port},
    master_user='replica', master_use_gtid=slave_pos; start slave`);
  await until('a replica that has caught up', CAUGHT_UP_WITHIN_MS, async () => {
    const rows = await replica.sql('select count(*) from shop.orders').catch(() => '0');
    const users = await replica.sql(`select count(*) from mysql.user where user = 'replica'`);
    return rows === '2000' && users === '1';
  });
  return replica;
}

export const mariadbFaults: Fault[] = [down, grantsMissing, truncated, nullLag];
