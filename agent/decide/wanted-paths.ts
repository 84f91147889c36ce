/**
 * Which of the paths somebody asked for an archive holds, and what they may have meant by those it does not.
 * Fed entry by entry, because an archive may have millions. Pure.
 */
import { editDistance } from '../../proto/edit-distance.ts';

/** Names offered for one path that is not there. */
const NEAR_MAX = 3;
const NAME_CHARS_MAX = 64;

interface Wanted {
  /** Absolute. */
  path: string;
  parts: string[];
  count: number;
  bytes: number;
  /** The deepest folder above it that the archive knows. */
  ancestor: string[];
  near: { path: string; distance: number }[];
}

export class WantedPaths {
  readonly #wanted: Wanted[];

  /** @param paths absolute. */
  constructor(paths: readonly string[]) {
    this.#wanted = paths.map((path) => ({
      path,
      parts: partsOf(path),
      count: 0,
      bytes: 0,
      ancestor: [],
      near: [],
    }));
  }

  add(path: string, sizeBytes: number): void {
    const parts = partsOf(path);
    for (const wanted of this.#wanted) {
      if (isBelow(parts, wanted.parts)) {
        wanted.count += 1;
        wanted.bytes += sizeBytes;
      } else if (wanted.count === 0) look(wanted, parts);
    }
  }

  /** What there is to restore. */
  found(): { entries: number; bytes: number } {
    return {
      entries: this.#wanted.reduce((sum, { count }) => sum + count, 0),
      bytes: this.#wanted.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** A sentence for each path the archive does not hold. */
  missing(): string[] {
    return this.#wanted
      .filter(({ count }) => count === 0)
      .map(({ path, near, ancestor }) => {
        if (near.length > 0)
          return `${path} is not in it; there is ${near.map((one) => one.path).join(', ')}`;
        return `${path} is not in it; ${ancestor.length > 0 ? `the nearest there is: /${ancestor.join('/')}` : 'nor is anything above it'}`;
      });
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function isBelow(parts: readonly string[], folder: readonly string[]): boolean {
  return folder.length <= parts.length && folder.every((part, i) => part === parts[i]);
}

/** Notes an entry above the path, or one that may have been meant. */
function look(wanted: Wanted, parts: readonly string[]): void {
  const { ancestor } = wanted;
  if (parts.length > ancestor.length && isBelow(wanted.parts, parts)) wanted.ancestor = [...parts];
  const distance = slipDistance(wanted.parts, parts);
  if (distance !== null) offer(wanted, parts, distance);
  else if (parts.at(-1) === wanted.parts.at(-1)) offer(wanted, parts, ELSEWHERE);
}

/** How far apart two paths are that differ in one of their parts only; null when they are no slip of the pen. */
function slipDistance(wanted: readonly string[], parts: readonly string[]): number | null {
  if (parts.length !== wanted.length) return null;
  const at = parts.findIndex((part, i) => part !== wanted[i]);
  if (parts.some((part, i) => i > at && part !== wanted[i])) return null;
  const [meant, there] = [wanted[at]!, parts[at]!];
  if (meant.length > NAME_CHARS_MAX || there.length > NAME_CHARS_MAX) return null;
  const distance = editDistance(meant, there);
  return distance <= Math.max(1, Math.floor(meant.length / 3)) ? distance : null;
}

/** The same name in another folder is offered after every slip of the pen. */
const ELSEWHERE = NAME_CHARS_MAX;

function offer(wanted: Wanted, parts: readonly string[], distance: number): void {
  wanted.near.push({ path: `/${parts.join('/')}`, distance });
  wanted.near.sort((a, b) => a.distance - b.distance);
  wanted.near.length = Math.min(wanted.near.length, NEAR_MAX);
}
