/**
 * Which archives a steward has seen in a repository, over restarts: a file of its own for each, so that
 * `prune --dry-run` can read it beside a running agent and a person can have it forgotten.
 */
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../../proto/errors.ts';
import type { KnownArchive, RecallSeen, RecallStep, RememberSeen, RememberStep } from '../engines/types.ts';

export async function recall({ id, file }: RecallStep): Promise<RecallSeen> {
  try {
    const { archives } = JSON.parse(await readFile(file, 'utf8')) as { archives: KnownArchive[] };
    return { type: 'recall', id, known: archives.map(({ id, name }) => ({ id, name })), problem: null };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { type: 'recall', id, known: null, problem: isAbsent ? null : messageOf(error) };
  }
}

/** On disk when it returns: what is removed afterwards must not look as if somebody else had removed it. */
export async function remember({ id, file, archives }: RememberStep): Promise<RememberSeen> {
  const written = `${file}.new`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const content = JSON.stringify({ archives: archives.map(({ id, name }) => ({ id, name })) });
    await closing(await open(written, 'w', 0o600), async (handle) => {
      await handle.writeFile(content);
      await handle.sync();
    });
    await rename(written, file);
    // The content is on disk, but only this brings its name there.
    await closing(await open(dirname(file), 'r'), (folder) => folder.sync());
    return { type: 'remember', id, problem: null };
  } catch (error) {
    return { type: 'remember', id, problem: messageOf(error) };
  }
}

async function closing(handle: FileHandle, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

/** The next prune takes what it finds as what was there. */
export async function forget(file: string): Promise<void> {
  await rm(file, { force: true });
}
