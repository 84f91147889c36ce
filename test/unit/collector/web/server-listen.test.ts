import os from 'node:os';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Metrics } from '../../../../collector/web/metrics.ts';
import { startWeb } from '../../../../collector/web/server.ts';
import { testWeb } from '../../../support/web.ts';

async function listenOn(host: string, port = 0) {
  const fixture = await testWeb({ hosts: 0 });
  const web = { ...fixture.web, metrics: new Metrics() };
  const server = await startWeb(web, { listen: { web: { host, port, plain: true } }, web: null } as never, {
    serverCredentials: () => ({ cert: '', key: '' }),
  });
  onTestFinished(() => server.stop());
  return server;
}

it('listens on every address without asking for them, which its systemd unit forbids', async () => {
  const asked = vi.spyOn(os, 'networkInterfaces').mockImplementation(() => {
    throw new Error('uv_interface_addresses returned Unknown system error 97');
  });
  onTestFinished(() => asked.mockRestore());
  const { address } = await listenOn('0.0.0.0');
  const answer = await fetch(`http://127.0.0.1:${address.port}/healthz`);
  expect(answer.status).toBe(200);
});

it('stops although somebody holds a connection open', async () => {
  const fixture = await testWeb({ hosts: 0 });
  const server = await startWeb(
    { ...fixture.web, metrics: new Metrics() },
    { listen: { web: { host: '127.0.0.1', port: 0, plain: true } }, web: null } as never,
    { serverCredentials: () => ({ cert: '', key: '' }) },
  );
  const { connect } = await import('node:net');
  const held = connect(server.address.port, '127.0.0.1');
  held.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
  await new Promise((resolve) => held.once('connect', resolve));
  const ended = new Promise((resolve) => held.once('close', resolve));
  held.on('error', () => {});
  await server.stop();
  await ended;
});

it('says which address is taken, and what to do', async () => {
  const { address } = await listenOn('127.0.0.1');
  await expect(listenOn('127.0.0.1', address.port)).rejects.toMatchObject({
    message: `listen.web: 127.0.0.1:${address.port} is in use by another program`,
    next: expect.stringContaining('name another address'),
  });
});
