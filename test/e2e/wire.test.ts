import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Spool } from '../../agent/spool.ts';
import { StoreUnavailable } from '../../collector/store/errors.ts';
import { openStore } from '../../collector/store/open.ts';
import type { Store } from '../../collector/store/types.ts';
import type { RecordBody } from '../../proto/messages.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { sampleDeclaration, sampleFinished, sampleStarted } from '../support/samples.ts';
import { type CollectorEnd, enrollDirectly, startAgent, startCollector, until } from '../support/wire.ts';

const DAY_MS = 86_400_000;

function finished(runId: string, job = 'files'): RecordBody {
  return { type: 'run-finished', value: sampleFinished({ runId, job }) };
}

function storedRuns(collector: CollectorEnd): string[] {
  return collector.store.runs
    .list({ limit: 5_000 })
    .items.map(({ runId }) => runId)
    .reverse();
}

/** A copy of the spool as it is on the disk now, as a snapshot of a virtual machine would take it. */
function snapshot(spool: Spool, file: string, copy: string): void {
  spool.prune(0);
  for (const suffix of ['', '-wal']) copyFileSync(file + suffix, copy + suffix);
}

describe('a record that was spooled', () => {
  it('is stored and acked, before and after the link is up', async () => {
    const collector = await startCollector();
    const { spool } = startAgent(enrollDirectly(collector), collector.url);
    spool.append({ type: 'job-declared', value: sampleDeclaration() }, Date.now());
    spool.append({ type: 'run-started', value: sampleStarted() }, Date.now());
    await until(() => spool.position().ackedSeq === 2);
    for (let i = 1; i <= 600; i += 1) spool.append(finished(`run-${i}`), Date.now());
    await until(() => spool.backlog().records === 0);
    expect(storedRuns(collector)).toHaveLength(600);
    expect(collector.store.jobs.byName('web1', 'files')?.declaration).toEqual(sampleDeclaration());
  });

  it('is not stored twice when the ack was lost', async () => {
    const collector = await startCollector();
    const dataDir = enrollDirectly(collector);
    const raw = await RawAgent.connect(dataDir, collector.url);
    await raw.welcomed({ lastSeq: 2 });
    raw.record(1, finished('a'));
    await raw.acked(1);
    raw.socket.terminate();
    const again = await RawAgent.connect(dataDir, collector.url);
    expect((await again.welcomed({ lastSeq: 2 })).committedSeq).toBe(1);
    again.record(2, finished('b'));
    await again.acked(2);
    expect(storedRuns(collector)).toEqual(['a', 'b']);
  });

  it('of a job that was never declared makes the job, with no promise, and says so', async () => {
    const collector = await startCollector();
    const { spool } = startAgent(enrollDirectly(collector), collector.url);
    spool.append(finished('a', 'stray'), Date.now());
    await until(() => spool.position().ackedSeq === 1);
    expect(collector.store.jobs.byName('web1', 'stray')?.declaration).toMatchObject({
      kind: 'undeclared',
      schedule: null,
    });
    expect(collector.store.system.journalPage(9)[0]?.action).toBe('job-undeclared');
    spool.append({ type: 'job-declared', value: sampleDeclaration({ job: 'stray' }) }, Date.now());
    await until(() => spool.position().ackedSeq === 2);
    expect(collector.store.jobs.byName('web1', 'stray')?.weakened).toBe('');
  });

  it('of a weaker promise keeps what became weaker', async () => {
    const collector = await startCollector();
    const { spool } = startAgent(enrollDirectly(collector), collector.url);
    for (const keepMs of [7 * DAY_MS, DAY_MS])
      spool.append({ type: 'job-declared', value: sampleDeclaration({ keepMs }) }, Date.now());
    await until(() => spool.position().ackedSeq === 2);
    expect(collector.store.jobs.byName('web1', 'files')?.weakened).toMatch(/keep/);
  });

  it("has its times by the collector's clock, and its due moment by the schedule's", async () => {
    const collector = await startCollector();
    const ahead = new FakeClock(Date.now() + 7_200_000);
    const { spool } = startAgent(enrollDirectly(collector), collector.url, { clock: ahead });
    const finishedAtMs = ahead.nowMs() - 60_000;
    const dueAtMs = finishedAtMs - 60_000;
    spool.append(
      { type: 'run-finished', value: sampleFinished({ dueAtMs, startedAtMs: dueAtMs, finishedAtMs }) },
      ahead.nowMs(),
    );
    await until(() => spool.position().ackedSeq === 1);
    const [run] = collector.store.runs.list({ limit: 1 }).items;
    expect(Math.abs(run!.finishedAtMs! - (finishedAtMs - 7_200_000))).toBeLessThan(5_000);
    expect(run!.dueAtMs).toBe(dueAtMs);
  });
});

describe('a collector that was restored from an older database', () => {
  async function restoredWorld(prune: boolean) {
    const dataDir = temporaryFolder();
    const before = await startCollector({ dataDir });
    const home = enrollDirectly(before);
    const agent = startAgent(home, before.url);
    agent.spool.append({ type: 'job-declared', value: sampleDeclaration() }, Date.now());
    for (let i = 1; i <= 5; i += 1) agent.spool.append(finished(`run-${i}`), Date.now());
    await until(() => agent.spool.position().ackedSeq === 6);
    await agent.link.stop();
    await before.stop();
    if (prune) {
      agent.spool.prune(Date.now());
      agent.spool.prune(Date.now() + 9 * DAY_MS);
    }
    const store = openStore(join(temporaryFolder(), 'collector.db'));
    const after = await startCollector({ dataDir, store });
    const again = startAgent(home, after.url, { spool: agent.spool });
    return { after, spool: again.spool };
  }

  it('gets everything again that the agent still keeps', async () => {
    const { after, spool } = await restoredWorld(false);
    await until(() => storedRuns(after).length === 5);
    await until(() => spool.backlog().records === 0);
    expect(storedRuns(after)).toEqual(['run-1', 'run-2', 'run-3', 'run-4', 'run-5']);
    expect(after.store.jobs.byName('web1', 'files')?.declaration.kind).toBe('files');
    expect(after.store.spools.gaps(after.store.hosts.byName('web1')!.id, 9)).toEqual([]);
  });

  it('is told what the agent keeps no longer, and what its jobs promise', async () => {
    const { after, spool } = await restoredWorld(true);
    await until(() => spool.backlog().records === 0 && storedRuns(after).length === 1);
    const hostId = after.store.hosts.byName('web1')!.id;
    expect(after.store.spools.gaps(hostId, 9)).toMatchObject([{ fromSeq: 1, toSeq: 5 }]);
    await until(() => after.store.jobs.byName('web1', 'files')?.declaration.kind === 'files');
  });
});

describe('a spool that went back in time', () => {
  it('begins a new epoch, and nothing is stored twice', async () => {
    const collector = await startCollector();
    const home = enrollDirectly(collector);
    const copy = join(temporaryFolder(), 'spool.db');
    const agent = startAgent(home, collector.url);
    for (const id of ['a', 'b']) agent.spool.append(finished(id), Date.now());
    await until(() => agent.spool.position().ackedSeq === 2);
    snapshot(agent.spool, join(home, 'spool.db'), copy);
    const { epoch } = agent.spool.position();
    for (const id of ['c', 'd']) agent.spool.append(finished(id), Date.now());
    await until(() => agent.spool.position().ackedSeq === 4);
    await agent.link.stop();
    // The machine comes back as it was, and the collector has more of this epoch than the spool.
    const { spool } = startAgent(home, collector.url, { spoolFile: copy });
    await until(() => spool.position().epoch !== epoch);
    spool.append(finished('e'), Date.now());
    await until(() => spool.backlog().records === 0);
    expect(storedRuns(collector)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(collector.context.counters.repeatedRuns).toBe(2);
  });

  it('is found out by its chain when it has as many records, but others', async () => {
    const collector = await startCollector();
    const home = enrollDirectly(collector);
    const copy = join(temporaryFolder(), 'spool.db');
    const agent = startAgent(home, collector.url);
    agent.spool.append(finished('a'), Date.now());
    await until(() => agent.spool.position().ackedSeq === 1);
    snapshot(agent.spool, join(home, 'spool.db'), copy);
    agent.spool.append(finished('b'), Date.now());
    await until(() => agent.spool.position().ackedSeq === 2);
    await agent.link.stop();
    const rolledBack = Spool.open(copy, { bytesMax: 1 });
    for (const id of ['other-b', 'other-c']) rolledBack.append(finished(id), Date.now());
    const { epoch } = rolledBack.position();
    const { spool } = startAgent(home, collector.url, { spool: rolledBack });
    await until(() => spool.position().epoch !== epoch && spool.backlog().records === 0);
    expect(storedRuns(collector)).toEqual(['a', 'b', 'other-b', 'other-c']);
  });
});

describe('a spool that had to give records up', () => {
  it('says which, and goes on behind them', async () => {
    const collector = await startCollector();
    const home = enrollDirectly(collector);
    const spool = Spool.open(join(home, 'spool.db'), { bytesMax: 1 });
    const logTail = 'x'.repeat(40_000);
    for (let i = 1; i <= 120; i += 1) {
      spool.append({ type: 'run-finished', value: sampleFinished({ runId: `run-${i}`, logTail }) }, i);
    }
    const { firstSeq } = spool.position();
    startAgent(home, collector.url, { spool });
    await until(() => spool.backlog().records === 0);
    const hostId = collector.store.hosts.byName('web1')!.id;
    expect(collector.store.spools.gaps(hostId, 9)).toMatchObject([{ fromSeq: 1, toSeq: firstSeq }]);
    expect(storedRuns(collector)).toHaveLength(120 - firstSeq);
  });
});

describe('a spool that is gone', () => {
  /** A session of an agent on this file, until it has handed everything in. */
  async function session(collector: CollectorEnd, home: string, runId: string): Promise<void> {
    const { spool, link } = startAgent(home, collector.url);
    spool.append({ type: 'run-finished', value: sampleFinished({ runId }) }, 1);
    await until(() => spool.backlog().records === 0);
    await link.stop();
    spool.close();
  }
  const files = (home: string) => ['spool.db', 'spool.db-wal'].map((name) => join(home, name));

  it.each([
    ['deleted', (file: string) => rmSync(file, { force: true })],
    ['truncated to nothing', (file: string) => writeFileSync(file, '')],
  ])('because somebody had it %s is a gap, once', async (_how, lose) => {
    const collector = await startCollector();
    const home = enrollDirectly(collector);
    const { id } = collector.store.hosts.byName('web1')!;
    await session(collector, home, 'one');
    expect(collector.store.spools.gaps(id, 9)).toEqual([]);
    for (const file of files(home)) lose(file);
    await session(collector, home, 'two');
    await session(collector, home, 'three');
    expect(storedRuns(collector)).toHaveLength(3);
    expect(collector.store.spools.gaps(id, 9)).toMatchObject([
      { reason: expect.stringContaining('its spool was begun anew') },
    ]);
  });

  it('is no gap when it only counts anew', async () => {
    const collector = await startCollector();
    const home = enrollDirectly(collector);
    const { id } = collector.store.hosts.byName('web1')!;
    await session(collector, home, 'one');
    const spool = Spool.open(join(home, 'spool.db'), { bytesMax: 64 * 1024 * 1024 });
    spool.beginNewEpoch();
    spool.close();
    await session(collector, home, 'two');
    expect(collector.store.spools.gaps(id, 9)).toEqual([]);
  });
});

describe('a store that cannot be written', () => {
  it('is never acked for, and everything arrives once it can be written again', async () => {
    const real = openStore(join(temporaryFolder(), 'collector.db'));
    let full = false;
    const store: Store = {
      ...real,
      transaction: (work) => {
        if (full) throw new StoreUnavailable('SQLITE_FULL', new Error('database or disk is full'));
        return real.transaction(work);
      },
    };
    const clock = new FakeClock(Date.now());
    const collector = await startCollector({ clock, store });
    const { spool, link } = startAgent(enrollDirectly(collector), collector.url, { clock });
    await until(() => link.status().connected);
    full = true;
    for (let i = 1; i <= 700; i += 1) spool.append(finished(`run-${i}`), clock.nowMs());
    await until(() => !link.status().connected);
    expect(link.status().lastError).toMatch(/store-unavailable/);
    expect(spool.position().ackedSeq).toBe(0);
    expect(collector.problems[0]).toBeInstanceOf(StoreUnavailable);
    full = false;
    // Not before the collector's retryAfterMs.
    clock.advance(9_000);
    expect(link.status().connected).toBe(false);
    clock.advance(60_000);
    await until(() => spool.backlog().records === 0);
    expect(storedRuns(collector)).toHaveLength(700);
    expect(collector.problems.at(-1)).toBe(null);
  });

  it('for one record alone sets it aside, stores what came before and behind it, and says that one is missing', async () => {
    const real = openStore(join(temporaryFolder(), 'collector.db'));
    const store: Store = {
      ...real,
      runs: {
        ...real.runs,
        finish: (jobId, run, nowMs) => {
          if (run.runId === 'poison') throw new Error('constraint failed');
          return real.runs.finish(jobId, run, nowMs);
        },
      },
    };
    const collector = await startCollector({ store });
    const bad = await RawAgent.connect(enrollDirectly(collector, 'bad'), collector.url);
    const good = await RawAgent.connect(enrollDirectly(collector, 'good'), collector.url);
    await bad.welcomed({ lastSeq: 3 });
    await good.welcomed({ lastSeq: 1 });
    bad.record(1, finished('before'));
    await bad.acked(1);
    bad.record(2, finished('poison'));
    bad.record(3, finished('behind'));
    good.record(1, finished('good'));
    await good.acked(1);
    await bad.acked(3);
    expect(storedRuns(collector).sort()).toEqual(['before', 'behind', 'good']);
    const { id } = collector.store.hosts.byName('bad')!;
    expect(collector.store.spools.watermark(id, 1)?.committedSeq).toBe(3);
    expect(collector.store.spools.gaps(id, 2)).toMatchObject([
      {
        fromSeq: 2,
        toSeq: 2,
        reason: 'the collector cannot store record 2 (run-finished) and has set it aside: constraint failed',
      },
    ]);
  });
});

describe('what is not spooled', () => {
  it('goes from the agent to the feed, from the collector to the agent, and back', async () => {
    const collector = await startCollector();
    const asked: string[] = [];
    const { link } = startAgent(enrollDirectly(collector), collector.url, {
      onRequest: (ask) => {
        asked.push(ask.type === 'run-job' ? ask.job : ask.type);
        return { accepted: false, reason: 'it runs already' };
      },
    });
    await until(() => link.status().connected);
    const progress = {
      job: 'files',
      runId: 'a',
      atMs: 1,
      originalBytes: 2,
      deduplicatedBytes: 1,
      files: 3,
      current: '/',
    };
    const events: unknown[] = [];
    collector.context.feed.watch((event) => events.push(event));
    link.sendProgress(progress);
    await until(() => events.length > 0);
    expect(events).toEqual([{ type: 'progress', customer: 'acme', host: 'web1', progress }]);
    const { id } = collector.store.hosts.byName('web1')!;
    const answer = await collector.sessions.request(id, { type: 'run-job', job: 'files' }, 5_000);
    expect(answer).toMatchObject({ accepted: false, reason: 'it runs already' });
    expect(asked).toEqual(['files']);
  });

  it('is answered even when the agent is not there, or goes away', async () => {
    const collector = await startCollector();
    const raw = await RawAgent.connect(enrollDirectly(collector), collector.url);
    const { id } = collector.store.hosts.byName('web1')!;
    const ask = () => collector.sessions.request(id, { type: 'run-job', job: 'files' }, 60_000);
    expect((await ask()).reason).toMatch(/not connected/);
    await raw.welcomed();
    const answer = ask();
    raw.socket.terminate();
    expect((await answer).reason).toMatch(/was lost/);
  });
});

describe('liveness', () => {
  it('says who is connected, who has caught up, and reaches the store with both comings and goings', async () => {
    const collector = await startCollector();
    const raw = await RawAgent.connect(enrollDirectly(collector), collector.url);
    const { id } = collector.store.hosts.byName('web1')!;
    expect(collector.sessions.liveness(id)).toBe(null);
    await raw.welcomed({ lastSeq: 1, sentAtMs: Date.now() + 7_200_000 });
    expect(collector.sessions.liveness(id)).toMatchObject({ connected: true, caughtUp: false });
    raw.record(1, finished('a'));
    await raw.acked(1);
    expect(collector.sessions.liveness(id)).toMatchObject({ connected: true, caughtUp: true });
    await until(() => collector.store.hosts.byId(id)?.connected);
    expect(collector.store.hosts.byId(id)?.clockOffsetMs).toBeGreaterThan(7_190_000);
    raw.socket.terminate();
    await until(() => collector.store.hosts.byId(id)?.connected === false);
    expect(collector.sessions.liveness(id)).toBe(null);
  });
});
