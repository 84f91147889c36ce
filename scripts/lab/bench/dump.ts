/** How much longer a `postgres-dump` run takes than `pg_dump | borg create`, and what its manifest costs. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { parseVersion } from '../../../agent/tools/borg.ts';
import { engineContext, postgresJob, repositorySpec } from '../../../test/support/job-specs.ts';
import { PostgresCluster } from '../../../test/support/postgres.ts';
import { walk } from '../../../test/support/walk.ts';
import { LabAgent } from '../agent.ts';
import { LabCollector } from '../collector.ts';
import { FakePager } from '../pager.ts';
import { run } from '../program.ts';
import { pause, until } from '../until.ts';
import { median, memoryOf } from './measure.ts';
import { type Bench, type Figure, figure } from './types.ts';

const ROWS = 6_000_000;
const ROUNDS = 3;
const GOAL_SHARE = 0.02;
const MANIFEST_SHARE = 0.1;
const SAMPLE_EVERY_MS = 200;
const RECORD_WITHIN_MS = 30_000;
/** As the agent runs its programs. */
const GENTLY = ['setsid', '--wait', 'nice', '-n', '19', 'ionice', '-t', '-c', '3'];
const JOB = 'shop';
const DATABASE = 'shop';
const PASSPHRASE = 'a passphrase of the bench';
const MIB = 1024 * 1024;

interface Taken {
  wallMs: number;
  peakBytes: number;
}

interface RunSeen {
  id: string;
  outcome: string | null;
  startedAt: string;
  finishedAt: string;
  stats: { originalBytes: number };
}

/** Processes below `pid`, itself included. */
function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      parents.set(Number(name), Number(fields[1]));
    } catch {
      // Ended meanwhile.
    }
  }
  const isBelow = (one: number | undefined): boolean =>
    one !== undefined && (one === pid || isBelow(parents.get(one)));
  return [...parents.keys()].filter(isBelow);
}

/** The most memory that `pid` and all below it held at once while `work` was done. */
async function peakDuring<T>(pid: number, work: Promise<T>): Promise<{ result: T; peakBytes: number }> {
  let peakBytes = 0;
  let done = false;
  const watching = (async () => {
    while (!done) {
      let bytes = 0;
      for (const one of familyOf(pid)) {
        try {
          bytes += memoryOf(one).pssBytes;
        } catch {
          // Ended meanwhile.
        }
      }
      peakBytes = Math.max(peakBytes, bytes);
      await pause(SAMPLE_EVERY_MS);
    }
  })();
  const result = await work.finally(() => {
    done = true;
  });
  await watching;
  return { result, peakBytes };
}

export const dump: Bench = {
  name: 'dump',
  about:
    'A `postgres-dump` run by an agent, with globals, manifest and evidence, against `pg_dump | borg create` by hand ' +
    `(globals too) and against borgmatic's hook with the same flags: one database of ${ROWS.toLocaleString('en-US')} rows, ` +
    `into an empty encrypted repository, in turns, the median of ${ROUNDS}.`,

  async run(room): Promise<Figure[]> {
    chmodSync(room.folder, 0o755);
    const server = await PostgresCluster.start(join(room.folder, 'pg'));
    room.onEnd(() => server.stop());
    await server.sql(`CREATE DATABASE ${DATABASE}`);
    await server.sql(
      `CREATE TABLE orders AS SELECT n AS id, repeat(md5(n::text), 4) AS what FROM generate_series(1, ${ROWS}) n`,
      DATABASE,
    );
    await server.sql('VACUUM ANALYZE', DATABASE);
    const connection = { host: server.socketFolder, port: server.port, user: 'postgres' };
    const repository = join(room.folder, 'repository');
    const passphraseFile = join(room.folder, 'passphrase');
    writeFileSync(passphraseFile, PASSPHRASE, { mode: 0o600 });
    const env = { BORG_BASE_DIR: join(room.folder, 'borg') };
    const bareEnv = { ...env, BORG_PASSPHRASE: PASSPHRASE, PGHOST: connection.host };
    mkdirSync(env.BORG_BASE_DIR);
    await run(['borg', 'init', '--encryption', 'repokey-blake2', repository], { env: bareEnv });
    // Emptied and not made anew: the agent would refuse another repository at the same place.
    const emptied = async () => {
      await run(['borg', 'delete', '--glob-archives', '*', repository], { env: bareEnv });
      await run(['borg', 'compact', repository], { env: bareEnv });
    };

    const pager = await FakePager.start();
    room.onEnd(() => pager.stop());
    const collector = await LabCollector.create({ folder: room.folder, pager });
    await collector.start();
    room.onEnd(() => collector.program?.stop());
    const agent = new LabAgent({
      folder: room.folder,
      host: 'db1',
      customer: 'acme',
      env,
      config: {
        repositories: { acme: { borg: repository, passphrase_file: passphraseFile } },
        jobs: {
          [JOB]: {
            kind: 'postgres-dump',
            repository: 'acme',
            connection,
            databases: [DATABASE],
            schedule: { cron: `0 ${(new Date().getUTCHours() + 12) % 24} * * *`, finish_within: '1h' },
          },
        },
        timezone: 'UTC',
      },
    });
    await agent.enroll(collector);

    let before: RunSeen['id'] | undefined;
    const byAgent = async (): Promise<Taken & { bytes: number }> => {
      agent.start();
      await agent.online(collector);
      const pid = agent.program!.child.pid!;
      const { peakBytes } = await peakDuring(pid, agent.ask('start', JOB, '--wait'));
      const seen = await until('the run in the collector', RECORD_WITHIN_MS, async () => {
        const [newest] = await collector.api<RunSeen[]>(`/runs?host=db1&job=${JOB}&limit=1`);
        return newest?.outcome && newest.id !== before ? newest : null;
      });
      await agent.program!.stop();
      if (seen.outcome !== 'succeeded') throw new Error(`the run ended as ${seen.outcome}`);
      before = seen.id;
      const wallMs = Date.parse(seen.finishedAt) - Date.parse(seen.startedAt);
      return { wallMs, peakBytes, bytes: seen.stats.originalBytes };
    };
    const timed = async (argv: string[]): Promise<Taken> => {
      const startMs = performance.now();
      const { peakBytes } = await peakDuring(process.pid, run([...GENTLY, ...argv], { env: bareEnv }));
      return { wallMs: performance.now() - startMs, peakBytes: peakBytes - memoryOf(process.pid).pssBytes };
    };
    const at = `-h ${connection.host} -p ${connection.port} -U ${connection.user}`;
    const byHand = () =>
      timed([
        'bash',
        '-euo',
        'pipefail',
        '-c',
        `${server.bin}/pg_dumpall --globals-only ${at} | borg create --stdin-name globals.sql ${repository}::globals -
         ${server.bin}/pg_dump -Fc -Z0 ${at} ${DATABASE} | borg create --stdin-name ${DATABASE}.dump ${repository}::db -`,
      ]);
    const empty = join(room.folder, 'empty');
    mkdirSync(empty);
    const borgmaticFile = join(room.folder, 'borgmatic.yaml');
    // Not by `hostname`: borgmatic 1.7.7 makes a path of it, and waits for ever where it is a socket's folder.
    const hook = { name: DATABASE, port: connection.port, username: connection.user };
    writeFileSync(
      borgmaticFile,
      stringify({
        location: { source_directories: [empty], repositories: [repository] },
        storage: { encryption_passphrase: PASSPHRASE },
        hooks: { postgresql_databases: [{ ...hook, format: 'custom', options: '--compress=0' }] },
      }),
    );
    const byBorgmatic = () => timed(['borgmatic', 'create', '--config', borgmaticFile]);

    const taken = { ours: [] as Taken[], bare: [] as Taken[], borgmatic: [] as Taken[] };
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await emptied();
      taken.bare.push(await byHand());
      await emptied();
      const ours = await byAgent();
      taken.ours.push(ours);
      bytes = ours.bytes;
      await emptied();
      taken.borgmatic.push(await byBorgmatic());
      const said = Object.entries(taken).map(
        ([who, all]) => `${who} ${(all.at(-1)!.wallMs / 1_000).toFixed(2)} s`,
      );
      room.say(`  ${said.join(', ')}`);
    }
    const wall = (all: Taken[]) => median(all.map(({ wallMs }) => wallMs)) / 1_000;
    const peak = (all: Taken[]) => median(all.map(({ peakBytes }) => peakBytes)) / MIB;

    await emptied();
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
        name: 'peak memory of the dump and all that makes it, the agent included',
        unit: 'MiB',
        ours: peak(taken.ours),
        reference: peak(taken.bare),
        referenceIs: `pg_dump | borg create (borgmatic: ${peak(taken.borgmatic).toFixed(0)})`,
      }),
      figure({
        name: 'manifest: questions, and storing it',
        unit: 's',
        ours: share.manifestMs / 1_000,
        reference: share.dumpMs / 1_000,
        referenceIs: 'the dump itself',
        goal: `<= ${MANIFEST_SHARE * 100} %`,
        holds: share.manifestMs <= share.dumpMs * MANIFEST_SHARE,
      }),
    ];

    async function manifestShare(): Promise<{ manifestMs: number; dumpMs: number }> {
      const guard = join(import.meta.dirname, '../../../dist/dump-guard.js');
      const { stdout } = await run(['borg', '--version']);
      const context = engineContext({
        startedAtMs: Date.now(),
        borg: parseVersion(stdout),
        environment: { PATH: process.env.PATH!, ...env },
        dumpGuard: [process.execPath, guard],
        postgresBins: { [/postgresql\/(\d+)/.exec(server.bin)![1]!]: server.bin },
      });
      const own = repositorySpec({ location: repository, passphraseFile });
      const job = postgresJob({ repository: own, connection, databases: [DATABASE] });
      const { seen, steps } = await walk(job, context);
      const took = (wanted: (id: string, type: string) => boolean) =>
        seen.reduce((sum, one, index) => {
          const measured = one.type === 'process' && wanted(one.id, steps[index]!.type);
          return sum + (measured ? (one.tookMs ?? 0) : 0);
        }, 0);
      return {
        manifestMs: took((id, type) => type === 'ask' || id === 'manifest'),
        dumpMs: took((id) => id.startsWith('dump ') && id.includes('-db-')),
      };
    }
  },
};
