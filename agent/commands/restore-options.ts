/** What may stand on the command line of `restore`, and whether it fits together. */
import { posix, resolve } from 'node:path';
import { UserError } from '../../proto/errors.ts';
import type { PostgresPitrJob } from '../config/job-spec.ts';
import { MOMENT_FORMS, microsOf, parseMoment } from '../decide/moment.ts';
import type { PitrWish } from '../restore/pitr.ts';
import type { ArchivingJob } from '../restore/points.ts';
import type { RestoreTarget, RestoreWish } from '../restore/wish.ts';

export interface RestoreOptions {
  configFile: string;
  json: boolean;
  job: string;
  host: string | undefined;
  at: string;
  to: string | undefined;
  inPlace: boolean;
  yesOverwrite: string | undefined;
  overwrite: boolean;
  paths: string[];
  database: string | undefined;
  allDatabases: boolean;
  globals: boolean;
  into: string | undefined;
  dbHost: string | undefined;
  dbPort: number | undefined;
  dbUser: string | undefined;
  owners: boolean;
  privileges: boolean;
  reason: string;
  by: string | undefined;
  request: boolean;
  withoutApproval: boolean;
}

/** Throws UserError with exit code 2. */
export function wishOf(options: RestoreOptions, job: ArchivingJob, zone: string): RestoreWish {
  const atMs = momentOf(options, zone);
  const target = targetOf(options);
  const isDump = job.kind !== 'files' && job.kind !== 'observed';
  const { database = null, allDatabases, globals } = options;
  if (isDump && options.paths.length > 0)
    throw wrong(`${job.name} holds dumps and no files`, 'name a database with --database NAME');
  if (!isDump && (database !== null || allDatabases || globals || target.type === 'server'))
    throw wrong(`${job.name} holds files and no databases`, 'name paths behind the options');
  if (isDump && target.type === 'in-place')
    throw wrong(
      'a database is never overwritten',
      'restore into a new or empty one with --database NAME --into NEW, look at it, and rename it then',
    );
  if (isDump && database === null && !allDatabases && !globals)
    throw wrong('it is not said what to restore', 'use --database NAME, --all-databases or --globals');
  if (database !== null && allDatabases)
    throw wrong('--database and --all-databases exclude each other', 'use one of them');
  if (target.type === 'server' && database !== null && target.into === null)
    throw wrong('it is not said into which database', 'name a new or empty one with --into NAME');
  if (target.type === 'server' && database === null && target.into !== null)
    throw wrong('--into takes one database', 'name it with --database NAME');
  const paths = options.paths.map((path) => posix.normalize(path.startsWith('/') ? path : `/${path}`));
  return { atMs, paths, database, allDatabases, globals, target };
}

/** Who looks at a copy of a cluster, unless somebody else is named. */
const SUPERUSER = 'postgres';

/** A moment of a whole cluster. Throws UserError with exit code 2. */
export function pitrWishOf(options: RestoreOptions, job: PostgresPitrJob, zone: string): PitrWish {
  const atMs = momentOf(options, zone);
  const { to, database, allDatabases, globals, into, inPlace, overwrite, paths, dbHost, dbPort } = options;
  const isPart = database !== undefined || allDatabases || globals || into !== undefined || paths.length > 0;
  if (isPart)
    throw wrong(
      `${job.name} holds a whole cluster, and brings it back whole`,
      'restore it with --to DIR, and dump out of that copy what you need: how is said at the end',
    );
  if (inPlace || overwrite || dbHost !== undefined || dbPort !== undefined)
    throw wrong(
      'a cluster is never overwritten',
      'restore beside it with --to DIR: a new folder, in which its data, its socket and its log are',
    );
  if (to === undefined || to === '-')
    throw wrong('it is not said where to', 'name a new folder with --to DIR');
  const roles = [options.dbUser ?? SUPERUSER, job.connection.user];
  return {
    atMs,
    atMicros: microsOf(options.at),
    folder: resolve(to),
    roles: roles.filter((role) => role !== null),
  };
}

function momentOf(options: RestoreOptions, zone: string): number | null {
  if (options.reason.trim() === '')
    throw wrong('a restore is written down with its reason', 'say why with --reason TEXT');
  const atMs = parseMoment(options.at, zone);
  if (atMs === undefined) throw wrong(`--at does not take "${options.at}"`, `write ${MOMENT_FORMS}`);
  return atMs;
}

function targetOf(options: RestoreOptions): RestoreTarget {
  const { to, inPlace, into, allDatabases, globals, dbHost, dbPort, dbUser, owners, privileges } = options;
  const said = [to !== undefined && '--to', inPlace && '--in-place', into !== undefined && '--into'].filter(
    Boolean,
  );
  if (said.length > 1) throw wrong(`${said.join(' and ')} exclude each other`, 'use one of them');
  if (to === '-') return { type: 'stdout' };
  if (to !== undefined) return { type: 'folder', folder: resolve(to), overwrite: options.overwrite };
  if (inPlace) return { type: 'in-place' };
  if (into === undefined && !allDatabases && !globals)
    throw wrong('it is not said where to', 'use --to DIR, --into DATABASE, or --in-place');
  return {
    type: 'server',
    connection: { host: dbHost ?? null, port: dbPort ?? null, user: dbUser ?? null },
    into: into ?? null,
    owners,
    privileges,
  };
}

function wrong(message: string, next: string): UserError {
  return new UserError(message, { next, exitCode: 2 });
}
