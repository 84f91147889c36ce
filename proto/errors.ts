/**
 * An error made for the person who reads it: what went wrong, where, what was expected, what to do next.
 * `main.ts` prints it without a stack and exits with `exitCode`.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** What to do next; printed on its own line. */
  readonly next: string | undefined;
  /** 1: a finding or failure; 2: wrong use. */
  readonly exitCode: 1 | 2;

  constructor(message: string, options: { next?: string; exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.next = options.next;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** A frame that breaks the protocol. Closes its session with a reason, is counted, touches nothing else. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** The message of anything thrown, for a log line or a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
