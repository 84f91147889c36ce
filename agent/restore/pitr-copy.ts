/**
 * A copy of a cluster: its folder, its settings and its server, which listens on a socket in that folder and nowhere
 * else. Everything in it is made and run by the user of the server, never by root: that user may lay links there.
 */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { messageOf, UserError } from '../../proto/errors.ts';
import { openPart } from '../closed-path.ts';
import type { PostgresConnection } from '../tools/postgres.ts';
import * as tools from '../tools/postgres-copy.ts';
import { asUser, POSTGRES_USER } from '../tools/run-as.ts';
import { gatedCommand, gateScript } from '../tools/wal-gate.ts';
import { type ClientEnd, runClient } from './client.ts';
import { isThere, MARKER } from './folder.ts';
import type { CopyPlaces } from './pitr-source.ts';
import type { Surroundings } from './types.ts';

/** Of a log that grows for hours. */
const LOG_LINES = '200';
/** What production left in the data directory and would be followed; kept aside for people. */
const SET_ASIDE = ['postgresql.conf', 'postgresql.auto.conf', 'pg_hba.conf'];
const ASIDE = '.of-production';
/** They would make it a standby of production, or keep it from starting. */
const REMOVED = ['standby.signal', 'recovery.conf', 'postmaster.pid', 'postmaster.opts'];

export function placesIn(folder: string, isRoot: boolean): CopyPlaces {
  return {
    folder,
    data: join(folder, 'data'),
    tablespaces: join(folder, 'tablespaces'),
    scratch: join(folder, 'scratch'),
    socket: join(folder, 'socket'),
    log: join(folder, 'server.log'),
    prefix: asUser(POSTGRES_USER, isRoot),
  };
}

/** Why a copy cannot be made there; null when it can. */
export function folderRefusal({ folder, data, socket }: CopyPlaces): UserError | null {
  const odd = tools.oddInPath(folder);
  if (odd !== null)
    return new UserError(
      `${folder} has ${JSON.stringify(odd)} in its path, which PostgreSQL's programs take for more`,
      {
        next: 'name a folder with a plainer name with --to',
      },
    );
  const excess = tools.socketPathExcess(socket);
  if (excess !== null)
    return new UserError(`the path of ${folder} is ${excess} bytes too long for the unix socket in it`, {
      next: 'name a shorter folder with --to',
    });
  const cluster = clusterAbove(dirname(folder));
  if (cluster !== null)
    return new UserError(`${folder} lies in ${cluster}, which is the data directory of a cluster`, {
      next: 'name a folder outside of it with --to: the copy would be in every base backup of that cluster',
    });
  if (!isThere(folder)) return null;
  let held: string[];
  try {
    held = readdirSync(folder);
  } catch (error) {
    return new UserError(`${folder} cannot be restored into: ${messageOf(error)}`, {
      next: 'name another folder with --to',
      cause: error,
    });
  }
  if (held.length === 0) return null;
  if (!held.includes(MARKER))
    return new UserError(`${folder} is not empty`, {
      next: 'name a new folder with --to; a cluster is never restored over something',
    });
  return new UserError(`${folder} holds a restore that did not get to its end (see ${MARKER} in it)`, {
    next: `name a new folder with --to; or, when no other restore is at work there, remove it${isThere(join(data, 'postmaster.pid')) ? `: its server may still run, so pg_ctl -D ${data} -m immediate stop first, then` : ' with'} rm -rf ${folder}`,
  });
}

/** The data directory that a folder lies in, or null. */
function clusterAbove(folder: string): string | null {
  if (isThere(join(folder, 'PG_VERSION'))) return folder;
  return dirname(folder) === folder ? null : clusterAbove(dirname(folder));
}

export interface LeftInCopy {
  /** Null when it did not say. */
  left: tools.WhatIsLeft | null;
  /** A role or a database names libraries of its own that are not installed here. */
  lacksLibraries: boolean;
  /** There are unlogged tables. */
  hasUnlogged: boolean;
}

/** Who asks the copy, and where. */
export interface Asker {
  role: string;
  database: string;
}

export class Copy {
  readonly places: CopyPlaces;
  readonly #desk: Surroundings;
  /** Of the server's programs. */
  readonly #bin: string;
  #isNew = true;
  #isOurs = false;
  #isConfigured = false;

  constructor(desk: Surroundings, places: CopyPlaces, bin: string) {
    this.#desk = desk;
    this.places = places;
    this.#bin = bin;
  }

  /** False until it is claimed, and when another restore was first: then nothing there is stopped or removed. */
  get isOurs(): boolean {
    return this.#isOurs;
  }

  /**
   * Makes the folders, and says in a file that they are not whole. Of two restores into one folder, one alone makes `data`;
   * an interruption does not leave open which. Null, or why not.
   */
  async claim(what: string): Promise<string | null> {
    const { folder, data, tablespaces, scratch, socket, prefix } = this.places;
    this.#isNew = !isThere(folder);
    const made = await runClient(this.#unstoppable(), this.#makingArgv());
    const lock = made.exitCode === 0 ? await this.#toItsEnd('mkdir', '-m', '0700', data) : made;
    this.#isOurs = lock.exitCode === 0;
    if (!this.#isOurs && isThere(data)) return `another restore has begun in ${folder}`;
    const problem =
      complaint(lock) ?? complaint(await this.#run('mkdir', '-m', '0700', tablespaces, scratch, socket));
    if (problem !== null && prefix.length > 0)
      return `${problem}; ${POSTGRES_USER} has to be able to enter and write ${folder}`;
    return (
      problem ??
      this.#write(join(folder, MARKER), `${what}\nIt has not got to its end: this copy is not whole.\n`)
    );
  }

  /** Root gives the folder away only where nobody else can lay a link in its place. */
  #makingArgv(): string[] {
    const { folder, prefix } = this.places;
    const isClosed = prefix.length > 0 && openPart(nearestThere(folder)) === null;
    if (isClosed) return ['install', '-d', '-o', POSTGRES_USER, '-m', '0700', folder];
    return [...prefix, 'mkdir', '-p', '-m', '0700', folder];
  }

  /** For another base backup, after one that could not be laid down as a whole. Null, or why not. */
  async empty(): Promise<string | null> {
    const { data, tablespaces, scratch } = this.places;
    return complaint(await this.#run('find', data, tablespaces, scratch, '-mindepth', '1', '-delete'));
  }

  /** What the log asks of its settings; a problem when it cannot be read. */
  async control(): Promise<tools.ControlData | string> {
    const asked = await this.#run(...tools.controlArgv(this.#bin, this.places.data));
    return (
      tools.parseControl(asked.stdout) ?? `pg_controldata: ${complaint(asked) ?? 'its answer cannot be read'}`
    );
  }

  /**
   * Puts production's settings aside once, and writes the copy's own. Null, or why not.
   * @param isGated whether replay ends in front of a tablespace that was made after the base backup.
   */
  async configure(settings: Omit<tools.CopySettings, 'socket'>, isGated: boolean): Promise<string | null> {
    const { data, scratch, socket } = this.places;
    const at = (name: string) => join(data, name);
    const gate = join(scratch, 'gate.sh');
    const restoreCommand = isGated ? gatedCommand(settings.restoreCommand, gate) : settings.restoreCommand;
    for (const name of this.#isConfigured ? [] : SET_ASIDE) {
      if (!isThere(at(name))) continue;
      const moved = complaint(await this.#run('mv', '-T', at(name), at(name + ASIDE)));
      if (moved !== null) return moved;
    }
    // What lies there from now on is the copy's own.
    this.#isConfigured = true;
    const removed = complaint(await this.#run('rm', '-f', ...REMOVED.map(at)));
    return (
      removed ??
      (await this.#write(gate, gateScript(this.#bin, join(scratch, 'held')))) ??
      (await this.#write(at('postgresql.conf'), tools.copyConf({ ...settings, restoreCommand, socket }))) ??
      (await this.#write(at('postgresql.auto.conf'), '')) ??
      (await this.#write(at('pg_hba.conf'), tools.COPY_HBA)) ??
      (await this.#write(at('recovery.signal'), ''))
    );
  }

  /** Null, or why it does not start. */
  async start(): Promise<string | null> {
    const { data, log } = this.places;
    return complaint(await this.#run(...tools.startArgv(this.#bin, data, log)));
  }

  async isRunning(): Promise<boolean> {
    const asked = await this.#run(...tools.statusArgv(this.#bin, this.places.data));
    return asked.exitCode !== tools.STATUS_STOPPED;
  }

  async replay({ role, database }: Asker): Promise<{ answer: tools.Replay } | { problem: string }> {
    const asked = await this.#run(...tools.replayArgv(this.#bin, this.#connection(role), database));
    const answer = tools.parseReplay(asked.stdout);
    return answer ? { answer } : { problem: asked.stderr.join('\n') };
  }

  /** Of a promoted copy: what is not as it was in production. @param major of its server. */
  async whatIsLeft({ role, database }: Asker, major: number): Promise<LeftInCopy> {
    const argv = tools.whatIsLeftArgv(this.#bin, this.#connection(role), database, major);
    const plainly = await this.#run(...argv);
    const lacksLibraries = plainly.exitCode !== 0;
    const { stdout } = lacksLibraries ? await this.#run('env', tools.NO_LIBRARIES, ...argv) : plainly;
    const unlogged = await this.#run(...tools.unloggedArgv(this.places));
    return { left: tools.parseWhatIsLeft(stdout), lacksLibraries, hasUnlogged: unlogged.stdout !== '' };
  }

  #connection(role: string): PostgresConnection {
    return { host: this.places.socket, port: tools.COPY_PORT, user: role };
  }

  /** The end of what the server says. */
  async log(): Promise<string> {
    return (await this.#run('tail', '-n', LOG_LINES, this.places.log)).stdout;
  }

  /** The log of an attempt before says nothing of the next. */
  async forgetLog(): Promise<void> {
    await this.#run('mv', '-f', '-T', this.places.log, `${this.places.log}.before`);
  }

  async promote(): Promise<string | null> {
    return complaint(await this.#run(...tools.promoteArgv(this.#bin, this.places.data)));
  }

  async stop(): Promise<void> {
    if (!this.#isOurs) return;
    await this.#toItsEnd(...tools.stopArgv(this.#bin, this.places.data, 'immediate'));
  }

  /** It is whole: nothing of the way there stays. */
  async finish(): Promise<void> {
    const { folder, scratch, log } = this.places;
    await this.#run('rm', '-rf', scratch, join(folder, MARKER), `${log}.before`);
  }

  /** Stops the server and removes all that was made, and the folder if it is new. False when something is left. */
  async remove(): Promise<boolean> {
    const { folder, data, tablespaces, scratch, socket, log } = this.places;
    if (!this.#isOurs || !isThere(folder)) return true;
    await this.stop();
    const made = [data, tablespaces, scratch, socket, log, `${log}.before`, join(folder, MARKER)];
    const removed = await this.#toItsEnd('rm', '-rf', ...(this.#isNew ? [folder] : made));
    if (removed.exitCode === 0) return true;
    // Its parent belongs to root: what is in it is gone, and root takes the folder.
    const emptied = await this.#toItsEnd('rm', '-rf', ...made);
    if (emptied.exitCode !== 0) return false;
    return !this.#isNew || (await runClient(this.#unstoppable(), ['rmdir', folder])).exitCode === 0;
  }

  async #write(file: string, text: string): Promise<string | null> {
    const argv = [...this.places.prefix, 'tee', file];
    return complaint(await runClient(this.#desk, argv, Readable.from([text])));
  }

  #run(...argv: string[]): Promise<ClientEnd> {
    return runClient(this.#desk, [...this.places.prefix, ...argv]);
  }

  /** Goes on after an interruption. */
  #toItsEnd(...argv: string[]): Promise<ClientEnd> {
    return runClient(this.#unstoppable(), [...this.places.prefix, ...argv]);
  }

  #unstoppable(): Surroundings {
    return { ...this.#desk, signal: new AbortController().signal };
  }
}

function complaint({ exitCode, startError, stderr, stdout }: ClientEnd): string | null {
  if (exitCode === 0) return null;
  return startError ?? (stderr.at(-1) || stdout.trim().split('\n').at(-1) || `it ended with ${exitCode}`);
}

function nearestThere(folder: string): string {
  return isThere(folder) ? folder : nearestThere(dirname(folder));
}
