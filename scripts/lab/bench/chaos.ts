/** A thousand deaths: the chaos of the test suite, longer. */
import { join } from 'node:path';
import { runChaos } from '../../../test/support/chaos/chaos.ts';
import { type Bench, type Figure, figure, type Room } from './types.ts';

const KILLS = 1_000;
/** Slower than in the test suite, so that the checker does not end up reading for longer than it kills. */
const PACE_MS = 20;
const SEED_MAX = 1_000_000;

export const chaos: Bench = {
  name: 'chaos',
  about: `${KILLS.toLocaleString('en-US')} times kill -9 of agent or collector, at random moments and inside every step of spool, send, commit, ack, evaluate and deliver. After each death both databases are read: what was acked is stored, nothing is stored twice, the order is kept, alerts reached the receivers in order, \`PRAGMA integrity_check\` is clean.`,

  async run(room: Room): Promise<Figure[]> {
    const seed = Date.now() % SEED_MAX;
    room.say(`  seed ${seed}`);
    // Throws at the first violation, which is then what the bench says.
    const result = await runChaos({
      folder: join(room.folder, 'chaos'),
      kills: KILLS,
      seed,
      paceMs: PACE_MS,
      say: (line) => room.say(`  ${line}`),
    });
    const { kills, records, alerts, notifications, repeated, seconds } = result;
    const referenceIs = `over ${records.toLocaleString('en-US')} records, ${alerts.toLocaleString('en-US')} alerts and ${notifications.toLocaleString('en-US')} notifications, ${repeated} of which came again under the same id`;
    return [
      figure({
        name: 'violations',
        unit: '',
        ours: 0,
        referenceIs,
        goal: 'none',
        holds: kills >= KILLS,
      }),
      figure({
        name: 'kills survived',
        unit: '',
        ours: kills,
        referenceIs: `in ${Math.round(seconds)} s, with seed ${seed}`,
        goal: `${KILLS.toLocaleString('en-US')}`,
        holds: kills >= KILLS,
      }),
    ];
  },
};
