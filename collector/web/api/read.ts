/** The lists of the API. */
import type { FastifyInstance } from 'fastify';
import { walSource } from '../../assurances/recovery-windows.ts';
import { STATES, type State } from '../../assurances/types.ts';
import {
  alertView,
  fileSystemView,
  hostView,
  iso,
  jobView,
  pointView,
  repositoryView,
  runView,
} from '../../views.ts';
import { customerScope, notificationsFor } from '../access.ts';
import type { WebContext } from '../context.ts';
import { sendPage } from './pages.ts';
import { known, ofJobs, query } from './parameters.ts';

interface JobsQuery {
  host?: string;
  customer?: string;
  state?: State;
  search?: string;
  removed: boolean;
  cursor?: string;
  limit: number;
}
interface HostsQuery {
  customer?: string;
  search?: string;
  cursor?: string;
  limit: number;
}
interface ListQuery {
  host?: string;
  job?: string;
  customer?: string;
  cursor?: string;
  limit: number;
}

export function readRoutes(app: FastifyInstance, web: WebContext): void {
  const { store, clock } = web;

  app.get<{ Querystring: { customer?: string } }>(
    '/api/v1/status',
    {
      config: { access: 'viewer' },
      schema: { summary: 'How things stand', querystring: query({ customer: known.customer }) },
    },
    async (request) => {
      const scope = customerScope(request, request.query.customer);
      const counts = store.jobs.counts(scope);
      const problems = web.problems();
      const worst = STATES.find((state) => counts[state] > 0) ?? 'not-applicable';
      return {
        state: problems.length > 0 && scope.customer === undefined ? 'broken' : worst,
        counts,
        alerts: store.alerts.countFiring(scope),
        collector: {
          version: web.version,
          startedAt: iso(web.startedAtMs),
          now: iso(clock.nowMs()),
          ...(scope.customer === undefined ? { sessions: web.sessions.count(), problems } : {}),
        },
      };
    },
  );

  app.get<{ Querystring: HostsQuery }>(
    '/api/v1/hosts',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Hosts, worst first',
        querystring: query({
          customer: known.customer,
          search: known.search,
          cursor: known.cursor,
          limit: known.limit,
        }),
      },
    },
    async (request, reply) => {
      const { customer, ...filter } = request.query;
      const page = store.hosts.list({ ...filter, ...customerScope(request, customer) });
      return sendPage(request, reply, page.items.map(hostView), page.nextCursor);
    },
  );

  app.get<{ Querystring: { customer?: string } }>(
    '/api/v1/storage',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'How full the file systems of repositories are',
        querystring: query({ customer: known.customer }),
      },
    },
    async (request) =>
      store.storage.newest(customerScope(request, request.query.customer)).map(fileSystemView),
  );

  app.get<{ Querystring: { host?: string; customer?: string } }>(
    '/api/v1/repositories',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'The borg repositories that hosts use and used, as borg itself named them',
        querystring: query({ host: known.host, customer: known.customer }),
      },
    },
    async (request) => {
      const { host, customer } = request.query;
      return store.repositories.list({ ...customerScope(request, customer), host }).map(repositoryView);
    },
  );

  app.get<{ Querystring: JobsQuery }>(
    '/api/v1/jobs',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Jobs by the six assurances, worst first',
        querystring: query({
          host: known.host,
          customer: known.customer,
          state: known.state,
          search: known.search,
          removed: known.removed,
          cursor: known.cursor,
          limit: known.limit,
        }),
      },
    },
    async (request, reply) => {
      const { removed, customer, ...filter } = request.query;
      const page = store.jobs.list({
        ...filter,
        ...customerScope(request, customer),
        includeRemoved: removed,
      });
      const nowMs = clock.nowMs();
      return sendPage(
        request,
        reply,
        page.items.map((job) => jobView(job, walSource(store.wal.known(job.id), nowMs), nowMs)),
        page.nextCursor,
      );
    },
  );

  app.get<{ Querystring: ListQuery }>(
    '/api/v1/runs',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Runs, newest first, with warnings and log',
        querystring: query({ ...ofJobs, limit: known.runsLimit }),
      },
    },
    async (request, reply) => {
      const { customer, ...filter } = request.query;
      const page = store.runs.list({ ...filter, ...customerScope(request, customer) });
      const items = page.items.map((run) => {
        const whole = store.runs.byId(run.id);
        return runView(run, whole?.details ?? { warnings: [], logTail: '' }, whole?.recoveryPoints ?? []);
      });
      return sendPage(request, reply, items, page.nextCursor);
    },
  );

  app.get<{ Querystring: ListQuery & { missing: boolean } }>(
    '/api/v1/recovery-points',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'What can be restored, newest first',
        querystring: query({ ...ofJobs, missing: known.missing }),
      },
    },
    async (request, reply) => {
      const { customer, ...filter } = request.query;
      const page = store.runs.recoveryPoints({ ...filter, ...customerScope(request, customer) });
      const items = page.items.map((point) => ({
        host: point.host,
        job: point.job,
        customer: point.customer,
        ...pointView(point),
        seenAt: iso(point.seenAtMs),
      }));
      return sendPage(request, reply, items, page.nextCursor);
    },
  );

  app.get<{ Querystring: { customer?: string } }>(
    '/api/v1/verifications',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Restore tests; this version makes none, so the list is empty',
        querystring: query({ customer: known.customer }),
      },
    },
    async (request) => {
      customerScope(request, request.query.customer);
      return [];
    },
  );

  app.get<{ Querystring: ListQuery & { state?: 'firing' | 'resolved' } }>(
    '/api/v1/alerts',
    {
      config: { access: 'viewer' },
      schema: {
        summary: 'Alerts, newest first, with their notifications',
        querystring: query({ ...ofJobs, state: known.alertState }),
      },
    },
    async (request, reply) => {
      const { customer, ...filter } = request.query;
      const page = store.alerts.list({ ...filter, ...customerScope(request, customer) });
      const items = page.items.map((alert) => alertView(alert, notificationsFor(request, store, alert.id)));
      return sendPage(request, reply, items, page.nextCursor);
    },
  );
}
