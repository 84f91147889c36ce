/** Errors as people and programs are told them: problem+json (RFC 9457) under /api, a page elsewhere. */
import type { FastifyReply, FastifyRequest } from 'fastify';

export class HttpProblem extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;

  /** `detail` is a full sentence that says what to do. */
  constructor(status: number, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  429: 'Too many attempts',
  500: 'Internal error',
  503: 'Not ready',
};

export function titleOf(status: number): string {
  return TITLES[status] ?? 'Error';
}

export function isApi(request: FastifyRequest): boolean {
  return /^\/(api|events|metrics|healthz|readyz|ping)\b/.test(request.url);
}

export function sendProblem(reply: FastifyReply, status: number, detail: string): FastifyReply {
  return reply
    .code(status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify({ type: 'about:blank', title: titleOf(status), status, detail }));
}
