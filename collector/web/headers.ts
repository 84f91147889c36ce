/** Headers every answer carries. */
import type { FastifyInstance } from 'fastify';

/** No inline script or style anywhere: what an attacker writes into a name can never run. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const YEAR_SECONDS = 31_536_000;

/** @param strict sends HSTS; only where the certificate is one that browsers trust by themselves. */
export function setHeaders(app: FastifyInstance, strict: boolean): void {
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('x-frame-options', 'DENY');
    reply.header('referrer-policy', 'same-origin');
    reply.header('cross-origin-opener-policy', 'same-origin');
    reply.header('cross-origin-resource-policy', 'same-origin');
    reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=()');
    if (strict) reply.header('strict-transport-security', `max-age=${YEAR_SECONDS}`);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}
