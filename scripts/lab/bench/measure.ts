/** Numbers out of samples and out of /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** The smallest sample that at least `share` of all samples do not exceed; `share` in (0, 1]. */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError('no samples');
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export interface Memory {
  rssBytes: number;
  /** Resident, with every shared page divided by how many processes share it. */
  pssBytes: number;
}

export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytes = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(rollup)![1]) * 1024;
  return { rssBytes: bytes('Rss'), pssBytes: bytes('Pss') };
}

/** CPU time of all threads so far, in milliseconds, to the nanosecond (the clock ticks of `stat` are 10 ms). */
export function cpuMsOf(pid: number): number {
  let totalNs = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    totalNs += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return totalNs / 1e6;
}

/** Clock ticks of /proc/PID/stat; 100 a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** CPU time of a process and of the children it has waited for, in milliseconds. */
export function cpuMsWithChildrenOf(pid: number): number {
  // The name in parentheses may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0) * TICK_MS;
}
