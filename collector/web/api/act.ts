/** What the API lets people do: acknowledge an alert, ask an agent to run a job it is configured for. */
import type { FastifyInstance } from 'fastify';
import { NAME_CHARS_MAX, TEXT_CHARS_MAX } from '../../../proto/limits.ts';
import { alertView } from '../../views.ts';
import { maySee, notificationsFor, principal } from '../access.ts';
import { askToRun } from '../ask-to-run.ts';
import type { WebContext } from '../context.ts';
import { HttpProblem } from '../problem.ts';

const nameParameter = { type: 'string', minLength: 1, maxLength: NAME_CHARS_MAX };

export function actRoutes(app: FastifyInstance, web: WebContext): void {
  app.post<{ Params: { id: number }; Body: { note?: string } | null }>(
    '/api/v1/alerts/:id/acknowledge',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Take an alert on; its receivers are told',
        params: { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] },
        body: {
          type: ['object', 'null'],
          properties: { note: { type: 'string', maxLength: TEXT_CHARS_MAX } },
        },
      },
    },
    async (request) => {
      const alert = web.store.alerts.byId(request.params.id);
      if (!alert || !maySee(request, alert.customer)) throw new HttpProblem(404, 'There is no such alert.');
      const acknowledged = web.acknowledge(alert.id, principal(request).name, request.body?.note ?? '');
      return alertView(acknowledged, notificationsFor(request, web.store, alert.id));
    },
  );

  app.post<{ Params: { host: string; job: string } }>(
    '/api/v1/jobs/:host/:job/run',
    {
      config: { access: 'operator' },
      schema: {
        summary: 'Ask the agent to run a job of its configuration now',
        params: {
          type: 'object',
          properties: { host: nameParameter, job: nameParameter },
          required: ['host', 'job'],
        },
      },
    },
    async (request, reply) => {
      const job = web.store.jobs.byName(request.params.host, request.params.job);
      if (!job || !maySee(request, job.customer)) throw new HttpProblem(404, 'There is no such job.');
      const answer = await askToRun(web, job, principal(request).name);
      return reply.code(answer.accepted ? 202 : 409).send(answer);
    },
  );
}
