/** What keys of agent.yaml hold: durations, sizes, names, paths ... each with the words for what is allowed. */
import { posix } from 'node:path';
import * as z from 'zod';
import { parseDuration, parseSize } from '../../proto/duration.ts';
import { NAME_PATTERN } from '../../proto/job.ts';
import { PROMISE_MS_MAX } from '../../proto/limits.ts';

export function text(allowed: string) {
  return z.string({ error: allowed });
}

/** A key that this project means to have: refused by name, not as a typing error. */
export function notYet(what: string) {
  return z.never({ error: `nothing (${what} not supported by this version)` }).optional();
}

const DURATION = 'a duration such as 90s, 10m, 6h or 7d';
export const duration = text(DURATION)
  .regex(/^(\d{1,9}(ms|s|m|h|d))+$/, DURATION)
  .transform((written) => parseDuration(written)!)
  .refine((ms) => ms <= PROMISE_MS_MAX, 'at most 3660d');

const SIZE = 'a size such as 500MiB or 20GiB';
export const size = text(SIZE)
  .regex(/^\d{1,12}(B|KiB|MiB|GiB|TiB)$/, SIZE)
  .transform((written) => parseSize(written)!);

const NAME = 'a name of letters, digits, ".", "_" and "-", at most 64 characters';
export const name = text(NAME).regex(NAME_PATTERN, NAME);

const ABSOLUTE = 'an absolute path';
/** Without a separator at its end, `.` or `..`: that is how borg names it, and what it says is compared with it. */
export const path = text(ABSOLUTE)
  .regex(/^\/[^\0]*$/, ABSOLUTE)
  .overwrite((written) => posix.normalize(written).replace(/(.)\/$/, '$1'));

export const ARGV = 'a list of texts: the program and its arguments, without a shell';
export const argv = z.array(text(ARGV), { error: ARGV }).min(1, ARGV);

export const LOCATION = 'ssh://USER@HOST/PATH, USER@HOST:PATH or an absolute path';
export const location = text(LOCATION).regex(
  /^(ssh:\/\/[^\s/]+\/|file:\/\/\/|\/|[^\s/:@]+@[^\s/:]+:)\S*$/,
  LOCATION,
);
