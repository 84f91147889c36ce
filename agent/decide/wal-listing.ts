/**
 * What of a repository's WAL a look lists: what was seen is not listed again, but for what grows, what had trouble, and
 * some of the rest in turn, so that what vanishes is noticed. Each listing is a program to run. Pure.
 */
import { segmentName } from '../tools/wal.ts';
import type { Range, WalFolder } from './wal-folder.ts';
import type { WalMemory } from './wal-watch.ts';

/** Which folders there are is asked once in so many looks, unless something says that they changed. */
export const WIDE_EVERY_LOOKS = 5;
/** Looks come by the minute: each folder is seen at least once a day. */
const WIDE_LOOKS_A_DAY = (24 * 60) / WIDE_EVERY_LOOKS;
/** Unknown folders that are listed one by one; for more than these, all are listed at once. */
export const UNKNOWN_SINGLY_MAX = 20;
/** Folders with a hole or a damaged segment that are listed in each look, to see them mended. */
export const TROUBLED_MAX = 5;

/** A repository with more folders, of 256 segments each by default, is asked what it says of itself only so often. */
export const FOLDERS_SMALL_MAX = 100;

/** The first and the last segment, by name, that the repository itself says it holds; null when it holds none. */
export interface ArchiveEnds {
  min: string | null;
  max: string | null;
}

/**
 * Whether a look must ask what the repository says of itself, which costs as much as it has folders.
 * @param position where the server writes: a folder that is not known may be there by now.
 * @param turn counts the looks.
 */
export function isStanzaDue({ folders, segmentBytes }: WalMemory, position: Position, turn: number): boolean {
  const { timeline, lsn } = position;
  const written = folderOf(segmentName({ timeline, index: Math.floor(lsn / segmentBytes) }, segmentBytes))!;
  return folders.size <= FOLDERS_SMALL_MAX || !folders.has(written) || turn % WIDE_EVERY_LOOKS === 0;
}

/** Of a server in its log. */
export interface Position {
  timeline: number;
  lsn: number;
}

/** Whether segments that were known are not there any more. */
export function hasLess(before: WalMemory, after: WalMemory): boolean {
  const count = (folder: WalFolder) => folder.stretches.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return [...before.folders].some(([name, folder]) => {
    const now = after.folders.get(name);
    return now !== folder && (now === undefined || count(now) < count(folder));
  });
}

/** Whether a look must ask which folders there are. @param turn counts the looks. */
export function isWideLook(memory: WalMemory, { min, max }: ArchiveEnds, turn: number): boolean {
  const names = [...memory.folders.keys()].sort();
  const isAsKnown = folderOf(min) === names[0] && folderOf(max) === names.at(-1);
  return turn % WIDE_EVERY_LOOKS === 0 || !isAsKnown;
}

/** A folder is named like the beginning of the segments in it. */
function folderOf(segment: string | null): string | undefined {
  return segment?.slice(0, 16);
}

export interface Listing {
  /** Folders to list one by one. */
  singly: string[];
  /** Too many are unknown: list all at once. */
  isDeep: boolean;
}

/**
 * @param names of all folders that there are, as far as known.
 * @param timeline the server's.
 * @param turn counts the looks; folders that are known and do not grow take turns in the wide ones.
 */
export function foldersToList(
  memory: WalMemory,
  names: readonly string[],
  timeline: number,
  turn: number,
): Listing {
  const { folders } = memory;
  const sorted = [...names].sort();
  const isWide = turn % WIDE_EVERY_LOOKS === 0;
  const since = isWide || isMissing(memory) ? parentOf(sorted, timeline) : timeline;
  const growing = sorted.filter((name, i) => timelineOf(name) >= since && grows(name, i, sorted, folders));
  const troubled = sorted.filter((name) => isTroubled(folders.get(name), memory)).slice(-TROUBLED_MAX);
  const unknown = sorted.filter((name) => !folders.has(name));
  const isDeep = unknown.length > UNKNOWN_SINGLY_MAX;
  const seldom = sorted.filter((name) => folders.has(name) && !growing.includes(name));
  const perLook = Math.ceil(seldom.length / WIDE_LOOKS_A_DAY);
  const wideLook = Math.floor(turn / WIDE_EVERY_LOOKS);
  const inTurn = Array.from({ length: isWide ? perLook : 0 }, (_, i) => {
    return seldom[(wideLook * perLook + i) % seldom.length]!;
  });
  const singly = [...growing, ...troubled, ...inTurn, ...(isDeep ? [] : unknown)];
  return { singly: [...new Set(singly)], isDeep };
}

/** What the primary before had not sent yet may still come. */
function isMissing({ exposure }: WalMemory): boolean {
  return exposure !== null && exposure.unsaved.length > 0;
}

/**
 * A server writes to its own timeline, a copy that was promoted to a later one, and an old primary that nobody stopped to
 * the one before.
 */
function parentOf(names: readonly string[], timeline: number): number {
  const earlier = names.map(timelineOf).filter((one) => one < timeline);
  return earlier.length === 0 ? timeline : Math.max(...earlier);
}

/**
 * The last folder of a timeline, and the one before as long as its end has not come: segments may be sent side by side.
 */
function grows(
  name: string,
  i: number,
  sorted: readonly string[],
  folders: ReadonlyMap<string, WalFolder>,
): boolean {
  const isOf = (other: string | undefined) => other !== undefined && timelineOf(other) === timelineOf(name);
  if (!isOf(sorted[i + 1])) return true;
  const known = folders.get(name);
  const isFull = known !== undefined && known.stretches.at(-1)?.to === known.range.to;
  return !isOf(sorted[i + 2]) && !isFull;
}

function timelineOf(folder: string): number {
  return Number.parseInt(folder.slice(0, 8), 16);
}

function isTroubled(folder: WalFolder | undefined, { holes, damaged }: WalMemory): boolean {
  if (!folder) return false;
  const meets = ({ from, to }: Range) => from <= folder.range.to && folder.range.from <= to;
  return [...holes, ...damaged].some((one) => one.timeline === folder.timeline && meets(one));
}
