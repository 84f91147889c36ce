/** Strangers who open connections to the page and say nothing take no descriptors from agents, and not for long. */
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Metrics } from '../../collector/web/metrics.ts';
import { startWeb } from '../../collector/web/server.ts';
import { testWeb } from '../support/web.ts';
import { until } from '../support/wire.ts';

const CONNECTIONS_MAX = 1_000;
const STRANGERS = CONNECTIONS_MAX + 200;
const WITHIN_MS = 30_000;

it.each([
  ['say nothing', ''],
  ['never come to the end of their headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '],
])(
  'those who %s are at most a thousand, and are gone after some seconds',
  async (_, words) => {
    const fixture = await testWeb({ hosts: 1 });
    const listen = { web: { host: '127.0.0.1', port: 0, plain: true } };
    const server = await startWeb(
      { ...fixture.web, metrics: new Metrics() },
      { listen, web: null } as never,
      { serverCredentials: () => ({ cert: '', key: '' }) },
    );
    onTestFinished(() => server.stop());
    let [connected, closed] = [0, 0];
    const strangers: Socket[] = [];
    onTestFinished(() => strangers.forEach((socket) => void socket.destroy()));
    for (let i = 0; i < STRANGERS; i += 1) {
      const socket = connect(server.address.port, '127.0.0.1', () => {
        connected += 1;
        socket.write(words);
      });
      socket.on('error', () => {}).on('close', () => (closed += 1));
      strangers.push(socket.resume());
    }
    await until(() => connected === STRANGERS && closed >= STRANGERS - CONNECTIONS_MAX, WITHIN_MS);
    await until(() => closed === STRANGERS, WITHIN_MS);
    const answer = await fetch(`http://127.0.0.1:${server.address.port}/healthz`);
    expect(answer.status).toBe(200);
  },
  2 * WITHIN_MS,
);
