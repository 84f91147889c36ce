/** What the watch over a write-ahead log remembers over restarts: a file for each job, replaced as a whole. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { WalMemory } from '../decide/wal-watch.ts';

/** A change of what is written below makes what older versions wrote unreadable: then it begins anew. */
const VERSION = 6;

/** Null when there is none, or none that this version can read: the next looks find everything again. */
export async function recallWal(file: string): Promise<WalMemory | null> {
  try {
    const { version, memory } = JSON.parse(await readFile(file, 'utf8'));
    const isWhole = [memory.folders, memory.holes, memory.damaged, memory.history].every(Array.isArray);
    return version === VERSION && isWhole ? { ...memory, folders: new Map(memory.folders) } : null;
  } catch {
    return null;
  }
}

/** Not fsynced: after a crash of the machine the last minute's is as good. */
export async function rememberWal(file: string, memory: WalMemory): Promise<void> {
  const text = JSON.stringify({ version: VERSION, memory: { ...memory, folders: [...memory.folders] } });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
