/**
 * PostgreSQL databases out of their dumps, streamed into a server. What other tools trip over is looked at
 * before anything begins: missing roles and extensions, a client that cannot read the dump, a database that
 * is not empty.
 */
import { formatSize } from '../../proto/duration.ts';
import { messageOf, UserError } from '../../proto/errors.ts';
import type { RestorePoint } from '../decide/choose-archive.ts';
import { explainPostgresFailure, newestClient, type PostgresConnection } from '../tools/postgres.ts';
import * as tools from '../tools/postgres-restore.ts';
import { asSystemUser, type ClientEnd, feed, runClient } from './client.ts';
import { type Desk, failedRestore, type RestoreResult } from './types.ts';

export interface PostgresTarget {
  connection: PostgresConnection;
  /** Client programs by major. */
  bins: Record<number, string>;
  choices: tools.RestoreChoices;
}

/** A database that can be restored. */
export interface PostgresPlan {
  point: RestorePoint;
  name: string;
  contents: tools.DumpContents;
  bin: string;
  exists: boolean;
  /** How the dump makes its database; '' where pg_restore does that by itself. */
  head: string;
}

export class PostgresRestore {
  readonly #desk: Desk;
  readonly #target: PostgresTarget;
  readonly #newest: string;
  readonly server: tools.TargetServer;

  /** Throws UserError when the server does not answer, or can take nothing in. */
  static async open(desk: Desk, target: PostgresTarget): Promise<PostgresRestore> {
    const newest = newestClient(target.bins);
    if (!newest)
      throw new UserError('PostgreSQL’s client programs are not installed', {
        next: 'install postgresql-client',
      });
    const { connection } = target;
    const argv = asRole(desk, connection, tools.targetServerArgv(newest.bin, connection));
    const asked = await runClient(desk, argv);
    const server = asked.exitCode === 0 ? tools.parseTargetServer(asked.stdout) : null;
    if (server?.standby)
      throw new UserError(`the server at ${place(connection)} is a standby, and takes nothing in`, {
        next: 'name the primary, or another server, with --db-host and --db-port',
      });
    if (server) return new PostgresRestore(desk, target, newest.bin, server);
    throw new UserError(
      asked.startError ?? explainPostgresFailure(asked.stderr.join('\n'), place(connection)),
      {
        next: 'name the server and the role with --db-host, --db-port and --db-user',
      },
    );
  }

  private constructor(desk: Desk, target: PostgresTarget, newest: string, server: tools.TargetServer) {
    this.#desk = desk;
    this.#target = target;
    this.#newest = newest;
    this.server = server;
  }

  get place(): string {
    return place(this.#target.connection);
  }

  /**
   * Looks at the dump and at where it is to go. Throws UserError.
   * @param rolesFollow the dump's globals are restored first, and bring the roles.
   */
  async plan(point: RestorePoint, name: string, rolesFollow: boolean): Promise<PostgresPlan> {
    const { server } = this;
    const exists = server.databases.includes(name);
    if (exists) await this.#refuseHeld(name);
    else if (!server.mayCreate)
      throw new UserError(`the role ${server.user} may not make a database at ${this.place}`, {
        next: 'restore as one that may, say --db-user postgres',
      });
    const contents = await this.#contents(point);
    const { choices, bins } = this.#target;
    const restorer = tools.chooseRestorer(bins, contents.dumpedBy, server.major);
    if (!restorer)
      throw new UserError(
        `the dump was made by pg_dump ${contents.dumpedBy}, and the programs here are older`,
        {
          next: `install postgresql-client-${contents.dumpedBy}`,
        },
      );
    const from = Number(contents.version.split('.')[0]);
    if (server.major < from)
      this.#desk.say(
        `warning: the dump comes from PostgreSQL ${from}, and the server is ${server.major}: it may not understand all of it`,
      );
    const extensions = contents.extensions.filter((one) => !server.extensions.includes(one));
    if (extensions.length > 0)
      throw new UserError(
        `${name} needs extensions the server at ${this.place} does not have: ${extensions.join(', ')}`,
        {
          next: 'install their packages there',
        },
      );
    const owners = choices.owners && !rolesFollow ? tools.missingOwners(contents, server.roles) : [];
    if (owners.length > 0)
      throw new UserError(
        `things in ${name} belong to roles the server at ${this.place} does not have: ${owners.join(', ')}`,
        {
          next: 'bring the roles with --globals, or let everything belong to the one who restores with --no-owner --no-privileges',
        },
      );
    const byItself = !exists && name === point.subject && !contents.namesPublic;
    const head = byItself ? '' : await this.#head(point, restorer.bin);
    return { point, name, contents, bin: restorer.bin, exists, head };
  }

  /** Roles and tablespaces. Those that are there already stay, and get the attributes of the dump. */
  async globals(point: RestorePoint): Promise<RestoreResult> {
    const argv = this.#asRole(tools.globalsArgv(this.#newest, this.#target.connection));
    const fed = await feed(this.#desk, point.name, argv, 'roles and tablespaces');
    if (this.#desk.signal.aborted) return interrupted('some roles may be restored', fed.bytes);
    const problems = tools.globalsProblems(fed.client.stderr);
    const why = fed.readProblem ?? fed.client.startError ?? problems[0] ?? null;
    if (why !== null || fed.client.exitCode !== 0)
      return failedRestore(`Roles and tablespaces: ${why ?? fed.client.stderr.at(-1) ?? 'psql failed'}.`);
    return {
      outcome: 'succeeded',
      result: 'Roles and tablespaces restored.',
      restoredBytes: fed.bytes,
      next: '',
    };
  }

  async restore(plan: PostgresPlan): Promise<RestoreResult> {
    const { name, exists, head, bin, point } = plan;
    const { connection, choices } = this.#target;
    const changed = await this.#changed(plan);
    if (changed !== null) return failedRestore(`Nothing was touched: ${changed}.`);
    // pg_restore itself knows best how the database was made, where it may be called the same.
    const byItself = !exists && name === point.subject && !tools.makesPublic(head);
    if (!byItself) {
      const unmade = await this.#make(plan);
      if (unmade !== null) return unmade;
    }
    const database = byItself ? 'postgres' : name;
    const argv = this.#asRole(tools.restoreArgv(bin, connection, database, choices, byItself));
    const { client, bytes, readProblem } = await feed(this.#desk, point.name, argv, name);
    if (this.#desk.signal.aborted) return interrupted(await this.#leave(plan), bytes);
    if (readProblem === null && client.exitCode === 0) return this.#evidence(plan, bytes);
    const { reason, next } = tools.explainRestoreFailure(client.stderr);
    const why = readProblem ?? client.startError ?? reason;
    return {
      outcome: 'failed',
      result: `${name}: ${why}. ${await this.#leave(plan)}`,
      restoredBytes: bytes,
      next,
    };
  }

  /**
   * A second person may have taken an hour since the plan, and what somebody else made meanwhile is neither
   * written into nor removed when the restore fails. Null, or what is different.
   */
  async #changed({ name, exists }: PostgresPlan): Promise<string | null> {
    const asked = await this.#run(tools.targetServerArgv(this.#newest, this.#target.connection));
    const now = asked.exitCode === 0 ? tools.parseTargetServer(asked.stdout) : null;
    if (now === null) return `${this.place} does not answer any more: ${failureText(asked)}`;
    if (now.databases.includes(name) !== exists)
      return `the database ${name} ${exists ? 'has been removed' : 'has been made'} by somebody else meanwhile`;
    if (!exists) return null;
    return this.#refuseHeld(name).then(() => null, messageOf);
  }

  async #refuseHeld(name: string): Promise<void> {
    const { connection } = this.#target;
    const asked = await this.#run(tools.heldObjectsArgv(this.#newest, connection, name));
    if (asked.exitCode === 0 && asked.stdout.trim() === '0') return;
    throw new UserError(
      asked.exitCode === 0
        ? `the database ${name} at ${this.place} is not empty, and a database is never overwritten`
        : explainPostgresFailure(asked.stderr.join('\n'), this.place),
      { next: 'name a new one with --into, look at it, and rename it then' },
    );
  }

  async #contents(point: RestorePoint): Promise<tools.DumpContents> {
    const { client, readProblem } = await feed(this.#desk, point.name, tools.contentsArgv(this.#newest), '');
    const contents = client.exitCode === 0 ? tools.parseContents(client.stdout) : null;
    if (contents) return contents;
    const { reason, next } = tools.explainRestoreFailure(client.stderr);
    throw new UserError(
      `the dump in ${point.name} cannot be read: ${readProblem ?? client.startError ?? reason}`,
      {
        next: next || 'try another recovery point with --at',
      },
    );
  }

  async #head(point: RestorePoint, bin: string): Promise<string> {
    const { client, readProblem } = await feed(this.#desk, point.name, tools.headArgv(bin), '');
    if (client.exitCode === 0) return client.stdout;
    const { reason } = tools.explainRestoreFailure(client.stderr);
    throw new UserError(
      `the dump in ${point.name} cannot be read: ${readProblem ?? client.startError ?? reason}`,
    );
  }

  /** Null once it stands as the dump wants it, or how the restore ended. */
  async #make(plan: PostgresPlan): Promise<RestoreResult | null> {
    const { name, exists, head } = plan;
    const settings: string[] = [];
    if (!exists) {
      const [create, ...alter] = tools.createDatabaseSql(head, name, this.#target.choices.owners);
      // The server would go on making it without the client that asked, and nobody would know whose it is.
      const made = await this.#uninterrupted([create!]);
      if (made.exitCode !== 0) return failedRestore(`${name} could not be made: ${failureText(made)}`);
      settings.push(...alter);
    }
    const steps: [string[], string][] = [[settings, 'postgres']];
    if (tools.makesPublic(head)) steps.push([[tools.DROP_PUBLIC_SQL], name]);
    for (const [statements, database] of steps) {
      if (statements.length === 0) continue;
      const done = await this.#run(
        tools.statementsArgv(this.#newest, this.#target.connection, statements, database),
      );
      if (this.#desk.signal.aborted) break;
      if (done.exitCode !== 0)
        return failedRestore(
          `${name} could not be prepared: ${failureText(done)}. ${await this.#leave(plan)}`,
        );
    }
    return this.#desk.signal.aborted ? interrupted(await this.#leave(plan), 0) : null;
  }

  /** Every table that the dump names is there. */
  async #evidence({ name, contents }: PostgresPlan, bytes: number): Promise<RestoreResult> {
    const counted = await this.#run(tools.countTablesArgv(this.#newest, this.#target.connection, name));
    const tables = Number(counted.stdout.trim());
    const next = `look at it, and let the planner know it: vacuumdb --analyze-only ${name}`;
    if (counted.exitCode !== 0 || tables !== contents.tables)
      return {
        outcome: 'warning',
        result: `${name} restored at ${this.place}, ${formatSize(bytes)}, but it has ${counted.exitCode === 0 ? tables : 'an unknown number of'} tables, and the dump has ${contents.tables}.`,
        restoredBytes: bytes,
        next,
      };
    const result = `${name} restored at ${this.place} from PostgreSQL ${contents.version}: ${tables} tables, ${formatSize(bytes)}.`;
    return { outcome: 'succeeded', result, restoredBytes: bytes, next };
  }

  /** What is left of a database that did not get whole: nothing, where it was made here. */
  async #leave({ name, exists }: PostgresPlan): Promise<string> {
    if (exists) return `${name} holds a part of the dump: empty it before another attempt`;
    const dropped = await this.#uninterrupted([tools.dropDatabaseSql(name)]);
    return dropped.exitCode === 0 ? `${name} was removed again` : `${name} holds a part of the dump: drop it`;
  }

  /** Goes on after an interruption: it makes what has to be known, and cleans up. */
  #uninterrupted(statements: string[]): Promise<ClientEnd> {
    const desk = { ...this.#desk, signal: new AbortController().signal };
    const argv = tools.statementsArgv(this.#newest, this.#target.connection, statements);
    return runClient(desk, this.#asRole(argv));
  }

  #run(argv: string[]): Promise<ClientEnd> {
    return runClient(this.#desk, this.#asRole(argv));
  }

  #asRole(argv: string[]): string[] {
    return asRole(this.#desk, this.#target.connection, argv);
  }
}

function asRole(desk: Desk, { host, user }: PostgresConnection, argv: string[]): string[] {
  return asSystemUser(desk, argv, user, host === null || host.startsWith('/'));
}

function place({ host, port }: PostgresConnection): string {
  return `${host ?? 'the default socket'}${port === null ? '' : `, port ${port}`}`;
}

function failureText({ startError, stderr }: ClientEnd): string {
  return startError ?? tools.explainRestoreFailure(stderr).reason;
}

function interrupted(left: string, restoredBytes: number): RestoreResult {
  return { outcome: 'cancelled', result: `Interrupted: ${left}.`, restoredBytes, next: '' };
}
