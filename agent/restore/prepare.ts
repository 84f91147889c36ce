/** From a wish to a restore that can begin: chooses the archives and looks at everything that can be known before. */
import type { Writable } from 'node:stream';
import { UserError } from '../../proto/errors.ts';
import type { RestorePoint } from '../decide/choose-archive.ts';
import { chosen } from './chosen.ts';
import { prepareDumps } from './dumps.ts';
import { prepareFiles, prepareFileToStdout } from './files.ts';
import type { ArchivingJob } from './points.ts';
import type { Desk, PreparedRestore } from './types.ts';
import type { RestoreWish } from './wish.ts';

/**
 * Throws UserError when the wish cannot be granted as it is.
 * @param bins folders of PostgreSQL's client programs by major.
 */
export async function prepare(
  desk: Desk,
  job: ArchivingJob,
  points: readonly RestorePoint[],
  wish: RestoreWish,
  stdout: Writable,
  bins: Record<number, string>,
): Promise<PreparedRestore> {
  if (job.kind === 'postgres-dump' || job.kind === 'mysql-dump')
    return prepareDumps(desk, job, points, wish, stdout, bins);
  const point = chosen(desk, points, '', wish.atMs);
  const { target } = wish;
  switch (target.type) {
    case 'folder':
      return prepareFiles(desk, point, wish.paths, { ...target, inPlace: false });
    case 'in-place':
      return prepareFiles(desk, point, wish.paths, { folder: '/', inPlace: true, overwrite: true });
    case 'stdout':
      if (wish.paths.length !== 1) throw oneFile();
      return prepareFileToStdout(desk, point, wish.paths[0]!, stdout);
    case 'server':
      throw new UserError(`${job.name} backs up files, and a server takes databases`, {
        next: 'restore them into a folder with --to DIR',
        exitCode: 2,
      });
  }
}

function oneFile(): UserError {
  return new UserError('exactly one file can be written to standard output', {
    next: 'name its path behind the options, or use --to DIR',
    exitCode: 2,
  });
}
