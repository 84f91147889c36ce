/** The archive a restore takes, said aloud. */
import { formatDuration } from '../../proto/duration.ts';
import { UserError } from '../../proto/errors.ts';
import { chooseArchive, type RestorePoint } from '../decide/choose-archive.ts';
import { bothTimes } from '../decide/moment.ts';
import type { Desk } from './types.ts';

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
