/** `storage`: this machine keeps repositories on its own disks, its own or those of other hosts. */
import * as z from 'zod';
import { localFolder } from '../tools/borg.ts';
import type { RepositorySpec } from './job-spec.ts';
import { notYet, path } from './values.ts';

const PATTERNS_MAX = 100;

export const storageSchema = z.strictObject({
  repositories: z
    .array(path, { error: 'a list of absolute paths' })
    .min(1, 'at least one absolute path')
    .max(PATTERNS_MAX, `at most ${PATTERNS_MAX} paths`)
    .describe(
      'Where repositories are, with `*` and `?` for parts of names: how full those file systems are is reported, and when they will be full.',
    ),
  snapshots: notYet('snapshots are'),
});

/** Also repositories that this host uses itself and that lie on its own disks. */
export function storagePatterns(
  raw: z.output<typeof storageSchema> | undefined,
  repositories: readonly RepositorySpec[],
): string[] {
  const own = repositories.map(({ location }) => localFolder(location)).filter((folder) => folder !== null);
  return [...new Set([...(raw?.repositories ?? []), ...own.map((folder) => folder.replace(/[*?]/g, '?'))])];
}
