/** The web listener: status page, API, metrics. HTTPS unless it is bound to loopback and told otherwise. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import formbody from '@fastify/formbody';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { UserError } from '../../proto/errors.ts';
import type { CollectorSettings } from '../settings.ts';
import { StoreUnavailable, UnreadableCursor } from '../store/errors.ts';
import { guard } from './access.ts';
import { actRoutes } from './api/act.ts';
import { readRoutes } from './api/read.ts';
import { restoreRoutes } from './api/restores.ts';
import { serveAssets } from './assets.ts';
import type { WebContext } from './context.ts';
import { eventRoutes } from './events.ts';
import { setHeaders } from './headers.ts';
import { healthRoutes } from './health.ts';
import { describeApi } from './openapi.ts';
import { pageRoutes } from './page-routes.tsx';
import { ErrorPage } from './pages/error.tsx';
import { type Frame, frameOf, page } from './pages/layout.tsx';
import { pingRoutes } from './ping.ts';
import { HttpProblem, isApi, sendProblem } from './problem.ts';
import { restorePageRoutes } from './restore-pages.tsx';
import { signInRoutes } from './sign-in.tsx';

/** A form with a note; nothing larger is ever sent here. */
const BODY_BYTES_MAX = 64 * 1024;
const REQUEST_WITHIN_MS = 30_000;
/** From connecting to the end of a request's headers; as long again for a TLS handshake before. */
const HEADERS_WITHIN_MS = 10_000;
/** How often those that take too long are looked for. */
const CHECK_EVERY_MS = 2_000;
/** Whoever opens connections here must not take the descriptors that agents need (LimitNOFILE). */
const CONNECTIONS_MAX = 1_000;

export interface WebServer {
  address: AddressInfo;
  stop(): Promise<void>;
}

/** PEM texts of the listener; null is plain HTTP. */
export interface WebCertificate {
  cert: string;
  key: string;
}

/** The application with every route, not yet listening: tests inject requests into it. */
export async function buildWeb(
  web: WebContext,
  options: { certificate: WebCertificate | null; strictTransport: boolean },
): Promise<{ app: FastifyInstance; endStreams: () => void }> {
  const common = {
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_WITHIN_MS,
    // A proxy on this machine may say for whom it asks; nobody else.
    trustProxy: 'loopback',
    ajv: { customOptions: { removeAdditional: false, coerceTypes: 'array' as const } },
  };
  const patience = {
    handshakeTimeout: HEADERS_WITHIN_MS,
    headersTimeout: HEADERS_WITHIN_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
  };
  const app = (
    options.certificate
      ? Fastify({ ...common, https: { ...patience, ...options.certificate, minVersion: 'TLSv1.2' as const } })
      : Fastify({ ...common, http: patience })
  ) as FastifyInstance;
  app.server.maxConnections = CONNECTIONS_MAX;
  await app.register(formbody);
  setHeaders(app, options.strictTransport);
  guard(app, web);
  handleErrors(app, web);
  describeApi(app, web.version);
  serveAssets(app);
  healthRoutes(app, web);
  signInRoutes(app, web);
  readRoutes(app, web);
  actRoutes(app, web);
  restoreRoutes(app, web);
  await pingRoutes(app, web);
  const endStreams = eventRoutes(app, web);
  pageRoutes(app, web);
  restorePageRoutes(app, web);
  return { app, endStreams };
}

function handleErrors(app: FastifyInstance, web: WebContext): void {
  app.setNotFoundHandler({ preHandler: [] }, async () => {
    throw new HttpProblem(404, 'There is nothing at this address.');
  });
  app.setErrorHandler(async (error: FastifyError | Error, request, reply) => {
    const { status, detail, headers } = said(error);
    // The route, not the URL: that may hold a sign-in link or a ping's UUID.
    if (status >= 500) web.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
    reply.headers(headers);
    if (isApi(request)) return sendProblem(reply, status, detail);
    let frame: Frame = { principal: null, firing: 0, waiting: 0, problems: [], nowMs: web.clock.nowMs() };
    try {
      frame = frameOf(request, web);
    } catch (unavailable) {
      web.log.warn({ err: unavailable }, 'the page is shown without its frame');
    }
    return page(reply.code(status), ErrorPage({ frame, status, detail }));
  });
}

function said(error: FastifyError | Error): {
  status: number;
  detail: string;
  headers: Record<string, string>;
} {
  if (error instanceof HttpProblem)
    return { status: error.status, detail: error.message, headers: error.headers };
  if (error instanceof UnreadableCursor) return { status: 400, detail: error.message, headers: {} };
  if (error instanceof UserError) return { status: 409, detail: error.message, headers: {} };
  if (error instanceof StoreUnavailable) {
    const detail = 'The database cannot be used right now; nothing was changed.';
    return { status: 503, detail, headers: { 'retry-after': '10' } };
  }
  const status = (error as FastifyError).statusCode ?? 500;
  const detail = status < 500 ? error.message : 'Something went wrong; the collector’s log says what.';
  return { status, detail, headers: {} };
}

/**
 * @throws UserError when the address cannot be bound or a certificate cannot be read.
 */
export async function startWeb(
  web: WebContext,
  settings: Pick<CollectorSettings, 'listen' | 'web'>,
  authority: { serverCredentials(): WebCertificate },
): Promise<WebServer & { renewCertificate(): void }> {
  const { host, port, plain } = settings.listen.web;
  const certificate = (): WebCertificate => {
    if (!settings.web) return authority.serverCredentials();
    const { certificateFile, keyFile } = settings.web;
    try {
      return { cert: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
    } catch (error) {
      throw new UserError(`The page's certificate cannot be read: ${(error as Error).message}`, {
        cause: error,
      });
    }
  };
  const { app, endStreams } = await buildWeb(web, {
    certificate: plain ? null : certificate(),
    strictTransport: !plain && settings.web !== null,
  });
  // fastify's own listen() asks the kernel for every address of the machine, to log them. The collector's unit may
  // not ask, and 0.0.0.0 would end it.
  app.addHook('preClose', async () => app.server.closeAllConnections());
  try {
    await app.ready();
    app.server.listen({ host, port });
    await once(app.server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be bound: ${message}`;
    throw new UserError(`listen.web: ${host}:${port} ${why}`, {
      next: 'name another address in collector.yaml, or stop the other program',
      cause: error,
    });
  }
  return {
    address: app.server.address() as AddressInfo,
    renewCertificate: () => {
      if (!plain) (app.server as unknown as TlsServer).setSecureContext(certificate());
    },
    stop: async () => {
      endStreams();
      await app.close();
    },
  };
}
