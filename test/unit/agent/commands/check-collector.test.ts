import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { checkCollector } from '../../../../agent/commands/check-collector.ts';
import { IdentityStore } from '../../../../agent/identity.ts';
import { type Clock, systemClock } from '../../../../proto/clock.ts';
import { enrollDirectly, startCollector } from '../../../support/wire.ts';

async function enrolled() {
  const collector = await startCollector();
  onTestFinished(() => collector.stop());
  return { collector, identity: IdentityStore.open(enrollDirectly(collector)) };
}

function clockAt(offsetMs: number): Clock {
  return {
    nowMs: () => systemClock.nowMs() + offsetMs,
    monotonicMs: () => systemClock.monotonicMs(),
    after: (delayMs, work) => systemClock.after(delayMs, work),
  };
}

it('finds a collector that lets this host in, and leaves no session there', async () => {
  const { collector, identity } = await enrolled();
  expect(await checkCollector(collector.url, identity, systemClock)).toEqual({
    level: 'ok',
    subject: 'collector',
    what: `${new URL(collector.url).host} lets web1 in.`,
    next: '',
  });
  expect(collector.sessions.count()).toBe(0);
});

it('a collector that does not answer is a failure that names port and firewall', async () => {
  const { collector, identity } = await enrolled();
  await collector.stop();
  const { port } = new URL(collector.url);
  expect(await checkCollector(collector.url, identity, systemClock)).toMatchObject({
    level: 'failure',
    what: expect.stringContaining('cannot be reached: connect ECONNREFUSED'),
    next: expect.stringContaining(`port ${port} is open from here`),
  });
});

it('another collector, and a name that is not in the certificate, are told apart', async () => {
  const { collector } = await enrolled();
  const stranger = await enrolled();
  expect(await checkCollector(collector.url, stranger.identity, systemClock)).toMatchObject({
    level: 'failure',
    what: expect.stringContaining('is not the collector this host was enrolled at'),
    next: 'enroll this host again',
  });
  const { identity, collector: own } = stranger;
  const url = own.url.replace('127.0.0.1', '127.0.0.2');
  const server = createServer({ ...own.authority.serverCredentials() }, (_request, response) =>
    response.end(),
  );
  await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), '127.0.0.2', resolve));
  onTestFinished(() => {
    server.close();
  });
  expect(await checkCollector(url, identity, systemClock)).toMatchObject({
    level: 'failure',
    what: 'it has no certificate for 127.0.0.2.',
    next: expect.stringContaining('backproof-collector init --data DATA --host 127.0.0.2'),
  });
});

it('the port of another listener of the collector is named as such', async () => {
  const { collector, identity } = await enrolled();
  const web = createServer({ ...collector.authority.serverCredentials() }, (_request, response) => {
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    web.close();
  });
  const { port } = web.address() as AddressInfo;
  expect(await checkCollector(`wss://127.0.0.1:${port}`, identity, systemClock)).toMatchObject({
    level: 'failure',
    what: `127.0.0.1:${port} is no collector's listener for agents (HTTP 404).`,
    next: expect.stringContaining('listen.agents'),
  });
});

it.each([
  [7_200_000, '2h ahead of'],
  [-7_200_000, /(1h 59m( 59s)?|2h)( 1s)? behind/],
])('a clock that is %d ms off is a failure with the figure', async (offsetMs, figure) => {
  const { collector, identity } = await enrolled();
  const found = await checkCollector(collector.url, identity, clockAt(offsetMs));
  expect(found.level).toBe('failure');
  expect(found.what).toMatch(figure);
  expect(found.next).toContain('timedatectl');
});
