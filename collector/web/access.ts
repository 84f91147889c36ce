/**
 * Who may see and do what. A request is somebody's by its Bearer token or by its cookie; a route says which
 * role it takes; a token bound to a customer sees nothing of any other.
 */

import { parseCookie } from 'cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hashOf } from '../secrets.ts';
import { StoreUnavailable } from '../store/errors.ts';
import type { ApiTokenRow, NotificationRow, Role, Store } from '../store/types.ts';
import type { Principal, WebContext } from './context.ts';
import { HttpProblem, isApi } from './problem.ts';

/** A browser stays signed in for a working day. */
export const SIGNED_IN_MS = 12 * 3_600_000;

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/** `__Host-` binds the cookie to HTTPS, to this host and to `/`; browsers refuse it over plain HTTP. */
export function cookieName(secure: boolean): string {
  return secure ? '__Host-backproof' : 'backproof';
}

/** Derived, so that nothing is kept: who cannot read the cookie cannot make the token. */
export function csrfOf(session: string): string {
  return hashOf(`csrf ${session}`);
}

function principalOf(token: ApiTokenRow, csrf: string | null): Principal {
  return { name: token.name, role: token.role, customer: token.customer, csrf };
}

function identify(request: FastifyRequest, web: WebContext): Principal | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const bearer = /^Bearer +(\S{1,200})$/i.exec(authorization)?.[1];
    const token = bearer ? web.store.access.tokenByHash(hashOf(bearer)) : null;
    return token && token.revokedAtMs === null ? principalOf(token, null) : null;
  }
  const session = parseCookie(request.headers.cookie ?? '')[cookieName(web.secure)];
  if (!session) return null;
  const token = web.store.access.sessionToken(hashOf(session), web.clock.nowMs());
  return token && token.revokedAtMs === null ? principalOf(token, csrfOf(session)) : null;
}

/** Where a browser says the request comes from; null when it says nothing. */
function comesFromHere(request: FastifyRequest): boolean | null {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  if (origin === undefined) return null;
  try {
    return new URL(origin).host === request.headers.host;
  } catch {
    return false;
  }
}

/** Refuses a form that another site had the browser send. Bearer tokens are never sent by a browser itself. */
function refuseForgery(request: FastifyRequest, principal: Principal): void {
  if (principal.csrf === null) return;
  const body = request.body as { csrf?: unknown } | null | undefined;
  const given = request.headers['x-backproof-csrf'] ?? body?.csrf;
  if (comesFromHere(request) === false || given !== principal.csrf) {
    throw new HttpProblem(403, 'This form did not come from this page. Open the page again and repeat it.');
  }
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Installs the checks in front of every route of `app`. */
export function guard(app: FastifyInstance, web: WebContext): void {
  app.decorateRequest('principal', null);
  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (!access) throw new Error(`${route.method} ${route.url} does not say who may use it`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access ?? 'viewer';
    request.principal = access === 'public' && !request.headers.cookie ? null : identify(request, web);
    if (access === 'public') return;
    if (!request.principal) {
      if (!isApi(request) && SAFE_METHODS.includes(request.method)) {
        return reply.redirect(`/sign-in?to=${encodeURIComponent(request.url)}`, 303);
      }
      throw new HttpProblem(
        401,
        'Send "Authorization: Bearer TOKEN"; `backproof-collector api-token create` makes one.',
        {
          'www-authenticate': 'Bearer realm="backproof"',
        },
      );
    }
    if (RANK[request.principal.role] < RANK[access]) {
      throw new HttpProblem(
        403,
        `This needs the role ${access}; "${request.principal.name}" is ${request.principal.role}.`,
      );
    }
  });
  app.addHook('preHandler', async (request) => {
    if (request.principal && !SAFE_METHODS.includes(request.method))
      refuseForgery(request, request.principal);
    if (!request.principal && !SAFE_METHODS.includes(request.method) && comesFromHere(request) === false) {
      throw new HttpProblem(403, 'This form did not come from this page. Open the page again and repeat it.');
    }
  });
}

/** Who asks, on routes that are not public. */
export function principal(request: FastifyRequest): Principal {
  if (!request.principal) throw new HttpProblem(401, 'Not signed in.');
  return request.principal;
}

/** False once the token of an answer that is still going on was revoked, or its session has ended. */
export function stillSignedIn(request: FastifyRequest, web: WebContext): boolean {
  try {
    return identify(request, web) !== null;
  } catch (error) {
    // Nobody is sent away because the database is busy.
    if (error instanceof StoreUnavailable) return true;
    throw error;
  }
}

/**
 * The customer a list is narrowed to.
 * @throws HttpProblem 403 when the token is bound to another customer than the one asked for.
 */
export function customerScope(request: FastifyRequest, asked: string | undefined): { customer?: string } {
  const { customer, name } = principal(request);
  if (customer === null) return asked ? { customer: asked } : {};
  if (asked && asked !== customer) {
    throw new HttpProblem(403, `"${name}" sees the customer ${customer} only.`);
  }
  return { customer };
}

/** False: to this principal the thing does not exist. Things of no customer are for those who see all. */
export function maySee(request: FastifyRequest, customer: string | null): boolean {
  const { customer: own } = principal(request);
  return own === null || own === customer;
}

/** Who was told of an alert. What a receiver answered names our own systems: not for a customer's token. */
export function notificationsFor(request: FastifyRequest, store: Store, alertId: number): NotificationRow[] {
  const rows = store.outbox.ofAlert(alertId);
  return principal(request).customer === null ? rows : rows.map((row) => ({ ...row, lastError: '' }));
}
