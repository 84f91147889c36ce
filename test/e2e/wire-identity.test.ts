import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { enroll } from '../../agent/enrollment.ts';
import { IdentityStore } from '../../agent/identity.ts';
import { newEnrollmentToken } from '../../collector/authority/tokens.ts';
import { openStore } from '../../collector/store/open.ts';
import { systemClock } from '../../proto/clock.ts';
import { SUBPROTOCOL } from '../../proto/limits.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/folder.ts';
import { RawAgent } from '../support/raw-agent.ts';
import { type CollectorEnd, enrollDirectly, startAgent, startCollector, until } from '../support/wire.ts';

const DAY_MS = 86_400_000;
const REVOKED = 4_003;

function revoke(collector: CollectorEnd, host: string): void {
  const { store, sessions } = collector;
  const { id } = store.hosts.byName(host)!;
  store.hosts.revoke(id, 'lost', Date.now());
  store.certificates.revokeAll(id, Date.now());
  sessions.endHost(id, 'revoked', 'lost');
}

function newToken(collector: CollectorEnd, host = 'web1', change: object = {}): string {
  const { token, hash } = newEnrollmentToken();
  const nowMs = collector.context.clock.nowMs();
  collector.store.certificates.createToken({
    hash,
    host,
    customer: 'acme',
    createdAtMs: nowMs,
    expiresAtMs: nowMs + 3_600_000,
    ...change,
  });
  return token;
}

function enrollAt(collector: CollectorEnd, token: string, change: object = {}) {
  return enroll({
    collectorUrl: `https://127.0.0.1:${collector.enrollment.port}`,
    token,
    caPin: collector.authority.caPin(),
    dataDir: temporaryFolder(),
    clock: systemClock,
    ...change,
  });
}

/** A bare TLS connection and the upgrade by hand: for what no well-meaning client would do. */
function upgradeBy(socket: TLSSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
    );
  });
}

describe('the agent listener', () => {
  it('turns away who shows no certificate', async () => {
    const collector = await startCollector();
    const { ca } = IdentityStore.open(enrollDirectly(collector)).tlsOptions();
    const agent = await RawAgent.connect(enrollDirectly(collector), collector.url, {
      key: undefined,
      cert: undefined,
      ca,
    });
    await agent.ended();
    expect(agent.error).not.toBe(null);
    expect(collector.context.counters.sessions).toBe(0);
    expect(collector.context.counters.turnedAway.tls).toBe(1);
  });

  it('turns away a certificate of another CA that says the same', async () => {
    const [collector, foreign] = [await startCollector(), await startCollector()];
    const agent = await RawAgent.connect(enrollDirectly(foreign), collector.url, {
      ca: collector.authority.caPem,
    });
    await agent.ended();
    expect(agent.error).not.toBe(null);
    expect(collector.context.counters.sessions).toBe(0);
  });

  it('turns away an expired certificate, and the agent says what to do', async () => {
    const past = new FakeClock(Date.now() - 60 * DAY_MS);
    const collector = await startCollector({ clock: past });
    const dataDir = enrollDirectly(collector);
    const { link } = startAgent(dataDir, collector.url);
    await until(() => link.status().lastError);
    expect(link.status().lastError).toMatch(/expired at .*enroll it again/);
    expect(collector.context.counters.sessions).toBe(0);
  });

  it('ends a session whose certificate expires while it lasts', async () => {
    const clock = new FakeClock(Date.now());
    const collector = await startCollector({ clock });
    const agent = await RawAgent.connect(enrollDirectly(collector), collector.url);
    await agent.welcomed();
    clock.setWallClock(Date.now() + 31 * DAY_MS);
    clock.advance(1_000);
    expect((await agent.ended()).code).toBe(REVOKED);
  });

  it("turns away the collector's own server certificate", async () => {
    const collector = await startCollector();
    const { key, cert } = collector.authority.serverCredentials();
    const agent = await RawAgent.connect(enrollDirectly(collector), collector.url, { key, cert });
    await agent.ended();
    expect(agent.error).not.toBe(null);
    expect(collector.context.counters.sessions).toBe(0);
  });

  it('ends the live session of a revoked host within a second, and lets it in no more', async () => {
    const collector = await startCollector();
    const dataDir = enrollDirectly(collector);
    const agent = await RawAgent.connect(dataDir, collector.url);
    await agent.welcomed();
    // The worst case: the agent reads nothing and closes nothing.
    const { _socket } = agent.socket as unknown as { _socket: TLSSocket };
    _socket.pause();
    const beganMs = performance.now();
    revoke(collector, 'web1');
    expect(collector.sessions.count()).toBe(0);
    _socket.resume();
    expect((await agent.ended()).code).toBe(REVOKED);
    expect(performance.now() - beganMs).toBeLessThan(1_000);
    const again = await RawAgent.connect(dataDir, collector.url);
    await again.ended();
    expect(again.error?.message).toContain('403');
    expect(collector.context.counters.turnedAway.revoked).toBe(1);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'refuses a resumed %s session of a revoked certificate',
    async (version) => {
      const collector = await startCollector();
      const options = {
        ...IdentityStore.open(enrollDirectly(collector)).tlsOptions(),
        host: '127.0.0.1',
        port: collector.agents.port,
        maxVersion: version,
      };
      const first = connect(options);
      const session = await new Promise<Buffer>((resolve) => first.once('session', resolve));
      first.destroy();
      revoke(collector, 'web1');
      const second = connect({ ...options, session });
      await new Promise((resolve) => second.once('secureConnect', resolve));
      expect(second.isSessionReused()).toBe(true);
      const answer = await upgradeBy(second);
      expect(answer).toMatch(/^HTTP\/1.1 403 .*this host has been revoked/s);
      expect(collector.context.counters.sessions).toBe(0);
    },
  );

  it('refuses a session resumed without a certificate', async () => {
    const collector = await startCollector();
    const { ca } = IdentityStore.open(enrollDirectly(collector)).tlsOptions();
    const to = (port: number) => ({ host: '127.0.0.1', port, ca, maxVersion: 'TLSv1.2' as const });
    // Such a session can only come from a listener that asks for no certificate; both hold the same server key.
    const first = connect(to(collector.enrollment.port));
    const session = await new Promise<Buffer>((resolve) => first.once('session', resolve));
    first.destroy();
    const second = connect({ ...to(collector.agents.port), session });
    const refused = await new Promise((resolve) => {
      second.once('error', () => resolve(true));
      second.once('close', () => resolve(true));
      second.once('secureConnect', () => upgradeBy(second).then(resolve, () => resolve(true)));
    });
    if (refused !== true) expect(refused).not.toContain('101 Switching');
    expect(collector.context.counters.sessions).toBe(0);
  });

  it('takes a host back that its restored database does not know, and can revoke what it shows', async () => {
    const caDir = temporaryFolder();
    const collector = await startCollector({ dataDir: caDir });
    const dataDir = enrollDirectly(collector);
    await collector.stop();
    const store = openStore(join(temporaryFolder(), 'restored.db'));
    const restored = await startCollector({ dataDir: caDir, store });
    const agent = await RawAgent.connect(dataDir, restored.url);
    await agent.welcomed();
    expect(store.hosts.byName('web1')).toMatchObject({ customer: 'acme', revokedAtMs: null });
    expect(store.system.journalPage(9)[0]?.action).toBe('host-taken-back');
    // The host is enrolled again: the certificate that the database had forgotten counts no more.
    await enrollAt(restored, newToken(restored));
    const again = await RawAgent.connect(dataDir, restored.url);
    await again.ended();
    expect(again.error?.message).toContain('403');
  });
});

describe('the agent', () => {
  it('does not speak to a collector whose CA it does not know', async () => {
    const [collector, foreign] = [await startCollector(), await startCollector()];
    const { link } = startAgent(enrollDirectly(collector), foreign.url);
    await until(() => link.status().lastError);
    expect(link.status().lastError).toMatch(/self-signed|unable to verify|certificate/);
    expect(foreign.context.counters.sessions).toBe(0);
  });

  it('does not speak to its collector under a name that its certificate does not carry', async () => {
    const collector = await startCollector();
    const { link } = startAgent(enrollDirectly(collector), `wss://127.0.0.2:${collector.agents.port}`);
    await until(() => link.status().lastError);
    expect(collector.context.counters.sessions).toBe(0);
  });
});

describe('renewal over the live session', () => {
  it('happens at two thirds of the life, and the next connection shows the new certificate', async () => {
    // TLS reads the real clock, so the renewal has to fall into the real present.
    const clock = new FakeClock(Date.now() - 20 * DAY_MS);
    const collector = await startCollector({ clock });
    const dataDir = enrollDirectly(collector);
    const { identity, link } = startAgent(dataDir, collector.url, { clock });
    await until(() => link.status().connected);
    const before = identity.certificateNotAfterMs;
    clock.setWallClock(identity.renewAtMs - 1_000);
    clock.advance(15_000);
    await until(() => identity.certificateNotAfterMs > before);
    expect(IdentityStore.open(dataDir).certificateNotAfterMs).toBe(identity.certificateNotAfterMs);
    expect(link.status().connected).toBe(true);
    await link.stop();
    const again = await RawAgent.connect(dataDir, collector.url);
    await again.welcomed();
  });

  it('can be asked for by the collector', async () => {
    const collector = await startCollector();
    const { identity, link } = startAgent(enrollDirectly(collector), collector.url);
    await until(() => link.status().connected);
    const before = identity.tlsOptions().cert;
    const { id } = collector.store.hosts.byName('web1')!;
    expect(await collector.sessions.request(id, { type: 'renew-certificate' }, 5_000)).toMatchObject({
      accepted: true,
    });
    await until(() => identity.tlsOptions().cert !== before);
  });

  it('is refused to a host that was revoked, however it still speaks (as icinga2 CVE-2024-49369 did not)', async () => {
    const collector = await startCollector();
    const agent = await RawAgent.connect(enrollDirectly(collector), collector.url);
    await agent.welcomed();
    // Revoked in the database by somebody who did not tell the sessions.
    const { id } = collector.store.hosts.byName('web1')!;
    collector.store.certificates.revokeAll(id, Date.now());
    const { makeSigningRequest } = await import('../../agent/enrollment.ts');
    const { key } = IdentityStore.open(enrollDirectly(collector, 'other')).tlsOptions();
    agent.say({ type: 'certificate-requested', value: { csrPem: makeSigningRequest(String(key)) } });
    expect((await agent.expect('refused')).value.code).toBe('revoked');
    expect(agent.heard.some((message) => message.type === 'certificate-issued')).toBe(false);
  });
});

describe('enrollment', () => {
  it('says to whoever enrolls at it which port is meant', async () => {
    const collector = await startCollector();
    const collectorUrl = `https://127.0.0.1:${collector.agents.port}`;
    await expect(enrollAt(collector, newToken(collector), { collectorUrl })).rejects.toMatchObject({
      message: `${collectorUrl} is the collector's listener for agents, not the one to enroll at`,
      next: expect.stringContaining('listen.enrollment'),
    });
  });

  it('makes a host of a token, once', async () => {
    const collector = await startCollector();
    const token = newToken(collector);
    const dataDir = temporaryFolder();
    expect(await enrollAt(collector, token, { dataDir })).toEqual({ host: 'web1', customer: 'acme' });
    const { link } = startAgent(dataDir, collector.url);
    await until(() => link.status().connected);
    await expect(enrollAt(collector, token)).rejects.toThrow(/unknown, expired or used/);
  });

  it.each([
    ['unknown', () => 'bpe_unknown'],
    ['expired', (collector: CollectorEnd) => newToken(collector, 'web1', { expiresAtMs: Date.now() - 1 })],
  ])('refuses a token that is %s', async (_why, token) => {
    const collector = await startCollector();
    await expect(enrollAt(collector, token(collector))).rejects.toThrow(/unknown, expired or used/);
    expect(collector.store.hosts.byName('web1')).toBe(null);
  });

  it('refuses a token of another collector', async () => {
    const [collector, other] = [await startCollector(), await startCollector()];
    await expect(enrollAt(collector, newToken(other))).rejects.toThrow(/unknown/);
  });

  it('sends nothing to a collector whose CA is not the pinned one', async () => {
    const [collector, other] = [await startCollector(), await startCollector()];
    const token = newToken(collector);
    await expect(enrollAt(collector, token, { caPin: other.authority.caPin() })).rejects.toThrow(
      /not the pinned/,
    );
    // The token was not spent.
    await enrollAt(collector, token);
  });

  it('does not use a token up on a request that is no good', async () => {
    const collector = await startCollector();
    const token = newToken(collector);
    const post = await import('node:https').then(
      ({ request }) =>
        new Promise<number>((resolve, reject) => {
          const sent = request(
            `https://127.0.0.1:${collector.enrollment.port}/enroll`,
            { method: 'POST', ca: collector.authority.caPem },
            (response) => resolve(response.resume().statusCode ?? 0),
          );
          sent.on('error', reject);
          sent.end(JSON.stringify({ token, csr: 'none' }));
        }),
    );
    expect(post).toBe(403);
    await enrollAt(collector, token);
  });

  it('again makes the certificate before worth nothing, and ends its session', async () => {
    const collector = await startCollector();
    const dataDir = enrollDirectly(collector);
    const agent = await RawAgent.connect(dataDir, collector.url);
    await agent.welcomed();
    await enrollAt(collector, newToken(collector));
    expect((await agent.ended()).code).toBe(REVOKED);
    const again = await RawAgent.connect(dataDir, collector.url);
    await again.ended();
    expect(again.error?.message).toContain('403');
  });
});
