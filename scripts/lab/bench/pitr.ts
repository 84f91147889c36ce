/** What the watch over a write-ahead log takes: of a large repository, and of the primary, each minute. */
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { segmentName } from '../../../agent/tools/wal.ts';
import { ArchivedCluster } from '../../../test/support/pgbackrest.ts';
import { postgresBin } from '../../../test/support/postgres.ts';
import { run } from '../program.ts';
import { cpuMsWithChildrenOf, median } from './measure.ts';
import type { LookTook } from './pitr-look.ts';
import { type Bench, type Figure, figure, type Room } from './types.ts';

const SEGMENTS = 200_000;
const SEGMENT_BYTES = 16 * 1024 ** 2;
const ROUNDS = 3;
/** Forty times the turns in which every kind of look comes up: a watch begins once and goes on for weeks. */
const LATER_LOOKS = 200;
const GOAL_ANALYSIS_S = 2;
const GOAL_PEAK_BYTES = 150 * 1024 ** 2;
const GOAL_LATER_MS = 100;
const GOAL_SHARE_PERCENT = 0.1;
const MINUTE_MS = 60_000;

const ROOT = join(import.meta.dirname, '../../..');
/** pgBackRest belongs to postgres; so do, as an agent that is not root, our looks. */
const AS_POSTGRES = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];

export const pitr: Bench = {
  name: 'pitr',
  about:
    `The watch over a write-ahead log whose pgBackRest repository holds ${SEGMENTS.toLocaleString('en-US')} segments ` +
    '(of one byte: only their names, sizes and times are looked at): the first look and the later ones, beside ' +
    '`check_pgbackrest --service=archives` on the same repository, which looks at all of it each time; then what a ' +
    'look costs the primary, all processes counted.',

  async run(room): Promise<Figure[]> {
    // Programs run as postgres work in it.
    chmodSync(room.folder, 0o755);
    const archived = await ArchivedCluster.start(room.folder);
    room.onEnd(() => archived.stop());
    const look = await looker(room, archived);
    const small = await cost(archived, () => look('small', LATER_LOOKS));
    await fill(archived);
    await archived.write();
    await archived.archived();
    room.say(`  ${SEGMENTS} segments are there`);

    const first: LookTook[] = [];
    const bareMs: number[] = [];
    const checkMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      bareMs.push(await timed(() => listAll(archived)));
      checkMs.push(await timed(() => check(archived)));
      const [took] = await look(`first-${round}`, 1);
      if (took!.segments < SEGMENTS) throw new Error(`only ${took!.segments} segments were seen`);
      if (took!.windows.length !== 1) throw new Error(`${took!.windows.length} windows instead of one`);
      first.push(took!);
      room.say(
        `  repo-ls ${s(bareMs.at(-1)!)}, check_pgbackrest ${s(checkMs.at(-1)!)}, first look ${s(took!.wallMs)}, ` +
          `of which our own processor time ${s(took!.ownCpuMs)}`,
      );
    }

    const large = await cost(archived, () => look(`first-${ROUNDS - 1}`, LATER_LOOKS));
    const theirs = 'check_pgbackrest --service=archives on the same repository';
    const analysisS = median(first.map(({ ownCpuMs }) => ownCpuMs)) / 1_000;
    const peakBytes = Math.max(...first.map((one) => one.peakBytes));
    // The first of them lists anew what a process that just began does not know.
    const laterMs = median(large.looks.slice(1).map(({ wallMs }) => wallMs));
    return [
      figure({
        name: 'the first look, wholly',
        unit: 's',
        ours: median(first.map(({ wallMs }) => wallMs)) / 1_000,
        reference: median(bareMs) / 1_000,
        referenceIs: 'bare pgbackrest repo-ls --recurse into /dev/null',
      }),
      figure({
        name: 'our analysis in the first look, as processor time',
        unit: 's',
        ours: analysisS,
        reference: median(checkMs) / 1_000,
        referenceIs: `${theirs}, wholly`,
        goal: `< ${GOAL_ANALYSIS_S} s`,
        holds: analysisS < GOAL_ANALYSIS_S,
      }),
      figure({
        name: 'memory of the process that makes it, at its peak',
        unit: 'bytes',
        ours: peakBytes,
        referenceIs: 'the goal',
        goal: '< 150 MiB',
        holds: peakBytes < GOAL_PEAK_BYTES,
      }),
      figure({
        name: 'a later look, wholly',
        unit: 'ms',
        ours: laterMs,
        reference: median(checkMs),
        referenceIs: theirs,
        goal: `< ${GOAL_LATER_MS} ms`,
        holds: laterMs < GOAL_LATER_MS,
      }),
      ...[
        { of: 'a small repository', percent: small.percent },
        { of: `${SEGMENTS.toLocaleString('en-US')} segments`, percent: large.percent },
      ].map(({ of, percent }) =>
        figure({
          name: `the watch over ${of} on its primary, all processes and the server's own`,
          unit: '% of a core',
          ours: percent,
          referenceIs: 'the goal',
          goal: `< ${GOAL_SHARE_PERCENT} % of a core`,
          holds: percent < GOAL_SHARE_PERCENT,
        }),
      ),
    ];
  },
};

/**
 * All segments from the base backup to where the server goes on: its log is moved on, and what would lie between is laid
 * into the repository, in names alone.
 */
async function fill({ cluster, repository, stanza }: ArchivedCluster): Promise<void> {
  await cluster.pause('fast');
  const next = segmentName({ timeline: 1, index: SEGMENTS }, SEGMENT_BYTES);
  await run([...AS_POSTGRES, join(postgresBin(), 'pg_resetwal'), '-l', next, cluster.data], { cwd: '/' });
  const archive = join(repository, 'archive', stanza, '15-1');
  const real = new Set(
    readdirSync(join(archive, '0000000100000000')).map((name) => name.slice(0, next.length)),
  );
  let one = '';
  for (let index = 1; index < SEGMENTS; index += 1) {
    const name = segmentName({ timeline: 1, index }, SEGMENT_BYTES);
    if (real.has(name)) continue;
    const folder = join(archive, name.slice(0, 16));
    const file = join(folder, `${name}-${index.toString(16).padStart(40, '0')}.gz`);
    // A file system takes only so many names for one file.
    if (!one.startsWith(folder)) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, 'x');
      one = file;
    } else linkSync(one, file);
  }
  if (AS_POSTGRES.length > 0) await run(['chown', '-R', 'postgres', archive]);
  await cluster.resume();
}

/** Processor time of looks at one a minute: of the process that makes them, of all that it starts, and of the server. */
async function cost(
  { cluster }: ArchivedCluster,
  makeLooks: () => Promise<LookTook[]>,
): Promise<{ looks: LookTook[]; percent: number }> {
  const [pid] = readFileSync(join(cluster.data, 'postmaster.pid'), 'utf8').split('\n');
  const soFarMs = () => cpuMsWithChildrenOf(process.pid) + cpuMsWithChildrenOf(Number(pid));
  const beforeMs = soFarMs();
  const looks = await makeLooks();
  return { looks, percent: ((soFarMs() - beforeMs) / looks.length / MINUTE_MS) * 100 };
}

/** Our looks in a process of their own, bundled as the agent is. */
async function looker(room: Room, { cluster, configFile, stanza }: ArchivedCluster) {
  const program = join(room.folder, 'look.mjs');
  const memory = join(room.folder, 'memory');
  mkdirSync(memory);
  chmodSync(memory, 0o777);
  await run([
    join(ROOT, 'node_modules/.bin/esbuild'),
    join(import.meta.dirname, 'pitr-look.ts'),
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--target=node20',
    '--log-level=warning',
    `--outfile=${program}`,
  ]);
  return async (name: string, looks: number): Promise<LookTook[]> => {
    const file = join(memory, `${name}.json`);
    const told = [stanza, configFile, cluster.socketFolder, postgresBin(), file, String(looks)];
    const { stdout } = await run([...AS_POSTGRES, process.execPath, program, ...told], { cwd: '/' });
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
}

async function listAll({ configFile, stanza }: ArchivedCluster): Promise<void> {
  const argv = ['pgbackrest', `--config=${configFile}`, '--output=json', '--recurse', '--log-level-file=off'];
  const list = [...argv, 'repo-ls', `archive/${stanza}/15-1`].join(' ');
  await run([...AS_POSTGRES, 'sh', '-c', `${list} > /dev/null`], { cwd: '/' });
}

/** What it says is not of interest here, only how long it takes; other than ok would mean that it stopped early. */
async function check({ configFile, stanza }: ArchivedCluster): Promise<void> {
  const argv = [
    '/usr/bin/check_pgbackrest',
    `--config=${configFile}`,
    `--stanza=${stanza}`,
    '--service=archives',
  ];
  const { code, stdout } = await run([...AS_POSTGRES, ...argv], { cwd: '/', mayFail: true });
  if (code !== 0) throw new Error(`check_pgbackrest says ${stdout.slice(0, 500)}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function s(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
