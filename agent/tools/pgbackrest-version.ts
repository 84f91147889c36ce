/** What a version of pgBackRest can do; https://pgbackrest.org/release.html. Pure. */
import type { PgBackRestAccess } from './pgbackrest.ts';

export interface PgBackRestVersion {
  /** `2.45`, `2.53.1` */
  text: string;
  /** [2, 53, 1] */
  parts: number[];
}

/** The oldest pgBackRest that knows a major of PostgreSQL; the newest major first. Debian 12 has 2.45. */
const NEEDED: [postgresMajor: number, pgBackRest: string][] = [
  [18, '2.55'],
  [17, '2.53.1'],
  [16, '2.48'],
];
/** From here on it runs as root for nothing but restore. */
const REFUSES_ROOT = [2, 59];

export function versionArgv({ prefix, program }: Pick<PgBackRestAccess, 'prefix' | 'program'>): string[] {
  return [...prefix, program, 'version'];
}

/** What `pgbackrest version` printed; null when it is not that. */
export function parsePgBackRestVersion(stdout: string): PgBackRestVersion | null {
  const text = /^pgBackRest (\d+(?:\.\d+)+)/m.exec(stdout)?.[1];
  return text === undefined ? null : { text, parts: partsOf(text) };
}

/** The version that a server of this major needs, when this one is older; null when it knows it. */
export function neededInstead(version: PgBackRestVersion, postgresMajor: number): string | null {
  const needed = NEEDED.find(([major]) => major <= postgresMajor)?.[1];
  return needed !== undefined && isBefore(version.parts, partsOf(needed)) ? needed : null;
}

export function refusesRoot(version: PgBackRestVersion): boolean {
  return !isBefore(version.parts, REFUSES_ROOT);
}

function partsOf(text: string): number[] {
  return text.split('.').map(Number);
}

function isBefore(one: number[], other: number[]): boolean {
  const at = other.findIndex((part, index) => part !== (one[index] ?? 0));
  return at >= 0 && (one[at] ?? 0) < other[at]!;
}
