/**
 * Writes and removes a file in somebody's home, which is theirs: they may have put links, pipes and folders of
 * any name into it. So this is done as the user, who can then only reach what they reach anyway. Only where the
 * user may not write in the home does root, and only when nobody but root can change any part of its path.
 *
 * Everything here is synchronous: while the process is somebody else, nothing else may happen in it.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../proto/errors.ts';
import { openPart } from '../closed-path.ts';
import { DUMP_NAME, type PasswdEntry } from '../tools/crontabs.ts';

const DUMP_MODE = 0o600;
/** Written first and then renamed: a dump is always a whole one. */
const UNFINISHED_NAME = `${DUMP_NAME}.new`;

/** The file, or why there is none. */
export function writeDump(user: PasswdEntry, content: Buffer): { file: string } | { problem: string } {
  return inHome(user, (owner) => {
    const file = join(user.home, DUMP_NAME);
    const unfinished = join(user.home, UNFINISHED_NAME);
    rmSync(unfinished, { force: true });
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const fd = openSync(unfinished, flags, DUMP_MODE);
    try {
      writeFileSync(fd, content);
      // A default ACL of the folder may have said otherwise.
      fchmodSync(fd, DUMP_MODE);
      if (owner) fchownSync(fd, owner.uid, owner.gid);
      renameSync(unfinished, file);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    } finally {
      closeSync(fd);
    }
    return file;
  });
}

/** The file that is no longer there, or why it still is. */
export function removeDump(user: PasswdEntry): { file: string } | { problem: string } {
  return inHome(user, () => {
    const file = join(user.home, DUMP_NAME);
    rmSync(file, { force: true });
    return file;
  });
}

/** @param work gets the owner to give a file to when it is done as root. */
function inHome(
  user: PasswdEntry,
  work: (owner: PasswdEntry | null) => string,
): { file: string } | { problem: string } {
  if (!user.home.startsWith('/')) return { problem: 'the user has no home' };
  try {
    if (user.uid !== 0) return { file: whileBeing(user, () => work(null)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return { problem: explained(error, user.home) };
  }
  try {
    const open = openPart(user.home);
    if (open !== null)
      return {
        problem: `${user.name} may not write in ${user.home}, and others than root can change ${open}`,
      };
    return { file: work(user) };
  } catch (error) {
    return { problem: explained(error, user.home) };
  }
}

/**
 * Throws what `work` throws. That this process cannot become itself again is no problem of a user: it ends.
 * Needs CAP_SETUID and CAP_SETGID; with the user's own id as the effective one, all others are put aside.
 */
function whileBeing<T>(user: PasswdEntry, work: () => T): T {
  try {
    initgroups(user.name, user.gid);
    process.setegid!(user.gid);
    process.seteuid!(user.uid);
    return work();
  } finally {
    try {
      process.seteuid!(0);
      process.setegid!(0);
      process.setgroups!([]);
    } catch {
      process.abort();
    }
  }
}

/** Node has it, @types/node does not know it. */
const { initgroups } = process as unknown as { initgroups(user: string, extraGroup: number): void };

const MEANINGS: Record<string, string> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is no folder',
  EDQUOT: "cannot be written: the user's quota is used up",
  ENOSPC: 'cannot be written: no space is left',
  EROFS: 'cannot be written: it is on a read-only file system',
};

function explained(error: unknown, home: string): string {
  const meaning = MEANINGS[(error as NodeJS.ErrnoException).code ?? ''];
  return meaning === undefined ? messageOf(error) : `the home ${home} ${meaning}`;
}
