/**
 * healthchecks.io's ping form, for hosts without an agent and for borgmatic's `healthchecks` hook.
 *
 * The UUID is the whole right to report, so it stands in no log. It is looked up before a body is read:
 * a stranger cannot make the collector read anything.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LOG_TAIL_CHARS_MAX } from '../../proto/limits.ts';
import { newRunId, RUN_ID_RANDOM_BYTES } from '../../proto/run.ts';
import { decidePing, type PingSignal, parsePing } from '../decide/ping.ts';
import { hashOf } from '../secrets.ts';
import type { PingRow, Store } from '../store/types.ts';
import type { WebContext } from './context.ts';
import { HttpProblem } from './problem.ts';
import { AttemptLimit } from './rate-limit.ts';

/** As healthchecks.io: its clients cut their logs to what Ping-Body-Limit says. The end is kept of more. */
const BODY_KEPT_BYTES_MAX = 100_000;
/** Whoever sends this much is no ping. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;
const PINGS_PER_MINUTE = 60;
const UNKNOWN_PER_MINUTE = 60;
const MINUTE_MS = 60_000;
/** A run is looked for among so many of its job. */
const RUNS_LOOKED_THROUGH = 50;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

declare module 'fastify' {
  interface FastifyRequest {
    ping: { row: PingRow; signal: PingSignal } | null;
  }
}

type Pinging = {
  Params: { uuid: string; how?: string };
  Querystring: { rid?: string | string[] };
  Body: string | undefined;
};

export async function pingRoutes(app: FastifyInstance, web: WebContext): Promise<void> {
  const used = new AttemptLimit({ max: PINGS_PER_MINUTE, windowMs: MINUTE_MS });
  const unknown = new AttemptLimit({ max: UNKNOWN_PER_MINUTE, windowMs: MINUTE_MS });

  /** @throws HttpProblem 404, 429; the connection ends with it, and a body is not read. */
  function examine(request: FastifyRequest<Pinging>): { row: PingRow; signal: PingSignal } {
    const nowMs = web.clock.nowMs();
    const { uuid, how = '' } = request.params;
    const signal = parsePing(how);
    const code = uuid.toLowerCase();
    const row = UUID.test(code) && signal ? web.store.pings.live(hashOf(code)) : null;
    const waitMs = row ? used.attempt(String(row.id), nowMs) : unknown.attempt(request.ip, nowMs);
    if (waitMs > 0) {
      const headers = { 'retry-after': String(Math.ceil(waitMs / 1_000)), connection: 'close' };
      throw new HttpProblem(429, 'Too many pings; come back in a minute.', headers);
    }
    if (row && signal) return { row, signal };
    throw new HttpProblem(404, 'not found: this is no ping URL, or it was revoked.', { connection: 'close' });
  }

  await app.register(async (scope) => {
    scope.decorateRequest('ping', null);
    // Whatever it says it is, a body is the end of a log.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', async (_request: FastifyRequest, payload: IncomingMessage) =>
      readEnd(payload),
    );
    for (const url of ['/ping/:uuid', '/ping/:uuid/:how']) {
      scope.route<Pinging>({
        method: ['GET', 'HEAD', 'POST'],
        url,
        config: { access: 'public' },
        schema: {
          summary: 'Reports a run, as healthchecks.io is told: start, fail, log, an exit code, or success',
          params: url.endsWith(':how') ? WITH_HOW : PARAMS,
          querystring: QUERY,
        },
        onRequest: async (request) => {
          request.ping = examine(request);
        },
        handler: async (request, reply) => {
          const { row, signal } = request.ping!;
          const log = (request.body ?? '').slice(-LOG_TAIL_CHARS_MAX);
          const told = { row, signal, log, rid: ridOf(request.query.rid), nowMs: web.clock.nowMs() };
          web.store.transaction(() => recordPing(web.store, told));
          web.feed.publish({ type: 'job', customer: row.customer, host: row.host, job: row.job });
          web.onChanged();
          return reply.type('text/plain').header('ping-body-limit', String(BODY_KEPT_BYTES_MAX)).send('OK');
        },
      });
    }
  });
}

const text = (description: string) => ({ type: 'string', description });
const PARAMS = { type: 'object', properties: { uuid: text('From `backproof-collector ping create`.') } };
const WITH_HOW = {
  type: 'object',
  properties: { ...PARAMS.properties, how: text('`start`, `fail`, `log`, or an exit code from 0 to 255.') },
};
const QUERY = {
  type: 'object',
  properties: { rid: text("A UUID of the sender's own that ties a start to its end.") },
};

function ridOf(given: string | string[] | undefined): string | null {
  const rid = [given].flat().at(-1)?.toLowerCase();
  return rid !== undefined && UUID.test(rid) ? rid : null;
}

interface Told {
  row: PingRow;
  signal: PingSignal;
  log: string;
  rid: string | null;
  nowMs: number;
}

/** Through the same functions of the store as what agents report. */
function recordPing(store: Store, { row, signal, log, rid, nowMs }: Told): void {
  const job = store.jobs.byId(row.jobId)!;
  const newest = store.runs.newest(row.jobId, RUNS_LOOKED_THROUGH);
  const id = newRunId(nowMs, randomBytes(RUN_ID_RANDOM_BYTES));
  for (const effect of decidePing(signal, { job, newest, rid, log, nowMs, newRunId: id })) {
    if (effect.do === 'start') store.runs.start(row.jobId, effect.run, nowMs);
    else if (effect.do === 'finish') store.runs.finish(row.jobId, effect.run, nowMs);
    else store.runs.addLog(effect.runId, effect.text);
  }
  store.pings.noteUse(row.id, nowMs);
}

/** The last BODY_KEPT_BYTES_MAX of a body. How long it may take is the server's requestTimeout. */
async function readEnd(payload: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let kept = 0;
  let total = 0;
  for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > BODY_BYTES_MAX)
      throw new HttpProblem(413, 'A log that long is no ping.', { connection: 'close' });
    chunks.push(chunk);
    kept += chunk.length;
    while (kept - chunks[0]!.length >= BODY_KEPT_BYTES_MAX) kept -= chunks.shift()!.length;
  }
  return Buffer.concat(chunks).subarray(-BODY_KEPT_BYTES_MAX).toString('utf8');
}
