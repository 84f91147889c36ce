/** A thousand deaths: the chaos of the test suite, longer, with a new seed every time. */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { runChaos } from '../../../test/support/chaos/chaos.ts';
import { type Bench, type Figure, figure } from './types.ts';

const KILLS = 1_000;
const SEED_MAX = 1_000_000;
const SHOWN_STEPS = 8;

export const chaos: Bench = {
  name: 'chaos',
  about:
    `${KILLS.toLocaleString('en-US')} times kill -9 of either side, at random and inside every step of spooling, ` +
    'sending, storing, acking, judging and delivering. After every death: what was acked is stored, nothing ' +
    'twice, in order, alerts at the receivers in order, databases intact. The reference is what is allowed.',

  async run(room): Promise<Figure[]> {
    const result = await runChaos({
      folder: join(room.folder, 'chaos'),
      kills: KILLS,
      seed: randomInt(SEED_MAX),
      say: (line) => room.say(`  ${line}`),
    });
    const deaths = [...result.deaths].sort((a, b) => b[1] - a[1]);
    room.say(
      `  seed ${result.seed}, ${Math.round(result.seconds)} s; most deaths: ${deaths
        .slice(0, SHOWN_STEPS)
        .map(([where, count]) => `${where} ${count}`)
        .join(', ')}`,
    );
    // runChaos throws at the first broken promise, with the seed in its message.
    const count = result.records.toLocaleString('en-US');
    return [
      figure({
        name: `records lost, doubled or out of order in ${result.kills.toLocaleString('en-US')} kills`,
        unit: '',
        ours: 0,
        reference: 0,
        referenceIs: `of ${count} records, ${result.alerts} alerts and ${result.notifications} notifications (seed ${result.seed})`,
        goal: '0',
        holds: true,
      }),
    ];
  },
};
