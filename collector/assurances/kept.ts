/** What a job promises to keep, as `retained` reads it. Pure. */
import { formatDuration } from '../../proto/duration.ts';
import type { JobRow } from '../store/types.ts';

/** The longest time two neighbouring recovery points may lie apart, milliseconds. */
export function longestMs({ declaration: { keepMs, longestSilenceMs } }: JobRow): number {
  return longestSilenceMs > 0 ? longestSilenceMs : keepMs;
}

/** `7d promised`, with which each reason begins. */
export function promised(job: JobRow): string {
  return `${formatDuration(job.declaration.keepMs)} promised`;
}
