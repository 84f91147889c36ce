/** Looks at this machine on behalf of a run: sources, mount points, who holds a repository's lock. */
import { lstat, opendir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LookSeen, LookStep } from '../engines/types.ts';
import { parseLockName } from '../tools/borg.ts';

/** Folders looked into before a source counts as not empty without a file having been found. */
const FOLDERS_MAX = 10_000;

/** Asynchronous throughout: a file server that hangs must not stop the agent. */
export async function look(step: LookStep): Promise<LookSeen> {
  const seen: LookSeen = {
    type: 'look',
    id: step.id,
    missing: [],
    empty: [],
    notMounted: [],
    folders: [],
    lockHolders: [],
  };
  if (step.mounts.length > 0) {
    const mounts = await mountPoints();
    seen.notMounted = step.mounts.filter((mount) => !mounts.has(mount.replace(/(.)\/+$/, '$1')));
  }
  for (const path of step.paths) {
    if (!(await exists(path))) seen.missing.push(path);
    else if (await isEmpty(path)) seen.empty.push(path);
  }
  for (const path of step.folders) if (await isFolder(path)) seen.folders.push(path);
  if (step.lockedRepository !== null) seen.lockHolders = await lockHolders(step.lockedRepository);
  return seen;
}

/** A path whose parents may not be searched counts as there: borg will say what it thinks of it. */
async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** Whether there is nothing but folders below a path. Normally the first few entries answer that. */
async function isEmpty(path: string): Promise<boolean> {
  const folders = [path];
  for (let looked = 0; looked < FOLDERS_MAX; looked += 1) {
    const folder = folders.pop();
    if (folder === undefined) return true;
    const below = await foldersIn(folder);
    if (below === null) return false;
    for (const one of below) folders.push(one);
  }
  return false;
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
