/** What machines ask: is the process there, can it work, how much of what. */
import type { FastifyInstance } from 'fastify';
import { customerScope, principal } from './access.ts';
import type { WebContext } from './context.ts';
import { jobSeries, watchStore } from './metrics.ts';

export function healthRoutes(app: FastifyInstance, web: WebContext): void {
  watchStore(
    web.metrics,
    web.store,
    () => web.sessions.count(),
    () => web.clock.nowMs(),
  );

  app.get(
    '/healthz',
    { config: { access: 'public' }, schema: { summary: 'The process is there' } },
    async (_request, reply) => reply.type('text/plain').send('ok\n'),
  );

  // The reasons stay with those who are signed in.
  app.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: { summary: 'The database can be written, the listeners are up' },
    },
    async (_request, reply) => {
      const ready = web.problems().length === 0;
      return reply
        .code(ready ? 200 : 503)
        .type('text/plain')
        .send(ready ? 'ready\n' : 'not ready; `backproof-collector status` says why\n');
    },
  );

  app.get(
    '/metrics',
    { config: { access: 'viewer' }, schema: { summary: 'Prometheus metrics' } },
    async (request, reply) => {
      const scope = customerScope(request, undefined);
      reply.type(web.metrics.registry.contentType);
      const whole = principal(request).customer === null ? await web.metrics.registry.metrics() : '';
      let text = whole === '' ? '' : `${whole}\n`;
      for await (const family of jobSeries(web.store, scope, web.clock.nowMs())) text += family;
      return reply.send(text);
    },
  );
}
