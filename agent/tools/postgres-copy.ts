/**
 * A copy of a cluster that is recovered to a moment: its settings, the programs that run it, and what it says. Pure.
 * Recovery settings stand in postgresql.conf since 12 (release notes, E.23).
 */

import type { PostgresConnection } from './postgres.ts';
import { psqlArgv } from './postgres.ts';
import { parseLsn, segmentBytesOf } from './wal.ts';

export const COPY_MAJOR_MIN = 12;
/** Nearly every cluster has them, so it needs no guess at what production's databases are called. */
export const ASKED_DATABASES = ['template1', 'postgres'] as const;
/** Of its socket: no other server has that folder. */
export const COPY_PORT = 5_432;
/** sockaddr_un, less the NUL at its end. */
const SOCKET_PATH_BYTES_MAX = 107;

/** Settings that a standby must have at least as high as its primary had, by pg_controldata's names. */
const RAISED: Record<string, string> = {
  max_connections: 'max_connections',
  max_worker_processes: 'max_worker_processes',
  max_wal_senders: 'max_wal_senders',
  max_prepared_xacts: 'max_prepared_transactions',
  max_locks_per_xact: 'max_locks_per_transaction',
};

export interface ControlData {
  systemIdentifier: string;
  segmentBytes: number;
  /** Settings the copy needs at least, by their names in postgresql.conf. */
  atLeast: Record<string, number>;
}

export function controlArgv(bin: string, data: string): string[] {
  return [`${bin}/pg_controldata`, '-D', data];
}

/** What pg_controldata printed in English; null when it is not that. */
export function parseControl(stdout: string): ControlData | null {
  const values = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  const systemIdentifier = values.get('Database system identifier');
  const segmentBytes = segmentBytesOf(Number(values.get('Bytes per WAL segment')));
  const settings = Object.entries(RAISED).map(
    ([said, name]) => [name, Number(values.get(`${said} setting`))] as const,
  );
  if (!systemIdentifier || segmentBytes === null) return null;
  if (settings.some(([, value]) => !Number.isSafeInteger(value))) return null;
  return { systemIdentifier, segmentBytes, atLeast: Object.fromEntries(settings) };
}

/** Whether the log asks for more than the copy was started with. */
export function isHigher(now: ControlData, before: ControlData): boolean {
  return Object.entries(now.atLeast).some(([name, value]) => value > before.atLeast[name]!);
}

/** Where replay stops; both leave out what comes behind. */
export type RecoveryTarget =
  | { kind: 'time' /** UTC epoch microseconds. */; atUs: number }
  | { kind: 'lsn' /** As PostgreSQL writes it; the record there is not replayed. */; lsn: string };

export interface CopySettings {
  socket: string;
  control: ControlData;
  restoreCommand: string;
  timeline: number | 'current';
  /** Null: to the end of the WAL. */
  target: RecoveryTarget | null;
}

/**
 * postgresql.conf of the copy, which gets nothing of production's: it listens on its socket alone, archives nothing,
 * waits for no standby, loads no library, and takes no changes from another server through a subscription.
 */
export function copyConf({ socket, control, restoreCommand, timeline, target }: CopySettings): string {
  const settings: [string, string][] = [
    ['listen_addresses', ''],
    ['port', String(COPY_PORT)],
    ['unix_socket_directories', socket],
    ['unix_socket_permissions', '0700'],
    ['archive_mode', 'off'],
    ['hot_standby', 'on'],
    ['ssl', 'off'],
    ['max_logical_replication_workers', '0'],
    ['lc_messages', 'C'],
    ['min_wal_size', walMib(WAL_MIB_MIN, control.segmentBytes)],
    ['max_wal_size', walMib(WAL_MIB_MAX, control.segmentBytes)],
    ...Object.entries(control.atLeast).map(([name, value]): [string, string] => [name, String(value)]),
    ['restore_command', restoreCommand],
    ['recovery_target_timeline', String(timeline)],
    ...(target === null ? [] : targetSettings(target)),
  ];
  const lines = settings.map(([name, value]) => `${name} = '${confValue(value)}'\n`);
  return `# Of a copy that backproof-agent restored; production's own settings are not in it.\n${lines.join('')}`;
}

/** PostgreSQL's own defaults, which are too small for large segments: it wants room for two (ReadControlFile). */
const WAL_MIB_MIN = 80;
const WAL_MIB_MAX = 1_024;

function walMib(usual: number, segmentBytes: number): string {
  return `${Math.max(usual, (2 * segmentBytes) / 1024 ** 2)}MB`;
}

/** Between quotes in postgresql.conf, where a backslash escapes as in C (guc-file.l). */
function confValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "''");
}

function targetSettings(target: RecoveryTarget): [string, string][] {
  const pause: [string, string] = ['recovery_target_action', 'pause'];
  if (target.kind === 'time') return [['recovery_target_time', timestampOf(target.atUs)], pause];
  return [['recovery_target_lsn', target.lsn], ['recovery_target_inclusive', 'off'], pause];
}

/** `2026-11-21 13:03:07.250125+00`: PostgreSQL counts microseconds. */
function timestampOf(atUs: number): string {
  const toMs = new Date(Math.floor(atUs / 1_000)).toISOString().replace('T', ' ').replace('Z', '');
  return `${toMs}${String(atUs % 1_000).padStart(3, '0')}+00`;
}

/** Only who can enter the socket's folder gets this far: the user of the server, and root. */
export const COPY_HBA = 'local all all trust\n';

/**
 * The first character that a copy's path cannot have, or null. unix_socket_directories is a list with commas and quotes,
 * and pg_ctl gives its -D and -l to a shell, in double quotes.
 */
export function oddInPath(folder: string): string | null {
  return /[,"$`\\\n]/.exec(folder)?.[0] ?? null;
}

/** Null, or how many bytes the path of the socket would have beyond what a socket may. */
export function socketPathExcess(folder: string): number | null {
  const excess = Buffer.byteLength(`${folder}/.s.PGSQL.${COPY_PORT}`) - SOCKET_PATH_BYTES_MAX;
  return excess > 0 ? excess : null;
}

/**
 * Returns at once: replay may take hours. In a session of its own, since what is left of a program's group is killed when
 * the program ends, and the server leaves that of pg_ctl only a moment later.
 */
export function startArgv(bin: string, data: string, log: string): string[] {
  return ['setsid', '--wait', `${bin}/pg_ctl`, 'start', '--silent', '--no-wait', '-D', data, '-l', log];
}

export function stopArgv(bin: string, data: string, mode: 'fast' | 'immediate'): string[] {
  return [`${bin}/pg_ctl`, 'stop', '--silent', '--wait', '-D', data, '-m', mode];
}

export function statusArgv(bin: string, data: string): string[] {
  return [`${bin}/pg_ctl`, 'status', '-D', data];
}

/** pg_ctl's `status`: no server runs there (its manual page). */
export const STATUS_STOPPED = 3;

export function promoteArgv(bin: string, data: string): string[] {
  return [`${bin}/pg_ctl`, 'promote', '--silent', '--no-wait', '-D', data];
}

export interface Replay {
  inRecovery: boolean;
  /** It stands still at its target, or since the log asks for higher settings. */
  isPaused: boolean;
  /** When the last transaction that it replayed was committed; null when it replayed none. */
  lastCommitMs: number | null;
  /** How far it replayed; null when the server does not say. */
  lsn: number | null;
}

const REPLAY_SQL = `select pg_is_in_recovery(), case when pg_is_in_recovery() then pg_is_wal_replay_paused() else false end,
  floor(extract(epoch from pg_last_xact_replay_timestamp()) * 1000), pg_last_wal_replay_lsn()`;

/** A role or a database may have libraries of its own, which need not be installed here; what a client says goes first. */
export const NO_LIBRARIES = 'PGOPTIONS=-c session_preload_libraries= -c local_preload_libraries=';

export function replayArgv(bin: string, connection: PostgresConnection, database: string): string[] {
  return ['env', NO_LIBRARIES, ...psqlArgv(bin, connection, REPLAY_SQL, database)];
}

/** Why it will not answer however long one waits, in its own words; null where it may do so yet. */
export function refusalIn(stderr: string): string | null {
  const said = /FATAL: +(.*)/.exec(stderr)?.[1];
  return said === undefined || TOO_EARLY.test(said) || PASSING.test(said) ? null : said;
}

/** pg_database says since 15 which version of a locale its order is of. */
const COLLATIONS_SINCE = 15;

/** As anybody would ask, libraries and all. @param major of the server. */
export function whatIsLeftArgv(
  bin: string,
  connection: PostgresConnection,
  database: string,
  major: number,
): string[] {
  const otherOrder =
    major < COLLATIONS_SINCE
      ? `''`
      : `(select coalesce(string_agg(datname, ', ' order by datname), '') from pg_database
           where datcollversion <> pg_database_collation_actual_version(oid))`;
  const sql = `select (select count(*) from pg_prepared_xacts), ${otherOrder}`;
  return psqlArgv(bin, connection, sql, database);
}

export interface WhatIsLeft {
  preparedTransactions: number;
  /** Names of databases whose texts were ordered by another version of their locale; '' for none. */
  otherOrder: string;
}

/** Null when it is no answer. */
export function parseWhatIsLeft(stdout: string): WhatIsLeft | null {
  const match = /^(\d+)\|(.*)$/.exec(stdout.trim());
  return match ? { preparedTransactions: Number(match[1]), otherOrder: match[2]! } : null;
}

/** Prints one file of an unlogged table, if there is any (its `init` fork). */
export function unloggedArgv({ data, tablespaces }: { data: string; tablespaces: string }): string[] {
  return ['find', `${data}/base`, tablespaces, '-name', '[0-9]*_init', '-print', '-quit'];
}

/** Null when it is no answer. */
export function parseReplay(stdout: string): Replay | null {
  const match = /^([tf])\|([tf])\|(-?\d*)\|([0-9A-F/]*)$/i.exec(stdout.trim());
  if (!match) return null;
  const [, inRecovery, isPaused, lastCommit, lsn] = match;
  return {
    inRecovery: inRecovery === 't',
    isPaused: isPaused === 't',
    lastCommitMs: lastCommit === '' ? null : Number(lastCommit),
    lsn: parseLsn(lsn!),
  };
}

/** The last segment that replay asked for and got, from the end of its log; null when it got none there. */
export function lastRestored(log: string): string | null {
  const found = [...log.matchAll(/restored log file "([0-9A-F]{24})" from archive/g)].at(-1);
  return found ? found[1]! : null;
}

/** 13 and later stop when the WAL ends before the target. */
export function endedBeforeTarget(log: string): boolean {
  return /FATAL: {2}recovery ended before configured recovery target was reached/.test(log);
}

/** Its target was reached: also where it did not pause there, since nobody could have asked it yet. */
export function stoppedAtTarget(log: string): boolean {
  return /LOG: {2}recovery stopping (before|after) /.test(log);
}

/** When the transaction was ended, by production's clock, in front of which replay stopped; null when it stopped at none. */
export function stoppedBefore(log: string): number | null {
  const found = /LOG: {2}recovery stopping before \w+ of .*transaction \d+, time (\S+) ([\d:.]+)\+00/.exec(
    log,
  );
  return found ? Date.parse(`${found[1]}T${found[2]!.slice(0, MS_OF_DAY_CHARS)}Z`) : null;
}

/** `08:10:47.343` */
const MS_OF_DAY_CHARS = 12;

/**
 * Why replay ended where it did, in the words of the server or of pgBackRest; null when they gave none. At the end of all
 * WAL it says such things too: it is worth asking only where more was to come.
 */
export function whyReplayEnded(log: string): string | null {
  const lines = log.split('\n');
  const redone = lines.findLastIndex((line) => /LOG: {2}redo done at/.test(line));
  const found = lines.slice(0, redone === -1 ? undefined : redone).findLast((line) => ENDS_REPLAY.test(line));
  return found?.replace(/^.*?(LOG|WARNING|FATAL|ERROR): +(\[\d+\]: )?/, '').slice(0, QUOTE_CHARS_MAX) ?? null;
}

/** xlogreader.c and xlogrecovery.c on records and pages; pgBackRest on files. */
const ENDS_REPLAY =
  /ERROR: \[\d+\]|(LOG|WARNING|FATAL): {2}(invalid|incorrect|unexpected|record with|out-of-sequence|could not|there is no contrecord|missing contrecord|WAL file|contrecord|no space)/i;

export function hasShutDown(log: string): boolean {
  return /LOG: {2}database system is shut down/.test(log);
}

/** What it answers to whoever asks too early is no failure. */
const TOO_EARLY = /the database system is (starting up|not yet accepting connections|shutting down)/;
/** Nor what it says to one it has no room or no time for. */
const PASSING = /too many|remaining connection slots|terminating connection|conflict with recovery/;

/** Why nobody can look at a copy that runs, and what to do. @param said in the words of its refusal. */
export function explainRefusal(said: string): { reason: string; next: string } {
  const found = REFUSALS.find(({ pattern }) => pattern.test(said));
  const reason = found?.reason ?? 'its server lets nobody look at it';
  return { reason: `${reason} (it said: ${said})`, next: found?.next ?? 'name another role with --db-user' };
}

const REFUSALS: { pattern: RegExp; reason: string; next: string }[] = [
  {
    pattern: /locale is incompatible with operating system/,
    reason: 'production’s locale is not installed here, and without it nobody can enter its databases',
    next: 'install it (uncomment it in /etc/locale.gen, then locale-gen) and restore again',
  },
  {
    pattern: /^role ".*" (does not exist|is not permitted to log in)/,
    reason: 'the cluster has no such role that may log in',
    next: 'name its superuser with --db-user',
  },
];

/** Why a copy did not start or stopped, and what to do; its own words where they are clear enough. */
export function explainCopyFailure(log: string): { reason: string; next: string } {
  const found = KNOWN.find(({ pattern }) => pattern.test(log));
  const unfetched = [...log.matchAll(KEEPERS_ERROR)].at(-1)?.[1]?.replace(/:\s+/g, ': ');
  if (unfetched !== undefined && (!found || found.isOfWal))
    return {
      reason: `the WAL could not be fetched (pgBackRest said: ${unfetched.slice(0, QUOTE_CHARS_MAX)})`,
      next: 'see to that, and restore again',
    };
  const lines = log
    .split('\n')
    .filter(
      (line) =>
        /(FATAL|PANIC|ERROR): /.test(line) && !TOO_EARLY.test(line) && !/role ".*" does not/.test(line),
    );
  const said = (lines.findLast((line) => /(FATAL|PANIC): /.test(line)) ?? lines.at(-1) ?? '')
    .replace(/^.*?(FATAL|PANIC|ERROR): +/, '')
    .slice(0, QUOTE_CHARS_MAX);
  const reason = found?.reason ?? 'the server of the copy stopped before its recovery was through';
  return { reason: said === '' ? reason : `${reason} (it said: ${said})`, next: found?.next ?? '' };
}

const QUOTE_CHARS_MAX = 300;
/** It prints one only for what is there and cannot be had, or for a repository that cannot be asked. */
const KEEPERS_ERROR = /ERROR: \[\d+\]: (.*?(?::\n.*)?$)/gm;
/** `isOfWal`: what fetches the WAL may know more of it. */
const KNOWN: { pattern: RegExp; reason: string; next: string; isOfWal?: boolean }[] = [
  {
    pattern: /before consistent recovery point/,
    reason: 'the moment lies before the end of the base backup',
    next: 'name a moment a little later with --at, or one before that backup began',
  },
  {
    pattern: /resource manager with ID \d+ not registered/,
    reason: 'the WAL holds records of an extension that has to be loaded at the start',
    next: 'install the extension here, name it in shared_preload_libraries of the copy and start it by hand',
  },
  {
    pattern: /could not access file ".*": No such file/,
    reason: 'a library of an extension is not installed here',
    next: 'install the extensions of the production server here',
  },
  {
    // What pgBackRest could write in part only it puts down to whatever went wrong before.
    pattern: /No space left on device|\[FileWriteError\]/,
    reason: 'the disk is full',
    next: 'name a folder on a bigger disk with --to',
  },
  {
    pattern: /WAL was generated with wal_level=minimal/,
    reason: 'production ran with wal_level = minimal after the base backup: what it wrote then is in no WAL',
    next: 'name a moment before that with --at, or one after the next base backup',
  },
  {
    pattern: /WAL contains references to invalid pages/,
    reason: 'the base backup lacks pages that its WAL changes: it is damaged',
    next: 'take a moment before the base backup, which an earlier one reaches, and have production verified (pg_amcheck)',
  },
  {
    pattern: /could not map anonymous shared memory|Cannot allocate memory/,
    reason: 'there is not enough memory for as many connections as production allows',
    next: 'restore on a machine with more memory',
  },
  {
    pattern: /could not locate required checkpoint record|invalid checkpoint record/,
    reason: 'the WAL that the base backup itself needs is missing from the repository or unreadable',
    next: 'see whether the repository can be reached and is whole; or take a moment before that base backup',
    isOfWal: true,
  },
  {
    pattern: /recovery target timeline \d+ does not exist|is not a child of database system timeline/,
    reason: 'the history of the timeline is missing from the repository',
    next: 'see whether its .history file is in the repository',
  },
];
