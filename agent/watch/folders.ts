/** Folders that fit a pattern such as `/srv/borg/CUSTOMER-?`: `*` and `?` within a name, never a leading dot. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders looked at for one pattern: a storage host has hundreds of repositories. */
const FOLDERS_MAX = 10_000;

/** Sorted; what cannot be read is left out. @param pattern an absolute path. */
export async function foldersLike(pattern: string): Promise<string[]> {
  let found = ['/'];
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    const next = await Promise.all(found.map((folder) => below(folder, part)));
    found = next.flat().slice(0, FOLDERS_MAX);
  }
  return found.sort();
}

async function below(folder: string, part: string): Promise<string[]> {
  if (!/[*?]/.test(part)) return (await isFolder(join(folder, part))) ? [join(folder, part)] : [];
  const wanted = new RegExp(
    `^${part
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  );
  const names = await readdir(folder).catch(() => []);
  const fitting = names.filter(
    (name) => wanted.test(name) && (part.startsWith('.') || !name.startsWith('.')),
  );
  const paths = fitting.map((name) => join(folder, name));
  const are = await Promise.all(paths.map(isFolder));
  return paths.filter((_, index) => are[index]);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
