/**
 * File systems without a byte left, under a real agent and a real collector: nobody acks what is not stored,
 * the pager hears of it, nobody dies of it, and once there is room again nothing is missing.
 *
 * Only root can mount a file system this small. Without root, test/unit/agent/spool/writer.test.ts and
 * test/e2e/wire.test.ts play the full disk by an injected error.
 */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabAgent } from '../../scripts/lab/agent.ts';
import { LabCollector } from '../../scripts/lab/collector.ts';
import { fillDisk, relieveDisk } from '../../scripts/lab/faults/mounts.ts';
import { FakePager, type Page } from '../../scripts/lab/pager.ts';
import { run } from '../../scripts/lab/program.ts';
import { until } from '../../scripts/lab/until.ts';
import { runJob } from '../support/run-job.ts';

const STARTS_WITHIN_MS = 90_000;
const WITHIN_MS = 60_000;
const TEST_WITHIN_MS = 180_000;
const SPOOL_MEBIBYTES = 4;
const DATABASE_MEBIBYTES = 16;
const RUNS = 12;
/** Who cannot start without its disk has given up by then. */
const LIVES_MS = 5_000;

const folder = mkdtempSync(join(tmpdir(), 'backproof-full-'));
let pager: FakePager;
let collector: LabCollector;
let agent: LabAgent;

interface Status {
  collector: { unacked: number };
  spool: { error: string };
}

// Mounting needs root; without it the same is tested with injected errors, see above.
describe.skipIf(process.getuid?.() !== 0)('a full disk', () => {
  beforeAll(async () => {
    pager = await FakePager.start();
    await mount(join(folder, 'collector'), DATABASE_MEBIBYTES);
    await mount(join(folder, 'web1'), SPOOL_MEBIBYTES);
    collector = await LabCollector.create({ folder, pager });
    await collector.start();
    const schedule = { cron: '0 0 1 1 *', start_grace: '10m', finish_within: '1h' };
    agent = new LabAgent({
      folder,
      host: 'web1',
      customer: 'acme',
      config: { jobs: { quick: { kind: 'command', command: ['true'], schedule } } },
    });
    await agent.enroll(collector);
    agent.start();
    await agent.online(collector);
    await runQuick();
    await drained();
  }, STARTS_WITHIN_MS);

  afterAll(async () => {
    await agent?.program?.stop();
    await collector?.program?.stop();
    await pager?.stop();
    for (const name of ['web1', 'collector'])
      await run(['umount', '-l', join(folder, name)], { mayFail: true });
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    "under the agent's spool is paged, and no run that took place meanwhile is lost",
    async () => {
      const before = (await runIds()).length;
      const { program } = agent;
      fill(agent.data);
      const runs: string[] = [];
      for (let i = 0; i < RUNS; i += 1) runs.push(await runQuick());
      await until('the page', WITHIN_MS, () => paged('spool_gap', 'trigger'));
      expect((await status()).spool.error).toMatch(/full/);
      relieveDisk(agent.data);
      await drained();
      const stored = await runIds();
      expect(stored).toHaveLength(before + RUNS);
      expect(stored).toEqual(expect.arrayContaining(runs));
      await until('the end of it', WITHIN_MS, () => paged('spool_gap', 'resolve'));
      expect(agent.program).toBe(program);
      expect(program?.running).toBe(true);
    },
    TEST_WITHIN_MS,
  );

  it(
    "under the collector's database is paged, nothing is acked, and nothing is lost",
    async () => {
      const before = (await runIds()).length;
      const { program } = collector;
      fill(collector.data);
      // The log and the database file may have a few pages left between them.
      await until('something that is not acked', WITHIN_MS, async () => {
        await runQuick();
        return (await status()).collector.unacked > 0;
      });
      const ackedBefore = await watermark();
      for (let i = 0; i < RUNS; i += 1) await runQuick();
      await until('the page', WITHIN_MS, () => paged('collector_unwell', 'trigger'));
      expect((await fetch(`${collector.webUrl}/readyz`)).status).toBe(503);
      expect((await status()).collector.unacked).toBeGreaterThanOrEqual(2 * RUNS);
      expect(await watermark()).toBe(ackedBefore);
      relieveDisk(collector.data);
      await drained();
      const stored = await runIds();
      expect(new Set(stored).size).toBe(stored.length);
      expect(stored.length).toBeGreaterThan(before + RUNS);
      await until('the end of it', WITHIN_MS, () => paged('collector_unwell', 'resolve'));
      expect(collector.program).toBe(program);
      expect(program?.running).toBe(true);
    },
    TEST_WITHIN_MS,
  );

  it.each([
    ['agent', 'was killed'],
    ['agent', 'was stopped'],
    ['collector', 'was killed'],
    ['collector', 'was stopped'],
  ] as const)(
    'does not keep the %s from starting again after it %s, and nothing is lost',
    async (side, ended) => {
      const subject = side === 'agent' ? agent : collector;
      const lastRun = await runQuick();
      if (ended === 'was stopped') await subject.program!.stop();
      fill(subject.data);
      await subject.program!.kill();
      const starting = subject.start();
      const died = subject.program!.exited.then(() => 'died');
      const lives = once(AbortSignal.timeout(LIVES_MS), 'abort').then(() => 'lives');
      expect(await Promise.race([died, lives])).toBe('lives');
      relieveDisk(subject.data);
      await starting;
      await agent.online(collector);
      await runQuick();
      await drained();
      expect(await runIds()).toContain(lastRun);
      expect(subject.program!.running).toBe(true);
    },
    TEST_WITHIN_MS,
  );
});

async function mount(at: string, mebibytes: number): Promise<void> {
  mkdirSync(at);
  await run(['mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0700`, 'backproof-test', at]);
}

/** Whoever writes to it meanwhile helps to fill it. */
function fill(at: string): void {
  try {
    fillDisk(at, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** Runs the job to its end and returns the run's id. */
async function runQuick(): Promise<string> {
  return (await runJob(join(agent.data, 'agent.sock'), 'quick')).runId;
}

async function status(): Promise<Status> {
  return JSON.parse((await agent.ask('status', '--json')).stdout) as Status;
}

async function drained(): Promise<void> {
  await until('everything acked', WITHIN_MS, async () => {
    const { collector: link, spool } = await status();
    return link.unacked === 0 && spool.error === '';
  });
}

async function runIds(): Promise<string[]> {
  const page = await collector.api<{ runId: string }[] | { items: { runId: string }[] }>('/runs?limit=100');
  return (Array.isArray(page) ? page : page.items).map(({ runId }) => runId);
}

function paged(rule: string, event: Page['event']): boolean {
  return pager.pages.some((page) => page.rule === rule && page.event === event);
}

async function watermark(): Promise<number> {
  const db = new Database(join(collector.data, 'collector.db'), { readonly: true });
  const { seq } = db.prepare<[], { seq: number }>('SELECT max(committed_seq) AS seq FROM spools').get()!;
  db.close();
  return seq;
}
