/** Dumps of databases: as files, to standard output, or into a server. */
import type { Writable } from 'node:stream';
import { formatSize } from '../../proto/duration.ts';
import { messageOf, UserError } from '../../proto/errors.ts';
import { RESTORE_NAMES_MAX } from '../../proto/limits.ts';
import type { MysqlDumpJob, PostgresDumpJob } from '../config/job-spec.ts';
import { newestFirst, type RestorePoint } from '../decide/choose-archive.ts';
import { GLOBALS } from '../engines/dump-parts.ts';
import { chosen } from './chosen.ts';
import { streamOut } from './files.ts';
import { mark, prepareFolder, unmark } from './folder.ts';
import { openMysql } from './mysql.ts';
import { PostgresRestore } from './postgres.ts';
import {
  type DatabaseServer,
  type Desk,
  failedRestore,
  PLAINLY,
  type PreparedRestore,
  type RestoreResult,
} from './types.ts';
import type { FolderTarget, RestoreWish, ServerTarget } from './wish.ts';

type DumpJob = PostgresDumpJob | MysqlDumpJob;

/** What is to be restored: globals first, for databases name roles. */
interface Parts {
  globals: RestorePoint | null;
  databases: RestorePoint[];
}

/** Throws UserError. */
export async function prepareDumps(
  desk: Desk,
  job: DumpJob,
  points: readonly RestorePoint[],
  wish: RestoreWish,
  stdout: Writable,
  bins: Record<number, string>,
): Promise<PreparedRestore> {
  const parts = partsOf(desk, points, wish);
  const all = [...(parts.globals ? [parts.globals] : []), ...parts.databases];
  const { target } = wish;
  switch (target.type) {
    case 'server':
      return prepareServer(desk, job, parts, all, target, bins);
    case 'folder':
      prepareFolder(target.folder, target.overwrite);
      desk.say(`the dumps in ${target.folder} are not encrypted: remove them when they are no longer needed`);
      return {
        what: { ...whatOf(all, target.folder), overwrite: target.overwrite },
        run: () => intoFolder(desk, all, target),
      };
    case 'stdout': {
      const [only] = all;
      if (all.length !== 1 || !only)
        throw new UserError('exactly one dump can be written to standard output', {
          next: 'name it with --database NAME, or use --to DIR',
          exitCode: 2,
        });
      return { what: whatOf(all, 'standard output'), run: () => streamOut(desk, only.name, null, stdout) };
    }
    case 'in-place':
      throw new UserError('a database is never overwritten', {
        next: 'restore into a new one with --into NEW',
      });
  }
}

function whatOf(points: RestorePoint[], destination: string): PreparedRestore['what'] {
  return {
    ...PLAINLY,
    archives: named(points.map(({ name }) => name)),
    pointAtMs: Math.max(...points.map(({ createdAtMs }) => createdAtMs)),
    subjects: named(points.map(({ subject }) => subject)),
    destination,
  };
}

/** At most RESTORE_NAMES_MAX; the last one says how many more there are. */
function named(names: string[]): string[] {
  if (names.length <= RESTORE_NAMES_MAX) return names;
  const kept = names.slice(0, RESTORE_NAMES_MAX - 1);
  return [...kept, `and ${names.length - kept.length} more`];
}

function partsOf(desk: Desk, points: readonly RestorePoint[], wish: RestoreWish): Parts {
  const { database, allDatabases, globals, atMs } = wish;
  return {
    globals: globals ? chosen(desk, points, GLOBALS, atMs) : null,
    databases: [
      ...(database === null ? [] : [chosen(desk, points, database, atMs)]),
      ...(allDatabases ? allOf(desk, points, atMs) : []),
    ],
  };
}

/** Every database of the newest run at or before the moment. */
function allOf(desk: Desk, points: readonly RestorePoint[], atMs: number | null): RestorePoint[] {
  const before = newestFirst(points.filter((point) => atMs === null || point.createdAtMs <= atMs));
  const newest = before.find(({ subject }) => subject !== GLOBALS);
  if (!newest)
    throw new UserError('there is no dump of any database at or before that moment', {
      next: 'name a later one',
    });
  const run = runOf(newest.name);
  const databases = before.filter((point) => runOf(point.name) === run && point.subject !== GLOBALS);
  for (const point of databases) chosen(desk, [point], point.subject, atMs);
  const names = new Set(databases.map(({ subject }) => subject));
  const others = new Set(
    before.filter((one) => one.subject !== GLOBALS && !names.has(one.subject)).map((one) => one.subject),
  );
  if (others.size > 0)
    desk.say(
      `not in that run, but in older ones: ${[...others].join(', ')} (restore them one by one with --database)`,
    );
  return databases;
}

/** What the archives of one run have in common: everything up to its time. */
function runOf(archive: string): string {
  return /^.*?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/.exec(archive)?.[0] ?? archive;
}

async function intoFolder(
  desk: Desk,
  points: RestorePoint[],
  { folder, overwrite }: FolderTarget,
): Promise<RestoreResult> {
  try {
    // A second person may have taken an hour.
    prepareFolder(folder, overwrite);
    mark(folder, 'Backproof restores dumps into this folder.');
  } catch (error) {
    return failedRestore(`Nothing was restored: ${messageOf(error)}.`);
  }
  let restoredBytes = 0;
  for (const point of points) {
    const { seen, progress, diskFull } = await desk.reader.extract(point.name, [], folder, (heard) =>
      desk.progress.show(heard.doneBytes, heard.totalBytes, point.subject),
    );
    desk.progress.clear();
    restoredBytes += progress?.doneBytes ?? 0;
    if (desk.signal.aborted)
      return {
        outcome: 'cancelled',
        result: `Interrupted: ${folder} is not whole.`,
        restoredBytes,
        next: '',
      };
    if (diskFull || seen.exitCode !== 0) {
      const why = diskFull
        ? `The disk is full: ${folder} has no room left.`
        : desk.reader.failure(seen).message;
      return { ...failedRestore(`${point.subject}: ${why} ${folder} is not whole.`), restoredBytes };
    }
  }
  unmark(folder);
  const result = `${points.length} ${points.length === 1 ? 'dump' : 'dumps'} in ${folder}, ${formatSize(restoredBytes)}.`;
  return { outcome: 'succeeded', result, restoredBytes, next: '' };
}

async function openServer(
  desk: Desk,
  job: DumpJob,
  target: ServerTarget,
  bins: Record<number, string>,
): Promise<DatabaseServer> {
  if (job.kind === 'mysql-dump') return openMysql(desk, job, target);
  const { connection, owners, privileges } = target;
  const postgres = await PostgresRestore.open(desk, {
    connection: {
      host: connection.host ?? job.connection.host,
      port: connection.port ?? job.connection.port,
      user: connection.user ?? job.connection.user,
    },
    bins,
    choices: { owners, privileges },
  });
  return {
    place: postgres.place,
    role: postgres.server.user,
    globalsTwice: false,
    globals: (point) => postgres.globals(point),
    database: async (point, name, rolesFollow) => {
      const plan = await postgres.plan(point, name, rolesFollow);
      return () => postgres.restore(plan);
    },
  };
}

async function prepareServer(
  desk: Desk,
  job: DumpJob,
  { globals, databases }: Parts,
  all: RestorePoint[],
  target: ServerTarget,
  bins: Record<number, string>,
): Promise<PreparedRestore> {
  const server = await openServer(desk, job, target, bins);
  const follow = databases.length > 0;
  const first = globals ? [() => server.globals(globals, follow)] : [];
  const runs: Run[] = [];
  for (const point of databases)
    runs.push(await server.database(point, target.into ?? point.subject, globals !== null));
  const last = globals && follow && server.globalsTwice ? [() => server.globals(globals, false)] : [];
  const into = target.into === null ? '' : `database ${target.into} at `;
  return {
    what: {
      ...whatOf(all, `${into}${server.place}`),
      role: server.role,
      noOwner: !target.owners,
      noPrivileges: !target.privileges,
    },
    run: () => oneAfterTheOther(desk, first, runs, last),
  };
}

type Run = () => Promise<RestoreResult>;

/**
 * One that fails does not stop the others. One that wants something of another (a view of a table in a database that
 * comes later) is tried again for as long as others get there meanwhile.
 */
async function oneAfterTheOther(
  desk: Desk,
  first: Run[],
  databases: Run[],
  last: Run[],
): Promise<RestoreResult> {
  const total = first.length + databases.length + last.length;
  const results = new Map<Run, RestoreResult>();
  const attempt = async (run: Run) => {
    const result = await run();
    results.set(run, result);
    if (total > 1) desk.say(result.result);
    return result;
  };
  for (const run of first) await attempt(run);
  let todo = databases;
  let helped = true;
  while (todo.length > 0 && helped) {
    const wanting: Run[] = [];
    for (const run of todo) {
      if (desk.signal.aborted) break;
      if ((await attempt(run)).wantsOthers) wanting.push(run);
    }
    helped = wanting.length < todo.length;
    todo = wanting;
  }
  for (const run of last) if (!desk.signal.aborted) await attempt(run);
  return summed([...results.values()], total);
}

function summed(results: RestoreResult[], total: number): RestoreResult {
  const worst = (['cancelled', 'failed', 'warning'] as const).find((word) =>
    results.some(({ outcome }) => outcome === word),
  );
  const shown = worst ? results.filter(({ outcome }) => outcome === worst) : results;
  const rest =
    worst && results.length > shown.length
      ? ` ${results.length - shown.length} of ${total} parts are restored.`
      : '';
  return {
    outcome: worst ?? 'succeeded',
    result:
      shown.length > 1 && !worst
        ? `${results.length} parts restored: ${results.map(({ result }) => result).join(' ')}`
        : `${shown.map(({ result }) => result).join(' ')}${rest}`,
    restoredBytes: results.reduce((sum, one) => sum + one.restoredBytes, 0),
    next: shown[0]?.next ?? '',
  };
}
