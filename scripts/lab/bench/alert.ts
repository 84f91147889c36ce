/** How soon the pager hears that a run has failed. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LabAgent } from '../agent.ts';
import { LabCollector } from '../collector.ts';
import { FakePager } from '../pager.ts';
import { until } from '../until.ts';
import { quantile } from './measure.ts';
import { type Bench, type Figure, figure, type Room } from './types.ts';

const ALERTS = 200;
const HOST = 'web1';
/** Started together; the next ones when these have been paged. */
const AT_ONCE = 4;
const PAGED_WITHIN_MS = 30_000;
const GOAL_P99_MS = 1_000;

interface RunSeen {
  job: string;
  outcome: string | null;
  finishedAt: string | null;
}

function jobName(i: number): string {
  return `job${i}`;
}

/** A failing run of every job; from its end, by the agent's record, to the request at the receiver. */
async function ours(room: Room): Promise<number[]> {
  const pager = await FakePager.start();
  room.onEnd(() => pager.stop());
  const collector = await LabCollector.create({ folder: room.folder, pager });
  await collector.start();
  room.onEnd(() => collector.program?.stop());
  const hour = (new Date().getUTCHours() + 12) % 24;
  const agent = new LabAgent({
    folder: room.folder,
    host: HOST,
    customer: 'acme',
    config: {
      timezone: 'UTC',
      jobs: Object.fromEntries(
        Array.from({ length: ALERTS }, (_, i) => [
          jobName(i),
          {
            kind: 'command',
            command: ['/bin/false'],
            schedule: { cron: `0 ${hour} * * *`, finish_within: '1h' },
          },
        ]),
      ),
    },
  });
  await agent.enroll(collector);
  agent.start();
  room.onEnd(() => agent.program?.stop());
  await agent.online(collector);
  await until('all jobs declared', PAGED_WITHIN_MS, async () => {
    const jobs = await collector.api<unknown[]>(`/jobs?host=${HOST}&limit=${ALERTS}`);
    return jobs.length === ALERTS;
  });

  const latenciesMs: number[] = [];
  for (let first = 0; first < ALERTS; first += AT_ONCE) {
    const jobs = Array.from({ length: AT_ONCE }, (_, i) => jobName(first + i));
    await Promise.all(jobs.map((job) => agent.ask('start', job, '--wait')));
    for (const job of jobs) {
      const page = await until(`${job} paged`, PAGED_WITHIN_MS, () =>
        pager.about(`job:${HOST}/${job}`).find(({ event }) => event === 'trigger'),
      );
      const [newest] = await collector.api<RunSeen[]>(`/runs?host=${HOST}&job=${job}&limit=1`);
      latenciesMs.push(page.atMs - Date.parse(newest!.finishedAt!));
    }
  }
  if (pager.complaints.length > 0) throw new Error(`the receiver complains: ${pager.complaints[0]}`);
  return latenciesMs;
}

/** What cannot be left out: a durable write on the agent, one on the collector, one request to the receiver. */
async function bare(room: Room): Promise<number[]> {
  const insert = (name: string) => {
    const db = new Database(join(room.folder, name));
    room.onEnd(() => db.close());
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec('CREATE TABLE records (id INTEGER PRIMARY KEY, record TEXT) STRICT');
    return db.prepare<[string]>('INSERT INTO records (record) VALUES (?)');
  };
  const onAgent = insert('bare-agent.db');
  const onCollector = insert('bare-collector.db');
  let arrivedMs = 0;
  const server = createServer((request, response) => {
    arrivedMs = performance.now();
    request.resume();
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  room.onEnd(() => server.close());
  const { port } = server.address() as AddressInfo;
  const body = JSON.stringify({ reason: 'x'.repeat(500) });
  const latenciesMs: number[] = [];
  for (let i = 0; i < ALERTS; i += 1) {
    const startMs = performance.now();
    onAgent.run(body);
    onCollector.run(body);
    await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body }).then((answer) => answer.text());
    latenciesMs.push(arrivedMs - startMs);
  }
  return latenciesMs;
}

export const alert: Bench = {
  name: 'alert',
  about:
    `From the end of a failed run on the agent to the request at the receiver, ${ALERTS} alerts; against what ` +
    'cannot be left out: two durable SQLite writes and one HTTP request, in one bare process.',

  async run(room): Promise<Figure[]> {
    const reference = await bare(room);
    const measured = await ours(room);
    return ([0.5, 0.99] as const).map((share) =>
      figure({
        name: `from a failed run's end to the pager, p${share * 100} of ${ALERTS}`,
        unit: 'ms',
        ours: quantile(measured, share),
        reference: quantile(reference, share),
        referenceIs: 'two writes with FULL and one HTTP request',
        ...(share === 0.99
          ? { goal: `< ${GOAL_P99_MS / 1_000} s`, holds: quantile(measured, share) < GOAL_P99_MS }
          : {}),
      }),
    );
  },
};
