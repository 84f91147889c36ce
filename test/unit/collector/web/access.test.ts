import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../../collector/secrets.ts';
import { localPath } from '../../../../collector/web/sign-in.tsx';
import { FLEET_NOW_MS, routesOf, testWeb } from '../../../support/web.ts';

const PUBLIC = [
  'GET /healthz',
  // Whoever knows the UUID.
  'GET /ping/:uuid',
  'POST /ping/:uuid',
  'GET /ping/:uuid/:how',
  'POST /ping/:uuid/:how',
  'GET /readyz',
  'GET /sign-in',
  'POST /sign-in',
  'GET /assets/:name',
  'GET /api/v1/openapi.json',
];
const OPERATORS = [
  'POST /api/v1/alerts/:id/acknowledge',
  'POST /api/v1/jobs/:host/:job/run',
  'POST /jobs/:host/:job/run',
  'POST /alerts/:id/acknowledge',
  'POST /api/v1/restores/:id/approve',
  'POST /api/v1/restores/:id/refuse',
  'POST /restores/:id/approve',
  'POST /restores/:id/refuse',
];

function filled(url: string, host: string, job: string, id: number, runId: number): string {
  return url
    .replace(':host', host)
    .replace(':job', job)
    .replace('/runs/:id', `/runs/${runId}`)
    .replace(':id', String(id))
    .replace(':name', 'style.css');
}

describe('access', () => {
  it('lets nobody in without a token, on any route that is not public', async () => {
    const { app } = await testWeb();
    const routes = routesOf(app);
    expect(routes.length).toBeGreaterThan(20);
    for (const route of routes.filter((one) => !PUBLIC.includes(one))) {
      const [method, url] = route.split(' ') as ['GET' | 'POST', string];
      const answer = await app.inject({ method, url: filled(url, 'web1', 'files', 1, 1) });
      expect([401, 303], route).toContain(answer.statusCode);
      if (answer.statusCode === 303) expect(answer.headers.location, route).toMatch(/^\/sign-in\?to=/);
      expect(answer.body, route).not.toContain('web1');
    }
  });

  it('keeps what a receiver answered from a token of one customer', async () => {
    const { app, store, bearer } = await testWeb();
    const alert = store.alerts.list({ customer: 'acme', limit: 1 }).items[0]!;
    store.outbox.add({ alertId: alert.id, receiver: 'hook', event: 'trigger', payload: '{}' }, FLEET_NOW_MS);
    const { id } = store.outbox.ofAlert(alert.id).find(({ receiver }) => receiver === 'hook')!;
    store.outbox.failed(id, 'connect ECONNREFUSED 10.11.12.13:443', FLEET_NOW_MS);
    for (const url of ['/api/v1/alerts?limit=100', `/alerts/${alert.id}`]) {
      const everything = await app.inject({ url, headers: bearer('viewer', null) });
      expect(everything.body, url).toContain('10.11.12.13');
      const own = await app.inject({ url, headers: bearer('viewer', 'acme') });
      expect(own.body, url).toContain('hook');
      expect(own.body, url).not.toContain('10.11.12.13');
    }
  });

  it('shows a token of one customer nothing of another, on any route', async () => {
    const { app, store, bearer } = await testWeb();
    const headers = bearer('admin', 'acme');
    const foreign = store.jobs.list({ customer: 'globex', limit: 1 }).items[0]!;
    const foreignRun = store.runs.list({ customer: 'globex', limit: 1 }).items[0]!;
    const foreignAlert = store.alerts.list({ customer: 'globex', limit: 1 }).items[0]!;
    const hidden = store.hosts.list({ customer: 'globex', limit: 1_000 }).items.map((host) => host.host);
    for (const route of routesOf(app)) {
      const [method, url] = route.split(' ') as ['GET' | 'POST', string];
      if (route.endsWith('/events') || route === 'POST /sign-out') continue;
      const at = filled(url, foreign.host, foreign.job, foreignAlert.id, foreignRun.id);
      const answer = await app.inject({ method, url: at, headers });
      expect(answer.body, route).not.toContain('globex');
      for (const host of hidden) expect(answer.body, route).not.toMatch(new RegExp(`\\b${host}\\b`));
      if (url.includes(':') && !url.startsWith('/assets')) expect(answer.statusCode, route).toBe(404);
    }
    expect(store.alerts.byId(foreignAlert.id)?.acknowledgedBy).toBeNull();
  });

  it('refuses another customer asked for by name', async () => {
    const { app, bearer } = await testWeb();
    const headers = bearer('admin', 'acme');
    for (const url of ['/api/v1/jobs', '/api/v1/hosts', '/api/v1/runs', '/api/v1/status', '/events', '/']) {
      const answer = await app.inject({ url: `${url}?customer=globex`, headers });
      expect(answer.statusCode, url).toBe(403);
    }
  });

  it('lets a viewer look and not act', async () => {
    const { app, store, bearer, asked } = await testWeb();
    const alert = store.alerts.list({ limit: 1 }).items[0]!;
    const headers = bearer('viewer');
    for (const route of routesOf(app)) {
      const [method, url] = route.split(' ') as ['GET' | 'POST', string];
      if (!OPERATORS.includes(route)) {
        if (method === 'POST' && !url.startsWith('/ping/')) expect(['/sign-in', '/sign-out']).toContain(url);
        continue;
      }
      const answer = await app.inject({ method, url: filled(url, 'web1', 'files', alert.id, 1), headers });
      expect(answer.statusCode, route).toBe(403);
    }
    expect(asked).toEqual([]);
  });

  it('takes an unknown or revoked token for none', async () => {
    const { app, store, token } = await testWeb();
    const secret = token('viewer');
    const get = (value: string) =>
      app.inject({ url: '/api/v1/status', headers: { authorization: `Bearer ${value}` } });
    expect((await get(secret)).statusCode).toBe(200);
    expect((await get('bp_other')).statusCode).toBe(401);
    store.access.revokeToken(store.access.tokenByHash(hashOf(secret))!.name, FLEET_NOW_MS);
    expect((await get(secret)).statusCode).toBe(401);
  });
});

describe('forms', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  async function acknowledge(change: { csrf?: string; headers?: Record<string, string> }) {
    const fixture = await testWeb();
    const { app, store, cookie } = fixture;
    const alert = store.alerts.list({ state: 'firing', limit: 1 }).items[0]!;
    const signedIn = await cookie('operator');
    const page = await app.inject({ url: `/alerts/${alert.id}`, headers: { cookie: signedIn } });
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)![1]!;
    const answer = await app.inject({
      method: 'POST',
      url: `/alerts/${alert.id}/acknowledge`,
      headers: { ...form, cookie: signedIn, 'sec-fetch-site': 'same-origin', ...change.headers },
      payload: new URLSearchParams({ csrf: change.csrf ?? csrf, note: 'mine' }).toString(),
    });
    return { status: answer.statusCode, by: store.alerts.byId(alert.id)?.acknowledgedBy ?? null };
  }

  it('are taken from this page', async () => {
    expect(await acknowledge({})).toMatchObject({ status: 303, by: expect.stringMatching(/^operator/) });
  });

  it('are refused without the page’s own token', async () => {
    expect(await acknowledge({ csrf: 'guess' })).toEqual({ status: 403, by: null });
  });

  it('are refused when the browser says that another site sent them', async () => {
    expect(await acknowledge({ headers: { 'sec-fetch-site': 'cross-site' } })).toEqual({
      status: 403,
      by: null,
    });
    expect(await acknowledge({ headers: { 'sec-fetch-site': 'same-site' } })).toEqual({
      status: 403,
      by: null,
    });
  });

  it('signing in from another site is refused too', async () => {
    const { app, token } = await testWeb({ hosts: 0 });
    const answer = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { ...form, 'sec-fetch-site': 'cross-site' },
      payload: `token=${token('viewer')}`,
    });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('signing in', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it('gives a cookie that scripts cannot read and other sites cannot send', async () => {
    for (const secure of [true, false]) {
      const { app, token } = await testWeb({ hosts: 0, secure });
      const payload = `token=${token('viewer')}&to=%2Fhosts`;
      const answer = await app.inject({ method: 'POST', url: '/sign-in', headers: form, payload });
      expect(answer.statusCode).toBe(303);
      expect(answer.headers.location).toBe('/hosts');
      const cookie = String(answer.headers['set-cookie']);
      expect(cookie).toMatch(/HttpOnly/);
      expect(cookie).toMatch(/SameSite=Lax/);
      expect(/Secure/.test(cookie)).toBe(secure);
      expect(cookie.startsWith('__Host-')).toBe(secure);
    }
  });

  it('counts wrong attempts of an address, and forgets them in time', async () => {
    const { app, clock, token } = await testWeb({ hosts: 0 });
    const attempt = (secret: string) =>
      app.inject({ method: 'POST', url: '/sign-in', headers: form, payload: `token=${secret}` });
    for (let i = 0; i < 10; i += 1) expect((await attempt('wrong')).statusCode).toBe(403);
    const refused = await attempt(token('viewer'));
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('300');
    clock.advance(300_000);
    expect((await attempt(token('viewer'))).statusCode).toBe(303);
  });

  it('works by a link once, and not when it is too old', async () => {
    const { app, store, clock, token } = await testWeb({ hosts: 0 });
    const row = store.access.tokenByHash(hashOf(token('viewer')))!;
    const expiresAtMs = clock.nowMs() + 600_000;
    for (const code of ['one', 'two']) {
      store.access.createSession({ hash: hashOf(code), kind: 'link', tokenId: row.id, expiresAtMs });
    }
    expect((await app.inject({ url: '/sign-in?link=one' })).statusCode).toBe(303);
    expect((await app.inject({ url: '/sign-in?link=one' })).statusCode).toBe(403);
    clock.advance(600_001);
    expect((await app.inject({ url: '/sign-in?link=two' })).statusCode).toBe(403);
  });

  it('a link is not a cookie, nor a cookie a link', async () => {
    const { app, store, clock, token, cookie } = await testWeb({ hosts: 0 });
    const row = store.access.tokenByHash(hashOf(token('viewer')))!;
    const expiresAtMs = clock.nowMs() + 600_000;
    store.access.createSession({ hash: hashOf('code'), kind: 'link', tokenId: row.id, expiresAtMs });
    expect((await app.inject({ url: '/', headers: { cookie: 'backproof=code' } })).statusCode).toBe(303);
    const value = (await cookie('viewer')).split('=')[1]!;
    expect((await app.inject({ url: `/sign-in?link=${value}` })).statusCode).toBe(403);
  });

  it('ends with signing out, and with the token', async () => {
    const { app, store, cookie } = await testWeb({ hosts: 0 });
    const signedIn = await cookie('viewer');
    const home = () => app.inject({ url: '/', headers: { cookie: signedIn } });
    const csrf = /name="csrf" value="([^"]+)"/.exec((await home()).body)![1]!;
    await app.inject({
      method: 'POST',
      url: '/sign-out',
      headers: { ...form, cookie: signedIn },
      payload: `csrf=${csrf}`,
    });
    expect((await home()).statusCode).toBe(303);
    const other = await cookie('viewer');
    store.access.revokeToken(store.access.listTokens().at(-1)!.name, FLEET_NOW_MS);
    expect((await app.inject({ url: '/', headers: { cookie: other } })).statusCode).toBe(303);
  });

  it('leads nowhere but to this page', () => {
    expect(localPath('/jobs/web1/files?x=1')).toBe('/jobs/web1/files?x=1');
    for (const asked of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/a\nb',
      '/sign-in',
      7,
    ]) {
      expect(localPath(asked)).toBe('/');
    }
  });
});
