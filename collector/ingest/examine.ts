/**
 * Who is on the other end, by certificate alone. Asked at every upgrade: a resumed TLS session verifies
 * nothing anew, so its certificate may have expired or been revoked since, or there may be none.
 */
import type { TLSSocket } from 'node:tls';
import type { IngestContext, TurnedAway } from './context.ts';
import type { SessionHost } from './session.ts';

export type Examined = { host: SessionHost } | { why: TurnedAway; reason: string };

/** Throws StoreUnavailable. */
export function examine(context: IngestContext, socket: TLSSocket): Examined {
  const { authority, store, clock } = context;
  const certificate = socket.getPeerX509Certificate();
  if (!socket.authorized || !certificate) {
    return { why: 'no-certificate', reason: 'agents must show a certificate' };
  }
  const identity = authority.identityOf(certificate);
  if (!identity) return { why: 'foreign-certificate', reason: 'this certificate names no host of ours' };
  const nowMs = clock.nowMs();
  const notAfterMs = Date.parse(certificate.validTo);
  if (notAfterMs <= nowMs || Date.parse(certificate.validFrom) > nowMs) {
    return {
      why: 'expired-certificate',
      reason: `the certificate was valid until ${certificate.validTo}; enroll this host again`,
    };
  }
  const revoked = { why: 'revoked', reason: 'this host has been revoked' } as const;
  if (store.certificates.isRevoked(identity.serial)) return revoked;
  const known = store.hosts.byName(identity.host);
  if (known && known.customer !== identity.customer) {
    return { why: 'foreign-certificate', reason: `${identity.host} belongs to another customer` };
  }
  if (known && known.revokedAtMs !== null) return revoked;
  const host = known ?? takeBack(context, identity, nowMs);
  if (!store.certificates.isKnown(identity.serial)) {
    // Issued after the backup that this database comes from: remembered again, so that it can be revoked.
    const { serial } = identity;
    store.certificates.save({ serial, hostId: host.id, issuedAtMs: nowMs, notAfterMs });
  }
  return {
    host: {
      hostId: host.id,
      host: host.host,
      customer: host.customer,
      serial: identity.serial,
      certificateNotAfterMs: notAfterMs,
    },
  };
}

/** Our CA vouches for a host that our database does not know: it was restored from before the enrollment. */
function takeBack(
  { store, log }: IngestContext,
  { host, customer }: { host: string; customer: string },
  nowMs: number,
) {
  log.warn({ host, customer }, 'a host of ours that the database had lost is back');
  return store.transaction(() => {
    store.system.journal(
      {
        actor: `agent ${host}`,
        action: 'host-taken-back',
        subject: `host:${host}`,
        detail: `Its certificate is ours, but the database did not know it; customer ${customer}.`,
      },
      nowMs,
    );
    return store.hosts.enroll(host, customer, nowMs);
  });
}
