/**
 * A cluster as it was at a moment: a base backup laid down in a new folder, its WAL replayed up to the moment by a
 * server on a socket, and promoted. What keeps the backups and the WAL is behind PitrSource.
 */
import { dirname } from 'node:path';
import { formatDuration, formatSize } from '../../proto/duration.ts';
import { UserError } from '../../proto/errors.ts';
import { bothTimes } from '../decide/moment.ts';
import { type PitrPlan, pitrWindows, planPitr } from '../decide/pitr-plan.ts';
import { findProgram } from '../process.ts';
import * as tools from '../tools/postgres-copy.ts';
import { freeBytes, isThere } from './folder.ts';
import { Copy, folderRefusal, placesIn } from './pitr-copy.ts';
import { type CopyEnd, Recovery } from './pitr-recovery.ts';
import type { HeldBackup, PitrHoldings, PitrSource } from './pitr-source.ts';
import { sayHowTo } from './pitr-words.ts';
import {
  failedRestore,
  PLAINLY,
  type PreparedRestore,
  type RestoreResult,
  type Surroundings,
} from './types.ts';

/** PostgreSQL keeps so much WAL while it replays, by its own default (max_wal_size). */
const WAL_ROOM_BYTES = 1024 ** 3;

export interface PitrWish {
  /** Null: the end of the WAL. */
  atMs: number | null;
  /** Absolute. */
  folder: string;
  /** Roles to look at the copy as; the first that exists there is taken. */
  roles: string[];
}

/** Looks at everything that can be known before. Throws UserError. */
export async function preparePitr(
  desk: Surroundings,
  source: PitrSource,
  wish: PitrWish,
  bins: Record<number, string>,
  isRoot: boolean,
): Promise<PreparedRestore> {
  const { atMs, folder } = wish;
  const holdings = await source.look();
  const say = (moment: number) => bothTimes(moment, desk.zone);
  const plan = planPitr(pitrWindows(holdings), atMs, desk.clock.nowMs(), say);
  if ('problem' in plan) throw new UserError(plan.problem, { next: plan.next });
  const bin = serverPrograms(bins, holdings.major, desk.environment.PATH ?? '');
  const places = placesIn(folder, isRoot);
  const refusal = folderRefusal(places);
  if (refusal) throw refusal;
  refuseSmallDisk(desk, folder, plan.backup);
  const { backup } = plan;
  desk.say(
    `base backup ${backup.label}, made ${say(backup.stoppedAtMs)}${backup.sizeBytes > 0 ? `, ${formatSize(backup.sizeBytes)}` : ''}; WAL follows ${atMs === null ? 'to its end' : `up to ${say(atMs)}`}`,
  );
  const copy = new Copy(desk, places, bin);
  return {
    what: { ...PLAINLY, archives: [backup.label], pointAtMs: backup.stoppedAtMs, destination: folder },
    run: () => carryOut({ desk, source, holdings, plan, wish, copy, bin }),
  };
}

interface Restore {
  desk: Surroundings;
  source: PitrSource;
  holdings: PitrHoldings;
  plan: PitrPlan<HeldBackup>;
  wish: PitrWish;
  copy: Copy;
  bin: string;
}

async function carryOut(restore: Restore): Promise<RestoreResult> {
  const { desk, source, plan, wish, copy, bin } = restore;
  // Consent may have taken an hour.
  const refusal = folderRefusal(copy.places);
  if (refusal) return ended(restore, refusal.message, refusal.next ?? '');
  const failed = await makeCopy(restore);
  if (failed !== null) return ended(restore, failed.reason, failed.next);
  const end = await new Recovery(desk, copy, {
    timeline: plan.timeline,
    targetMs: wish.atMs,
    restoreCommand: source.restoreCommand(copy.places),
    roles: wish.roles,
    start: plan.start,
    end: plan.end,
  }).run();
  if (desk.signal.aborted) return interrupted(copy);
  if ('reason' in end) return ended(restore, end.reason, end.next);
  await copy.finish();
  const { outcome, sentence } = judge(restore, end);
  return {
    outcome,
    result: `${sentence} It runs on the socket in ${copy.places.socket}, promoted, and archives nothing.`,
    restoredBytes: plan.backup.sizeBytes,
    next: sayHowTo(copy.places, bin, end.role),
  };
}

/** Null, or why the base backup could not be laid down. */
async function makeCopy({ source, holdings, plan, copy }: Restore): Promise<Failure | null> {
  const problem =
    (await copy.claim(`backproof-agent restores ${source.name} here.`)) ??
    (await source.layDown({
      backup: plan.backup,
      places: copy.places,
      upTo: plan.end,
      segmentBytes: holdings.segmentBytes,
    }));
  return problem === null ? null : { reason: problem, next: '' };
}

interface Failure {
  reason: string;
  next: string;
}

async function ended({ desk, copy }: Restore, reason: string, next: string): Promise<RestoreResult> {
  if (!copy.isOurs) return failedRestore(`Nothing was restored: ${reason}.`, next);
  if (desk.signal.aborted) return interrupted(copy);
  const { folder, log } = copy.places;
  await copy.stop();
  const left = `What is left in ${folder} is not whole${isThere(log) ? `; its server's words are in ${log}` : ''}. No server runs there.`;
  return failedRestore(
    `Not restored: ${reason}. ${left}`,
    [next, `remove it with rm -rf ${folder}`].filter(Boolean).join('; '),
  );
}

async function interrupted(copy: Copy): Promise<RestoreResult> {
  const { folder } = copy.places;
  const left = (await copy.remove())
    ? `what was made in ${folder} was removed again`
    : `not everything that was made could be removed: rm -rf ${folder}`;
  return { outcome: 'cancelled', result: `Interrupted: ${left}.`, restoredBytes: 0, next: '' };
}

/** Whether it is what was asked for, with the figures. */
function judge(
  { desk, source, holdings, plan, wish }: Restore,
  { replay, isAtTarget }: CopyEnd,
): { outcome: 'succeeded' | 'warning'; sentence: string } {
  const { atMs } = wish;
  const { lastCommitMs, lsn } = replay;
  const say = (moment: number) => bothTimes(moment, desk.zone);
  const last =
    lastCommitMs === null
      ? 'no transaction was replayed after the base backup'
      : `its last transaction is of ${say(lastCommitMs)}`;
  const whole = `from base backup ${plan.backup.label}`;
  // restore_command cannot say "I do not know": PostgreSQL takes every failure for the end of the WAL.
  const isShort = !isAtTarget && lsn !== null && lsn <= plan.end.index * holdings.segmentBytes;
  const short = isShort
    ? ' Replay ended before the WAL that the repository lists: a segment is damaged or could not be fetched.'
    : '';
  if (isAtTarget)
    return {
      outcome: 'succeeded',
      sentence: `The cluster of ${source.name} as of ${say(atMs!)}, ${whole}: ${last}${before(atMs!, lastCommitMs)}.`,
    };
  if (atMs !== null)
    return {
      outcome: 'warning',
      sentence: `The cluster of ${source.name} as near to ${say(atMs)} as its WAL comes, which ends before, ${whole}: ${last}${before(atMs, lastCommitMs)}.${short}`,
    };
  const gap = plan.endsAtGap ? ' Newer WAL is there and cannot be reached: there is a gap before it.' : '';
  return {
    outcome: isShort || plan.endsAtGap ? 'warning' : 'succeeded',
    sentence: `The cluster of ${source.name} as of the end of its archived WAL, ${whole}: ${last}.${gap}${short}`,
  };
}

function before(atMs: number, lastCommitMs: number | null): string {
  if (lastCommitMs === null) return '';
  const gapMs = atMs - lastCommitMs;
  return gapMs < 1_000 ? ', within a second of that' : `, ${formatDuration(gapMs)} before that`;
}

/** Throws UserError when the server of that major is not installed here. */
function serverPrograms(bins: Record<number, string>, major: number, path: string): string {
  if (major < tools.COPY_MAJOR_MIN)
    throw new UserError(`the cluster is of PostgreSQL ${major}, which keeps recovery settings elsewhere`, {
      next: `restore it with its own tools; ${tools.COPY_MAJOR_MIN} and newer are restored by this one`,
    });
  const bin = bins[major];
  const programs = ['postgres', 'pg_ctl', 'pg_controldata', 'psql'].map((name) => `${bin}/${name}`);
  if (bin !== undefined && programs.every((one) => findProgram(one, path) !== null)) return bin;
  throw new UserError(
    `the cluster is of PostgreSQL ${major}, and the server of that version is not installed here`,
    {
      next: `install postgresql-${major} (with create_main_cluster = false in /etc/postgresql-common/createcluster.conf it makes no cluster of its own), or name its programs under postgres in the configuration`,
    },
  );
}

function refuseSmallDisk(desk: Surroundings, folder: string, { sizeBytes }: HeldBackup): void {
  const free = freeBytes(nearestThere(folder));
  if (free === null || sizeBytes === 0) return;
  if (free < sizeBytes)
    throw new UserError(
      `the base backup takes ${formatSize(sizeBytes)}, and where ${folder} is to be ${formatSize(free)} are free`,
      { next: 'name a folder on a bigger disk with --to' },
    );
  if (free < sizeBytes + WAL_ROOM_BYTES)
    desk.say(
      `warning: ${formatSize(free)} are free and the base backup takes ${formatSize(sizeBytes)}: what is changed after it may not find room`,
    );
}

function nearestThere(folder: string): string {
  return isThere(folder) ? folder : nearestThere(dirname(folder));
}
