/**
 * A cluster as it was at a moment: a base backup laid down in a new folder, its WAL replayed up to the moment by a
 * server on a socket, and promoted. What keeps the backups and the WAL is behind PitrSource.
 */
import { dirname } from 'node:path';
import { formatDuration, formatSize } from '../../proto/duration.ts';
import { UserError } from '../../proto/errors.ts';
import { bothTimes } from '../decide/moment.ts';
import { type PitrPlan, type PitrPlans, pitrWindows, planPitr } from '../decide/pitr-plan.ts';
import { findProgram } from '../process.ts';
import * as tools from '../tools/postgres-copy.ts';
import { parseSegment, segmentName } from '../tools/wal.ts';
import { freeBytes, isThere } from './folder.ts';
import { Copy, folderRefusal, placesIn } from './pitr-copy.ts';
import { type CopyEnd, Recovery } from './pitr-recovery.ts';
import type { HeldBackup, PitrHoldings, PitrSource } from './pitr-source.ts';
import { AFTER_TABLESPACE, sayHowTo, sayWhatIsLeft } from './pitr-words.ts';
import {
  failedRestore,
  PLAINLY,
  type PreparedRestore,
  type RestoreResult,
  type Surroundings,
} from './types.ts';

/** PostgreSQL keeps so much WAL while it replays, by its own default (max_wal_size). */
const WAL_ROOM_BYTES = 1024 ** 3;

/** Between production's clock and the repository's, which need not be the same to the second. */
const CLOCKS_APART_MS = 60_000;

export interface PitrWish {
  /** Null: the end of the WAL. */
  atMs: number | null;
  /** The microseconds behind it: PostgreSQL counts them. */
  atMicros: number;
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
  if ('problem' in plan)
    throw new UserError(plan.problem, {
      next: [plan.next, holdings.elsewhere].filter(Boolean).join('; '),
    });
  const bin = serverPrograms(bins, holdings.major, desk.environment.PATH ?? '');
  const places = placesIn(folder, isRoot);
  const refusal = folderRefusal(places);
  if (refusal) throw refusal;
  refuseSmallDisk(desk, folder, plan.backup);
  const { backup } = plan;
  desk.say(
    `base backup ${backup.label}, made ${say(backup.stoppedAtMs)}${backup.sizeBytes > 0 ? `, ${formatSize(backup.sizeBytes)}` : ''}; WAL follows ${atMs === null ? 'to its end' : `up to ${say(atMs)}`}`,
  );
  if (backup.hasErrors)
    desk.say(
      'warning: the cluster had broken pages when this base backup was made, and so will the copy: see the log of that backup',
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
  plan: PitrPlans<HeldBackup>;
  wish: PitrWish;
  copy: Copy;
  bin: string;
}

async function carryOut(restore: Restore): Promise<RestoreResult> {
  const { desk, source, wish, copy, bin } = restore;
  // Consent may have taken an hour.
  const refusal = folderRefusal(copy.places);
  if (refusal) return ended(restore, refusal.message, refusal.next ?? '');
  const made = await makeCopy(restore);
  if ('reason' in made) return ended(restore, made.reason, made.next);
  const { plan } = made;
  const end = await new Recovery(desk, copy, {
    timeline: plan.timeline,
    targetUs: wish.atMs === null ? null : wish.atMs * 1_000 + wish.atMicros,
    restoreCommand: source.restoreCommand(copy.places),
    roles: wish.roles,
    start: plan.start,
    end: plan.end,
  }).run();
  if (desk.signal.aborted) return interrupted(copy);
  if ('reason' in end) return ended(restore, end.reason, end.next);
  const left = await copy.whatIsLeft(end.asker, restore.holdings.major);
  await copy.finish();
  const clock = await clockAhead(restore, end);
  const { outcome, sentence } = judge(restore, plan, end);
  return {
    outcome: clock === '' ? outcome : 'warning',
    result: `${sentence} It runs on the socket in ${copy.places.socket}, promoted, and archives nothing.${clock}${sayWhatIsLeft(left)}`,
    restoredBytes: plan.backup.sizeBytes,
    next: [
      end.tablespace === null ? '' : AFTER_TABLESPACE,
      sayHowTo(copy.places, bin, end.asker.role, left.lacksLibraries),
    ]
      .filter(Boolean)
      .join('\n'),
  };
}

/** From which base backup; an older one reaches the same moment when one is damaged. */
async function makeCopy(restore: Restore): Promise<{ plan: PitrPlan<HeldBackup> } | Failure> {
  const { desk, source, plan, copy } = restore;
  const claimed = await copy.claim(`backproof-agent restores ${source.name} here.`);
  if (claimed !== null) return { reason: claimed, next: '' };
  const tried = new Set<string>();
  let problem = '';
  for (const one of [plan, ...plan.older]) {
    // What is damaged may be in the full one.
    if (tried.has(one.backup.full)) continue;
    if (tried.size > 0) {
      desk.say(
        `base backup ${plan.backup.label} is not whole in the repository (${problem}): taking an older one, ${one.backup.label}, and more WAL`,
      );
      const left = await copy.empty();
      if (left !== null) return { reason: left, next: '' };
    }
    tried.add(one.backup.full);
    const failed = await layDown(restore, one);
    if (failed === null) return { plan: one };
    problem = failed;
    if (desk.signal.aborted || OF_THIS_MACHINE.test(failed) || tried.size === BACKUPS_TRIED_MAX) break;
  }
  return OF_THIS_MACHINE.test(problem)
    ? { reason: problem, next: 'name a folder with --to that has room and is open to the server’s user' }
    : {
        reason: problem,
        next: 'see what the repository still holds with backproof-agent recovery-points, and how whole that is with pgbackrest verify',
      };
}

/** Another base backup would not fare better. */
const OF_THIS_MACHINE = /No space left|Permission denied|Read-only file system|are free/;
const BACKUPS_TRIED_MAX = 3;

/** Null, or why not. */
function layDown({ source, holdings, copy }: Restore, plan: PitrPlan<HeldBackup>): Promise<string | null> {
  return source.layDown({
    backup: plan.backup,
    places: copy.places,
    upTo: plan.end,
    segmentBytes: holdings.segmentBytes,
  });
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
  { desk, source, holdings, wish }: Restore,
  plan: PitrPlan<HeldBackup>,
  { replay, segmentBytes, isAtTarget, tablespace, endedBy }: CopyEnd,
): { outcome: 'succeeded' | 'warning'; sentence: string } {
  const { atMs } = wish;
  const { lastCommitMs, lsn } = replay;
  const say = (moment: number) => bothTimes(moment, desk.zone);
  const newest =
    lastCommitMs === null
      ? 'no transaction was replayed after the base backup'
      : `its last transaction is of ${say(lastCommitMs)}`;
  const whole = `from base backup ${plan.backup.label}`;
  // restore_command cannot say "I do not know": PostgreSQL takes every failure for the end of the WAL.
  const last = parseSegment(segmentName(plan.end, holdings.segmentBytes), segmentBytes);
  const listedTo = ((last?.index ?? 0) + 1) * segmentBytes;
  const isShort = !isAtTarget && lsn !== null && lsn <= listedTo - segmentBytes;
  const short = isShort
    ? ` Replay ended before the WAL that the repository lists, ${formatSize(listedTo - lsn)} before its end: a segment is damaged or could not be fetched${endedBy === null ? '' : ` (${endedBy})`}.`
    : '';
  if (isAtTarget)
    return {
      outcome: 'succeeded',
      sentence: `The cluster of ${source.name} as of ${say(atMs!)}, ${whole}: ${newest}${before(atMs!, lastCommitMs)}.`,
    };
  if (tablespace !== null)
    return {
      outcome: 'warning',
      sentence: `The cluster of ${source.name} ${atMs === null ? '' : `as near to ${say(atMs)} as it may come, `}in front of the making of a tablespace in ${tablespace.folder}${tablespace.committedUs === null ? '' : `, of ${say(tablespace.committedUs / 1_000)}`}: replay of that would write into that folder, where production's may be; ${whole}: ${newest}${atMs === null ? '' : before(atMs, lastCommitMs)}.`,
    };
  if (atMs !== null)
    return {
      outcome: 'warning',
      sentence: `The cluster of ${source.name} as near to ${say(atMs)} as its WAL comes, which ends before, ${whole}: ${newest}${before(atMs, lastCommitMs)}.${short}`,
    };
  const gap = plan.endsAtGap ? ' Newer WAL is there and cannot be reached: there is a gap before it.' : '';
  return {
    outcome: isShort || plan.endsAtGap ? 'warning' : 'succeeded',
    sentence: `The cluster of ${source.name} as of the end of its archived WAL, ${whole}: ${newest}.${gap}${short}`,
  };
}

/**
 * Replay stops at the first transaction that says it is later than the moment. One that was archived before the time it
 * says bears witness of a clock that was ahead: what is behind it may be earlier than the moment all the same.
 */
async function clockAhead(
  { desk, source }: Restore,
  { segmentBytes, isAtTarget, stop }: CopyEnd,
): Promise<string> {
  if (!isAtTarget || stop === null) return '';
  const archivedAtMs = await source.archivedAtMs(stop.segment, segmentBytes);
  if (archivedAtMs === null || stop.endedAtMs - archivedAtMs < CLOCKS_APART_MS) return '';
  const say = (moment: number) => bothTimes(moment, desk.zone);
  return ` Production’s clock was ahead there: replay stopped at a transaction that says it is of ${say(stop.endedAtMs)}, and was archived ${say(archivedAtMs)}. What was committed after that, until the clock was right again and up to the moment asked for, is not in it: look whether it is what you need, or name a later moment.`;
}

function before(atMs: number, lastCommitMs: number | null): string {
  if (lastCommitMs === null) return '';
  const gapMs = atMs - lastCommitMs;
  return gapMs < 1_000 ? ', within a second of that' : `, ${formatDuration(gapMs)} before that`;
}

/** All of them come with Debian's package of the server, and of its client. */
const PROGRAMS = ['postgres', 'pg_ctl', 'pg_controldata', 'pg_waldump', 'psql'];

/** Throws UserError when the server of that major is not installed here. */
function serverPrograms(bins: Record<number, string>, major: number, path: string): string {
  if (major < tools.COPY_MAJOR_MIN)
    throw new UserError(`the cluster is of PostgreSQL ${major}, which keeps recovery settings elsewhere`, {
      next: `restore it with its own tools; ${tools.COPY_MAJOR_MIN} and newer are restored by this one`,
    });
  const bin = bins[major];
  const programs = PROGRAMS.map((name) => `${bin}/${name}`);
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
