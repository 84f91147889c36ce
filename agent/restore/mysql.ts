/** MySQL and MariaDB databases out of their dumps, streamed into a server. */
import { Transform } from 'node:stream';
import { formatSize } from '../../proto/duration.ts';
import { UserError } from '../../proto/errors.ts';
import type { MysqlDumpJob } from '../config/job-spec.ts';
import type { RestorePoint } from '../decide/choose-archive.ts';
import {
  explainMysqlFailure,
  type MysqlConnection,
  type MysqlPrograms,
  placeOf,
  queryArgv,
} from '../tools/mysql.ts';
import { batchRows } from '../tools/mysql-batch.ts';
import { DumpStream, databasesArgv, dropDatabaseSql, restoreArgv } from '../tools/mysql-restore.ts';
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

  async globals(point: RestorePoint): Promise<RestoreResult> {
    return this.#feed(point, null, 'users and grants', async () => 'Some users may be restored');
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
      return this.#feed(point, name, name, () => this.#leave(name, held !== undefined));
    };
  }

  async #feed(
    point: RestorePoint,
    name: string | null,
    what: string,
    leave: () => Promise<string>,
  ): Promise<RestoreResult> {
    const argv = this.#asRole(restoreArgv(this.#programs, this.#connection));
    const dump = new DumpStream(point.subject, name);
    const { client, bytes, readProblem } = await feed(this.#desk, point.name, argv, what, through(dump));
    if (this.#desk.signal.aborted)
      return {
        outcome: 'cancelled',
        result: `Interrupted: ${await leave()}.`,
        restoredBytes: bytes,
        next: '',
      };
    // The client cannot know that the archive broke off between two statements.
    if (dump.problem !== null || readProblem !== null || client.exitCode !== 0) {
      const why =
        dump.problem ??
        readProblem ??
        client.startError ??
        explainMysqlFailure(client.stderr.join('\n'), this.#connection);
      return { ...failedRestore(`${what}: ${why} ${await leave()}.`), restoredBytes: bytes };
    }
    if (name === null)
      return { outcome: 'succeeded', result: 'Users and grants restored.', restoredBytes: bytes, next: '' };
    const objects = (await this.objects()).get(name) ?? 0;
    const result = `${name} restored at ${this.place}: ${objects} tables, views and routines, ${formatSize(bytes)}.`;
    return { outcome: 'succeeded', result, restoredBytes: bytes, next: '' };
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
function through(dump: DumpStream): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, dump.push(chunk));
    },
    flush(done) {
      done(null, dump.end());
    },
  });
}
