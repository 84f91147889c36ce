/** Where agents connect: mutual TLS, one WebSocket each, nothing else. */

import type { IncomingMessage } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { messageOf } from '../../proto/errors.ts';
import { FRAME_BYTES_MAX, SUBPROTOCOL } from '../../proto/limits.ts';
import type { AdmissionRate } from '../decide/admission.ts';
import type { IngestContext, TurnedAway } from './context.ts';
import { examine } from './examine.ts';
import { ADMISSION_RATE, Gate } from './gate.ts';
import { keepServerCertificate } from './server-certificate.ts';
import { AgentSocket, type Session } from './session.ts';
import type { Sessions } from './sessions.ts';

const HANDSHAKE_WITHIN_MS = 10_000;
/** How long a peer may take to close its side; then the connection is cut. Revocation allows a second. */
const CLOSE_WITHIN_MS = 500;

export interface RunningListener {
  host: string;
  port: number;
  close(): Promise<void>;
}

export interface AgentListenerOptions {
  address: { host: string; port: number };
  context: IngestContext;
  sessions: Sessions;
  rate?: AdmissionRate;
}

/** Throws what listening throws (EADDRINUSE, EACCES). */
export async function startAgentListener(options: AgentListenerOptions): Promise<RunningListener> {
  const { address, context, sessions } = options;
  const { authority, clock, counters, log } = context;
  const tls = () => ({
    ...authority.serverCredentials(),
    ca: authority.caPem,
    minVersion: 'TLSv1.2' as const,
  });
  const server = createHttps({
    ...tls(),
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: HANDSHAKE_WITHIN_MS,
    headersTimeout: HANDSHAKE_WITHIN_MS,
    requestTimeout: HANDSHAKE_WITHIN_MS,
  });
  const upgrades = new WebSocketServer<typeof AgentSocket>({
    noServer: true,
    clientTracking: false,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
    WebSocket: AgentSocket,
    handleProtocols: () => SUBPROTOCOL,
    ...({ closeTimeout: CLOSE_WITHIN_MS } as object),
  });
  const sockets = new Set<Socket>();
  const gate = new Gate(context, options.rate ?? ADMISSION_RATE, (socket) =>
    server.emit('connection', socket),
  );
  const tcp = createTcp({ pauseOnConnect: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    gate.arrived(socket);
  });

  const turnAway = (socket: Duplex, status: string, why: TurnedAway, reason: string): void => {
    counters.turnedAway[why] += 1;
    log.info({ why, reason }, 'a connection was turned away');
    socket.on('error', ignore);
    const body = JSON.stringify({ code: why, reason });
    socket.end(
      `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      () => socket.destroy(),
    );
  };
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim());
    if (!protocols.includes(SUBPROTOCOL)) {
      turnAway(socket, '400 Bad Request', 'wrong-request', `the subprotocol must be ${SUBPROTOCOL}`);
      return;
    }
    try {
      const examined = examine(context, socket as TLSSocket);
      if ('why' in examined) {
        turnAway(socket, '403 Forbidden', examined.why, examined.reason);
        return;
      }
      upgrades.handleUpgrade(request, socket, head, (agent) => {
        agent.on('message', onMessage);
        agent.on('pong', onPong);
        agent.on('error', onError);
        agent.on('close', onClose);
        sessions.connected(agent, examined.host);
      });
    } catch (error) {
      log.error({ error: messageOf(error) }, 'a connection cannot be examined');
      turnAway(
        socket,
        '503 Service Unavailable',
        'store-unavailable',
        'the collector cannot use its database',
      );
    }
  };

  // Shared by all sockets: a closure for each would be a part of every session's memory.
  function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
    const session = sessionOf(this);
    if (session) sessions.received(session, data, isBinary);
  }
  function onPong(this: WebSocket, payload: Buffer): void {
    const session = sessionOf(this);
    if (session) sessions.ponged(session, payload);
  }
  function onError(this: WebSocket, error: Error): void {
    // ws has refused a frame (too large, not masked, invalid UTF-8) and closes the connection itself.
    const session = sessionOf(this);
    if (session && 'code' in error && String(error.code).startsWith('WS_ERR'))
      sessions.frameRefused(session, messageOf(error));
    log.info({ host: session?.host, error: messageOf(error) }, 'the connection broke');
  }
  function onClose(this: WebSocket): void {
    const session = sessionOf(this);
    if (session) sessions.closed(session);
  }

  server.on('upgrade', upgrade);
  server.on('request', (_request, response) => {
    counters.turnedAway['wrong-request'] += 1;
    response.writeHead(426, { connection: 'close' }).end();
  });
  server.on('tlsClientError', (error) => {
    counters.turnedAway.tls += 1;
    log.info({ error: messageOf(error) }, 'a TLS handshake failed');
  });

  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(address.port, address.host, () => {
      tcp.off('error', reject);
      resolve();
    });
  });
  const cancelRenewal = keepServerCertificate({ authority, clock, log, server, tls, listener: 'agent' });
  const { port } = tcp.address() as AddressInfo;
  return {
    host: address.host,
    port,
    close: () => {
      cancelRenewal();
      gate.stop();
      // Goodbyes are on their way; whoever does not take them in time is cut off.
      const cut = clock.after(CLOSE_WITHIN_MS, () => {
        for (const socket of sockets) socket.destroy();
      });
      return new Promise((resolve) =>
        tcp.close(() => {
          cut();
          resolve();
        }),
      );
    },
  };
}

function sessionOf(socket: WebSocket): Session | null {
  return (socket as AgentSocket).session;
}

/** `close` follows every error. */
function ignore(): void {}
