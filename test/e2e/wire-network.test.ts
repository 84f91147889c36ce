import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import type { RecordBody } from '../../proto/messages.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { sampleFinished } from '../support/samples.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { enrollDirectly, startAgent, startCollector, until } from '../support/wire.ts';

function finished(runId: string): RecordBody {
  return { type: 'run-finished', value: sampleFinished({ runId }) };
}

async function throughProxy() {
  const clock = new FakeClock(Date.now());
  const collector = await startCollector({ clock });
  const proxy = await TcpProxy.start(collector.agents.port);
  const dataDir = enrollDirectly(collector);
  const agent = startAgent(dataDir, proxy.url, { clock });
  await until(() => agent.link.status().connected);
  const { id } = collector.store.hosts.byName('web1')!;
  return { clock, collector, proxy, agent, dataDir, hostId: id };
}

describe('a connection from which nothing comes any more', () => {
  it('is given up by both sides within 30 s, although TCP says that it is open', async () => {
    const { clock, collector, proxy, agent, hostId } = await throughProxy();
    proxy.halfOpen();
    clock.advance(29_000);
    expect(agent.link.status().connected).toBe(true);
    expect(collector.sessions.liveness(hostId)).not.toBe(null);
    clock.advance(1_000);
    expect(agent.link.status()).toMatchObject({
      connected: false,
      lastError: 'nothing was heard from the collector for 30 s',
    });
    expect(collector.sessions.liveness(hostId)).toBe(null);
    await until(() => collector.store.hosts.byId(hostId)?.connected === false);
  });

  it('is not mistaken for one that is only idle', async () => {
    const { clock, collector, agent, hostId } = await throughProxy();
    const ponged = vi.spyOn(collector.sessions, 'ponged');
    for (let pings = 1; pings <= 6; pings += 1) {
      clock.advance(15_000);
      await until(() => ponged.mock.calls.length >= pings);
    }
    expect(agent.link.status().connected).toBe(true);
    expect(collector.sessions.liveness(hostId)?.connected).toBe(true);
  });

  it('loses no record: what was swallowed is sent again', async () => {
    const { clock, collector, proxy, agent } = await throughProxy();
    proxy.halfOpen();
    for (let i = 1; i <= 100; i += 1) agent.spool.append(finished(`run-${i}`), clock.nowMs());
    clock.advance(30_000);
    proxy.heal();
    clock.advance(60_000);
    await until(() => agent.spool.backlog().records === 0);
    expect(collector.store.runs.list({ limit: 500 }).items).toHaveLength(100);
  });

  it('before Hello is given up as well', async () => {
    const clock = new FakeClock(Date.now());
    const collector = await startCollector({ clock });
    const agent = await RawAgent.connect(enrollDirectly(collector), collector.url);
    clock.advance(10_000);
    expect((await agent.ended()).reason).toBe('no Hello came');
  });
});

describe('a network that breaks again and again', () => {
  it('costs no record and stores none twice', async () => {
    const { clock, collector, proxy, agent } = await throughProxy();
    proxy.delay(2);
    let appended = 0;
    for (let cuts = 0; cuts < 8; cuts += 1) {
      for (let i = 0; i < 60; i += 1) {
        appended += 1;
        agent.spool.append(finished(`run-${appended}`), clock.nowMs());
      }
      // Somewhere in the middle of what is under way.
      const half = agent.spool.position().ackedSeq + 1;
      await until(() => agent.spool.position().ackedSeq >= half);
      proxy.cut();
      await until(() => !agent.link.status().connected);
      clock.advance(2_000);
      await until(() => agent.link.status().connected);
    }
    await until(() => agent.spool.backlog().records === 0);
    const runs = collector.store.runs.list({ limit: 1_000 }).items;
    expect(runs.map(({ runId }) => Number(runId.slice(4))).reverse()).toEqual(
      Array.from({ length: appended }, (_, i) => i + 1),
    );
    expect(collector.context.counters.repeatedRuns).toBe(0);
  });
});

describe('a collector that is away', () => {
  it('is a warning in the log once, and not at each attempt', async () => {
    const lines: { level: number; msg: string }[] = [];
    const log = pino({ level: 'info' }, { write: (json) => void lines.push(JSON.parse(json)) });
    const clock = new FakeClock(Date.now());
    const collector = await startCollector({ clock });
    const dataDir = enrollDirectly(collector);
    await collector.stop();
    startAgent(dataDir, collector.url, { clock, log });
    const failed = () => lines.filter(({ msg }) => msg === 'no connection');
    await until(() => {
      clock.advance(1_000);
      return failed().length >= 3;
    });
    expect(failed().map(({ level }) => log.levels.labels[level])).toEqual(['warn', 'info', 'info']);
  });

  it('costs the agent nothing but attempts that get rarer, up to a minute apart', async () => {
    const { clock, proxy, agent } = await throughProxy();
    proxy.refuse();
    proxy.cut();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await until(() => !agent.link.status().connected && clock.waiting() > 0);
      const before = proxy.connections;
      let waitedMs = 0;
      while (proxy.connections === before && waitedMs <= 61_000) {
        clock.advance(500);
        waitedMs += 500;
        await new Promise((resolve) => setImmediate(resolve));
        await new Promise((resolve) => setImmediate(resolve));
      }
      waits.push(waitedMs);
      agent.spool.append(finished(`run-${attempt}`), clock.nowMs());
    }
    expect(agent.spool.backlog().records).toBe(9);
    expect(Math.max(...waits)).toBeLessThanOrEqual(61_000);
    proxy.heal();
    clock.advance(60_000);
    await until(() => {
      clock.advance(1_000);
      return agent.spool.backlog().records === 0;
    });
  });
});

describe('two processes that speak for one host', () => {
  it('are found out when both are alive: the newcomer is refused and somebody is told', async () => {
    const clock = new FakeClock(Date.now());
    const collector = await startCollector({ clock });
    const dataDir = enrollDirectly(collector);
    const original = await RawAgent.connect(dataDir, collector.url);
    await original.welcomed({ instance: 'original' });
    const clone = await RawAgent.connect(dataDir, collector.url);
    clone.hello({ instance: 'clone' });
    const refused = (await clone.expect('refused')).value;
    expect(refused).toMatchObject({ code: 'cloned' });
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    const { id } = collector.store.hosts.byName('web1')!;
    expect(collector.cloned).toEqual([id]);
    expect(collector.sessions.liveness(id)?.instance).toBe('original');
    original.record(1, finished('a'));
    await original.acked(1);
  });

  it('are one process that restarted when the older one does not answer', async () => {
    const { clock, collector, proxy, dataDir, hostId } = await throughProxy();
    proxy.halfOpen();
    const restarted = await RawAgent.connect(dataDir, collector.url);
    restarted.hello({ instance: 'restarted' });
    await until(() => clock.waiting() > 0 && collector.sessions.context.counters.sessions === 2);
    await until(() => {
      clock.advance(500);
      return restarted.heard.some(({ type }) => type === 'welcome');
    });
    expect(collector.sessions.liveness(hostId)?.instance).toBe('restarted');
    expect(collector.cloned).toEqual([]);
  });

  it('are one process that came back when it says so: the older session is superseded at once', async () => {
    const collector = await startCollector();
    const dataDir = enrollDirectly(collector);
    const older = await RawAgent.connect(dataDir, collector.url);
    await older.welcomed({ instance: 'same' });
    older.record(1, finished('a'));
    const newer = await RawAgent.connect(dataDir, collector.url);
    const welcome = await newer.welcomed({ instance: 'same', lastSeq: 1 });
    expect((await older.expect('refused')).value.code).toBe('superseded');
    expect(welcome.committedSeq).toBe(1);
    expect(collector.sessions.count()).toBe(1);
  });
});
