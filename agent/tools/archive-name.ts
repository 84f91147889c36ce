/** Whose an archive is, by its name and by what was stored with it. Pure. */
import type { ListedArchive } from './borg.ts';

/** No archive is called like this: a repository answers at once, whatever it holds. */
export const NO_ARCHIVE = 'backproof-looks-for-nothing';

/** borg saves unfinished archives under such names: nothing can be promised, or restored, from them. */
export function isCheckpoint(name: string): boolean {
  return CHECKPOINT.test(name);
}

/** The name it would have got. */
export function withoutCheckpoint(name: string): string {
  return name.replace(CHECKPOINT, '');
}

const CHECKPOINT = /\.checkpoint(\.\d+)?$/;

/** What is stored with each archive of a job: tells `web` and `a-b` from `web-a` and `b`. */
export function makerOf(host: string, job: string): string {
  return `backproof ${host}/${job}`;
}

/** Whether an archive is one of the job's own, and not of a job or a host whose name merely begins alike. */
export function isArchiveOf(
  host: string,
  job: string,
  { name, comment }: Pick<ListedArchive, 'name' | 'comment'>,
): boolean {
  const prefix = `${host}-${job}-`;
  return (
    name.startsWith(prefix) &&
    // Without one it was made by hand, or nobody had to ask.
    (!comment || comment === makerOf(host, job)) &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(-|$)/.test(name.slice(prefix.length))
  );
}

/**
 * When an archive was begun, to the millisecond where its name says it: borg 1.x keeps whole seconds, and two
 * archives of one second could not be told apart by that.
 */
export function begunAtMs({ name, createdAtMs }: Pick<ListedArchive, 'name' | 'createdAtMs'>): number {
  const named = Date.parse(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/.exec(name)?.[0] ?? '');
  return Math.floor(named / 1_000) * 1_000 === createdAtMs ? named : createdAtMs;
}
