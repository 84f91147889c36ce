/** What an agent costs while it waits: memory and processor time beside a bare Node process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LabAgent } from '../agent.ts';
import { LabCollector } from '../collector.ts';
import { FakePager } from '../pager.ts';
import { Program } from '../program.ts';
import { pause } from '../until.ts';
import { cpuMsOf, memoryOf } from './measure.ts';
import { type Bench, type Figure, figure } from './types.ts';

const MINUTE_MS = 60_000;
const GOAL_MEMORY = 1.5;
const GOAL_CPU_PERCENT = 0.2;
/** As bare as a process that stays alive can be. */
const BARE = ['-e', 'setInterval(() => {}, 1e9)'];

export const idle: Bench = {
  name: 'idle',
  about:
    'An agent, connected and with nothing due, against a bare Node process: memory after a minute, then ' +
    'processor time over a minute.',

  async run(room): Promise<Figure[]> {
    const pager = await FakePager.start();
    room.onEnd(() => pager.stop());
    const collector = await LabCollector.create({ folder: room.folder, pager });
    await collector.start();
    room.onEnd(() => collector.program?.stop());
    const source = join(room.folder, 'source');
    mkdirSync(source);
    const agent = new LabAgent({
      folder: room.folder,
      host: 'web1',
      customer: 'acme',
      config: {
        jobs: {
          nightly: {
            kind: 'command',
            command: ['/bin/true'],
            // Not within the bench: the next minute would be.
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
    const bare = new Program({
      name: 'bare',
      argv: [process.execPath, ...BARE],
      logFile: join(room.folder, 'bare.log'),
    });
    room.onEnd(() => bare.kill());

    const pids = { ours: agent.program!.child.pid!, bare: bare.child.pid! };
    await pause(MINUTE_MS);
    const memory = { ours: memoryOf(pids.ours), bare: memoryOf(pids.bare) };
    const before = { ours: cpuMsOf(pids.ours), bare: cpuMsOf(pids.bare) };
    const startMs = performance.now();
    await pause(MINUTE_MS);
    const tookMs = performance.now() - startMs;
    const percent = (who: 'ours' | 'bare') => ((cpuMsOf(pids[who]) - before[who]) / tookMs) * 100;

    return [
      ...(['rssBytes', 'pssBytes'] as const).map((key) =>
        figure({
          name: `memory of an idle agent, ${key === 'rssBytes' ? 'RSS' : 'PSS'}`,
          unit: 'bytes',
          ours: memory.ours[key],
          reference: memory.bare[key],
          referenceIs: `node ${BARE.join(' ')}`,
          goal: `<= ${GOAL_MEMORY} x`,
          holds: memory.ours[key] <= GOAL_MEMORY * memory.bare[key],
        }),
      ),
      figure({
        name: 'processor of an idle agent',
        unit: '% of a core',
        ours: percent('ours'),
        reference: percent('bare'),
        referenceIs: 'the same bare process',
        goal: `< ${GOAL_CPU_PERCENT} % of a core`,
        holds: percent('ours') < GOAL_CPU_PERCENT,
      }),
    ];
  },
};
