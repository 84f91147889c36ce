/** MySQL's and MariaDB's command lines for getting a database back, and a dump on its way into one. Pure. */
import { Buffer } from 'node:buffer';
import { connectionOptions, type MysqlConnection, type MysqlPrograms, queryArgv } from './mysql.ts';

/** `name<TAB>objects` of every database: tables, views, routines and events. */
const DATABASES_SQL = `select s.schema_name,
 (select count(*) from information_schema.tables t where t.table_schema = s.schema_name)
 + (select count(*) from information_schema.routines r where r.routine_schema = s.schema_name)
 from information_schema.schemata s`;

export function databasesArgv(programs: MysqlPrograms, connection: MysqlConnection): string[] {
  return queryArgv(programs, connection, [DATABASES_SQL], 'without-names');
}

/** Reads a dump from standard input and stops at the first error. */
export function restoreArgv(programs: MysqlPrograms, connection: MysqlConnection): string[] {
  return [
    programs.client,
    ...connectionOptions(connection),
    '--batch',
    '--no-auto-rehash',
    // Bytes stay what they are, also \r\n and NUL.
    '--binary-mode',
    '--max-allowed-packet=1G',
  ];
}

/** Goes on after an error: a right to a table that is not there yet is no reason to leave out all others. */
export function restoreUsersArgv(programs: MysqlPrograms, connection: MysqlConnection): string[] {
  return [...restoreArgv(programs, connection), '--force'];
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function dropDatabaseSql(name: string): string {
  return `drop database if exists ${quoted(name)}`;
}

/** mariadb-dump's first line since 2024 (MDEV-33727): MySQL's clients and older MariaDB's refuse it. */
const SANDBOX = /^\/\*M?!999999\\- enable the sandbox mode \*\/ *\n/;
const CREATE = /^(CREATE DATABASE (?:\/\*![^*]*\*\/ )?)`(?:[^`]|``)+`/m;
/** A dump names its database within its first few hundred bytes. */
const HEAD_BYTES_MAX = 64 * 1024;

/**
 * A dump on its way into a server: without the sandbox line, and for another database than its own. A dump
 * says `USE` at its top and again before its views, and each of them would lead back to the database it was
 * made from. Bytes are looked at one by one (latin1), for a chunk may end within a character.
 */
export class DumpStream {
  readonly #into: string | null;
  readonly #use: Buffer;
  readonly #useInto: Buffer;
  #head: Buffer | null = Buffer.alloc(0);
  /** The end of what came, which may be the beginning of a USE. */
  #rest: Buffer = Buffer.alloc(0);
  /** Why nothing (more) may go into the server. */
  problem: string | null = null;

  /** @param into null: it goes where it came from. */
  constructor(from: string, into: string | null) {
    this.#into = into === from ? null : into;
    this.#use = useLine(from);
    this.#useInto = useLine(into ?? from);
  }

  push(chunk: Buffer): Buffer {
    if (this.#head === null) return this.#renamed(chunk);
    this.#head = Buffer.concat([this.#head, chunk]);
    const isWhole = this.#head.includes(this.#use) || this.#head.length >= HEAD_BYTES_MAX;
    return isWhole ? this.#opened(this.#head) : Buffer.alloc(0);
  }

  end(): Buffer {
    const last = this.#head === null ? Buffer.alloc(0) : this.#opened(this.#head);
    return this.problem === null ? Buffer.concat([last, this.#rest]) : last;
  }

  #opened(head: Buffer): Buffer {
    this.#head = null;
    if (this.#into !== null && !head.includes(this.#use))
      this.problem = 'the dump does not say which database it is of, so it goes into no other';
    const plain = head.toString('latin1').replace(SANDBOX, '');
    const into = this.#into === null ? null : latin1(quoted(this.#into));
    const made = into === null ? plain : plain.replace(CREATE, (_, create: string) => `${create}${into}`);
    return this.#renamed(Buffer.from(made, 'latin1'));
  }

  #renamed(chunk: Buffer): Buffer {
    if (this.problem !== null) return Buffer.alloc(0);
    if (this.#into === null) return chunk;
    let rest = Buffer.concat([this.#rest, chunk]);
    const out: Buffer[] = [];
    for (let at = rest.indexOf(this.#use); at >= 0; at = rest.indexOf(this.#use)) {
      out.push(rest.subarray(0, at), this.#useInto);
      rest = rest.subarray(at + this.#use.length);
    }
    const kept = Math.min(rest.length, this.#use.length - 1);
    out.push(rest.subarray(0, rest.length - kept));
    this.#rest = Buffer.from(rest.subarray(rest.length - kept));
    return Buffer.concat(out);
  }
}

/** Line breaks inside of values are written as \\n: a whole line like this is a statement. */
function useLine(database: string): Buffer {
  return Buffer.from(`\nUSE ${quoted(database)};\n`, 'utf8');
}

/** The bytes of a text, each as a character. */
function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
