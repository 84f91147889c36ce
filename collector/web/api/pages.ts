/** Long lists: one page is the body, the way to the next is the Link header (RFC 8288). */
import type { FastifyReply, FastifyRequest } from 'fastify';

export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  items: unknown[],
  nextCursor: string | null,
) {
  if (nextCursor !== null) {
    const next = new URL(request.url, 'http://here');
    next.searchParams.set('cursor', nextCursor);
    reply.header('link', `<${next.pathname}${next.search}>; rel="next"`);
  }
  return reply.send(items);
}
