/** Looks at this machine on behalf of a run: sources, mount points, who holds a repository's lock. */
import { lstat, opendir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../proto/clock.ts';
import type { LookSeen, LookStep } from '../engines/types.ts';
import { parseLockName } from '../tools/borg.ts';
import { Patience } from './patience.ts';

/** Folders looked into before a source counts as not empty without a file having been found. */
const FOLDERS_MAX = 10_000;

/** One for the whole process: what it counts are threads of the process. */
const processPatience = new Patience(systemClock);

/**
 * Asynchronous throughout: a file server that hangs must not stop the agent. At the first path that gives no answer
 * it ends.
 */
export async function look(step: LookStep, patience = processPatience): Promise<LookSeen> {
  const seen: LookSeen = {
    type: 'look',
    id: step.id,
    missing: [],
    silent: [],
    links: [],
    empty: [],
    notMounted: [],
    folders: [],
    lockHolders: [],
  };
  if (step.mounts.length > 0) {
    const mounts = await mountPoints();
    seen.notMounted = step.mounts.filter((mount) => !mounts.has(mount));
  }
  for (const path of step.paths) {
    const facts = await patience.ask(path, () => factsOf(path));
    if (facts === null) {
      seen.silent.push(path);
      return seen;
    }
    if (facts.target !== null) seen.links.push({ path, target: facts.target });
    if (!facts.exists) {
      seen.missing.push(path);
      continue;
    }
    const { silent, isEmpty } = await emptiness(path, patience);
    if (silent !== null) {
      seen.silent.push(silent);
      return seen;
    }
    if (isEmpty) seen.empty.push(path);
  }
  for (const path of step.folders) if (await isFolder(path)) seen.folders.push(path);
  if (step.lockedRepository !== null) seen.lockHolders = await lockHolders(step.lockedRepository);
  return seen;
}

/**
 * A path whose parents may not be searched counts as there: borg will say what it thinks of it.
 * `target` is where a link leads to in the end, null for what is no link or leads nowhere.
 */
async function factsOf(path: string): Promise<{ exists: boolean; target: string | null }> {
  try {
    await stat(path);
    const isLink = (await lstat(path)).isSymbolicLink();
    return { exists: true, target: isLink ? await realpath(path) : null };
  } catch (error) {
    return { exists: (error as NodeJS.ErrnoException).code !== 'ENOENT', target: null };
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Whether there is nothing but folders below a path. Normally the first few entries answer that.
 * `silent`: the folder that gave no answer.
 */
async function emptiness(
  path: string,
  patience: Patience,
): Promise<{ silent: string | null; isEmpty: boolean }> {
  const folders = [path];
  for (let looked = 0; looked < FOLDERS_MAX; looked += 1) {
    const folder = folders.pop();
    if (folder === undefined) return { silent: null, isEmpty: true };
    const listing = await patience.ask(folder, async () => ({ below: await foldersIn(folder) }));
    if (listing === null) return { silent: folder, isEmpty: false };
    if (listing.below === null) break;
    for (const one of listing.below) folders.push(one);
  }
  return { silent: null, isEmpty: false };
}

/** The folders in a folder; null when it also holds something else, is no folder, or cannot be read. */
async function foldersIn(folder: string): Promise<string[] | null> {
  try {
    const folders: string[] = [];
    for await (const entry of await opendir(folder)) {
      if (!entry.isDirectory()) return null;
      folders.push(join(folder, entry.name));
    }
    return folders;
  } catch {
    return null;
  }
}

/** Field 5 of /proc/self/mountinfo (proc(5)), with its octal escapes undone. */
async function mountPoints(): Promise<Set<string>> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return new Set(
    lines.map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    ),
  );
}

/** borg keeps the holder's name in the lock's folder, and in `lock.roster` those that share it. */
async function lockHolders(repository: string): Promise<string[]> {
  try {
    return (await readdir(join(repository, 'lock.exclusive'))).map((name) => {
      const holder = parseLockName(name);
      return holder ? `process ${holder.pid} of ${holder.host}` : name;
    });
  } catch {
    return [];
  }
}
