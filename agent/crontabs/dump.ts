/**
 * Every user's crontab into ~/.crontab-dump, and away with the dump of a user who has none any more: a stale
 * dump would be a lie. Whose dumps there are is remembered in a folder of root's, so that no home is looked
 * into without a reason.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../proto/errors.ts';
import { CRONTABS_MAX, type CrontabLine, type PasswdEntry } from '../tools/crontabs.ts';
import { removeDump, writeDump } from './home.ts';
import { crontabUsers, readCrontab } from './read.ts';

export interface CrontabPlaces {
  /** Where cron keeps a file for each user. */
  spool: string;
  /** Where the names of those with a dump are kept. */
  state: string;
}

const REMEMBERED = 'dumped.json';

/**
 * As root.
 * @param lookUp the entries of those users who exist.
 * @throws when cron's spool cannot be read or the state not be kept; then no crontab was dumped.
 */
export async function dumpCrontabs(
  places: CrontabPlaces,
  lookUp: (names: string[]) => Promise<PasswdEntry[]>,
  say: (line: CrontabLine) => void,
): Promise<void> {
  const owners = crontabUsers(places.spool);
  if (owners.length > CRONTABS_MAX) throw new Error(`${places.spool} holds ${owners.length} crontabs`);
  const before = remembered(places.state);
  const gone = before.filter((name) => !owners.includes(name));
  const users = new Map((await lookUp([...owners, ...gone])).map((entry) => [entry.name, entry]));
  // Whoever gets a dump now is remembered before, whatever ends this program.
  remember(places.state, [...owners, ...gone]);

  const homes = new Map<string, string>();
  const kept: string[] = [];
  for (const name of owners) {
    const user = users.get(name);
    if (!user) {
      say({ user: name, problem: 'there is no such user any more, but its crontab is still there' });
      continue;
    }
    const line = dumpOne(places.spool, user, homes);
    kept.push(name);
    say(line);
  }
  for (const name of gone) {
    const user = users.get(name);
    if (!user || homes.has(user.home)) continue;
    const removed = removeDump(user);
    if ('problem' in removed) {
      kept.push(name);
      say({ user: name, problem: `the dump of a crontab that is gone is still there: ${removed.problem}` });
    } else say({ user: name, removed: removed.file });
  }
  remember(places.state, kept);
  say({ end: true });
}

/** @param homes whose dump is in which home, so far. */
function dumpOne(spool: string, user: PasswdEntry, homes: Map<string, string>): CrontabLine {
  const { name, home } = user;
  const other = homes.get(home);
  if (other !== undefined) return { user: name, problem: `${home} is the home of ${other} as well` };
  homes.set(home, name);
  const crontab = readCrontab(spool, user);
  if ('problem' in crontab) return { user: name, ...crontab };
  const written = writeDump(user, crontab.content);
  return 'problem' in written ? { user: name, ...written } : { user: name, dumped: written.file };
}

function remembered(state: string): string[] {
  try {
    const value: unknown = JSON.parse(readFileSync(join(state, REMEMBERED), 'utf8'));
    return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return [];
    throw error;
  }
}

function remember(state: string, names: string[]): void {
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    const file = join(state, REMEMBERED);
    writeFileSync(`${file}.new`, JSON.stringify(names), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new Error(`${state} cannot be written: ${messageOf(error)}`);
  }
}
