/**
 * One file that brings a whole collector back: a consistent copy of the database, with the authority's files
 * inside it. Whoever holds it can speak for the collector, so it is written for its owner alone.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../proto/errors.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/types.ts';

export const DATABASE = 'collector.db';
const AUTHORITY = 'authority';
/** Meta key of the copy under which the authority's files travel. */
const CARRIED = 'backup.authority';
const SIDE_FILES = ['-wal', '-shm', '-journal'];

/** Returns the file it wrote, in `dataDir`; whoever asked moves it to where it belongs. */
export async function writeBackup(store: Store, dataDir: string): Promise<{ file: string }> {
  const file = join(dataDir, `backup-${randomBytes(6).toString('hex')}.db`);
  try {
    await store.system.backup(file);
    chmodSync(file, 0o600);
    const copy = openStore(file);
    const folder = join(dataDir, AUTHORITY);
    const files = Object.fromEntries(
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]),
    );
    copy.system.setMeta(CARRIED, JSON.stringify(files));
    copy.close();
    return { file };
  } catch (error) {
    discard(file);
    throw error;
  }
}

/**
 * Moves a backup to `target`, also across file systems; the target appears whole or not at all. A copy of a damaged
 * database is damaged like it, and would take the place of a good one: it is read from end to end before.
 * @throws UserError when it is damaged or cannot be written; a file that was at `target` is still there then
 */
export function deliverBackup(file: string, target: string): void {
  const partial = `${target}.partial`;
  try {
    copyFileSync(file, partial);
    chmodSync(partial, 0o600);
    refuseDamaged(partial);
    sync(partial);
    renameSync(partial, target);
  } catch (error) {
    discard(partial);
    if (error instanceof UserError) throw error;
    throw new UserError(`the backup cannot be written to ${target}: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    discard(file);
  }
}

/**
 * Makes `dataDir` what it was when the backup was made. What agents reported since comes again from their
 * spools.
 * @throws UserError when `dataDir` holds a collector already, or the file is no sound backup
 */
export function restoreBackup(file: string, dataDir: string): void {
  const database = join(dataDir, DATABASE);
  if (existsSync(database)) {
    throw new UserError(`${dataDir} holds a collector already`, {
      next: 'stop it and move its folder away, or name another with --data',
    });
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const partial = join(dataDir, `${basename(database)}.restoring`);
  discard(partial);
  try {
    copyFileSync(file, partial);
    chmodSync(partial, 0o600);
    const store = openStore(partial);
    try {
      const problems = store.system.integrityProblems();
      if (problems.length > 0) throw new UserError(`${file} is damaged: ${problems[0]}`);
      const carried = store.system.getMeta(CARRIED);
      if (!carried) throw new UserError(`${file} is not a backup made by backproof-collector backup`);
      const folder = join(dataDir, AUTHORITY);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (const [name, content] of Object.entries(JSON.parse(carried) as Record<string, string>)) {
        if (basename(name) !== name) throw new UserError(`${file} names a file outside its folder: ${name}`);
        writeFileSync(join(folder, name), Buffer.from(content, 'base64'), { mode: 0o600 });
      }
      store.system.setMeta(CARRIED, '');
    } finally {
      store.close();
    }
    sync(partial);
    renameSync(partial, database);
  } catch (error) {
    discard(partial);
    if (error instanceof UserError) throw error;
    throw new UserError(`${file} cannot be restored: ${(error as Error).message}`, { cause: error });
  }
}

function refuseDamaged(file: string): void {
  let problem: string | undefined;
  try {
    const store = openStore(file);
    try {
      [problem] = store.system.integrityProblems();
    } finally {
      store.close();
    }
  } catch (error) {
    problem = (error as Error).message;
  }
  if (problem === undefined) return;
  throw new UserError(`the collector's database is damaged, and so is its copy: ${problem}`, {
    next: 'look at its disk, stop the collector, and restore the newest backup that was made without this complaint',
  });
}

function sync(file: string): void {
  const handle = openSync(file, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function discard(file: string): void {
  for (const side of ['', ...SIDE_FILES]) rmSync(file + side, { force: true });
}
