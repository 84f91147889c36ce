import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { FeedEvent } from '../../../../collector/feed.ts';
import { type TestWeb, testWeb } from '../../../support/web.ts';

const GATHER_MS = 200;

const EVENTS: FeedEvent[] = [
  { type: 'job', customer: 'acme', host: 'web1', job: 'files' },
  { type: 'job', customer: 'globex', host: 'db1', job: 'shop' },
  { type: 'host', customer: 'acme', host: 'web1' },
  { type: 'host', customer: 'globex', host: 'db1' },
  { type: 'alert', customer: 'acme', alertId: 1 },
  { type: 'alert', customer: 'globex', alertId: 2 },
  { type: 'alert', customer: null, alertId: 3 },
  {
    type: 'progress',
    customer: 'globex',
    host: 'db1',
    progress: {
      job: 'shop',
      runId: 'r',
      atMs: 0,
      originalBytes: 1,
      deduplicatedBytes: 1,
      files: 1,
      current: 'secret-table',
    },
  },
];

/** What a watcher is told of EVENTS, up to the comment that follows them. */
async function told(fixture: TestWeb, query: string, customer: string | null): Promise<string> {
  const { app, feed, clock, bearer } = fixture;
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const stop = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${port}/events${query}`, {
    headers: bearer('viewer', customer),
    signal: stop.signal,
  });
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader.read()).value ?? '';
  for (const event of EVENTS) feed.publish(event);
  clock.advance(GATHER_MS);
  clock.advance(20_000);
  while (!text.includes('still here')) text += (await reader.read()).value ?? '';
  stop.abort();
  return text;
}

describe('GET /events', () => {
  it('tells a token of one customer of nothing else', async () => {
    const text = await told(await testWeb({ hosts: 0 }), '', 'acme');
    expect(text.match(/^event: .*/gm)).toEqual(['event: job', 'event: host', 'event: alert']);
    expect(text).not.toMatch(/globex|db1|secret-table|"alertId":[23]/);
  });

  it('tells who sees everything of everything', async () => {
    const text = await told(await testWeb({ hosts: 0 }), '', null);
    expect(text.match(/^event: /gm)).toHaveLength(EVENTS.length);
  });

  it('is narrowed to a job, and spared of progress, where that is asked for', async () => {
    const fixture = await testWeb({ hosts: 0 });
    const job = await told(fixture, '?host=db1&job=shop', null);
    expect(job.match(/^event: (job|host|progress)/gm)).toEqual([
      'event: job',
      'event: host',
      'event: progress',
    ]);
    expect(await told(fixture, '?progress=false', null)).not.toContain('secret-table');
  });

  it('leaves nothing behind when the watcher goes', async () => {
    const fixture = await testWeb({ hosts: 0 });
    await told(fixture, '', null);
    await vi.waitFor(() => expect(fixture.clock.waiting()).toBe(0));
  });

  it('ends soon after its token is revoked', async () => {
    const { app, store, clock, bearer } = await testWeb({ hosts: 0 });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/events`, { headers: bearer('viewer') });
    const reader = answer.body!.getReader();
    await reader.read();
    let ended = false;
    const reading = reader.read().then(({ done }) => {
      ended = done;
    });
    clock.advance(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    store.access.revokeToken('viewer-1', clock.nowMs());
    clock.advance(2_000);
    await reading;
    expect(ended).toBe(true);
  });
});
