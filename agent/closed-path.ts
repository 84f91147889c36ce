/**
 * Whether a path can be trusted by a process that writes more than others may: who can change any part of it can
 * lay a link there, and everything written behind it goes where the link leads.
 */
import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';

const ROOT = 0;
const WRITABLE_BY_OTHERS = 0o022;
/** In such a folder everybody adds, and nobody moves what belongs to somebody else. */
const STICKY = 0o1000;

/** Users that are no others: root, and whoever this process is. */
export function trustedUsers(): number[] {
  return [ROOT, process.geteuid?.() ?? ROOT];
}

/**
 * The first part of a folder's path that somebody else can change, or that is no folder itself (a link, say); null
 * when there is none. Throws what lstat throws when a part is not there.
 * @param trusted who is nobody else.
 * @param known what was found of parts already; give the same again to look at many paths.
 */
export function openPart(
  folder: string,
  trusted: readonly number[] = [ROOT],
  known = new Map<string, Part>(),
): string | null {
  const { open, isShared } = partOf(folder, trusted, known);
  return open ?? (isShared ? folder : null);
}

export interface Part {
  /** The first part up to here that somebody else can change. */
  open: string | null;
  /** Sticky: what is in it may be closed, what is still to be made in it is not. */
  isShared: boolean;
}

function partOf(folder: string, trusted: readonly number[], known: Map<string, Part>): Part {
  const before = known.get(folder);
  if (before) return before;
  const above = folder === '/' ? null : partOf(dirname(folder), trusted, known).open;
  const part = above === null ? itself(folder, trusted) : { open: above, isShared: false };
  known.set(folder, part);
  return part;
}

function itself(folder: string, trusted: readonly number[]): Part {
  const facts = lstatSync(folder);
  const isWritable = (facts.mode & WRITABLE_BY_OTHERS) !== 0;
  const isShared = isWritable && (facts.mode & STICKY) !== 0;
  const isClosed = facts.isDirectory() && trusted.includes(facts.uid) && (!isWritable || isShared);
  return { open: isClosed ? null : folder, isShared };
}
