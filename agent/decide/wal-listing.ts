/** Which folders of WAL a look lists: what was seen is not listed again. Pure. */
import type { WalMemory } from './wal-watch.ts';

/** Folders listed in one look: each is a program to run, some 60 ms. */
export const FOLDERS_PER_LOOK_MAX = 60;

/**
 * Which folders to list in this look: those not known yet, newest first; the newest two of every timeline,
 * since these still grow; and, in turn, one of the others, so that what vanishes from them is noticed.
 * @param folders names, of all folders that there are.
 * @param turn counts the looks.
 */
export function foldersToList(memory: WalMemory | null, folders: readonly string[], turn: number): string[] {
  const newestFirst = [...folders].sort().reverse();
  const known = memory?.folders ?? new Map();
  const growing = newestFirst.filter(
    (name, i) => i < 2 || timelineOf(name) !== timelineOf(newestFirst[i - 2]!),
  );
  const unknown = newestFirst.filter((name) => !known.has(name));
  const others = newestFirst.filter((name) => known.has(name) && !growing.includes(name));
  const inTurn = others.length > 0 ? [others[turn % others.length]!] : [];
  return [...new Set([...growing, ...inTurn, ...unknown])].slice(0, FOLDERS_PER_LOOK_MAX);
}

function timelineOf(folder: string): string {
  return folder.slice(0, 8);
}
