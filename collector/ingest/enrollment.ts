/**
 * Where new hosts exchange a one-time token for a certificate. Server TLS only, on a listener of its own: with
 * optional client certificates a resumed TLS session would count as authorized without one.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { messageOf, UserError } from '../../proto/errors.ts';
import { PEM_CHARS_MAX } from '../../proto/limits.ts';
import { enrollmentTokenHash } from '../authority/tokens.ts';
import { StoreUnavailable } from '../store/errors.ts';
import type { IngestContext } from './context.ts';
import type { RunningListener } from './listener.ts';
import { keepServerCertificate } from './server-certificate.ts';
import type { Sessions } from './sessions.ts';

const WITHIN_MS = 10_000;
const CONNECTIONS_MAX = 100;
const BODY_BYTES_MAX = 2 * PEM_CHARS_MAX;

export interface EnrollmentListenerOptions {
  address: { host: string; port: number };
  context: IngestContext;
  sessions: Sessions;
}

/** Throws what listening throws (EADDRINUSE, EACCES). */
export async function startEnrollmentListener(options: EnrollmentListenerOptions): Promise<RunningListener> {
  const { address, context, sessions } = options;
  const { authority, clock, log } = context;
  const tls = () => ({ ...authority.serverCredentials(), minVersion: 'TLSv1.2' as const });
  const server = createServer(
    {
      ...tls(),
      handshakeTimeout: WITHIN_MS,
      headersTimeout: WITHIN_MS,
      requestTimeout: WITHIN_MS,
      keepAliveTimeout: 1,
    },
    (request, response) => {
      answer(context, sessions, request, response).catch((error: unknown) => {
        log.error({ error: messageOf(error) }, 'an enrollment failed');
        reply(response, 500, { error: 'the collector failed; its log says why' });
      });
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const cancelRenewal = keepServerCertificate({ authority, clock, log, server, tls, listener: 'enrollment' });
  return {
    host: address.host,
    port: (server.address() as AddressInfo).port,
    close: () => {
      cancelRenewal();
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  context: IngestContext,
  sessions: Sessions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url !== '/enroll') return reply(response, 404, { error: 'there is only /enroll here' });
  if (request.method !== 'POST') return reply(response, 405, { error: 'POST it' });
  const body = await readBody(request);
  if (body === null) return reply(response, 413, { error: 'too long' });
  const order = readOrder(body);
  if (!order) return reply(response, 400, { error: 'expected JSON with token and csr' });
  try {
    reply(response, 200, enrollHost(context, sessions, order));
  } catch (error) {
    if (error instanceof StoreUnavailable) reply(response, 503, { error: 'the database cannot be written' });
    else if (error instanceof UserError) reply(response, 403, { error: error.message });
    else throw error;
  }
}

/**
 * The token decides which host this is, and is used up in the transaction that makes the host. Whatever
 * certificate the host had before is worth nothing afterwards. Throws UserError, StoreUnavailable.
 */
export function enrollHost(
  context: IngestContext,
  sessions: Pick<Sessions, 'endHost'>,
  order: { token: string; csr: string },
): { certificate: string; host: string; customer: string } {
  const { store, authority, clock, log } = context;
  const nowMs = clock.nowMs();
  const enrolled = store.transaction(() => {
    const place = store.certificates.consumeToken(enrollmentTokenHash(order.token), nowMs);
    if (!place) throw new UserError('the token is unknown, expired or used');
    // Throws when the request is no good; then the token is not used up.
    const issued = authority.issueForHost({ csrPem: order.csr, ...place, nowMs });
    const { id } = store.hosts.enroll(place.host, place.customer, nowMs);
    store.certificates.revokeAll(id, nowMs);
    store.certificates.save({
      serial: issued.serial,
      hostId: id,
      issuedAtMs: nowMs,
      notAfterMs: issued.notAfterMs,
    });
    store.system.journal(
      {
        actor: `agent ${place.host}`,
        action: 'enrolled',
        subject: `host:${place.host}`,
        detail: `customer ${place.customer}, certificate ${issued.serial}`,
      },
      nowMs,
    );
    return { ...place, hostId: id, certificate: issued.certificatePem };
  });
  sessions.endHost(enrolled.hostId, 'revoked', 'this host has been enrolled again');
  log.info({ host: enrolled.host, customer: enrolled.customer }, 'host enrolled');
  context.onChanged();
  return { certificate: enrolled.certificate, host: enrolled.host, customer: enrolled.customer };
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readOrder(body: string): { token: string; csr: string } | null {
  try {
    const order = JSON.parse(body) as { token?: unknown; csr?: unknown } | null;
    return typeof order?.token === 'string' && typeof order.csr === 'string'
      ? { token: order.token, csr: order.csr }
      : null;
  } catch {
    return null;
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}
