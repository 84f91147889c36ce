/** Moments and verdicts as all assurances say them. Pure. */
import { formatDuration } from '../../proto/duration.ts';
import type { Verdict } from './types.ts';

/** `2026-11-23 02:10:05 UTC`. Zones belong to the edges; a reason is the same wherever it is read. */
export function moment(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `3h 20m`, never negative. */
export function span(fromMs: number, toMs: number): string {
  return formatDuration(Math.max(0, toMs - fromMs));
}

export function notApplicable(reason: string, sinceMs: number): Verdict {
  return { state: 'not-applicable', rule: null, sinceMs, reason, nextCheckAtMs: null };
}

/** Nothing is known and nothing will be by itself. */
export function unknown(reason: string, sinceMs: number, nextCheckAtMs: number | null = null): Verdict {
  return { state: 'unknown', rule: null, sinceMs, reason, nextCheckAtMs };
}

/** With a full stop at its end. */
export function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `1 point`, `2 points`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
