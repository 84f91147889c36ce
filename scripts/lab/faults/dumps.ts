/** Faults of a dump whose program says that all is well. */
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PostgresCluster } from '../../../test/support/postgres.ts';
import { ALLOWED_SECONDS, dumpJob, filledCluster, RUN_ENDED, sharedCluster } from './database.ts';
import type { Host, HostSettings, Lab } from './lab.ts';
import { promised } from './sources.ts';
import { brokenRun } from './steps.ts';
import type { Fault, Injected } from './types.ts';

/** A pg_dump of the host's own, as its agent.yaml names it; `script` takes the place of the real one. */
function replacePgDump(host: Host, script: string): void {
  const file = join(ownPrograms(host), 'pg_dump');
  rmSync(file);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

const ownPrograms = (host: Host) => join(host.folder, 'postgres');

function withOwnPrograms(cluster: PostgresCluster): HostSettings {
  const major = basename(dirname(cluster.bin));
  return {
    ...dumpJob(() => cluster),
    prepare(host) {
      const folder = ownPrograms(host);
      mkdirSync(folder);
      for (const name of readdirSync(cluster.bin)) symlinkSync(join(cluster.bin, name), join(folder, name));
    },
    config: (host) => ({ postgres: { [major]: ownPrograms(host) } }),
  };
}

async function brokenDump(lab: Lab, fault: Fault, script: (real: string) => string): Promise<Injected> {
  const cluster = await sharedCluster(lab);
  const pair = await lab.hosts(fault.name, withOwnPrograms(cluster));
  return brokenRun(lab, {
    ...pair,
    job: 'databases',
    ...promised(fault),
    breaks: () => replacePgDump(pair.host, script(join(cluster.bin, 'pg_dump'))),
  });
}

const truncated: Fault = {
  name: 'dump-truncated',
  done: 'pg_dump writes 60 % of each dump and exits 0',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'the same server and programs, with a pg_dump that writes all of it',
  takesSeconds: 30,
  inject(lab) {
    return brokenDump(lab, this, (real) => {
      const size = `$(${real} "$@" | wc -c)`;
      return `${real} "$@" | head -c $((${size} * 60 / 100))\nexit 0`;
    });
  },
};

const empty: Fault = {
  name: 'dump-empty',
  done: 'pg_dump writes nothing and exits 0',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'the same server and programs, with a pg_dump that dumps',
  takesSeconds: 30,
  inject(lab) {
    return brokenDump(lab, this, () => 'exit 0');
  },
};

const newDatabase: Fault = {
  name: 'new-database',
  done: 'a database is created on a server whose job names its databases',
  rule: 'sync_warning',
  severity: 'warning',
  allowedSeconds: ALLOWED_SECONDS,
  from: RUN_ENDED,
  twin: 'a job of the same server that takes all databases, and dumps the new one by itself',
  takesSeconds: 30,
  async inject(lab) {
    const cluster = await filledCluster(lab, 'growing');
    const pair = await lab.hosts(
      this.name,
      dumpJob(() => cluster, { databases: ['shop', 'crm'] }),
      dumpJob(() => cluster),
    );
    return brokenRun(lab, {
      ...pair,
      job: 'databases',
      ...promised(this),
      async breaks() {
        await cluster.sql('CREATE DATABASE erp');
      },
    });
  },
};

export const dumpFaults: Fault[] = [truncated, empty, newDatabase];
