/**
 * Which archives a steward has seen in a repository, over restarts: a file of its own for each, so that
 * `prune --dry-run` can read it beside a running agent and a person can have it forgotten.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
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
    const handle = await open(written, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify({ archives: archives.map(({ id, name }) => ({ id, name })) }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(written, file);
    return { type: 'remember', id, problem: null };
  } catch (error) {
    return { type: 'remember', id, problem: messageOf(error) };
  }
}

/** The next prune takes what it finds as what was there. */
export async function forget(file: string): Promise<void> {
  await rm(file, { force: true });
}
