/** How much longer a `files` run takes than the borg it runs. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabAgent } from '../agent.ts';
import { LabCollector } from '../collector.ts';
import { FakePager } from '../pager.ts';
import { run } from '../program.ts';
import { until } from '../until.ts';
import { cpuMsWithChildrenOf, median } from './measure.ts';
import { type Bench, type Figure, figure } from './types.ts';

const FILES = 50_000;
const FILES_PER_FOLDER = 250;
const FILE_BYTES_MIN = 512;
const FILE_BYTES_SPREAD = 7_680;
const ROUNDS = 5;
const GOAL_SHARE = 0.02;
const GOAL_MS = 300;
const RECORD_WITHIN_MS = 30_000;
/**
 * As the agent runs it, in a session of its own and last in line: on a machine that does other things, priority
 * and the scheduler's grouping by session would decide the comparison.
 */
const GENTLY = ['setsid', '--wait', 'nice', '-n', '19', 'ionice', '-t', '-c', '3'];
const JOB = 'files';
const PASSPHRASE = 'a passphrase of the bench';

/** Files that compress and differ, so that borg has its usual work with them. */
function growTree(folder: string): void {
  for (let i = 0; i < FILES; i += 1) {
    const inside = join(folder, String(Math.floor(i / FILES_PER_FOLDER)));
    if (i % FILES_PER_FOLDER === 0) mkdirSync(inside, { recursive: true });
    const line = `${i} ${Math.imul(i, 0x9e3779b1).toString(36)}\n`;
    const bytes = FILE_BYTES_MIN + ((i * 7_919) % FILE_BYTES_SPREAD);
    writeFileSync(join(inside, `${i}.txt`), line.repeat(Math.ceil(bytes / line.length)));
  }
}

/** Once, so that neither side is the one that reads from the disk. */
function readTree(folder: string): void {
  for (const inside of readdirSync(folder)) {
    for (const name of readdirSync(join(folder, inside))) readFileSync(join(folder, inside, name));
  }
}

interface RunSeen {
  id: string | number;
  outcome: string | null;
  startedAt: string;
  finishedAt: string;
}

interface Taken {
  wallMs: number;
  cpuMs: number;
}
const wallOf = ({ wallMs }: Taken) => wallMs;
const cpuOf = ({ cpuMs }: Taken) => cpuMs;
function said({ wallMs, cpuMs }: Taken): string {
  return `${(wallMs / 1_000).toFixed(2)} s (${(cpuMs / 1_000).toFixed(2)} s of processor)`;
}

export const files: Bench = {
  name: 'files',
  about:
    `A \`files\` run by an agent, evidence included, against bare \`borg create\` of the same tree of ` +
    `${FILES.toLocaleString('en-US')} files: fresh encrypted repositories, in turns, the median of ${ROUNDS}.`,

  async run(room): Promise<Figure[]> {
    const tree = join(room.folder, 'tree');
    growTree(tree);
    readTree(tree);
    const repository = join(room.folder, 'repository');
    const passphraseFile = join(room.folder, 'passphrase');
    writeFileSync(passphraseFile, PASSPHRASE, { mode: 0o600 });
    const env = { BORG_BASE_DIR: join(room.folder, 'borg') };
    const bareEnv = { ...env, BORG_PASSPHRASE: PASSPHRASE };
    mkdirSync(env.BORG_BASE_DIR);
    const freshRepository = async () => {
      rmSync(repository, { recursive: true, force: true });
      await run(['borg', 'init', '--encryption', 'repokey-blake2', repository], { env: bareEnv });
    };
    await freshRepository();

    const pager = await FakePager.start();
    room.onEnd(() => pager.stop());
    const collector = await LabCollector.create({ folder: room.folder, pager });
    await collector.start();
    room.onEnd(() => collector.program?.stop());
    const agent = new LabAgent({
      folder: room.folder,
      host: 'web1',
      customer: 'acme',
      env,
      config: {
        repositories: { acme: { borg: repository, passphrase_file: passphraseFile } },
        jobs: {
          [JOB]: {
            kind: 'files',
            repository: 'acme',
            paths: [tree],
            schedule: { cron: `0 ${(new Date().getUTCHours() + 12) % 24} * * *`, finish_within: '1h' },
          },
        },
        timezone: 'UTC',
      },
    });
    await agent.enroll(collector);
    agent.start();
    room.onEnd(() => agent.program?.stop());
    await agent.online(collector);

    let before: RunSeen['id'] | undefined;
    const pid = agent.program!.child.pid!;
    const runByAgent = async (): Promise<Taken> => {
      const cpuBeforeMs = cpuMsWithChildrenOf(pid);
      await agent.ask('start', JOB, '--wait');
      const cpuMs = cpuMsWithChildrenOf(pid) - cpuBeforeMs;
      const seen = await until('the run in the collector', RECORD_WITHIN_MS, async () => {
        const [newest] = await collector.api<RunSeen[]>(`/runs?host=web1&job=${JOB}&limit=1`);
        return newest?.outcome && newest.id !== before ? newest : null;
      });
      if (seen.outcome !== 'succeeded') throw new Error(`the run ended as ${seen.outcome}`);
      before = seen.id;
      return { wallMs: Date.parse(seen.finishedAt) - Date.parse(seen.startedAt), cpuMs };
    };
    const runBare = async (): Promise<Taken> => {
      const cpuBeforeMs = cpuMsWithChildrenOf(process.pid);
      const startMs = performance.now();
      await run([...GENTLY, 'borg', 'create', `${repository}::bare`, tree], { env: bareEnv });
      const wallMs = performance.now() - startMs;
      return { wallMs, cpuMs: cpuMsWithChildrenOf(process.pid) - cpuBeforeMs };
    };

    const ours: Taken[] = [];
    const bare: Taken[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await freshRepository();
      bare.push(await runBare());
      await freshRepository();
      ours.push(await runByAgent());
      room.say(`  bare ${said(bare.at(-1)!)}, ours ${said(ours.at(-1)!)}`);
    }
    const wall = { ours: median(ours.map(wallOf)), bare: median(bare.map(wallOf)) };
    const cpu = { ours: median(ours.map(cpuOf)), bare: median(bare.map(cpuOf)) };
    return [
      figure({
        name: `a files run of ${FILES.toLocaleString('en-US')} files`,
        unit: 's',
        ours: wall.ours / 1_000,
        reference: wall.bare / 1_000,
        referenceIs: 'bare borg create at the same priority',
        goal: `<= ${GOAL_SHARE * 100} % + ${GOAL_MS} ms more`,
        holds: wall.ours <= wall.bare * (1 + GOAL_SHARE) + GOAL_MS,
      }),
      figure({
        name: 'processor time of the same, agent included',
        unit: 's',
        ours: cpu.ours / 1_000,
        reference: cpu.bare / 1_000,
        referenceIs: 'bare borg create',
      }),
    ];
  },
};
