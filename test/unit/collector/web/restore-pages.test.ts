/** Restores on the page and in the API: what is shown, who may decide, and that it is decided once. */
import { expect, it } from 'vitest';
import { RESTORE_APPROVAL_MS, type RestoreOrder } from '../../../../proto/restore.ts';
import { FLEET_NOW_MS, type TestWeb, testWeb } from '../../../support/web.ts';

const order: RestoreOrder = {
  restoreId: 'r-1',
  job: 'files',
  by: 'alice',
  login: 'root',
  reason: 'ticket 4711 <b>',
  atMs: null,
  archives: ['web1-files-2026-11-22T02:00:00.000Z'],
  pointAtMs: FLEET_NOW_MS - 3_600_000,
  subjects: [],
  paths: ['/var/www'],
  destination: '/srv/restored',
  inPlace: false,
  overwrite: false,
  role: '',
  noOwner: false,
  noPrivileges: false,
};

function request(
  web: TestWeb,
  change: Partial<RestoreOrder> = {},
): { id: number; customer: string; host: string } {
  const host = web.store.hosts.byId(1)!;
  const { restoreId } = { ...order, ...change };
  web.store.restores.request(
    host.id,
    { order: { ...order, ...change }, requestedAtMs: FLEET_NOW_MS },
    FLEET_NOW_MS,
  );
  const row = web.store.restores.list({ limit: 10 }).items.find((one) => one.order.restoreId === restoreId)!;
  return { id: row.id, customer: host.customer, host: host.host };
}

it('lists them in the API, and lets an operator of that customer agree once', async () => {
  const web = await testWeb();
  const { id, customer } = request(web);
  const list = await web.app.inject({ url: '/api/v1/restores', headers: web.bearer('viewer') });
  expect(list.json()).toMatchObject([
    { id, state: 'waiting', by: 'alice', reason: order.reason, paths: ['/var/www'] },
  ]);
  const post = (verb: string, headers: Record<string, string>, payload?: object) =>
    web.app.inject({
      method: 'POST',
      url: `/api/v1/restores/${id}/${verb}`,
      headers,
      ...(payload ? { payload } : {}),
    });
  expect((await post('approve', web.bearer('viewer'))).statusCode).toBe(403);
  const other = customer === 'acme' ? 'globex' : 'acme';
  expect((await post('approve', web.bearer('operator', other))).statusCode).toBe(404);
  const approved = await post('approve', web.bearer('operator', customer), { note: 'go ahead' });
  expect(approved.statusCode).toBe(200);
  expect(approved.json()).toMatchObject({
    state: 'approved',
    decision: { approved: true, note: 'go ahead' },
    told: { accepted: true },
  });
  expect(web.asked).toEqual(['1 restore-decided']);
  expect((await post('refuse', web.bearer('admin'))).statusCode).toBe(409);
});

it('refuses the one who asked, and what has expired', async () => {
  const web = await testWeb();
  const headers = web.bearer('operator');
  const own = web.store.access.listTokens().at(-1)!.name;
  const mine = request(web, { by: own.toUpperCase() });
  const approve = (id: number) =>
    web.app.inject({ method: 'POST', url: `/api/v1/restores/${id}/approve`, headers });
  const refused = await approve(mine.id);
  expect(refused.statusCode).toBe(409);
  expect(refused.json().detail).toContain('a second person has to agree');
  const late = request(web, { restoreId: 'r-2' });
  web.clock.advance(RESTORE_APPROVAL_MS);
  const expired = await approve(late.id);
  expect(expired.json().detail).toContain('expired');
  expect(web.asked).toEqual([]);
  expect((await approve(4_711)).statusCode).toBe(404);
});

it('shows what waits with its forms, and takes no form of another site', async () => {
  const web = await testWeb();
  const { id, host } = request(web);
  const cookie = await web.cookie('operator');
  const show = async (url: string) => (await web.app.inject({ url, headers: { cookie } })).payload;
  const page = await show('/restores');
  expect(page).toContain('1 waits for a second person.');
  expect(page).toContain('ticket 4711 &lt;b>');
  expect(page).toContain(`formaction="/restores/${id}/refuse"`);
  expect(await show(`/jobs/${host}/files`)).toBeDefined();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)![1]!;
  const form = (payload: string, headers: Record<string, string> = {}) =>
    web.app.inject({
      method: 'POST',
      url: `/restores/${id}/approve`,
      payload,
      headers: {
        cookie,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
    });
  expect((await form('note=x')).statusCode).toBe(403);
  expect((await form(`csrf=${csrf}`, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
  const done = await form(`csrf=${csrf}&note=fine`);
  expect([done.statusCode, done.headers.location]).toEqual([303, '/restores?said=approved']);
  expect(await show('/restores?said=approved')).toContain('Approved. The one who asked was told');
  const viewer = await web.cookie('viewer');
  expect((await web.app.inject({ url: '/restores', headers: { cookie: viewer } })).payload).not.toContain(
    'Approve</button>',
  );
});

it('shows a second person all that a yes allows: what is overwritten, who restores, and what is left out', async () => {
  const web = await testWeb();
  const bold = { overwrite: true, role: 'postgres <b>', noOwner: true, noPrivileges: true };
  request(web, bold);
  const list = await web.app.inject({ url: '/api/v1/restores', headers: web.bearer('viewer') });
  expect(list.json()).toMatchObject([bold]);
  const cookie = await web.cookie('operator');
  const page = (await web.app.inject({ url: '/restores', headers: { cookie } })).payload;
  const text = page.replaceAll(/<!--.*?-->/g, '');
  expect(text).toContain(
    '/srv/restored, over what is there, as postgres &lt;b>, without owners, without privileges',
  );
});

it('believes no host that it was approved: only what this collector decided, for just that order', async () => {
  const web = await testWeb();
  const { store } = web;
  const start = (restoreId: string, paths: string[]) =>
    store.restores.start(
      1,
      {
        order: { ...order, restoreId, paths },
        startedAtMs: FLEET_NOW_MS,
        approval: 'second-person',
        approvedBy: 'bob',
      },
      FLEET_NOW_MS,
    );
  const approvals = () => store.restores.list({ limit: 10 }).items.map(({ approval }) => approval);
  start('r-never-asked', []);
  const { id } = request(web);
  store.restores.decide(id, { approved: true, by: 'bob', note: '' }, 0, FLEET_NOW_MS);
  start('r-1', ['/']);
  const again = request(web, { restoreId: 'r-3' });
  store.restores.decide(again.id, { approved: true, by: 'bob', note: '' }, 0, FLEET_NOW_MS);
  start('r-3', order.paths);
  expect(approvals()).toEqual(['second-person', 'bypassed', 'bypassed']);
});
