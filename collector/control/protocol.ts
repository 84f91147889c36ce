/** The control socket's words: one JSON line asks, one JSON line answers, then the connection ends. */
import { join } from 'node:path';

export const REQUEST_BYTES_MAX = 64 * 1024;
export const REQUEST_WITHIN_MS = 5_000;

export interface ControlRequest {
  operation: string;
  arguments: unknown;
}

export type ControlAnswer =
  | { ok: true; result: unknown }
  | { ok: false; error: string; next?: string; exitCode: 1 | 2 };

export function socketPath(dataDir: string): string {
  return join(dataDir, 'collector.sock');
}
