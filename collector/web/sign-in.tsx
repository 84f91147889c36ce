/** Getting in: an API token typed once, or a link that works once, becomes a cookie. */

import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hashOf, newSecret } from '../secrets.ts';
import type { ApiTokenRow } from '../store/types.ts';
import { cookieName, SIGNED_IN_MS } from './access.ts';
import type { WebContext } from './context.ts';
import { page } from './pages/layout.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { HttpProblem } from './problem.ts';
import { AttemptLimit } from './rate-limit.ts';

/** Per address. */
const ATTEMPTS_MAX = 10;
const ATTEMPTS_WINDOW_MS = 5 * 60_000;

/** Only a path of this page: never another site, also not by `//host` or `/\host`. */
export function localPath(asked: unknown): string {
  return typeof asked === 'string' &&
    /^\/(?![/\\])[^\u0000-\u0020\\]*$/.test(asked) &&
    !asked.startsWith('/sign-')
    ? asked
    : '/';
}

export function signInRoutes(app: FastifyInstance, web: WebContext): void {
  const limit = new AttemptLimit({ max: ATTEMPTS_MAX, windowMs: ATTEMPTS_WINDOW_MS });

  function refuseTooMany(request: FastifyRequest): void {
    const waitMs = limit.attempt(request.ip, web.clock.nowMs());
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    throw new HttpProblem(429, `Too many attempts. Try again in ${seconds} seconds.`, {
      'retry-after': String(seconds),
    });
  }

  function signIn(request: FastifyRequest, reply: FastifyReply, token: ApiTokenRow, to: string) {
    const session = newSecret();
    const nowMs = web.clock.nowMs();
    web.store.access.createSession({
      hash: hashOf(session),
      kind: 'cookie',
      tokenId: token.id,
      expiresAtMs: nowMs + SIGNED_IN_MS,
    });
    web.store.system.journal(
      { actor: token.name, action: 'sign-in', subject: 'page', detail: `from ${request.ip}` },
      nowMs,
    );
    limit.clear(request.ip);
    reply.header('set-cookie', cookie(session, SIGNED_IN_MS / 1000));
    return reply.redirect(to, 303);
  }

  function cookie(value: string, maxAge: number): string {
    return stringifySetCookie({
      name: cookieName(web.secure),
      value,
      httpOnly: true,
      sameSite: 'lax',
      secure: web.secure,
      path: '/',
      maxAge,
    });
  }

  app.get<{ Querystring: { link?: string; to?: string } }>(
    '/sign-in',
    { config: { access: 'public' }, exposeHeadRoute: false },
    async (request, reply) => {
      const to = localPath(request.query.to);
      const { link } = request.query;
      if (typeof link === 'string') {
        refuseTooMany(request);
        const token = web.store.access.consumeLink(hashOf(link), web.clock.nowMs());
        if (token) return signIn(request, reply, token, to);
        web.metrics.signInFailures.inc();
        return page(
          reply.code(403),
          <SignInPage to={to} refused="This link was used already, or is too old." />,
        );
      }
      if (request.principal) return reply.redirect(to, 303);
      return page(reply, <SignInPage to={to} />);
    },
  );

  app.post<{ Body: { token?: unknown; to?: unknown } | null }>(
    '/sign-in',
    { config: { access: 'public' } },
    async (request, reply) => {
      refuseTooMany(request);
      const { token: given, to: asked } = request.body ?? {};
      const to = localPath(asked);
      const token = typeof given === 'string' ? web.store.access.tokenByHash(hashOf(given.trim())) : null;
      if (token && token.revokedAtMs === null) return signIn(request, reply, token, to);
      web.metrics.signInFailures.inc();
      return page(
        reply.code(403),
        <SignInPage to={to} refused="This token is not known here, or was revoked." />,
      );
    },
  );

  app.post('/sign-out', { config: { access: 'viewer' } }, async (request, reply) => {
    const session = parseCookie(request.headers.cookie ?? '')[cookieName(web.secure)];
    if (session) web.store.access.endSession(hashOf(session));
    reply.header('set-cookie', cookie('', 0));
    return reply.redirect('/sign-in', 303);
  });
}
