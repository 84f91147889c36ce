/** What a collector says when it turns a connection away before any session begins. A part of link.ts. */
import type { IncomingMessage } from 'node:http';

const REFUSAL_CHARS_MAX = 4_096;

/** Calls `done` with one sentence once the answer is complete or broken off. */
export function readRefusal(response: IncomingMessage, done: (why: string) => void): void {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text = (text + chunk).slice(0, REFUSAL_CHARS_MAX);
  });
  response.on('error', () => {
    // `close` follows.
  });
  response.on('close', () => done(`the collector turned this host away: ${reasonIn(response, text)}`));
}

function reasonIn(response: IncomingMessage, text: string): string {
  try {
    const { reason } = JSON.parse(text) as { reason?: unknown };
    if (typeof reason === 'string') return reason;
  } catch {
    // A proxy in between answers in its own words.
  }
  return `HTTP ${response.statusCode}`;
}
