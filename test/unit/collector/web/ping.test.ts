/** Hosts without an agent report by ping: what is written, and what a stranger can do. */
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createPing, listPings, type PingContext, revokePing } from '../../../../collector/control/pings.ts';
import { FLEET_NOW_MS, type TestWeb, testWeb } from '../../../support/web.ts';

const RID = '3c1c02c0-9d3a-4d52-8a3f-1a2b3c4d5e6f';

function contextOf({ store, clock }: TestWeb): PingContext {
  return { store, clock, settings: { publicUrl: 'http://page' }, running: null };
}

function order(change: object = {}) {
  return {
    host: 'old1',
    job: 'borgmatic',
    customer: 'acme',
    everyMs: 86_400_000,
    cron: null,
    zone: 'UTC',
    graceMs: 3_600_000,
    ...change,
  };
}

async function pinged(change: object = {}) {
  const web = await testWeb({ hosts: 0 });
  const { url } = createPing(contextOf(web), order(change));
  const path = new URL(url).pathname;
  const ping = (how = '', options: object = {}) =>
    web.app.inject({ method: 'POST', url: `${path}${how}`, ...options });
  const job = () => web.store.jobs.byName('old1', 'borgmatic')!;
  const runs = () => web.store.runs.list({ host: 'old1', limit: 50 }).items;
  const log = () => web.store.runs.byId(job().lastFinished!.id)!.details.logTail;
  return { web, url, path, ping, job, runs, log };
}

test('a start and a success are one run, and its reason says that nobody looked', async () => {
  const { web, ping, job, runs, log } = await pinged();
  const started = await ping('/start');
  expect([started.statusCode, started.body, started.headers['ping-body-limit']]).toEqual([
    200,
    'OK',
    '100000',
  ]);
  expect(job().lastStarted!.finishedAtMs).toBeNull();
  web.clock.advance(90_000);
  expect((await ping('', { payload: 'archived 3 files' })).body).toBe('OK');
  expect(runs()).toHaveLength(1);
  expect(job().lastSuccess).toMatchObject({
    outcome: 'succeeded',
    trigger: 'ping',
    durationMs: 90_000,
    reason: 'Reported by ping; no archive was looked at.',
  });
  expect(log()).toBe('archived 3 files');
});

test('a failure and an exit code fail the run, with the last line of the log', async () => {
  const { ping, job } = await pinged();
  await ping('/start');
  await ping('/fail', { payload: 'one\nRepository is locked\n' });
  expect(job().lastFailure).toMatchObject({
    outcome: 'failed',
    reason: 'Reported by ping: it failed. Its last line: Repository is locked',
  });
  await ping('/2');
  expect(job().lastFailure).toMatchObject({
    exitCode: 2,
    reason: 'Reported by ping: it ended with exit code 2. It said nothing.',
  });
  await ping('/0');
  expect(job().lastSuccess).toMatchObject({ exitCode: 0, outcome: 'succeeded' });
});

test('a log belongs to the run that is open, and stands before what its end says', async () => {
  const { ping, log, runs } = await pinged();
  await ping('/start');
  await ping('/log', { payload: 'half way' });
  await ping('', { payload: 'done' });
  expect(log()).toBe('half way\ndone');
  await ping('/log', { payload: 'afterwards' });
  expect(log()).toBe('half way\ndone\nafterwards');
  expect(runs()).toHaveLength(1);
});

test('GET and HEAD report as POST does, and create=1 means nothing', async () => {
  const { ping, runs } = await pinged();
  await ping('/start?create=1', { method: 'HEAD' });
  expect((await ping('', { method: 'GET' })).body).toBe('OK');
  expect(runs().map(({ outcome }) => outcome)).toEqual(['succeeded']);
});

test('a run id ties a start to its end where two runs overlap', async () => {
  const { web, ping, runs } = await pinged();
  const other = RID.replace('3', '4');
  await ping(`/start?rid=${RID}`);
  web.clock.advance(1_000);
  await ping(`/start?rid=${other}`);
  await ping(`/start?rid=${other}`);
  await ping(`/fail?rid=${RID}`);
  await ping(`?rid=${other}`);
  expect(runs().map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed']);
});

test('an end that is said twice is one run, and a failure after a success is not swallowed', async () => {
  const { ping, runs } = await pinged();
  await ping(`/start?rid=${RID}`);
  await ping(`?rid=${RID}`);
  await ping(`?rid=${RID}`);
  expect(runs()).toHaveLength(1);
  await ping(`/fail?rid=${RID}`);
  expect(runs().map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded']);
});

test('a start after a start cancels what never said how it ended', async () => {
  const { web, ping, runs } = await pinged();
  await ping('/start');
  web.clock.advance(60_000);
  await ping('/start');
  await ping('');
  expect(runs().map(({ outcome }) => outcome)).toEqual(['succeeded', 'cancelled']);
});

test('a run by schedule answers for the moment it was due, also with a clock that is a little ahead', async () => {
  const { web, ping, job } = await pinged({ everyMs: null, cron: '0 13 * * *' });
  const dueAtMs = FLEET_NOW_MS + 3_600_000;
  web.clock.advance(3_600_000 - 20_000);
  await ping('');
  expect(job().lastSuccess!.dueAtMs).toBe(dueAtMs);
});

test('of a long log the end is kept, and an endless one is refused', async () => {
  const { ping, log } = await pinged();
  await ping('', { payload: `${'x'.repeat(150_000)}the end` });
  expect(log()).toHaveLength(48 * 1024);
  expect(log().endsWith('xthe end')).toBe(true);
  const endless = await ping('', { payload: 'x'.repeat(11 * 1024 * 1024) });
  expect([endless.statusCode, endless.headers.connection]).toEqual([413, 'close']);
});

test('what is no ping URL is not found, a revoked one neither, and nothing is written', async () => {
  const { web, path, ping, runs } = await pinged();
  for (const how of ['/256', '/begin']) expect((await ping(how)).statusCode).toBe(404);
  expect((await web.app.inject(`/ping/${RID}`)).statusCode).toBe(404);
  expect((await web.app.inject('/ping/web1')).statusCode).toBe(404);
  revokePing(contextOf(web), 1);
  expect((await web.app.inject(path)).statusCode).toBe(404);
  expect(runs()).toHaveLength(0);
});

test('a job without any URL left is no longer expected, and nobody is called for that', async () => {
  const { web, job } = await pinged();
  const second = createPing(contextOf(web), order());
  revokePing(contextOf(web), 1);
  expect(job().removedAtMs).toBeNull();
  expect((await web.app.inject(new URL(second.url).pathname)).statusCode).toBe(200);
  revokePing(contextOf(web), 2);
  expect(job()).toMatchObject({ removedAtMs: FLEET_NOW_MS, removalAccepted: true });
  expect(listPings(contextOf(web)).map(({ revokedAt }) => revokedAt)).not.toContain(null);
});

test('a ping takes no job from an agent, and no host from its customer', async () => {
  const web = await testWeb({ hosts: 2 });
  const [job] = web.store.jobs.list({ limit: 1 }).items;
  const taken = { host: job!.host, job: job!.job, customer: job!.customer };
  expect(() => createPing(contextOf(web), order(taken))).toThrow(/reports the job .* already/);
  expect(() => createPing(contextOf(web), order({ ...taken, job: 'x', customer: 'other' }))).toThrow(
    /belongs to customer/,
  );
  expect(() => createPing(contextOf(web), order({ everyMs: null, cron: 'daily' }))).toThrow(/not a cron/);
});

test('floods are slowed: strangers by their address, a ping by itself', async () => {
  const { web, path, ping } = await pinged();
  const strangers = [];
  for (let i = 0; i < 70; i += 1) strangers.push((await web.app.inject(`/ping/${RID}`)).statusCode);
  expect(strangers.filter((code) => code === 429)).toHaveLength(10);
  expect((await web.app.inject(path)).statusCode).toBe(200);
  const own = [];
  for (let i = 0; i < 70; i += 1) own.push((await ping('/log')).statusCode);
  expect(own.filter((code) => code === 429)).toHaveLength(11);
  web.clock.advance(60_001);
  expect((await ping('')).statusCode).toBe(200);
});

test('a stranger’s body is not read', async () => {
  const { web } = await pinged();
  await web.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = web.app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let answer = '';
  let closed = false;
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.on('close', () => {
    closed = true;
  });
  socket.on('error', () => {});
  socket.write(`POST /ping/${RID} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nbegin`);
  await vi.waitFor(() => expect(answer).toMatch(/^HTTP\/1.1 404 /));
  await vi.waitFor(() => expect(closed).toBe(true));
});

test('no log and no answer repeats the UUID', async () => {
  const { web, path, ping } = await pinged();
  const said: unknown[] = [];
  web.web.log.error = ((...args: unknown[]) => said.push(args)) as never;
  web.store.runs.newest = () => {
    throw new Error('broken');
  };
  const answer = await ping('');
  expect(answer.statusCode).toBe(500);
  expect(said).toHaveLength(1);
  expect(JSON.stringify([said, answer.body])).not.toContain(path.slice(6));
});
