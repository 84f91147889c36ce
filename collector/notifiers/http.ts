/** HTTP for notifiers: one request, no redirects, bounded in time and size, only to permitted addresses. */
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { messageOf } from '../../proto/errors.ts';
import { printableLine } from '../../proto/printable.ts';
import { addressProblem, rangesOf } from './address-guard.ts';
import type { Delivery } from './types.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 15_000;
/** What is read of an answer; the rest is dropped with the connection. */
const ANSWER_BYTES_MAX = 4_096;
export const ANSWER_SHOWN_CHARS = 300;
const HEADER_BYTES_MAX = 16 * 1024;

export type Answer =
  | { kind: 'answered'; status: number; text: string; retryAfterMs: number | undefined }
  /** The address may not be reached: trying again will not help. */
  | { kind: 'denied'; reason: string }
  | { kind: 'unreachable'; reason: string };

class AddressDenied extends Error {
  override readonly name = 'AddressDenied';
}

export class HttpClient {
  readonly #agent: Agent;

  /** `allowAddresses`: ranges that may be reached although they are loopback, link-local or metadata. */
  constructor(allowAddresses: readonly string[]) {
    const allowed = rangesOf(allowAddresses);
    const check = (address: string): AddressDenied | null => {
      const problem = addressProblem(address, allowed);
      return problem === null ? null : new AddressDenied(problem);
    };
    const guardedLookup: LookupFunction = (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, '', 0);
        const problem = addresses.map(({ address }) => check(address)).find((one) => one !== null);
        if (problem) return callback(problem, '', 0);
        if (options.all) return callback(null, addresses);
        callback(null, addresses[0]!.address, addresses[0]!.family);
      });
    };
    const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: guardedLookup });
    this.#agent = new Agent({
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: ANSWER_TIMEOUT_MS,
      connect(options, callback) {
        // An address in the URL is never looked up, so it is checked here; what was connected to, always.
        const literal = options.hostname.replace(/^\[|\]$/g, '');
        const problem = isIP(literal) === 0 ? null : check(literal);
        if (problem) return callback(problem, null);
        connect(options, (error, socket) => {
          if (error) return callback(error, null);
          const reached = check(socket.remoteAddress ?? '');
          if (!reached) return callback(null, socket);
          socket.destroy();
          callback(reached, null);
        });
      },
    });
  }

  post(url: string, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<Answer> {
    return this.#request('POST', url, headers, body, signal);
  }

  get(url: string, signal: AbortSignal): Promise<Answer> {
    return this.#request('GET', url, {}, null, signal);
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #request(
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    body: string | null,
    signal: AbortSignal,
  ): Promise<Answer> {
    try {
      const answer = await request(url, {
        method,
        headers: { 'user-agent': 'backproof', ...headers },
        body,
        signal,
        dispatcher: this.#agent,
      });
      const retryAfterMs = retryAfter(answer.headers['retry-after'], answer.headers.date);
      const text = await startOf(answer.body);
      return { kind: 'answered', status: answer.statusCode, text, retryAfterMs };
    } catch (error) {
      const cause = deniedIn(error);
      if (cause) return { kind: 'denied', reason: cause.message };
      if (signal.aborted) return { kind: 'unreachable', reason: 'no answer within the time limit' };
      return { kind: 'unreachable', reason: printableLine(describe(error), ANSWER_SHOWN_CHARS) };
    }
  }
}

/** An answer as a delivery: 2xx arrived; what the request itself is to blame for is not tried again. */
export function deliveryOf(answer: Answer): Delivery {
  if (answer.kind === 'denied') return { result: 'permanent', reason: answer.reason };
  if (answer.kind === 'unreachable') return { result: 'retryable', reason: answer.reason };
  const { status, text, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return { result: 'delivered' };
  const said = text === '' ? '' : `: ${printableLine(text, ANSWER_SHOWN_CHARS)}`;
  const reason = `the receiver answered ${status}${said}`;
  if (isPermanent(status)) return { result: 'permanent', reason };
  return retryAfterMs === undefined
    ? { result: 'retryable', reason }
    : { result: 'retryable', reason, afterMs: retryAfterMs };
}

/** Gone, too large or malformed: the same request meets the same answer. */
const PERMANENT = [400, 405, 410, 411, 413, 414, 415, 422, 431];

/**
 * 401, 403 and 404 are tried again, and so are redirects, which are never followed: a key that is being rotated, a
 * proxy that restarts, a page that says "maintenance" heal, and the alert is told as soon as they have.
 */
export function isPermanent(status: number): boolean {
  return PERMANENT.includes(status);
}

/** Seconds or a date, as RFC 9110 allows, relative to the answer's own Date. */
function retryAfter(value: unknown, date: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const atMs = Date.parse(value);
  const nowMs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(atMs) || Number.isNaN(nowMs) ? undefined : Math.max(0, atMs - nowMs);
}

async function startOf(body: AsyncIterable<Uint8Array> & { destroy(): unknown }): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= ANSWER_BYTES_MAX) break;
  }
  body.destroy();
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES_MAX).toString();
}

function deniedIn(error: unknown): AddressDenied | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof AddressDenied) return at;
  }
  return null;
}

/** undici wraps what the socket said, and a failed attempt on several addresses has a message each. */
function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join(', ');
  return messageOf(error);
}
