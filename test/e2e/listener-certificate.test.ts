/** The server certificate is renewed under running listeners: newcomers see the new one, sessions go on. */
import { connect } from 'node:tls';
import { expect, it } from 'vitest';
import { Authority } from '../../collector/authority/authority.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startCollector } from '../support/wire.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What a listener shows to whoever connects. */
function serialAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // Whom to trust is not the question here, and the fake clock is not the system's.
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, servername: 'localhost' });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

const NOW_MS = Date.UTC(2026, 10, 22);

async function collectorWithCertificateOf(madeAtMs: number) {
  const clock = new FakeClock(NOW_MS);
  const dataDir = temporaryFolder();
  Authority.init(dataDir, ['127.0.0.1', 'localhost'], madeAtMs);
  const collector = await startCollector({ clock, dataDir });
  const shown = () => Promise.all([collector.agents.port, collector.enrollment.port].map(serialAt));
  return { collector, clock, shown };
}

it('shows a new certificate on both listeners before the old one expires, and not sooner', async () => {
  const fresh = await collectorWithCertificateOf(NOW_MS);
  const [first] = await fresh.shown();
  fresh.clock.advance(HOUR_MS);
  expect(await fresh.shown()).toEqual([first, first]);

  const lifeMs = fresh.collector.authority.serverNotAfterMs() - NOW_MS;
  const { collector, clock, shown } = await collectorWithCertificateOf(NOW_MS - lifeMs + DAY_MS);
  const [old] = await shown();
  expect(collector.authority.serverNotAfterMs()).toBeLessThan(NOW_MS + 2 * DAY_MS);
  clock.advance(HOUR_MS);
  const [agents, enrollment] = await shown();
  expect(agents).not.toBe(old);
  expect(enrollment).toBe(agents);
  expect(collector.authority.serverNotAfterMs()).toBeGreaterThan(NOW_MS + 2 * DAY_MS);
});
