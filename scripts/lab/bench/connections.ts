/** What 5,000 connected agents cost, and how they come back when the collector is restarted. */
import { freePorts, type LabCollector } from '../collector.ts';
import { pause, until } from '../until.ts';
import { BareServer } from './bare/server-process.ts';
import { seededCollector } from './fleet.ts';
import { type Memory, memoryOf } from './measure.ts';
import { type LoopDelay, Probe } from './probe.ts';
import { type Bench, type Figure, figure, type Room } from './types.ts';
import { WireClients } from './wire/clients.ts';

const AGENTS = 5_000;
/** Connected before memory is read first, so that what the first connection loads is not divided among all. */
const FIRST_AGENTS = 100;
const CONNECTS_PER_SECOND = 200;
/** Longer than a heartbeat: every connection has been idle, been pinged and been heard. */
const SETTLE_MS = 20_000;
/** What every agent has to tell when the collector is back. */
const RESULTS_WAITING = 4;
const BACK_WITHIN_MS = 60_000;
/** How long the bench waits for them at all. */
const PATIENCE_MS = 180_000;
const GOAL_MEMORY = 1.3;
const GOAL_DELAY_P99_MS = 100;

interface Server {
  fleetFile: string;
  probe: Probe;
  pid(): number;
  stop(): Promise<void>;
  start(): Promise<void>;
}

interface Measured {
  bytesEach: number;
  total: Memory;
  backAfterMs: number;
  delay: LoopDelay;
}

async function measure(room: Room, server: Server): Promise<Measured> {
  const clients = await WireClients.start(server.fleetFile, 1);
  room.onEnd(() => clients.stop());
  const connect = (from: number, to: number) =>
    clients.connect({ from, to, perSecond: CONNECTS_PER_SECOND, declare: true });
  await connect(0, FIRST_AGENTS);
  await server.probe.collectGarbage();
  const first = memoryOf(server.pid());
  const tookMs = await connect(FIRST_AGENTS, AGENTS);
  await pause(SETTLE_MS);
  await server.probe.collectGarbage();
  const total = memoryOf(server.pid());
  const bytesEach = (total.rssBytes - first.rssBytes) / (AGENTS - FIRST_AGENTS);
  room.say(`  connected in ${Math.round(tookMs / 1_000)} s; ${Math.round(bytesEach / 1_000)} kB each`);

  await server.stop();
  await clients.spool(RESULTS_WAITING);
  server.probe.forget();
  const startedMs = performance.now();
  await server.start();
  await server.probe.resetDelay();
  await until('all agents back and drained', PATIENCE_MS, async () => {
    const { welcomed, unacked } = await clients.state();
    return welcomed === AGENTS && unacked === 0;
  });
  const backAfterMs = performance.now() - startedMs;
  const delay = await server.probe.delay();
  const { refusals } = await clients.state();
  room.say(
    `  back after ${(backAfterMs / 1_000).toFixed(1)} s (${refusals} refusals); event loop delay ` +
      `p50 ${delay.p50Ms.toFixed(1)} ms, p99 ${delay.p99Ms.toFixed(1)} ms, max ${delay.maxMs.toFixed(0)} ms`,
  );
  await clients.stop();
  await server.stop();
  return { bytesEach, total, backAfterMs, delay };
}

function collectorServer(collector: LabCollector, fleetFile: string, probe: Probe): Server {
  return {
    fleetFile,
    probe,
    pid: () => collector.program!.child.pid!,
    start: () => collector.start(),
    stop: () => collector.program!.stop(),
  };
}

export const connections: Bench = {
  name: 'connections',
  about:
    `${AGENTS.toLocaleString('en-US')} agents connected to one collector, then the collector restarted while each ` +
    `has ${RESULTS_WAITING} results to tell; against a Node process of nothing but https and ws with the same ` +
    'certificates and the same clients. Memory is read after a garbage collection on both sides.',

  async run(room): Promise<Figure[]> {
    const probe = new Probe(room.folder, 'ours');
    const seeded = await seededCollector(room, AGENTS, { env: probe.env });

    const [port] = await freePorts(1);
    const bareProbe = new Probe(room.folder, 'bare');
    const startBare = () =>
      BareServer.start({ certificates: seeded.certificates, port: port!, env: bareProbe.env });
    let bareServer = await startBare();
    room.onEnd(() => bareServer.stop());
    const bare = await measure(room, {
      fleetFile: seeded.fleetFileFor(bareServer.url),
      probe: bareProbe,
      pid: () => bareServer.pid,
      stop: () => bareServer.stop(),
      start: async () => {
        bareServer = await startBare();
      },
    });

    await seeded.collector.start();
    const ours = await measure(room, collectorServer(seeded.collector, seeded.fleetFile, probe));

    const count = AGENTS.toLocaleString('en-US');
    return [
      figure({
        name: `memory a connection, ${count} connected`,
        unit: 'bytes',
        ours: ours.bytesEach,
        reference: bare.bytesEach,
        referenceIs: 'bare https + ws',
        goal: `<= ${GOAL_MEMORY} x`,
        holds: ours.bytesEach <= GOAL_MEMORY * bare.bytesEach,
      }),
      figure({
        name: `memory of the whole process, ${count} connected`,
        unit: 'bytes',
        ours: ours.total.rssBytes,
        reference: bare.total.rssBytes,
        referenceIs: 'bare https + ws',
      }),
      figure({
        name: `all ${count} back and drained after a restart`,
        unit: 's',
        ours: ours.backAfterMs / 1_000,
        reference: bare.backAfterMs / 1_000,
        referenceIs: 'bare https + ws that acks without storing, the same clients',
        goal: `<= ${BACK_WITHIN_MS / 1_000} s`,
        holds: ours.backAfterMs <= BACK_WITHIN_MS,
      }),
      figure({
        name: 'event loop delay while they come back, p99',
        unit: 'ms',
        ours: ours.delay.p99Ms,
        reference: bare.delay.p99Ms,
        referenceIs: 'bare https + ws',
        goal: `< ${GOAL_DELAY_P99_MS} ms`,
        holds: ours.delay.p99Ms < GOAL_DELAY_P99_MS,
      }),
    ];
  },
};
