/** The folder a restore writes into: empty before, and marked while it is not whole. */
import { lstatSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, UserError } from '../../proto/errors.ts';
import { openPart, type Part, trustedUsers } from '../closed-path.ts';

/** Says to whoever finds the folder that it is not whole; gone when it is. */
export const MARKER = 'RESTORE-NOT-COMPLETE.txt';
const OWNER_ONLY = 0o700;
const OTHERS = 0o077;

/**
 * Makes the folder where it is missing. borg follows whatever links lie on its way, so nobody else may be able to lay
 * one: not in the folder's path, and not in what it holds already.
 * @throws UserError when it is no folder, others can change it, or it holds something and `overwrite` is false.
 */
export function prepareFolder(folder: string, overwrite: boolean): void {
  let held: string[];
  let open: string | null;
  try {
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
    held = readdirSync(folder);
    open = openPart(folder, trustedUsers());
  } catch (error) {
    throw new UserError(`${folder} cannot be restored into: ${messageOf(error)}`, {
      next: 'name another folder with --to',
      cause: error,
    });
  }
  if (open !== null)
    throw new UserError(
      `${folder} cannot be restored into: ${open} is a link, or others can change it and lead the files elsewhere`,
      {
        next: 'name with --to a new folder below folders that only root can change, say /srv/restored, and move the files from there',
      },
    );
  if (held.length === 0) return;
  if (!overwrite)
    throw new UserError(
      held.includes(MARKER)
        ? `${folder} holds a restore that did not get to its end (see ${MARKER} in it)`
        : `${folder} is not empty`,
      {
        next: 'name a new folder with --to, or allow what is in it to be overwritten with --overwrite',
      },
    );
  if ((statSync(folder).mode & OTHERS) !== 0)
    throw new UserError(
      `${folder} cannot be restored over: others can enter it, and what belongs to them there could lead the files elsewhere`,
      { next: `name a new folder with --to, or close this one first: chmod 700 ${folder}` },
    );
}

/**
 * A restore in place writes only below folders that nobody else can change.
 * @param folders all that something is written in; those that are not there yet are made by borg, closed.
 * @throws UserError
 */
export function refuseOpen(folders: Iterable<string>): void {
  const known = new Map<string, Part>();
  for (const folder of folders) {
    const open = openPart(nearestThere(folder), trustedUsers(), known);
    if (open === null) continue;
    throw new UserError(
      `not restored in place: ${open} is a link, or others can change it and lead the files elsewhere`,
      { next: 'restore into a new folder with --to DIR, look at it, and move the files from there' },
    );
  }
}

function nearestThere(folder: string): string {
  return isThere(folder) ? folder : nearestThere(dirname(folder));
}

/** Throws what node:fs throws; a link that lies there is not followed. */
export function mark(folder: string, what: string): void {
  unmark(folder);
  const text = `${what}\nIt has not got to its end: this folder is not whole.\n`;
  writeFileSync(join(folder, MARKER), text, { flag: 'wx' });
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
