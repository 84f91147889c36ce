/** The most memory that a family of processes held at once. */
import { readdirSync, readFileSync } from 'node:fs';
import { pause } from '../until.ts';
import { memoryOf } from './measure.ts';

const SAMPLE_EVERY_MS = 200;

/** Processes below `pid`, itself included. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      parents.set(Number(name), Number(fields[1]));
    } catch {
      // Ended meanwhile.
    }
  }
  const isBelow = (one: number | undefined): boolean =>
    one !== undefined && (one === pid || isBelow(parents.get(one)));
  return [...parents.keys()].filter(isBelow);
}

/**
 * The most that `pid` and all below it held at once while `work` was done; what several of them share counts once.
 * @param without is not counted.
 */
export async function peakDuring<T>(
  pid: number,
  without: readonly number[],
  work: Promise<T>,
): Promise<{ result: T; peakBytes: number }> {
  let peakBytes = 0;
  let done = false;
  const watching = (async () => {
    while (!done) {
      let bytes = 0;
      for (const one of familyOf(pid)) {
        if (without.includes(one)) continue;
        try {
          bytes += memoryOf(one).pssBytes;
        } catch {
          // Ended meanwhile.
        }
      }
      peakBytes = Math.max(peakBytes, bytes);
      await pause(SAMPLE_EVERY_MS);
    }
  })();
  const result = await work.finally(() => {
    done = true;
  });
  await watching;
  return { result, peakBytes };
}
