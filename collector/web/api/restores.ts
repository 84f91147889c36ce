/** Restores over the API: what was restored, by whom and why; and a second person's yes or no. */
import type { FastifyInstance } from 'fastify';
import { TEXT_CHARS_MAX } from '../../../proto/limits.ts';
import { customerScope, maySee, principal } from '../access.ts';
import type { WebContext } from '../context.ts';
import { HttpProblem } from '../problem.ts';
import { restoreView } from '../restore-view.ts';
import { sendPage } from './pages.ts';
import { ofJobs, query } from './parameters.ts';

interface ListQuery {
  host?: string;
  job?: string;
  customer?: string;
  cursor?: string;
  limit: number;
}

export function restoreRoutes(app: FastifyInstance, web: WebContext): void {
  app.get<{ Querystring: ListQuery }>(
    '/api/v1/restores',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Restores, newest first: who, why, what came of it, and who agreed',
        querystring: query(ofJobs),
      },
    },
    async (request, reply) => {
      const { customer, ...filter } = request.query;
      const page = web.store.restores.list({ ...filter, ...customerScope(request, customer) });
      const nowMs = web.clock.nowMs();
      return sendPage(
        request,
        reply,
        page.items.map((restore) => restoreView(restore, nowMs)),
        page.nextCursor,
      );
    },
  );

  for (const [word, approved] of [
    ['approve', true],
    ['refuse', false],
  ] as const)
    app.post<{ Params: { id: number }; Body: { note?: string } | null }>(
      `/api/v1/restores/:id/${word}`,
      {
        config: { access: 'operator' },
        schema: {
          summary: approved
            ? 'Agree, as a second person, to a restore that waits for one; once, and for an hour'
            : 'Refuse a restore that waits for a second person',
          params: { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] },
          body: {
            type: ['object', 'null'],
            properties: { note: { type: 'string', maxLength: TEXT_CHARS_MAX } },
          },
        },
      },
      async (request) => {
        const restore = web.store.restores.byId(request.params.id);
        if (!restore || !maySee(request, restore.customer))
          throw new HttpProblem(404, 'There is no such restore.');
        const { name } = principal(request);
        const decided = await web.decideRestore(restore.id, approved, name, request.body?.note ?? '');
        return { ...restoreView(decided.restore, web.clock.nowMs()), told: decided.told };
      },
    );
}
