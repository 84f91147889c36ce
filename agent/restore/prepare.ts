/** From a wish to a restore that can begin: chooses the archives and looks at everything that can be known before. */
import type { Writable } from 'node:stream';
import { formatDuration } from '../../proto/duration.ts';
import { UserError } from '../../proto/errors.ts';
import { chooseArchive, type RestorePoint } from '../decide/choose-archive.ts';
import { bothTimes } from '../decide/moment.ts';
import { prepareFiles, prepareFileToStdout } from './files.ts';
import type { RestorableJob } from './points.ts';
import type { Desk, PreparedRestore } from './types.ts';
import type { RestoreWish } from './wish.ts';

/** Throws UserError when the wish cannot be granted as it is. */
export async function prepare(
  desk: Desk,
  job: RestorableJob,
  points: readonly RestorePoint[],
  wish: RestoreWish,
  stdout: Writable,
): Promise<PreparedRestore> {
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

/** Says which archive it is, and how far before the moment. Throws UserError. */
export function chosen(
  desk: Desk,
  points: readonly RestorePoint[],
  subject: string,
  atMs: number | null,
): RestorePoint {
  const found = chooseArchive(points, subject, atMs, (one) => bothTimes(one, desk.zone));
  if ('problem' in found) throw new UserError(found.problem, { next: found.next });
  const { point } = found;
  const before = (atMs ?? desk.clock.nowMs()) - point.createdAtMs;
  const what = atMs === null ? 'old' : 'before that moment';
  desk.say(
    `recovery point${subject === '' ? '' : ` of ${subject}`}: ${point.name}, made ${bothTimes(point.createdAtMs, desk.zone)}, ${formatDuration(before)} ${what}`,
  );
  return point;
}

function oneFile(): UserError {
  return new UserError('exactly one file can be written to standard output', {
    next: 'name its path behind the options, or use --to DIR',
    exitCode: 2,
  });
}
