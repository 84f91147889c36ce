/** The frame of every page, and how a page becomes an answer. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { printable } from '../../../proto/printable.ts';
import { RESTORE_APPROVAL_MS } from '../../../proto/restore.ts';
import { assetUrl } from '../assets.ts';
import type { Principal, WebContext } from '../context.ts';
import { Symbols } from './marks.tsx';

/** What every page shows around itself. */
export interface Frame {
  principal: Principal | null;
  firing: number;
  /** Restores that wait for a second person. */
  waiting: number;
  /** Why the collector does not do its work; shown to those who see every customer. */
  problems: string[];
  nowMs: number;
}

export function frameOf(request: FastifyRequest, web: WebContext): Frame {
  const { principal } = request;
  const nowMs = web.clock.nowMs();
  const scope = principal?.customer ? { customer: principal.customer } : {};
  const { critical, warning } = web.store.alerts.countFiring(scope);
  return {
    principal,
    firing: critical + warning,
    waiting: principal ? web.store.restores.waiting(scope, nowMs - RESTORE_APPROVAL_MS).length : 0,
    problems: principal?.customer === null ? web.problems() : [],
    nowMs,
  };
}

/**
 * Sends a page. Preact escapes markup; what would reorder or hide text, or speak to a terminal that shows
 * the page's source, is made visible here for every page at once.
 */
export function page(reply: FastifyReply, content: VNode): FastifyReply {
  const html = printable(renderToString(content));
  return reply.type('text/html; charset=utf-8').send(`<!doctype html>${html}`);
}

type Section = 'jobs' | 'hosts' | 'restores' | 'alerts';

export function Document(props: {
  title: string;
  frame: Frame;
  section?: Section;
  /** What of the event stream concerns this page, as a query; absent: the page is not live. */
  live?: string;
  children: ComponentChildren;
}) {
  const { frame, live } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${frame.firing > 0 ? `(${frame.firing}) ` : ''}${props.title} · Backproof`}</title>
        <link rel="icon" href={assetUrl('mark.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetUrl('style.css')} />
        <script src={assetUrl('live.js')} defer />
      </head>
      <body data-events={live}>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <Symbols />
        <TopBar frame={frame} section={props.section} live={live !== undefined} />
        {frame.problems.length > 0 && (
          <div class="banner" role="alert">
            {frame.problems.map((problem) => (
              <p key={problem}>{problem}</p>
            ))}
          </div>
        )}
        <main id="content" tabIndex={-1}>
          {props.children}
        </main>
      </body>
    </html>
  );
}

function TopBar({ frame, section, live }: { frame: Frame; section: Section | undefined; live: boolean }) {
  const { principal } = frame;
  const link = (name: Section, href: string, text: ComponentChildren) => (
    <a href={href} aria-current={section === name ? 'page' : undefined}>
      {text}
    </a>
  );
  return (
    <header class="top">
      <a class="brand" href="/">
        <svg class="logo" aria-hidden="true" viewBox="0 0 24 24">
          <use href="#mark" />
        </svg>
        Backproof
      </a>
      {principal && (
        <nav aria-label="Main" data-live="nav">
          {link('jobs', '/', 'Jobs')}
          {link('hosts', '/hosts', 'Hosts')}
          {link(
            'restores',
            '/restores',
            <>
              Restores
              {frame.waiting > 0 && (
                <span class="count">
                  {frame.waiting}
                  <span class="vh"> waiting</span>
                </span>
              )}
            </>,
          )}
          {link(
            'alerts',
            '/alerts',
            <>
              Alerts
              {frame.firing > 0 && (
                <span class="count">
                  {frame.firing}
                  <span class="vh"> firing</span>
                </span>
              )}
            </>,
          )}
        </nav>
      )}
      {principal && (
        <div class="who">
          {live && <span class="live" id="live" aria-live="polite" />}
          <span
            class="name"
            title={`Role ${principal.role}${principal.customer ? `, ${principal.customer} only` : ''}`}
          >
            {principal.name}
          </span>
          <form method="post" action="/sign-out">
            <Csrf principal={principal} />
            <button class="quiet" type="submit">
              Sign out
            </button>
          </form>
        </div>
      )}
    </header>
  );
}

/** Goes into every form. */
export function Csrf({ principal }: { principal: Principal | null }) {
  return <input type="hidden" name="csrf" value={principal?.csrf ?? ''} />;
}
