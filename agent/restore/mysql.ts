/** MySQL and MariaDB databases out of their dumps, streamed into a server. */
import { Transform } from 'node:stream';
import { formatSize } from '../../proto/duration.ts';
import { UserError } from '../../proto/errors.ts';
import type { MysqlDumpJob } from '../config/job-spec.ts';
import type { RestorePoint } from '../decide/choose-archive.ts';
import { named } from '../engines/dump-words.ts';
import { type MysqlConnection, type MysqlPrograms, placeOf, queryArgv } from '../tools/mysql.ts';
import { batchRows } from '../tools/mysql-batch.ts';
import { explainMysqlFailure } from '../tools/mysql-failure.ts';
import {
  DumpStream,
  databasesArgv,
  dropDatabaseSql,
  restoreArgv,
  restoreUsersArgv,
} from '../tools/mysql-restore.ts';
import { explainMysqlRestore, isAbsence, isForbidden, sqlErrors } from '../tools/mysql-restore-failure.ts';
import { odditiesArgv, parseOddities } from '../tools/mysql-restored.ts';
import { UsersStream } from '../tools/mysql-users-restore.ts';
import { Tools } from '../watch/tools.ts';
import { asSystemUser, feed, runClient } from './client.ts';
import { type DatabaseServer, type Desk, failedRestore, type RestoreResult } from './types.ts';
import type { ServerTarget } from './wish.ts';

/** Throws UserError when there is no client, or the server does not answer. */
export async function openMysql(
  desk: Desk,
  job: MysqlDumpJob,
  target: ServerTarget,
): Promise<DatabaseServer> {
  const { programs, problem } = await new Tools(desk.environment, desk.clock).mysql(job);
  if (!programs) throw new UserError(problem ?? 'there is no client', { next: 'install mariadb-client' });
  const server = new MysqlServer(desk, programs, connectionOf(job.connection, target));
  await server.objects();
  return server;
}

/** What the command line names goes before what the job says. */
function connectionOf(own: MysqlConnection, { connection }: ServerTarget): MysqlConnection {
  const { host, port, user } = connection;
  const socket = host?.startsWith('/') ? host : null;
  return {
    socket: host === null ? own.socket : socket,
    host: host === null ? own.host : socket === null ? host : null,
    port: port ?? own.port,
    user: user ?? own.user,
    // The file of the job names a user that may only read.
    defaultsFile: user === null ? own.defaultsFile : null,
  };
}

class MysqlServer implements DatabaseServer {
  /** Rights to tables, columns and routines need them to be there; views and routines need their definers. */
  readonly globalsTwice = true;
  readonly #desk: Desk;
  readonly #programs: MysqlPrograms;
  readonly #connection: MysqlConnection;

  constructor(desk: Desk, programs: MysqlPrograms, connection: MysqlConnection) {
    this.#desk = desk;
    this.#programs = programs;
    this.#connection = connection;
  }

  get place(): string {
    return placeOf(this.#connection);
  }

  get role(): string {
    return this.#connection.user ?? '';
  }

  /** How much every database holds. Throws UserError. */
  async objects(): Promise<Map<string, number>> {
    const asked = await runClient(this.#desk, this.#asRole(databasesArgv(this.#programs, this.#connection)));
    if (asked.exitCode === 0) {
      return new Map(batchRows(asked.stdout).map(([name, count]) => [name!, Number(count)]));
    }
    throw new UserError(asked.startError ?? explainMysqlFailure(asked.stderr.join('\n'), this.#connection), {
      next: 'name the server and the user with --db-host (a socket or a host), --db-port and --db-user',
    });
  }

  async globals(point: RestorePoint, databasesFollow: boolean): Promise<RestoreResult> {
    const argv = restoreUsersArgv(this.#programs, this.#connection);
    const fed = await this.#feed(point, argv, new UsersStream(), 'users and grants');
    const { stderr, exitCode } = fed.client;
    const restoredBytes = fed.bytes;
    if (this.#desk.signal.aborted)
      return {
        outcome: 'cancelled',
        result: 'Interrupted: some users may be restored.',
        restoredBytes,
        next: '',
      };
    const errors = sqlErrors(stderr);
    const worst = errors.find((error) => !isAbsence(error)) ?? (databasesFollow ? undefined : errors[0]);
    const why =
      fed.problem ?? (exitCode !== 0 || (worst && isForbidden(worst)) ? this.#explained(stderr) : null);
    if (why !== null)
      return { ...failedRestore(`users and grants: ${why} Some may be restored.`), restoredBytes };
    if (worst)
      return {
        outcome: 'warning',
        result: `Users and grants restored, but not all: ${worst.text}.`,
        restoredBytes,
        next: 'what has no table or routine yet comes with --globals once the databases are restored; what is there stays as it is',
      };
    return { outcome: 'succeeded', result: 'Users and grants restored.', restoredBytes, next: '' };
  }

  async database(point: RestorePoint, name: string): Promise<() => Promise<RestoreResult>> {
    const held = (await this.objects()).get(name);
    if (held !== undefined && held > 0)
      throw new UserError(
        `the database ${name} at ${this.place} is not empty, and a database is never overwritten`,
        {
          next: 'name a new one with --into, look at it, and move its tables then',
        },
      );
    return async () => {
      // A second person may have taken an hour: what somebody else made meanwhile is not overwritten or dropped.
      if ((await this.objects()).get(name) !== held)
        return failedRestore(
          `Nothing was touched: somebody else has changed the database ${name} meanwhile.`,
        );
      return this.#restore(point, name, held !== undefined);
    };
  }

  async #restore(point: RestorePoint, name: string, existed: boolean): Promise<RestoreResult> {
    const argv = restoreArgv(this.#programs, this.#connection);
    const { client, bytes, problem } = await this.#feed(
      point,
      argv,
      new DumpStream(point.subject, name),
      name,
    );
    const restoredBytes = bytes;
    if (this.#desk.signal.aborted) {
      const result = `Interrupted: ${await this.#leave(name, existed)}.`;
      return { outcome: 'cancelled', result, restoredBytes, next: '' };
    }
    if (problem !== null || client.exitCode !== 0) {
      const failure =
        problem === null
          ? explainMysqlRestore(client.stderr.join('\n'), this.#connection)
          : { why: problem, next: '', isAbsence: false };
      const result = `${name}: ${failure.why} ${await this.#leave(name, existed)}.`;
      // What was there before holds a part now.
      const again = failure.isAbsence && !existed ? { wantsOthers: true as const } : {};
      return { ...failedRestore(result, failure.next), restoredBytes, ...again };
    }
    const objects = (await this.objects()).get(name) ?? 0;
    const result = `${name} restored at ${this.place}: ${objects} tables, views and routines, ${formatSize(bytes)}.`;
    return {
      outcome: 'succeeded',
      result,
      restoredBytes,
      next: '',
      ...(await this.#oddities(name, name !== point.subject, result)),
    };
  }

  /** What nobody would see before it does harm. */
  async #oddities(name: string, isCopy: boolean, result: string): Promise<Partial<RestoreResult>> {
    const argv = this.#asRole(odditiesArgv(this.#programs, this.#connection, name, isCopy));
    const { definers, asleep, awake } = parseOddities((await runClient(this.#desk, argv)).stdout);
    const whose = named(definers);
    const found = [
      {
        of: definers,
        what: `views or routines of it belong to ${whose}, who is no user there, and cannot be used`,
        next: `bring the users with --globals, or make ${whose}`,
      },
      {
        of: asleep,
        what: `the events ${named(asleep)} do not run, for they were dumped from a replica`,
        next: 'ALTER EVENT ... ENABLE each of them, where they are to run',
      },
      {
        of: awake,
        what: `the events ${named(awake)} run in the copy too`,
        next: 'ALTER EVENT ... DISABLE each of them, where they reach beyond it',
      },
    ].filter(({ of }) => of.length > 0);
    if (found.length === 0) return {};
    const said = found.map(({ what }) => what).join('; ');
    const next = found.map((one) => one.next).join('; ');
    return { outcome: 'warning', result: `${result} But ${said}.`, next };
  }

  async #feed(point: RestorePoint, argv: string[], dump: DumpStream | UsersStream, what: string) {
    const fed = await feed(this.#desk, point.name, this.#asRole(argv), what, through(dump));
    // The client cannot know that the archive broke off between two statements.
    return { ...fed, problem: dump.problem ?? fed.readProblem ?? fed.client.startError };
  }

  #explained(stderr: string[]): string {
    return explainMysqlFailure(stderr.join('\n'), this.#connection);
  }

  /** What is left of a database that did not get whole: nothing, where it was made here. */
  async #leave(name: string, existed: boolean): Promise<string> {
    if (existed) return `${name} holds a part of the dump: empty it before another attempt`;
    const desk = { ...this.#desk, signal: new AbortController().signal };
    const drop = queryArgv(this.#programs, this.#connection, [dropDatabaseSql(name)], 'without-names');
    const dropped = await runClient(desk, this.#asRole(drop));
    return dropped.exitCode === 0 ? `${name} was removed again` : `${name} holds a part of the dump: drop it`;
  }

  #asRole(argv: string[]): string[] {
    return asSystemUser(this.#desk, argv, this.#connection.user, this.#connection.host === null);
  }
}

/** The dump as it goes into the server. */
function through(dump: DumpStream | UsersStream): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, dump.push(chunk));
    },
    flush(done) {
      done(null, dump.end());
    },
  });
}
