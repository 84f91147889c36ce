/** GET /events: server-sent events of what changes, narrowed to what the asker may see. */
import type { FastifyInstance } from 'fastify';
import type { FeedEvent } from '../feed.ts';
import { customerScope, maySee, stillSignedIn } from './access.ts';
import { known, query } from './api/parameters.ts';
import type { WebContext } from './context.ts';
import { EventStream } from './event-stream.ts';
import { HttpProblem } from './problem.ts';

/** Streams at once; each costs a socket and a look at every event. */
const WATCHERS_MAX = 500;
/** A stream ends after this long; its watcher comes back by itself. */
const STREAM_MAX_MS = 30 * 60_000;
/** How soon a stream ends after its token was revoked or its session ended. */
const RECHECK_EVERY_MS = 2_000;

/** The page's short way, and the same stream where the rest of the API is. */
const PATHS = ['/events', '/api/v1/events'];

interface EventsQuery {
  host?: string;
  job?: string;
  customer?: string;
  progress: boolean;
}

/** Returns the function that ends every stream, for the stop. */
export function eventRoutes(app: FastifyInstance, web: WebContext): () => void {
  const streams = new Set<EventStream>();

  for (const path of PATHS)
    app.get<{ Querystring: EventsQuery }>(
      path,
      {
        config: { access: 'viewer' },
        schema: {
          summary: 'Server-sent events: job, host, alert, progress; `many` when everything may have changed',
          querystring: query({
            host: known.host,
            job: known.job,
            customer: known.customer,
            progress: { type: 'boolean', default: true, description: 'Also the progress of runs.' },
          }),
        },
      },
      async (request, reply) => {
        if (streams.size >= WATCHERS_MAX) {
          throw new HttpProblem(503, `${WATCHERS_MAX} streams are open already.`, { 'retry-after': '30' });
        }
        const asked = request.query;
        const { customer } = customerScope(request, asked.customer);
        const wanted = (event: FeedEvent): boolean => {
          if (event.type === 'progress' && !asked.progress) return false;
          if (!maySee(request, event.customer)) return false;
          if (customer !== undefined && event.customer !== customer) return false;
          if (event.type === 'alert') return true;
          if (asked.host !== undefined && event.host !== asked.host) return false;
          if (asked.job === undefined || event.type === 'host') return true;
          return (event.type === 'job' ? event.job : event.progress.job) === asked.job;
        };
        reply.hijack();
        const { raw } = reply;
        raw.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          // nginx would hold the events back.
          'x-accel-buffering': 'no',
        });
        const stream = new EventStream(
          {
            write: (text) => raw.write(text),
            unreadBytes: () => raw.writableLength,
            end: () => raw.end(),
          },
          web.clock,
        );
        streams.add(stream);
        const unwatch = web.feed.watch((event) => {
          if (wanted(event)) stream.push(event);
        });
        const cancelEnd = web.clock.after(STREAM_MAX_MS, () => stream.end());
        let cancelRecheck = () => {};
        const recheckLater = () => {
          cancelRecheck = web.clock.after(RECHECK_EVERY_MS, () => {
            if (stillSignedIn(request, web)) recheckLater();
            else stream.end();
          });
        };
        recheckLater();
        raw.on('error', () => stream.end());
        raw.on('close', () => {
          unwatch();
          cancelEnd();
          cancelRecheck();
          streams.delete(stream);
          stream.end();
        });
      },
    );

  return () => {
    for (const stream of streams) stream.end();
  };
}
