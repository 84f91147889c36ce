/** How quick the page and the API answer over a large history, and what that history takes on disk. */

import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeRecord } from '../../../proto/codec.ts';
import type { LabCollector } from '../collector.ts';
import { seededCollector } from './fleet.ts';
import { quantile } from './measure.ts';
import { seedHistory } from './seed.ts';
import { type Bench, type Figure, figure, type Room } from './types.ts';
import { WireClients } from './wire/clients.ts';
import { LOG_TAIL, result } from './wire/results.ts';

const HOSTS = 10_000;
const JOBS_PER_HOST = 3;
const DAYS = 90;
const REQUESTS = 300;
/** Of each kind before the clock runs: the first ones compile. */
const WARM_UP = 20;
const GOAL_P99_MS = 100;
/** Ten times what 30,000 jobs report in a night of eight hours. */
const INGEST_PER_SECOND = 10;
const INGEST_AGENTS = 100;
const INGEST_MS = 40_000;
const PATHS = ['/', '/api/v1/jobs'] as const;

async function timesOf(url: string, token: string): Promise<{ latenciesMs: number[]; body: string }> {
  const latenciesMs: number[] = [];
  let body = '';
  for (let i = 0; i < WARM_UP + REQUESTS; i += 1) {
    const startMs = performance.now();
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });
    body = await answer.text();
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${body.slice(0, 200)}`);
    if (i >= WARM_UP) latenciesMs.push(performance.now() - startMs);
  }
  return { latenciesMs, body };
}

/** The same bytes out of memory: what any server takes. */
async function bareTimes(body: string): Promise<number[]> {
  const server = createServer((_, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { latenciesMs } = await timesOf(`http://127.0.0.1:${port}/`, '');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return latenciesMs;
}

async function whileIngesting(
  room: Room,
  collector: LabCollector,
  fleetFile: string,
): Promise<Map<string, number[]>> {
  const clients = await WireClients.start(fleetFile, 1);
  room.onEnd(() => clients.stop());
  await clients.connect({ from: 0, to: INGEST_AGENTS, perSecond: INGEST_AGENTS, declare: true });
  const paced = clients.pace(INGEST_MS, INGEST_PER_SECOND * JOBS_PER_HOST);
  const times = new Map<string, number[]>();
  for (const path of PATHS)
    times.set(path, (await timesOf(collector.webUrl + path, collector.token)).latenciesMs);
  await paced;
  await clients.stop();
  return times;
}

export const page: Bench = {
  name: 'page',
  about:
    `The first page of \`/\` and \`/api/v1/jobs\` with ${(HOSTS * JOBS_PER_HOST).toLocaleString('en-US')} jobs and ` +
    `${DAYS} days of nightly runs in the database, ${REQUESTS} requests one after the other, seen by the client on ` +
    'the same machine; against a bare http server that answers the same bytes from memory.',

  async run(room): Promise<Figure[]> {
    // What is not connected here would be reported as silent, all of it at once: that is another bench.
    const seeded = await seededCollector(room, HOSTS, { config: { startup_grace: '2h' } });
    const { collector } = seeded;
    const startMs = performance.now();
    const runs = seedHistory(seeded.database, { jobsPerHost: JOBS_PER_HOST, days: DAYS, nowMs: Date.now() });
    const bytesPerRun = statSync(seeded.database).size / runs;
    room.say(
      `  ${runs.toLocaleString('en-US')} runs seeded in ${Math.round((performance.now() - startMs) / 1_000)} s`,
    );

    await collector.start();
    const figures: Figure[] = [];
    for (const path of PATHS) {
      const { latenciesMs, body } = await timesOf(collector.webUrl + path, collector.token);
      const bare = await bareTimes(body);
      const p99 = quantile(latenciesMs, 0.99);
      figures.push(
        figure({
          name: `${path}, p99`,
          unit: 'ms',
          ours: p99,
          reference: quantile(bare, 0.99),
          referenceIs: `bare node:http with the same ${Math.round(body.length / 1_000)} kB`,
          goal: `< ${GOAL_P99_MS} ms`,
          holds: p99 < GOAL_P99_MS,
        }),
      );
    }
    const quiet = figures.map(({ ours }) => ours);
    const busy = await whileIngesting(room, collector, seeded.fleetFile);
    for (const [i, path] of PATHS.entries()) {
      const p99 = quantile(busy.get(path)!, 0.99);
      figures.push(
        figure({
          name: `${path} while ${INGEST_PER_SECOND * JOBS_PER_HOST} results a second arrive, p99`,
          unit: 'ms',
          ours: p99,
          reference: quiet[i]!,
          referenceIs: 'the same without',
          goal: `< ${GOAL_P99_MS} ms`,
          holds: p99 < GOAL_P99_MS,
        }),
      );
    }
    await collector.program!.stop();
    const nowMs = Date.now();
    const wire = encodeRecord({ recordedAtMs: nowMs, body: result('host0', 1, nowMs) });
    figures.push(
      figure({
        name: `database a run, with one recovery point and ${LOG_TAIL.length} characters of log, indexes included`,
        unit: 'bytes',
        ours: bytesPerRun,
        reference: wire.length,
        referenceIs: 'the same run as protobuf on the wire',
      }),
    );
    return figures;
  },
};
