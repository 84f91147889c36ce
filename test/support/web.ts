/** The web part on a store of its own, without a socket: requests are injected. */
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { Alerting } from '../../collector/alerting.ts';
import { Consent } from '../../collector/consent.ts';
import { acknowledgeWith } from '../../collector/control/acknowledge.ts';
import { Feed } from '../../collector/feed.ts';
import { hashOf } from '../../collector/secrets.ts';
import { openStore } from '../../collector/store/open.ts';
import type { Role, Store } from '../../collector/store/types.ts';
import type { WebContext } from '../../collector/web/context.ts';
import { Metrics } from '../../collector/web/metrics.ts';
import { ProgressBoard } from '../../collector/web/progress-board.ts';
import { buildWeb } from '../../collector/web/server.ts';
import { FakeClock } from './fake-clock.ts';
import { temporaryFolder } from './folder.ts';
import { seedFleet } from './seed-fleet.ts';

export interface TestWeb {
  app: FastifyInstance;
  web: WebContext;
  store: Store;
  clock: FakeClock;
  feed: Feed;
  /** What agents were asked. */
  asked: string[];
  problems: string[];
  token(role: Role, customer?: string | null): string;
  bearer(role: Role, customer?: string | null): { authorization: string };
  /** Signs in by the form; the cookie to send. */
  cookie(role: Role, customer?: string | null): Promise<string>;
}

export const FLEET_NOW_MS = Date.UTC(2026, 10, 22, 12);

/** Two customers with hosts of their own: acme has web1, globex db1, and so on. */
export async function testWeb(options: { hosts?: number; secure?: boolean } = {}): Promise<TestWeb> {
  const store = openStore(join(temporaryFolder(), 'collector.db'));
  const clock = new FakeClock(FLEET_NOW_MS);
  if (options.hosts !== 0) {
    seedFleet(store, {
      hosts: options.hosts ?? 6,
      jobsPerHost: 2,
      days: 3,
      customers: ['acme', 'globex'],
      nowMs: FLEET_NOW_MS,
      trouble: 0.5,
      routes: [{ match: {}, to: ['oncall'], remindEveryMs: null, continue: false }],
    });
  }
  const feed = new Feed();
  const asked: string[] = [];
  const problems: string[] = [];
  const alerting = new Alerting({ store, routes: [], publicUrl: 'http://page' });
  const web: WebContext = {
    store,
    clock,
    log: pino({ level: 'silent' }),
    feed,
    metrics: new Metrics(),
    progress: new ProgressBoard(feed),
    version: '0.0.0',
    startedAtMs: FLEET_NOW_MS,
    secure: options.secure ?? false,
    sessions: {
      request: async (hostId, ask) => {
        asked.push(`${hostId} ${ask.type}`);
        return { accepted: true, reason: '' };
      },
      count: () => 3,
    },
    acknowledge: acknowledgeWith(store, alerting, clock),
    decideRestore: (...args) => consent.decide(...args),
    onChanged: () => {},
    problems: () => problems,
  };
  const consent = new Consent({ ...web, sessions: web.sessions });
  const { app, endStreams } = await buildWeb(web, { certificate: null, strictTransport: false });
  await app.ready();
  onTestFinished(async () => {
    endStreams();
    await app.close();
    store.close();
  });

  let made = 0;
  const token = (role: Role, customer: string | null = null): string => {
    made += 1;
    const secret = `bp_test_${made}`;
    store.access.createToken({ name: `${role}-${made}`, hash: hashOf(secret), role, customer }, FLEET_NOW_MS);
    return secret;
  };
  const cookie = async (role: Role, customer: string | null = null): Promise<string> => {
    const answer = await app.inject({
      method: 'POST',
      url: '/sign-in',
      payload: `token=${token(role, customer)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    });
    return String(answer.headers['set-cookie']).split(';')[0]!;
  };
  const bearer = (role: Role, customer: string | null = null) => ({
    authorization: `Bearer ${token(role, customer)}`,
  });
  return { app, web, store, clock, feed, asked, problems, token, bearer, cookie };
}

/** Every route of the application: `GET /api/v1/jobs` and so on. */
export function routesOf(app: FastifyInstance): string[] {
  const routes: string[] = [];
  const branches: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const match = /^([│ ]*)[├└]── (\S*) \(([A-Z, ]+)\)|^([│ ]*)[├└]── (\S*)$/.exec(line);
    if (!match) continue;
    const depth = (match[1] ?? match[4] ?? '').length / 4;
    branches.length = depth;
    branches[depth] = match[2] ?? match[5] ?? '';
    for (const method of (match[3] ?? '').split(', ').filter((one) => one !== '' && one !== 'HEAD')) {
      routes.push(`${method} ${branches.slice(0, depth + 1).join('')}`);
    }
  }
  return routes;
}
