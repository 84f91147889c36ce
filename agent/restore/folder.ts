/** The folder a restore writes into: empty before, and marked while it is not whole. */
import { lstatSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, UserError } from '../../proto/errors.ts';

/** Says to whoever finds the folder that it is not whole; gone when it is. */
export const MARKER = 'RESTORE-NOT-COMPLETE.txt';
const OWNER_ONLY = 0o700;

/**
 * Makes the folder where it is missing.
 * @throws UserError when it is no folder, or holds something and `overwrite` is false.
 */
export function prepareFolder(folder: string, overwrite: boolean): void {
  let held: string[];
  try {
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
    held = readdirSync(folder);
  } catch (error) {
    throw new UserError(`${folder} cannot be restored into: ${messageOf(error)}`, {
      next: 'name another folder with --to',
      cause: error,
    });
  }
  if (held.length === 0 || overwrite) return;
  throw new UserError(
    held.includes(MARKER)
      ? `${folder} holds a restore that did not get to its end (see ${MARKER} in it)`
      : `${folder} is not empty`,
    { next: 'name a new folder with --to, or allow what is in it to be overwritten with --overwrite' },
  );
}

/** Throws what node:fs throws. */
export function mark(folder: string, what: string): void {
  writeFileSync(join(folder, MARKER), `${what}\nIt has not got to its end: this folder is not whole.\n`);
}

export function unmark(folder: string): void {
  rmSync(join(folder, MARKER), { force: true });
}

/** Whether something is there, be it a link into nowhere. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Bytes that may still be written where the folder is; null when nobody says. */
export function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** The user a file belongs to; null when it is not there. */
export function ownerOf(file: string): { uid: number; gid: number } | null {
  const facts = statSync(file, { throwIfNoEntry: false });
  return facts ? { uid: facts.uid, gid: facts.gid } : null;
}
