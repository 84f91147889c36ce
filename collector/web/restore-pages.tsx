/** /restores: the list, and the forms by which a second person decides. */
import type { FastifyInstance } from 'fastify';
import { TEXT_CHARS_MAX } from '../../proto/limits.ts';
import { RESTORE_APPROVAL_MS } from '../../proto/restore.ts';
import { customerScope, maySee, principal } from './access.ts';
import type { WebContext } from './context.ts';
import { frameOf, page } from './pages/layout.tsx';
import { RestoresPage } from './pages/restores.tsx';
import { HttpProblem } from './problem.ts';

const RESTORES_PER_PAGE = 50;
const idParams = { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] };

/** What an address may have the page say: never a text of its own. */
const SAID: Record<string, string> = {
  approved: 'Approved. The one who asked was told, and the restore begins there.',
  'approved-later': 'Approved. The host is not connected, or nobody waits there now: it is told when it is.',
  refused: 'Refused. The one who asked is told.',
};

export function restorePageRoutes(app: FastifyInstance, web: WebContext): void {
  app.get<{ Querystring: Record<string, unknown> }>(
    '/restores',
    { config: { access: 'viewer' } },
    async (request, reply) => {
      const scope = customerScope(request, undefined);
      const { cursor } = request.query;
      const listed = web.store.restores.list({
        ...scope,
        limit: RESTORES_PER_PAGE,
        ...(typeof cursor === 'string' ? { cursor } : {}),
      });
      return page(
        reply,
        <RestoresPage
          frame={frameOf(request, web)}
          waiting={web.store.restores.waiting(scope, web.clock.nowMs() - RESTORE_APPROVAL_MS)}
          restores={listed.items}
          nextCursor={listed.nextCursor}
          mayDecide={principal(request).role !== 'viewer'}
          said={SAID[String(request.query.said)] ?? null}
        />,
      );
    },
  );

  for (const [word, approved] of [
    ['approve', true],
    ['refuse', false],
  ] as const)
    app.post<{ Params: { id: number }; Body: { note?: unknown } | null }>(
      `/restores/:id/${word}`,
      { config: { access: 'operator' }, schema: { params: idParams } },
      async (request, reply) => {
        const restore = web.store.restores.byId(request.params.id);
        if (!restore || !maySee(request, restore.customer))
          throw new HttpProblem(404, 'There is no such restore.');
        const note = request.body?.note;
        const text = typeof note === 'string' ? note.slice(0, TEXT_CHARS_MAX) : '';
        const { told } = await web.decideRestore(restore.id, approved, principal(request).name, text);
        const said = !approved ? 'refused' : told.accepted ? 'approved' : 'approved-later';
        return reply.redirect(`/restores?said=${said}`, 303);
      },
    );
}
