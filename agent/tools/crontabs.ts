/**
 * What `backproof-agent dump-crontabs` says, a JSON object a line: one for each user, and an end. It travels
 * over a unix socket or a pipe; without the end it was cut off, and nothing is known of those not named. Pure.
 */

/** scripts/systemd/backproof-crontabs.socket listens there. */
export const CRONTABS_SOCKET = '/run/backproof-crontabs.sock';
/** In each user's home. */
export const DUMP_NAME = '.crontab-dump';
/** Users whose crontabs are dumped; far above what a machine has. */
export const CRONTABS_MAX = 10_000;
/** A line names a user and a path. */
export const SAID_BYTES_MAX = 8 * 1024 * 1024;
/** A home on a file server that hangs must not hold the backup up for longer. */
export const CRONTABS_WITHIN_S = 300;

export type CrontabLine =
  | { user: string; dumped: string }
  | { user: string; removed: string }
  | { user: string; problem: string }
  | { end: true };

export interface CrontabsSaid {
  /** Files that hold a crontab now. */
  dumps: string[];
  problems: { user: string; problem: string }[];
  /** It came to its end. */
  complete: boolean;
}

/** What is no such line is passed over: then the end is missing as well, or nothing was lost. */
export function parseCrontabsSaid(stdout: string): CrontabsSaid {
  const said: CrontabsSaid = { dumps: [], problems: [], complete: false };
  for (const text of stdout.split('\n')) {
    const line = parseLine(text);
    if (line.end === true) said.complete = true;
    if (typeof line.user !== 'string') continue;
    if (typeof line.dumped === 'string') said.dumps.push(line.dumped);
    if (typeof line.problem === 'string') said.problems.push({ user: line.user, problem: line.problem });
  }
  return said;
}

function parseLine(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export interface PasswdEntry {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

/** What `getent passwd` prints (passwd(5)); lines of another form are left out. */
export function parsePasswd(stdout: string): PasswdEntry[] {
  return stdout.split('\n').flatMap((line) => {
    const fields = line.split(':');
    const [name, , uid, gid, , home] = fields;
    const whole = /^\d{1,10}$/;
    if (fields.length !== 7 || !name || !whole.test(uid!) || !whole.test(gid!)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), home: home! }];
  });
}
