/**
 * The network at its worst between a real agent and a real collector, with kills in between: chunks that are
 * late, connections cut in the middle of a frame, connections that are open and dead, and bytes of an older
 * connection that arrive after the newer one began. The checker is the one of chaos.test.ts.
 */
import { expect, it } from 'vitest';
import { runChaos } from '../support/chaos/chaos.ts';
import { temporaryFolder } from '../support/folder.ts';

const KILLS = 8;
const TROUBLES_PER_KILL = 6;
const WITHIN_MS = 300_000;
/** Of each kind of trouble, at least so many must have met a connection, or little was tested. */
const HAPPENED_MIN = 2;
/** Stands in the message of a failure; set it to draw the same troubles again. */
const SEED = Number(process.env.BACKPROOF_CHAOS_SEED ?? Date.now() % 1_000_000);

it('costs no record, stores none twice and keeps the order, whatever the network does', {
  timeout: WITHIN_MS,
}, async () => {
  const { weather, records } = await runChaos({
    folder: temporaryFolder(),
    kills: KILLS,
    seed: SEED,
    troublesPerKill: TROUBLES_PER_KILL,
  });
  expect(records).toBeGreaterThan(100);
  for (const times of Object.values(weather!)) expect(times).toBeGreaterThanOrEqual(HAPPENED_MIN);
});
