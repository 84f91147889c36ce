/** Asks for the next certificate over the live session when two thirds of this one are over. A part of link.ts. */
import type { Logger } from 'pino';
import type { Clock } from '../../proto/clock.ts';
import { messageOf } from '../../proto/errors.ts';
import type { ToCollector } from '../../proto/messages.ts';
import type { IdentityStore } from '../identity.ts';

/** A collector that did not answer is not asked again for this long. */
const RETRY_MS = 3_600_000;

export class Renewal {
  readonly #deps: { identity: IdentityStore; clock: Clock; log: Logger };
  readonly #send: (message: ToCollector) => void;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(
    deps: { identity: IdentityStore; clock: Clock; log: Logger },
    send: (message: ToCollector) => void,
  ) {
    this.#deps = deps;
    this.#send = send;
  }

  askWhenDue(): void {
    const { clock, identity } = this.#deps;
    if (clock.nowMs() < identity.renewAtMs || clock.monotonicMs() - this.#askedMs < RETRY_MS) return;
    this.ask();
  }

  ask(): void {
    const { clock, identity, log } = this.#deps;
    this.#askedMs = clock.monotonicMs();
    // Loaded now and not at start: node-forge is heavier than the rest of the agent.
    import('../enrollment.ts')
      .then(({ makeSigningRequest }) =>
        this.#send({
          type: 'certificate-requested',
          value: { csrPem: makeSigningRequest(identity.privateKey) },
        }),
      )
      .catch((error: unknown) => log.error({ error: messageOf(error) }, 'no certificate can be requested'));
  }

  /** The next connection shows it; the present one goes on with the old one. */
  issued(certificatePem: string): void {
    const { identity, log } = this.#deps;
    try {
      identity.replaceCertificate(certificatePem);
      log.info({ until: new Date(identity.certificateNotAfterMs).toISOString() }, 'certificate renewed');
    } catch (error) {
      log.error({ error: messageOf(error) }, 'the new certificate cannot be used; the old one stays');
    }
  }
}
