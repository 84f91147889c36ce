/**
 * `kill -9` of either side at random moments and inside every step of spool, send, commit, ack, evaluate and
 * deliver. The processes are real, and so are TLS, SQLite and HTTP between them; see test/support/chaos/.
 *
 * A checker that never objects proves nothing, so it is shown broken parts below, one at a time. Changes of the
 * product itself that it was seen to catch: an ack before the commit (after 17 kills), a watermark moved in a
 * transaction before its records (12), outbox rows outside the alert's transaction (23), an outbox without its
 * order (21), a delivery noted before it was sent (1), another id for each attempt at a notification (1).
 */
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Spool } from '../../agent/spool.ts';
import { openStore } from '../../collector/store/open.ts';
import { type ChaosResult, runChaos, type Sabotage } from '../support/chaos/chaos.ts';
import { AGENT_STEPS, COLLECTOR_STEPS } from '../support/chaos/steps.ts';
import { connections } from '../support/connections.ts';
import { temporaryFolder } from '../support/folder.ts';

const KILLS = 300;
/** About 100 s on two idle cores. */
const KILLS_WITHIN_MS = 900_000;
const SABOTAGE_KILLS_MAX = 40;
const SABOTAGE_WITHIN_MS = 120_000;
/** Which of its checks meets a broken part first depends on where the deaths fall. */
const ABOUT_RECORDS = /is stored|are stored|was acked, and stored is|records were spooled, and/;
const ABOUT_TELLING =
  /the outbox holds|are told nothing|never got it|before its trigger|after it was resolved|never resolved/;
/** Stands in the message of a failure; set it to draw the same deaths again. */
const SEED = Number(process.env.BACKPROOF_CHAOS_SEED ?? Date.now() % 1_000_000);

vi.mock('better-sqlite3', async (original) => (await import('../support/connections.ts')).watched(original));

describe('killed at any instant', () => {
  let result: ChaosResult;

  it(`loses nothing, stores nothing twice and tells in order, over ${KILLS} kills`, {
    timeout: KILLS_WITHIN_MS,
  }, async () => {
    result = await runChaos({ folder: temporaryFolder(), kills: KILLS, seed: SEED });
    expect(result.kills).toBeGreaterThanOrEqual(KILLS);
    expect(result.records).toBeGreaterThan(KILLS);
    expect(result.alerts).toBeGreaterThan(10);
  });

  it('died inside every step', () => {
    const inside = (side: string, step: string) => result.deaths.get(`${side} ${step}`) ?? 0;
    expect(AGENT_STEPS.filter((step) => inside('agent', step) === 0)).toEqual([]);
    expect(COLLECTOR_STEPS.filter((step) => inside('collector', step) === 0)).toEqual([]);
  });
});

describe('the checker', () => {
  it.each<[Exclude<Sabotage, null>, RegExp]>([
    ['append-later', /was spooled, and the spool ends at/],
    ['commit-undone', ABOUT_RECORDS],
    ['run-skipped', ABOUT_RECORDS],
    ['run-twice', ABOUT_RECORDS],
    ['notification-skipped', ABOUT_TELLING],
    ['tells-nobody', ABOUT_TELLING],
    ['trigger-late', ABOUT_TELLING],
  ])('objects to %s', { timeout: SABOTAGE_WITHIN_MS }, async (sabotage, objection) => {
    const broken = runChaos({ folder: temporaryFolder(), kills: SABOTAGE_KILLS_MAX, seed: SEED, sabotage });
    await expect(broken).rejects.toThrow(objection);
  });
});

// A process that dies takes no page out of the kernel's cache: whether a transaction would survive a power cut
// cannot be seen by killing. What can be seen is that SQLite was told to wait for the disk.
describe('a power cut', () => {
  const settings = () => {
    const db = connections.at(-1)!;
    return {
      journal: db.pragma('journal_mode', { simple: true }),
      // 2 is FULL (https://www.sqlite.org/pragma.html#pragma_synchronous).
      synchronous: db.pragma('synchronous', { simple: true }),
    };
  };

  it('finds the spool written through to the disk at every append', () => {
    const spool = Spool.open(join(temporaryFolder(), 'spool.db'), { bytesMax: 1 });
    expect(settings()).toEqual({ journal: 'wal', synchronous: 2 });
    spool.close();
  });

  it("finds the collector's database written through to the disk at every commit", () => {
    const store = openStore(join(temporaryFolder(), 'collector.db'));
    expect(settings()).toEqual({ journal: 'wal', synchronous: 2 });
    store.close();
  });
});
