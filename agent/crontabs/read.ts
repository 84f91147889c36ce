/** Reads users' crontabs from cron's spool, as sceptical as cron itself is of what lies there. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../proto/errors.ts';
import type { PasswdEntry } from '../tools/crontabs.ts';

/** cron's own limit is 256 KiB in Debian; more is no crontab. */
const CRONTAB_BYTES_MAX = 1024 * 1024;

/** Names of the users who have a crontab, in order; none where cron is not installed. Throws what else is wrong. */
export function crontabUsers(spool: string): string[] {
  try {
    // crontab(1) writes `tmp.XXXXXX` there first.
    return readdirSync(spool)
      .filter((name) => !name.startsWith('.') && !name.startsWith('tmp.'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** As root. A link or a file of somebody else's would show its reader what is not theirs. */
export function readCrontab(spool: string, user: PasswdEntry): { content: Buffer } | { problem: string } {
  let fd: number;
  try {
    fd = openSync(
      join(spool, user.name),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY,
    );
  } catch (error) {
    return { problem: `the crontab cannot be read: ${messageOf(error)}` };
  }
  try {
    const facts = fstatSync(fd);
    if (!facts.isFile()) return { problem: 'the crontab is no file' };
    if (facts.nlink !== 1) return { problem: 'the crontab has a second name somewhere (a hard link)' };
    if (facts.uid !== user.uid && facts.uid !== 0) return { problem: 'the crontab belongs to another user' };
    if (facts.size > CRONTAB_BYTES_MAX) return { problem: `the crontab has ${facts.size} bytes` };
    return { content: readFileSync(fd) };
  } catch (error) {
    return { problem: `the crontab cannot be read: ${messageOf(error)}` };
  } finally {
    closeSync(fd);
  }
}
