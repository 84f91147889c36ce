/** Keeps the certificate of a listener fresh, for as long as it listens. */
import type { SecureContextOptions, Server } from 'node:tls';
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import { messageOf } from '../../proto/errors.ts';
import type { Authority } from '../authority/authority.ts';

/** A certificate is renewed a third of its life ahead: an hour more or less is nothing. */
const CHECK_EVERY_MS = 3_600_000;

export interface CertificateKeeping {
  authority: Authority;
  clock: Clock;
  log: Logger;
  server: Pick<Server, 'setSecureContext'>;
  /** What the server began with, as it is now. */
  tls: () => SecureContextOptions;
  /** In the log: 'agent' or 'enrollment'. */
  listener: string;
}

/**
 * Renews the server certificate when it is time and hands it to the server; sessions go on with what they
 * began with. Begin it once the server listens: its timer keeps the process alive. Returns how to end it.
 */
export function keepServerCertificate(keeping: CertificateKeeping): () => void {
  const { authority, clock, log, server, tls, listener } = keeping;
  let cancel = (): void => {};
  const renewLater = (): void => {
    cancel = clock.after(CHECK_EVERY_MS, () => {
      try {
        authority.renewServerCertificate(clock.nowMs());
        // The other listener may have been the one that renewed it.
        server.setSecureContext(tls());
      } catch (error) {
        log.error({ error: messageOf(error) }, `the ${listener} listener goes on with its old certificate`);
      }
      renewLater();
    });
  };
  renewLater();
  return () => cancel();
}
