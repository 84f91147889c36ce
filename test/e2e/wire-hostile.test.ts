import { describe, expect, it } from 'vitest';
import { encodeToCollector } from '../../proto/codec.ts';
import { CREDIT_RECORDS, FRAME_BYTES_MAX } from '../../proto/limits.ts';
import type { RecordBody } from '../../proto/messages.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { sampleFinished } from '../support/samples.ts';
import { type CollectorEnd, enrollDirectly, startAgent, startCollector, until } from '../support/wire.ts';

const PROTOCOL = 4_000;

function finished(runId: string): RecordBody {
  return { type: 'run-finished', value: sampleFinished({ runId }) };
}

/** A second host, untouched by whatever the first one does. */
async function bystander(collector: CollectorEnd) {
  const agent = startAgent(enrollDirectly(collector, 'bystander'), collector.url);
  await until(() => agent.link.status().connected);
  return async () => {
    const seq = agent.spool.append(finished(`after-${agent.spool.position().lastSeq}`), Date.now());
    await until(() => agent.spool.position().ackedSeq >= seq);
    expect(agent.link.status().connected).toBe(true);
  };
}

describe('a session that breaks the protocol is ended with a code and a reason, and nothing else is touched', () => {
  const cases: [string, (agent: RawAgent) => void | Promise<void>, RegExp][] = [
    ['random bytes', (agent) => agent.socket.send(Buffer.from('ffffffffff', 'hex')), /cannot be decoded/],
    ['an empty frame', (agent) => agent.socket.send(Buffer.alloc(0)), /no message/],
    ['a text frame', (agent) => agent.socket.send('hello'), /text frame/],
    ['a heartbeat before Hello', (agent) => agent.say(heartbeat()), /before Hello/],
    ['a record before Hello', (agent) => agent.record(1, finished('a')), /before Hello/],
    [
      'Hello twice',
      async (agent) => {
        await agent.welcomed();
        agent.hello();
      },
      /twice/,
    ],
    [
      'a record out of order',
      async (agent) => {
        await agent.welcomed({ lastSeq: 9 });
        agent.record(1, finished('a'));
        agent.record(3, finished('b'));
      },
      /record 3 came, 2 was expected/,
    ],
    [
      'the same record twice',
      async (agent) => {
        await agent.welcomed({ lastSeq: 9 });
        agent.record(1, finished('a'));
        agent.record(1, finished('a'));
      },
      /came again/,
    ],
    [
      'a gap that ends elsewhere',
      async (agent) => {
        await agent.welcomed({ lastSeq: 9 });
        const gap = { fromSeq: 1, toSeq: 7, reason: '', oldestAtMs: 1, newestAtMs: 2 };
        agent.record(5, { type: 'gap', value: gap });
      },
      /ends elsewhere/,
    ],
    [
      'a record that cannot be decoded',
      async (agent) => {
        await agent.welcomed({ lastSeq: 9 });
        const value = { seq: 1, chain: Buffer.alloc(8), record: Buffer.from('ff', 'hex') };
        agent.socket.send(encodeToCollector({ type: 'spooled-record', value }));
      },
      /record cannot be decoded/,
    ],
    [
      'a signing request that is none',
      async (agent) => {
        await agent.welcomed();
        agent.say({ type: 'certificate-requested', value: { csrPem: 'please' } });
      },
      /signing request/,
    ],
  ];
  it.each(cases)('%s', async (_name, misbehave, reason) => {
    const collector = await startCollector();
    const unharmed = await bystander(collector);
    const agent = await RawAgent.connect(enrollDirectly(collector), collector.url);
    await misbehave(agent);
    const refused = (await agent.expect('refused')).value;
    expect(refused.code).toBe('protocol');
    expect(refused.reason).toMatch(reason);
    expect((await agent.ended()).code).toBe(PROTOCOL);
    expect(collector.context.counters.refused.protocol).toBe(1);
    const { id } = collector.store.hosts.byName('web1')!;
    expect(collector.sessions.refused(id)).toMatchObject({ reason: expect.stringMatching(reason) });
    await unharmed();
  });

  it('a frame over the limit is refused by its length alone', async () => {
    const collector = await startCollector();
    const unharmed = await bystander(collector);
    const agent = await RawAgent.connect(enrollDirectly(collector), collector.url);
    agent.socket.send(Buffer.alloc(FRAME_BYTES_MAX + 1));
    expect((await agent.ended()).code).toBe(1009);
    expect(collector.context.counters.refused.protocol).toBe(1);
    const { id } = collector.store.hosts.byName('web1')!;
    expect(collector.sessions.refused(id)?.reason).toMatch(/payload/i);
    await unharmed();
  });

  it('what came before the wrong frame is stored all the same', async () => {
    const collector = await startCollector();
    const agent = await RawAgent.connect(enrollDirectly(collector), collector.url);
    await agent.welcomed({ lastSeq: 9 });
    agent.record(1, finished('a'));
    agent.socket.send('garbage');
    await agent.ended();
    expect(collector.store.runs.list({ limit: 9 }).items).toHaveLength(1);
    const again = await RawAgent.connect(enrollDirectly(collector), collector.url);
    expect((await again.welcomed({ lastSeq: 9 })).committedSeq).toBe(1);
  });

  it('more records than the credit allows end the session', async () => {
    const collector = await startCollector();
    const agent = await RawAgent.connect(enrollDirectly(collector), collector.url);
    await agent.welcomed({ lastSeq: 10_000 });
    // One write, so that all of it arrives before the first commit.
    agent.socket.pause();
    const tls = (agent.socket as unknown as { _socket: { cork(): void; uncork(): void } })._socket;
    tls.cork();
    for (let seq = 1; seq <= 4 * CREDIT_RECORDS; seq += 1)
      agent.record(seq, { type: 'job-removed', value: { job: 'x' } });
    tls.uncork();
    agent.socket.resume();
    expect((await agent.expect('refused')).value.reason).toMatch(/without waiting for acks/);
  });
});

describe('a host speaks for itself alone', () => {
  it('whatever job it names becomes its own', async () => {
    const collector = await startCollector();
    const victim = enrollDirectly(collector, 'victim', 'other');
    const owner = startAgent(victim, collector.url);
    owner.spool.append(finished('mine'), Date.now());
    await until(() => owner.spool.position().ackedSeq === 1);
    const agent = await RawAgent.connect(enrollDirectly(collector, 'web1'), collector.url);
    await agent.welcomed({ lastSeq: 1 });
    agent.record(1, { type: 'run-finished', value: sampleFinished({ runId: 'mine', outcome: 'failed' }) });
    await agent.acked(1);
    const runs = collector.store.runs.list({ limit: 9 }).items;
    expect(runs.map(({ host, customer, outcome }) => [host, customer, outcome])).toEqual([
      ['web1', 'acme', 'failed'],
      ['victim', 'other', 'succeeded'],
    ]);
  });

  it('an answer counts only from the host that was asked', async () => {
    const collector = await startCollector();
    const asked = await RawAgent.connect(enrollDirectly(collector, 'asked'), collector.url);
    const other = await RawAgent.connect(enrollDirectly(collector, 'other'), collector.url);
    await asked.welcomed();
    await other.welcomed();
    const hostId = collector.store.hosts.byName('asked')!.id;
    const answer = collector.sessions.request(hostId, { type: 'run-job', job: 'files' }, 5_000);
    const { id } = (await asked.expect('request')).value;
    other.say({ type: 'request-answered', value: { id, accepted: true, reason: 'forged' } });
    other.record(1, finished('a'));
    await other.acked(1);
    asked.say({ type: 'request-answered', value: { id, accepted: false, reason: 'already running' } });
    expect(await answer).toMatchObject({ accepted: false, reason: 'already running' });
  });
});

function heartbeat() {
  return {
    type: 'heartbeat' as const,
    value: {
      sentAtMs: 1,
      spoolRecords: 0,
      spoolBytes: 0,
      spoolError: '',
      runningJobs: [],
      certificateExpiresAtMs: 1,
    },
  };
}
