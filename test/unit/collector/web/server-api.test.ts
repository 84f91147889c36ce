import { Ajv2020 } from 'ajv/dist/2020.js';
import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../../collector/store/errors.ts';
import { routesOf, testWeb } from '../../../support/web.ts';

interface OpenApi {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>
  >;
  components: { schemas: Record<string, object> };
}

const LISTS = [
  'status',
  'hosts',
  'jobs?removed=true',
  'runs',
  'repositories',
  'recovery-points',
  'verifications',
  'alerts',
];

describe('the API', () => {
  it('is described route by route in openapi.json', async () => {
    const { app } = await testWeb({ hosts: 0 });
    const { paths } = (await app.inject('/api/v1/openapi.json')).json<OpenApi>();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const registered = routesOf(app).filter((route) =>
      /^\w+ \/(api|events|metrics|healthz|readyz|ping)/.test(route),
    );
    expect(described.toSorted()).toEqual(registered.toSorted());
  });

  it('answers what openapi.json says', async () => {
    const { app, bearer } = await testWeb();
    const description = (await app.inject('/api/v1/openapi.json')).json<OpenApi>();
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'api', components: description.components });
    const headers = bearer('viewer');
    for (const list of LISTS) {
      const answer = await app.inject({ url: `/api/v1/${list}`, headers });
      const path = `/api/v1/${list.split('?')[0]}`;
      const { schema } = description.paths[path]!.get!.responses['200']!.content['application/json']!;
      const text = JSON.stringify(schema).replaceAll('"#/components', '"api#/components');
      const valid = ajv.compile(JSON.parse(text) as object);
      const body: unknown = answer.json();
      if (list !== 'verifications') expect(JSON.stringify(body).length, list).toBeGreaterThan(10);
      expect(valid(body), `${list}: ${ajv.errorsText(valid.errors)}`).toBe(true);
    }
  });

  it('goes through a long list page by page, worst first, each job once', async () => {
    const { app, store, bearer } = await testWeb();
    const headers = bearer('viewer');
    const seen: string[] = [];
    let url: string | undefined = '/api/v1/jobs?limit=5';
    while (url) {
      const answer: LightMyRequestResponse = await app.inject({ url, headers });
      const jobs = answer.json<{ host: string; job: string; state: string }[]>();
      expect(jobs.length).toBeLessThanOrEqual(5);
      seen.push(...jobs.map((job) => `${job.host}/${job.job}`));
      url = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers.link ?? ''))?.[1];
    }
    const all = store.jobs.list({ limit: 100 }).items.map((job) => `${job.host}/${job.job}`);
    expect(seen).toEqual(all);
    expect(new Set(seen).size).toBe(12);
  });

  it('answers errors as problem+json that say what to do', async () => {
    const { app, bearer } = await testWeb({ hosts: 0 });
    const headers = bearer('viewer');
    const answers = {
      401: await app.inject('/api/v1/jobs'),
      400: await app.inject({ url: '/api/v1/jobs?limit=0', headers }),
      404: await app.inject({ url: '/api/v1/nothing', headers }),
    };
    for (const [status, answer] of Object.entries(answers)) {
      expect(answer.statusCode).toBe(Number(status));
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.json()).toMatchObject({ status: Number(status), detail: expect.stringMatching(/\w{3}/) });
    }
    const unknown = await app.inject({ url: '/api/v1/jobs?stat=ok', headers });
    expect(unknown.statusCode).toBe(400);
    for (const list of ['jobs', 'hosts', 'runs', 'recovery-points', 'alerts']) {
      const answer = await app.inject({ url: `/api/v1/${list}?cursor=%00rubbish`, headers });
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.json()).toMatchObject({ detail: expect.stringContaining('begin without one') });
    }
  });

  it('says that the database cannot be used, and comes back by itself', async () => {
    const { app, store, bearer } = await testWeb();
    const headers = bearer('viewer');
    const counts = store.jobs.counts;
    store.jobs.counts = () => {
      throw new StoreUnavailable('SQLITE_FULL', new Error('database or disk is full'));
    };
    for (const url of ['/api/v1/status', '/']) {
      const answer = await app.inject({ url, headers });
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBe('10');
      expect(answer.body).toContain('nothing was changed');
    }
    store.jobs.counts = counts;
    expect((await app.inject({ url: '/', headers })).statusCode).toBe(200);
  });

  it('acknowledges an alert once, under the token’s name', async () => {
    const { app, store, bearer } = await testWeb();
    const alert = store.alerts.list({ state: 'firing', limit: 1 }).items[0]!;
    const request = {
      method: 'POST' as const,
      url: `/api/v1/alerts/${alert.id}/acknowledge`,
      headers: bearer('operator'),
      payload: { note: 'on it' },
    };
    expect((await app.inject(request)).json()).toMatchObject({
      id: alert.id,
      acknowledgedBy: 'operator-1',
      acknowledgedNote: 'on it',
    });
  });

  it('asks the agent to run a job, and only a job that exists', async () => {
    const { app, store, bearer, asked } = await testWeb();
    const headers = bearer('operator');
    const run = (url: string) => app.inject({ method: 'POST', url, headers });
    expect((await run('/api/v1/jobs/web1/files/run')).statusCode).toBe(202);
    expect((await run('/api/v1/jobs/web1/other/run')).statusCode).toBe(404);
    expect(asked).toEqual([`${store.hosts.byName('web1')!.id} run-job`]);
    expect(store.system.journalPage(1)[0]).toMatchObject({ actor: 'operator-1', action: 'run-job' });
  });
});

describe('machines', () => {
  it('are told ready, or not, without the reasons', async () => {
    const { app, problems } = await testWeb({ hosts: 0 });
    expect((await app.inject('/healthz')).body).toBe('ok\n');
    expect((await app.inject('/readyz')).statusCode).toBe(200);
    problems.push('The disk is full.');
    const answer = await app.inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain('disk');
  });

  it('read metrics: every sample has a HELP, names begin with backproof_, and every job is there', async () => {
    const { app, bearer } = await testWeb();
    const { body } = await app.inject({ url: '/metrics', headers: bearer('viewer') });
    const helped = new Set([...body.matchAll(/^# HELP (\S+) \S/gm)].map((match) => match[1]!));
    const samples = [...body.matchAll(/^([a-z_]+)(?:\{|\s)/gm)].map((match) => match[1]!);
    expect(samples.length).toBeGreaterThan(50);
    for (const sample of samples) {
      expect(sample).toMatch(/^backproof_/);
      expect(helped.has(sample) || helped.has(sample.replace(/_(bucket|sum|count|total)$/, '')), sample).toBe(
        true,
      );
    }
    expect(body.match(/^backproof_job_state\{/gm)).toHaveLength(12);
    expect(body).toContain('backproof_sessions 3\n');
  });

  it('read metrics of their own customer only', async () => {
    const { app, bearer } = await testWeb();
    const { body } = await app.inject({ url: '/metrics', headers: bearer('viewer', 'acme') });
    expect(body).toContain('customer="acme"');
    expect(body).not.toContain('globex');
    expect(body).not.toContain('backproof_sessions ');
  });
});

describe('a seeded fleet', () => {
  it('is the same fleet again', async () => {
    const [one, two] = [await testWeb(), await testWeb()];
    const told = (fixture: typeof one) =>
      fixture.store.jobs.list({ limit: 100 }).items.map((job) => job.state);
    expect(told(one)).toEqual(told(two));
  });
});
