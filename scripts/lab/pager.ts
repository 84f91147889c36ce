/**
 * A fake: plays PagerDuty's Events API v2 and a Standard Webhooks endpoint, because neither can be had here.
 * It answers as their documentation says (202 with a dedup_key; 2xx) and keeps what it was told.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Page {
  via: 'pagerduty' | 'webhook';
  atMs: number;
  /** 'trigger', 'acknowledge' or 'resolve'. */
  event: string;
  rule: string;
  /** 'job:web1/files' and the like. */
  subject: string;
  severity: string;
  reason: string;
  dedupKey: string;
}

/** The webhook says what happened to the alert, PagerDuty what is to be done with it. */
const WEBHOOK_EVENTS = { triggered: 'trigger', acknowledged: 'acknowledge', resolved: 'resolve' };

export class FakePager {
  readonly pages: Page[] = [];
  /** Requests that were not as the real receivers want them. */
  readonly complaints: string[] = [];
  readonly webhookSecret = `whsec_${Buffer.from('a secret of the lab, 32 bytes lo').toString('base64')}`;
  readonly routingKey = 'R0123456789ABCDEF0123456789ABCDE';
  /** Answered instead of success, to play an outage. */
  failWith: number | null = null;
  readonly #server: Server;
  #onPage: ((page: Page) => void) | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(onPage?: (page: Page) => void): Promise<FakePager> {
    const server = createServer();
    const pager = new FakePager(server);
    pager.#onPage = onPage;
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        if (pager.failWith) {
          response.writeHead(pager.failWith).end('{}');
          return;
        }
        const body = Buffer.concat(chunks).toString('utf8');
        try {
          if (request.url === '/v2/enqueue') pager.#pagerduty(body);
          else if (request.url === '/hook') pager.#webhook(body, request.headers as Record<string, string>);
          response.writeHead(request.url === '/v2/enqueue' ? 202 : 200, {
            'content-type': 'application/json',
          });
          response.end('{"status":"success"}');
        } catch (error) {
          pager.complaints.push(String(error));
          response.writeHead(400).end('{}');
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return pager;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Pages about a subject, oldest first, as one receiver heard them. */
  about(subject: string, via: Page['via'] = 'pagerduty'): Page[] {
    return this.pages.filter((page) => page.subject === subject && page.via === via);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pagerduty(body: string): void {
    const event = JSON.parse(body);
    if (event.routing_key !== this.routingKey) throw new Error('wrong routing key');
    if (!['trigger', 'acknowledge', 'resolve'].includes(event.event_action))
      throw new Error('wrong event_action');
    if (event.event_action === 'trigger') {
      if (!event.payload.summary || event.payload.summary.length > 1_024) throw new Error('wrong summary');
      if (!['critical', 'error', 'warning', 'info'].includes(event.payload.severity))
        throw new Error('wrong severity');
    } else if (!this.pages.some((page) => page.via === 'pagerduty' && page.dedupKey === event.dedup_key)) {
      throw new Error(`${event.event_action} for a key that was never triggered: ${event.dedup_key}`);
    }
    const opened = this.pages.find((page) => page.via === 'pagerduty' && page.dedupKey === event.dedup_key);
    this.#keep({
      via: 'pagerduty',
      atMs: Date.now(),
      event: event.event_action,
      rule: event.payload?.class ?? opened?.rule ?? '',
      subject: event.payload?.custom_details?.subject ?? opened?.subject ?? '',
      severity: event.payload?.severity ?? opened?.severity ?? '',
      reason: event.payload?.summary ?? '',
      dedupKey: event.dedup_key,
    });
  }

  #webhook(body: string, headers: Record<string, string>): void {
    const event = new Webhook(this.webhookSecret).verify(body, headers) as {
      type: string;
      data: { rule: string; subject: string; severity: string; reason: string; dedupKey: string };
    };
    const { rule, subject, severity, reason, dedupKey } = event.data;
    if (!rule || !subject || !reason || !dedupKey) throw new Error(`webhook without its words: ${body}`);
    const said = event.type.split('.').at(-1) as keyof typeof WEBHOOK_EVENTS;
    this.#keep({
      via: 'webhook',
      atMs: Date.now(),
      event: WEBHOOK_EVENTS[said] ?? said,
      rule,
      subject,
      severity,
      reason,
      dedupKey,
    });
  }

  #keep(page: Page): void {
    this.pages.push(page);
    this.#onPage?.(page);
  }
}
