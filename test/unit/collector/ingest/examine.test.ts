import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeSigningRequest } from '../../../../agent/enrollment.ts';
import { Authority } from '../../../../collector/authority/authority.ts';
import type { IngestContext } from '../../../../collector/ingest/context.ts';
import { examine } from '../../../../collector/ingest/examine.ts';
import { openStore } from '../../../../collector/store/open.ts';
import type { Store } from '../../../../collector/store/types.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const DAY_MS = 86_400_000;

describe('who is on the other end', () => {
  const clock = new FakeClock();
  let authority: Authority;
  let store: Store;

  beforeEach(() => {
    authority = Authority.init(temporaryFolder(), ['backup.example.net'], clock.nowMs());
    store = openStore(':memory:');
  });
  afterEach(() => store.close());

  function certificateOf(host: string): X509Certificate {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const csrPem = makeSigningRequest(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const order = { csrPem, host, customer: 'acme', nowMs: clock.nowMs() };
    return new X509Certificate(authority.issueForHost(order).certificatePem);
  }

  function examined(certificate: X509Certificate | undefined, authorized = true) {
    const socket = { authorized, getPeerX509Certificate: () => certificate } as unknown as TLSSocket;
    const context = { authority, store, clock, log: pino({ enabled: false }) } as unknown as IngestContext;
    return examine(context, socket);
  }

  test('a certificate of ours names host and customer', () => {
    const { id } = store.hosts.enroll('web1', 'acme', clock.nowMs());
    expect(examined(certificateOf('web1'))).toMatchObject({ host: { hostId: id, customer: 'acme' } });
  });

  test('a revoked host stays out with a certificate that nobody has put on the list', () => {
    const { id } = store.hosts.enroll('web1', 'acme', clock.nowMs());
    // As after a restored database: the certificate was issued later than what is known of this host.
    store.hosts.revoke(id, 'sold', clock.nowMs());
    expect(examined(certificateOf('web1'))).toMatchObject({ why: 'revoked' });
  });

  test('a certificate on the list stays out although its host is enrolled', () => {
    const { id: hostId } = store.hosts.enroll('web1', 'acme', clock.nowMs());
    const certificate = certificateOf('web1');
    expect(examined(certificate)).toHaveProperty('host');
    store.certificates.revokeAll(hostId, clock.nowMs());
    expect(examined(certificate)).toMatchObject({ why: 'revoked' });
  });

  test('a host that belongs to another customer by now stays out', () => {
    store.hosts.enroll('web1', 'beta', clock.nowMs());
    expect(examined(certificateOf('web1'))).toMatchObject({ why: 'foreign-certificate' });
  });

  test('no certificate, and a session that TLS did not authorize, stay out', () => {
    expect(examined(undefined)).toMatchObject({ why: 'no-certificate' });
    expect(examined(certificateOf('web1'), false)).toMatchObject({ why: 'no-certificate' });
  });

  test('a certificate that has ended stays out', () => {
    store.hosts.enroll('web1', 'acme', clock.nowMs());
    const certificate = certificateOf('web1');
    const later = new FakeClock(clock.nowMs() + 31 * DAY_MS);
    const socket = { authorized: true, getPeerX509Certificate: () => certificate } as unknown as TLSSocket;
    const context = { authority, store, clock: later, log: pino({ enabled: false }) };
    expect(examine(context as unknown as IngestContext, socket)).toMatchObject({
      why: 'expired-certificate',
    });
  });
});
