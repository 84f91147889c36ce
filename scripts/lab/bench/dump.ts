/** How much longer a `postgres-dump` run takes than `pg_dump | borg create`, and what its manifest costs. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { parseVersion } from '../../../agent/tools/borg.ts';
import { readManifest } from '../../../agent/tools/manifest.ts';
import { engineContext, postgresJob, repositorySpec } from '../../../test/support/job-specs.ts';
import { PostgresCluster } from '../../../test/support/postgres.ts';
import { walk } from '../../../test/support/walk.ts';
import { LabAgent } from '../agent.ts';
import { LabCollector } from '../collector.ts';
import { FakePager } from '../pager.ts';
import { run } from '../program.ts';
import { until } from '../until.ts';
import { cpuMsWithChildrenOf, median } from './measure.ts';
import { familyOf, peakDuring } from './peak.ts';
import { type Bench, type Figure, figure, type Room } from './types.ts';

/** So many that what a run costs beside its data, a second at most, is within the goal's share. */
const ROWS = 40_000_000;
const TABLES = 8;
const ROUNDS = 3;
const GOAL_SHARE = 0.02;
const FIXED_GOAL_MS = 1_000;
const MANIFEST_SHARE = 0.1;
const RECORD_WITHIN_MS = 30_000;
/** As the agent runs its programs. */
const GENTLY = ['setsid', '--wait', 'nice', '-n', '19', 'ionice', '-t', '-c', '3'];
const SHOP = 'shop';
const EMPTY = 'empty';
const PASSPHRASE = 'a passphrase of the bench';
const MIB = 1024 * 1024;

interface Taken {
  wallMs: number;
  /** The server's included. */
  cpuMs: number;
  peakBytes: number;
}

interface RunSeen {
  id: string;
  outcome: string | null;
  startedAt: string;
  finishedAt: string;
  stats: { originalBytes: number };
}

const seconds = (ms: number) => (ms / 1_000).toFixed(2);
const said = (who: string, { wallMs, cpuMs, peakBytes }: Taken) =>
  `  ${who}: ${seconds(wallMs)} s, ${seconds(cpuMs)} s of processor, ${(peakBytes / MIB).toFixed(0)} MiB`;

/** Unlogged: pg_dump takes them like any other, and they are made in half the time. */
async function fill(server: PostgresCluster): Promise<void> {
  await server.sql(`CREATE DATABASE ${EMPTY}`);
  await server.sql(`CREATE DATABASE ${SHOP}`);
  const rows = ROWS / TABLES;
  const fillTable = async (table: number) => {
    const ids = `generate_series(${table * rows + 1}, ${(table + 1) * rows})`;
    const select = `SELECT id, repeat(md5(id::text), 4) AS what FROM (SELECT ${ids} AS id) AS ids`;
    await server.sql(`CREATE UNLOGGED TABLE orders_${table} AS ${select}`, SHOP);
    await server.sql(`VACUUM ANALYZE orders_${table}`, SHOP);
  };
  for (let table = 0; table < TABLES; table += 2) await Promise.all([fillTable(table), fillTable(table + 1)]);
}

/** A repository for each side: the agent looks at its own whenever it likes to. */
async function repositoryIn(room: Room, name: string) {
  const location = join(room.folder, `repository-${name}`);
  const base = join(room.folder, `borg-${name}`);
  mkdirSync(base);
  const env = { BORG_BASE_DIR: base, BORG_PASSPHRASE: PASSPHRASE };
  await run(['borg', 'init', '--encryption', 'repokey-blake2', location], { env });
  const wait = ['--lock-wait', '600'];
  // Emptied and not made anew: the agent would refuse another repository at the same place.
  const empty = async () => {
    await run(['borg', 'delete', ...wait, '--glob-archives', '*', location], { env });
    await run(['borg', 'compact', ...wait, location], { env });
    // What was written for one is not to be written out while the next is measured.
    await run(['sync', '-f', location]);
  };
  return { location, env, empty };
}

export const dump: Bench = {
  name: 'dump',
  about:
    'A `postgres-dump` run by an agent, with globals, manifest and evidence, against `pg_dump | borg create` by hand ' +
    "(globals too) and against borgmatic's hook with the same flags: one database of " +
    `${ROWS.toLocaleString('en-US')} rows in ${TABLES} tables, into an empty encrypted repository, in turns, the ` +
    `median of ${ROUNDS}. The same with an empty database says what a run costs beside its data. ` +
    'It takes ten minutes and 15 GiB of disk.',

  async run(room): Promise<Figure[]> {
    chmodSync(room.folder, 0o755);
    const server = await PostgresCluster.start(join(room.folder, 'pg'));
    room.onEnd(() => server.stop());
    await fill(server);
    const connection = { host: server.socketFolder, port: server.port, user: 'postgres' };
    const serverPid = Number(readFileSync(join(server.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    const own = await repositoryIn(room, 'own');
    const other = await repositoryIn(room, 'other');
    const passphraseFile = join(room.folder, 'passphrase');
    writeFileSync(passphraseFile, PASSPHRASE, { mode: 0o600 });

    const pager = await FakePager.start();
    room.onEnd(() => pager.stop());
    const collector = await LabCollector.create({ folder: room.folder, pager });
    await collector.start();
    room.onEnd(() => collector.program?.stop());
    const hour = (new Date().getUTCHours() + 12) % 24;
    const job = (database: string, otherDatabase: string) => ({
      kind: 'postgres-dump',
      repository: 'acme',
      connection,
      databases: [database],
      exclude_databases: [otherDatabase],
      schedule: { cron: `0 ${hour} * * *`, finish_within: '1h' },
    });
    const agent = new LabAgent({
      folder: room.folder,
      host: 'db1',
      customer: 'acme',
      env: { BORG_BASE_DIR: own.env.BORG_BASE_DIR },
      config: {
        repositories: { acme: { borg: own.location, passphrase_file: passphraseFile } },
        jobs: { [SHOP]: job(SHOP, EMPTY), [EMPTY]: job(EMPTY, SHOP) },
        timezone: 'UTC',
      },
    });
    await agent.enroll(collector);
    room.onEnd(() => agent.program?.stop());

    let before: RunSeen['id'] | undefined;
    const byAgent = async (name: string): Promise<Taken & { bytes: number }> => {
      const pid = agent.program!.child.pid!;
      const cpuMs = () => cpuMsWithChildrenOf(pid) + cpuMsWithChildrenOf(serverPid);
      const cpuBeforeMs = cpuMs();
      const { peakBytes } = await peakDuring(pid, [], agent.ask('start', name, '--wait'));
      const seen = await until('the run in the collector', RECORD_WITHIN_MS, async () => {
        const [newest] = await collector.api<RunSeen[]>(`/runs?host=db1&job=${name}&limit=1`);
        return newest?.outcome && newest.id !== before ? newest : null;
      });
      if (seen.outcome !== 'succeeded') throw new Error(`the run of ${name} ended as ${seen.outcome}`);
      before = seen.id;
      const wallMs = Date.parse(seen.finishedAt) - Date.parse(seen.startedAt);
      return { wallMs, cpuMs: cpuMs() - cpuBeforeMs, peakBytes, bytes: seen.stats.originalBytes };
    };
    const timed = async (argv: string[]): Promise<Taken> => {
      const cpuMs = () => cpuMsWithChildrenOf(process.pid) + cpuMsWithChildrenOf(serverPid);
      const env = { ...other.env, PGHOST: connection.host };
      const here = familyOf(process.pid);
      const cpuBeforeMs = cpuMs();
      const startMs = performance.now();
      const { result, peakBytes } = await peakDuring(
        process.pid,
        here,
        run([...GENTLY, ...argv], { env }).then(() => performance.now() - startMs),
      );
      return { wallMs: result, cpuMs: cpuMs() - cpuBeforeMs, peakBytes };
    };
    const at = `-h ${connection.host} -p ${connection.port} -U ${connection.user}`;
    const byHand = (database: string) =>
      timed([
        'bash',
        '-euo',
        'pipefail',
        '-c',
        `${server.bin}/pg_dumpall --globals-only ${at} | borg create --stdin-name globals.sql ${other.location}::globals -
         ${server.bin}/pg_dump -Fc -Z0 ${at} ${database} | borg create --stdin-name ${database}.dump ${other.location}::db -`,
      ]);
    const empty = join(room.folder, 'nothing');
    mkdirSync(empty);
    const borgmaticFile = join(room.folder, 'borgmatic.yaml');
    // Not by `hostname`: borgmatic 1.7.7 makes a path of it, and waits for ever where it is a socket's folder.
    const hook = { name: SHOP, port: connection.port, username: connection.user };
    writeFileSync(
      borgmaticFile,
      stringify({
        location: { source_directories: [empty], repositories: [other.location] },
        storage: { encryption_passphrase: PASSPHRASE },
        hooks: { postgresql_databases: [{ ...hook, format: 'custom', options: '--compress=0' }] },
      }),
    );
    const byBorgmatic = () => timed(['borgmatic', 'create', '--config', borgmaticFile]);

    const taken: Record<'ours' | 'bare' | 'borgmatic' | 'oursEmpty' | 'bareEmpty', Taken[]> = {
      ours: [],
      bare: [],
      borgmatic: [],
      oursEmpty: [],
      bareEmpty: [],
    };
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await other.empty();
      taken.bareEmpty.push(await byHand(EMPTY));
      await other.empty();
      taken.bare.push(await byHand(SHOP));
      room.say(said('bare', taken.bare.at(-1)!));
      await other.empty();
      taken.borgmatic.push(await byBorgmatic());
      room.say(said('borgmatic', taken.borgmatic.at(-1)!));
      await other.empty();
      await own.empty();
      agent.start();
      await agent.online(collector);
      // An agent that has just started asks for borg's version first, and lists what is there.
      await byAgent(EMPTY);
      taken.oursEmpty.push(await byAgent(EMPTY));
      const ours = await byAgent(SHOP);
      taken.ours.push(ours);
      bytes = ours.bytes;
      await agent.program!.stop();
      room.say(said('ours', ours));
      room.say(said('ours, of nothing', taken.oursEmpty.at(-1)!));
      room.say(said('bare, of nothing', taken.bareEmpty.at(-1)!));
    }
    const wall = (all: Taken[]) => median(all.map(({ wallMs }) => wallMs)) / 1_000;
    const cpu = (all: Taken[]) => median(all.map(({ cpuMs }) => cpuMs)) / 1_000;
    const peak = (all: Taken[]) => median(all.map(({ peakBytes }) => peakBytes)) / MIB;

    await own.empty();
    const share = await manifestShare();
    return [
      figure({
        name: `a dump of ${(bytes / MIB).toFixed(0)} MiB, globals, manifest and evidence included`,
        unit: 's',
        ours: wall(taken.ours),
        reference: wall(taken.bare),
        referenceIs: 'pg_dump | borg create at the same priority, globals too',
        goal: `<= ${GOAL_SHARE * 100} % more`,
        holds: wall(taken.ours) <= wall(taken.bare) * (1 + GOAL_SHARE),
      }),
      figure({
        name: 'the same against borgmatic',
        unit: 's',
        ours: wall(taken.ours),
        reference: wall(taken.borgmatic),
        referenceIs: "borgmatic's hook, without globals",
        goal: 'below',
        holds: wall(taken.ours) < wall(taken.borgmatic),
      }),
      figure({
        name: 'processor time of the same, agent and server included',
        unit: 's',
        ours: cpu(taken.ours),
        reference: cpu(taken.bare),
        referenceIs: `pg_dump | borg create (borgmatic: ${cpu(taken.borgmatic).toFixed(1)})`,
      }),
      figure({
        name: 'a run beside its data: a dump of an empty database',
        unit: 's',
        ours: wall(taken.oursEmpty),
        reference: wall(taken.bareEmpty),
        referenceIs: 'pg_dump | borg create, globals too',
        goal: `<= ${FIXED_GOAL_MS / 1_000} s more`,
        holds: wall(taken.oursEmpty) <= wall(taken.bareEmpty) + FIXED_GOAL_MS / 1_000,
      }),
      figure({
        name: 'peak memory of the dump and all that makes it, the agent included',
        unit: 'MiB',
        ours: peak(taken.ours),
        reference: peak(taken.bare),
        referenceIs: `pg_dump | borg create (borgmatic: ${peak(taken.borgmatic).toFixed(0)})`,
      }),
      figure({
        name: `manifest: questions beside the dump, and storing it (rows of ${share.counted} of ${TABLES} tables)`,
        unit: 's',
        ours: share.manifestMs / 1_000,
        reference: share.dumpMs / 1_000,
        referenceIs: 'the dump itself',
        goal: `<= ${MANIFEST_SHARE * 100} %`,
        holds: share.manifestMs <= share.dumpMs * MANIFEST_SHARE,
      }),
    ];

    async function manifestShare(): Promise<{ manifestMs: number; dumpMs: number; counted: number }> {
      const guard = join(import.meta.dirname, '../../../dist/dump-guard.js');
      const { stdout } = await run(['borg', '--version']);
      const context = engineContext({
        startedAtMs: Date.now(),
        borg: parseVersion(stdout),
        environment: { PATH: process.env.PATH!, BORG_BASE_DIR: own.env.BORG_BASE_DIR },
        dumpGuard: [process.execPath, guard],
        postgresBins: { [/postgresql\/(\d+)/.exec(server.bin)![1]!]: server.bin },
      });
      const repository = repositorySpec({ location: own.location, passphraseFile });
      const { seen, steps } = await walk(postgresJob({ repository, connection, databases: [SHOP] }), context);
      const isQuestion = new Set(steps.filter(({ type }) => type === 'ask').map(({ id }) => id));
      const took = (wanted: (id: string) => boolean) =>
        seen.reduce(
          (sum, one) => sum + (one.type === 'process' && wanted(one.id) ? (one.tookMs ?? 0) : 0),
          0,
        );
      const stored = steps.find(({ id }) => id === 'manifest');
      const text = stored && 'stdin' in stored ? stored.stdin : undefined;
      const [manifest] = readManifest(text ?? '')?.databases ?? [];
      return {
        manifestMs: took((id) => isQuestion.has(id) || id === 'manifest'),
        dumpMs: took((id) => id.startsWith('dump ') && id.includes('-db-')),
        counted: Object.keys(manifest?.rows ?? {}).length,
      };
    }
  },
};
