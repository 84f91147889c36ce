/** How many results a second are stored durably and acked, and how long one waits for its ack. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { replay } from './bare/replay.ts';
import { BareServer } from './bare/server-process.ts';
import { metric, type SeededCollector, seededCollector } from './fleet.ts';
import { median, quantile } from './measure.ts';
import { type Bench, type Figure, figure, type Room } from './types.ts';
import { WireClients } from './wire/clients.ts';

const AGENTS = 200;
/** Fewer than an agent's credit would never fill it; more than a few hundred thousand results do not fit the clients. */
const RESULTS_PER_AGENT = 1_000;
const WARM_UP_PER_AGENT = 200;
const ROUNDS = 3;
const PACE_PER_SECOND = 1_000;
const PACE_MS = 20_000;
const CONNECTS_PER_SECOND = 100;
const GOAL_PER_SECOND = 10_000;
const GOAL_SHARE = 0.5;

interface Measured {
  perSecond: number;
  latenciesMs: number[];
}

/** The same load for ours and for the bare server. `look` is called right before and after the last flood. */
async function load(room: Room, fleetFile: string, look: () => Promise<void>): Promise<Measured> {
  const clients = await WireClients.start(fleetFile, 1);
  room.onEnd(() => clients.stop());
  await clients.connect({ from: 0, to: AGENTS, perSecond: CONNECTS_PER_SECOND, declare: true });
  await clients.flood(WARM_UP_PER_AGENT);
  const rates: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    if (round === ROUNDS) await look();
    rates.push(await clients.flood(RESULTS_PER_AGENT));
    room.say(`  ${Math.round(rates.at(-1)!)} results/s`);
  }
  // The pace commits small batches, which are not those of the flood.
  await look();
  const latenciesMs = await clients.pace(PACE_MS, PACE_PER_SECOND);
  await clients.stop();
  return { perSecond: median(rates), latenciesMs };
}

interface Commits {
  results: number;
  transactions: number;
}

async function commitsOf({ collector }: SeededCollector): Promise<Commits> {
  return {
    results: await metric(collector, 'backproof_records_total'),
    transactions: await metric(collector, 'backproof_commits_total'),
  };
}

/** Throws unless every result that was acked is in the database once, and the database is sound. */
function examine(database: string, runs: number): void {
  const db = new Database(database, { readonly: true });
  const stored = db
    .prepare('SELECT count(*) AS runs, count(DISTINCT run_uid || job_id) AS uids FROM runs')
    .get();
  const { runs: found, uids } = stored as { runs: number; uids: number };
  if (found !== runs || uids !== runs) throw new Error(`${runs} results were acked, ${found} are stored`);
  const sound = db.pragma('quick_check', { simple: true });
  if (sound !== 'ok') throw new Error(`the database is damaged: ${sound}`);
  db.close();
}

export const ingest: Bench = {
  name: 'ingest',
  about:
    `Results of ${AGENTS} agents over mutual TLS, stored with \`synchronous=FULL\` and acked, against bare ` +
    'better-sqlite3 that inserts the same rows in transactions of the same size, and against a bare TLS + ws ' +
    'server that writes one row a record and judges nothing.',

  async run(room): Promise<Figure[]> {
    const seeded = await seededCollector(room, AGENTS);
    await seeded.collector.start();
    const looks: Commits[] = [];
    const ours = await load(room, seeded.fleetFile, async () => {
      looks.push(await commitsOf(seeded));
    });
    await seeded.collector.program!.stop();
    const paced = ours.latenciesMs.length;
    examine(seeded.database, AGENTS * (WARM_UP_PER_AGENT + ROUNDS * RESULTS_PER_AGENT) + paced);

    const [before, after] = looks as [Commits, Commits];
    const flooded = AGENTS * RESULTS_PER_AGENT;
    const transactions = after.transactions - before.transactions;
    const batch = Math.max(1, Math.round((after.results - before.results) / transactions));
    room.say(`  ${transactions} transactions, ${batch} results in the mean one`);
    const sqlite = median(
      Array.from({ length: ROUNDS }, (_, round) =>
        replay({
          from: seeded.database,
          into: join(room.folder, `replay-${round}.db`),
          results: flooded,
          batch,
        }),
      ),
    );
    room.say(`  ${Math.round(sqlite)} results/s by bare better-sqlite3`);

    const server = await BareServer.start({
      certificates: seeded.certificates,
      database: join(room.folder, 'bare.db'),
    });
    room.onEnd(() => server.stop());
    const bare = await load(room, seeded.fleetFileFor(server.url), async () => {});

    return [
      figure({
        name: `results stored and acked a second, ${AGENTS} agents`,
        unit: '/s',
        ours: ours.perSecond,
        reference: sqlite,
        referenceIs: `bare better-sqlite3, same rows, ${batch} results a transaction, FULL`,
        goal: `>= ${GOAL_PER_SECOND.toLocaleString('en-US')}/s and >= ${GOAL_SHARE} x`,
        holds: ours.perSecond >= GOAL_PER_SECOND && ours.perSecond >= GOAL_SHARE * sqlite,
      }),
      figure({
        name: 'the same, against a bare server',
        unit: '/s',
        ours: ours.perSecond,
        reference: bare.perSecond,
        referenceIs: 'bare https + ws + better-sqlite3, one row a record, FULL',
      }),
      ...([0.5, 0.99] as const).map((share) =>
        figure({
          name: `from sending to ack at ${PACE_PER_SECOND.toLocaleString('en-US')}/s, p${share * 100}`,
          unit: 'ms',
          ours: quantile(ours.latenciesMs, share),
          reference: quantile(bare.latenciesMs, share),
          referenceIs: 'the same bare server',
        }),
      ),
    ];
  },
};
