/** The pages: what each reads, and the forms on them. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NAME_CHARS_MAX, TEXT_CHARS_MAX } from '../../proto/limits.ts';
import { gapsBetween, recoveryWindows, walSource } from '../assurances/recovery-windows.ts';
import { coveragesOf, windowStartMs } from '../assurances/retained.ts';
import { promisedFromMs } from '../assurances/retained-window.ts';
import { STATES, type State, stateRank } from '../assurances/types.ts';
import type { JobRow } from '../store/types.ts';
import { customerScope, maySee, notificationsFor, principal } from './access.ts';
import { known } from './api/parameters.ts';
import { askToRun } from './ask-to-run.ts';
import type { WebContext } from './context.ts';
import { AlertPage, AlertsPage } from './pages/alerts.tsx';
import { barsSinceMs } from './pages/day-bars.ts';
import { FleetPage } from './pages/fleet.tsx';
import { HostPage, HostsPage } from './pages/hosts.tsx';
import { JobPage } from './pages/job.tsx';
import { isRunning, jobHref } from './pages/job-table.tsx';
import { frameOf, page } from './pages/layout.tsx';
import { RunPage } from './pages/run.tsx';
import type { WalProps } from './pages/wal-band.tsx';
import { walSinceMs } from './pages/wal-hours.ts';
import type { WindowProps } from './pages/window-bands.tsx';
import { HttpProblem } from './problem.ts';

const JOBS_PER_PAGE = 50;
const RUNS_PER_JOB = 30;
const POINTS_PER_JOB = 20;
const ALERTS_PER_JOB = 5;
const RESTORES_PER_JOB = 5;
const ALERTS_PER_PAGE = 50;
const HOSTS_PER_PAGE = 200;

const VIEWER = { config: { access: 'viewer' } } as const;
const OPERATOR = { config: { access: 'operator' } } as const;

const name = { type: 'string', minLength: 1, maxLength: NAME_CHARS_MAX };
const jobParams = { type: 'object', properties: { host: name, job: name }, required: ['host', 'job'] };
const idParams = { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] };

/** Forms leave fields empty; a page must open whatever stands in its address. */
function chosen(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, known.search.maxLength) : undefined;
}
function chosenState(value: unknown): State | undefined {
  return STATES.find((state) => state === value);
}
function isOperator(request: FastifyRequest): boolean {
  return principal(request).role !== 'viewer';
}

type Query = Record<string, unknown>;
type JobParams = { Params: { host: string; job: string } };

export function pageRoutes(app: FastifyInstance, web: WebContext): void {
  const { store, clock } = web;

  function walOf(job: JobRow): WalProps | null {
    const { staleAfter, keepMs } = job.declaration;
    if (staleAfter === null) return null;
    const nowMs = clock.nowMs();
    const sinceMs = walSinceMs(nowMs);
    const known = store.wal.known(job.id);
    const source = walSource(known, nowMs);
    const windows = source ? recoveryWindows(source.state) : [];
    const fromMs = keepMs > 0 ? Math.max(sinceMs, promisedFromMs(job, nowMs)) : nowMs;
    return {
      source,
      isStandby: known.state?.sample.role === 'standby',
      exposure: store.wal.exposure(job.id, sinceMs),
      gaps: windows.length > 0 ? gapsBetween(windows, fromMs) : [{ fromMs, toMs: nowMs }],
      staleAfter,
      declaredAtMs: job.firstDeclaredAtMs,
      nowMs,
    };
  }

  function jobOf(request: FastifyRequest<JobParams>): JobRow {
    const job = store.jobs.byName(request.params.host, request.params.job);
    if (!job || !maySee(request, job.customer)) throw new HttpProblem(404, 'There is no such job.');
    return job;
  }
  /** What the judge looks at for `retained`, drawn; null for a job that promises nothing, or is gone. */
  function windowOf(job: JobRow): WindowProps | null {
    const { keepMs, kind, repository, staleAfter } = job.declaration;
    // A stream's window is drawn from its samples.
    if (keepMs === 0 || kind === 'prune' || staleAfter !== null || job.removedAtMs !== null) return null;
    const nowMs = clock.nowMs();
    const startMs = windowStartMs(job, nowMs);
    const points = store.holdings.points(job.id, repository, startMs);
    return { coverages: coveragesOf({ job, points }, nowMs), startMs, nowMs };
  }
  function recentOf(jobs: JobRow[]) {
    return store.runs.recent(
      jobs.map((job) => job.id),
      barsSinceMs(clock.nowMs()),
    );
  }

  app.get<{ Querystring: Query }>('/', VIEWER, async (request, reply) => {
    const { query } = request;
    const filter = {
      ...customerScope(request, chosen(query.customer)),
      search: chosen(query.search),
      state: chosenState(query.state),
    };
    const { state, ...others } = filter;
    const cursor = chosen(query.cursor);
    const listed = store.jobs.list({ ...filter, limit: JOBS_PER_PAGE, ...(cursor ? { cursor } : {}) });
    const summary = store.hosts.summary(customerScope(request, undefined));
    return page(
      reply,
      <FleetPage
        frame={frameOf(request, web)}
        filter={filter}
        counts={store.jobs.counts(others)}
        customers={summary.customers}
        hosts={summary.hosts}
        jobs={listed.items}
        recent={recentOf(listed.items)}
        nextCursor={listed.nextCursor}
        first={cursor === undefined}
      />,
    );
  });

  app.get<JobParams & { Querystring: Query }>(
    '/jobs/:host/:job',
    { ...VIEWER, schema: { params: jobParams } },
    async (request, reply) => {
      const job = jobOf(request);
      const subject = { host: job.host, job: job.job };
      const runs = store.runs.list({ ...subject, limit: RUNS_PER_JOB }).items;
      const newest = runs.find((run) => run.finishedAtMs !== null);
      const whole = newest ? store.runs.byId(newest.id) : null;
      return page(
        reply,
        <JobPage
          frame={frameOf(request, web)}
          job={job}
          runs={runs}
          newest={whole}
          points={store.runs.recoveryPoints({ ...subject, limit: POINTS_PER_JOB }).items}
          alerts={store.alerts.list({ ...subject, limit: ALERTS_PER_JOB }).items}
          wal={walOf(job)}
          restores={store.restores.list({ ...subject, limit: RESTORES_PER_JOB }).items}
          window={windowOf(job)}
          progress={isRunning(job) ? web.progress.of(job.host, job.job, job.lastStarted!.runId) : null}
          mayRun={isOperator(request)}
          said={SAID[String(request.query.said)] ?? null}
        />,
      );
    },
  );

  app.post<JobParams>(
    '/jobs/:host/:job/run',
    { ...OPERATOR, schema: { params: jobParams } },
    async (request, reply) => {
      const job = jobOf(request);
      const answer = await askToRun(web, job, principal(request).name);
      if (!answer.accepted) throw new HttpProblem(409, `It was not started: ${answer.reason}`);
      return reply.redirect(`${jobHref(job)}?said=asked`, 303);
    },
  );

  app.get<{ Params: { id: number } }>(
    '/runs/:id',
    { ...VIEWER, schema: { params: idParams } },
    async (request, reply) => {
      const found = store.runs.byId(request.params.id);
      const job = found ? store.jobs.byId(found.run.jobId) : null;
      if (!found || !job || !maySee(request, job.customer))
        throw new HttpProblem(404, 'There is no such run.');
      return page(
        reply,
        <RunPage
          frame={frameOf(request, web)}
          job={job}
          run={found.run}
          details={found.details}
          points={found.recoveryPoints}
        />,
      );
    },
  );

  app.get<{ Querystring: Query }>('/hosts', VIEWER, async (request, reply) => {
    const search = chosen(request.query.search) ?? '';
    const cursor = chosen(request.query.cursor);
    const scope = customerScope(request, undefined);
    const listed = store.hosts.list({
      ...scope,
      search,
      limit: HOSTS_PER_PAGE,
      ...(cursor ? { cursor } : {}),
    });
    return page(
      reply,
      <HostsPage
        frame={frameOf(request, web)}
        hosts={listed.items}
        total={store.hosts.summary(scope).hosts}
        search={search}
        nextCursor={listed.nextCursor}
        first={cursor === undefined}
      />,
    );
  });

  app.get<{ Params: { host: string } }>('/hosts/:host', VIEWER, async (request, reply) => {
    const host = store.hosts.byName(request.params.host);
    if (!host || !maySee(request, host.customer)) throw new HttpProblem(404, 'There is no such host.');
    const jobs = store.jobs.ofHost(host.id).toSorted((a, b) => stateRank(b.state) - stateRank(a.state));
    return page(
      reply,
      <HostPage
        frame={frameOf(request, web)}
        host={host}
        jobs={jobs}
        recent={recentOf(jobs)}
        repositories={store.repositories.list({ host: host.host })}
      />,
    );
  });

  app.get<{ Querystring: Query }>('/alerts', VIEWER, async (request, reply) => {
    const state = request.query.state === 'resolved' ? 'resolved' : 'firing';
    const cursor = chosen(request.query.cursor);
    const listed = store.alerts.list({
      ...customerScope(request, undefined),
      state,
      limit: ALERTS_PER_PAGE,
      ...(cursor ? { cursor } : {}),
    });
    return page(
      reply,
      <AlertsPage
        frame={frameOf(request, web)}
        state={state}
        alerts={listed.items}
        nextCursor={listed.nextCursor}
      />,
    );
  });

  app.get<{ Params: { id: number } }>(
    '/alerts/:id',
    { ...VIEWER, schema: { params: idParams } },
    async (request, reply) => {
      const alert = store.alerts.byId(request.params.id);
      if (!alert || !maySee(request, alert.customer)) throw new HttpProblem(404, 'There is no such alert.');
      return page(
        reply,
        <AlertPage
          frame={frameOf(request, web)}
          alert={alert}
          notifications={notificationsFor(request, store, alert.id)}
          mayAcknowledge={isOperator(request)}
        />,
      );
    },
  );

  app.post<{ Params: { id: number }; Body: { note?: unknown } | null }>(
    '/alerts/:id/acknowledge',
    { ...OPERATOR, schema: { params: idParams } },
    async (request, reply) => {
      const alert = store.alerts.byId(request.params.id);
      if (!alert || !maySee(request, alert.customer)) throw new HttpProblem(404, 'There is no such alert.');
      const note = request.body?.note;
      const text = typeof note === 'string' ? note.slice(0, TEXT_CHARS_MAX) : '';
      web.acknowledge(alert.id, principal(request).name, text);
      return reply.redirect(`/alerts/${alert.id}`, 303);
    },
  );
}

/** What an address may have the page say: never a text of its own. */
const SAID: Record<string, string> = { asked: 'The agent was asked to run it, and has agreed.' };
