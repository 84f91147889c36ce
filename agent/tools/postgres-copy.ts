/**
 * A copy of a cluster that is recovered to a moment: its settings, the programs that run it, and what it says. Pure.
 * Recovery settings stand in postgresql.conf since 12 (release notes, E.23).
 */

import type { PostgresConnection } from './postgres.ts';
import { psqlArgv } from './postgres.ts';
import { parseLsn, segmentBytesOf } from './wal.ts';

export const COPY_MAJOR_MIN = 12;
/** Every cluster has it, so it needs no guess at what production's databases are called. */
const ASKED_DATABASE = 'template1';
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

export interface CopySettings {
  socket: string;
  control: ControlData;
  restoreCommand: string;
  timeline: number | 'current';
  /** Null: to the end of the WAL. */
  targetMs: number | null;
}

/**
 * postgresql.conf of the copy, which gets nothing of production's: it listens on its socket alone, archives nothing,
 * waits for no standby, loads no library, and takes no changes from another server through a subscription.
 */
export function copyConf({ socket, control, restoreCommand, timeline, targetMs }: CopySettings): string {
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
    ...Object.entries(control.atLeast).map(([name, value]): [string, string] => [name, String(value)]),
    ['restore_command', restoreCommand],
    ['recovery_target_timeline', String(timeline)],
    ...(targetMs === null ? [] : targetSettings(targetMs)),
  ];
  const lines = settings.map(([name, value]) => `${name} = '${confValue(value)}'\n`);
  return `# Of a copy that backproof-agent restored; production's own settings are not in it.\n${lines.join('')}`;
}

/** Between quotes in postgresql.conf, where a backslash escapes as in C (guc-file.l). */
function confValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "''");
}

function targetSettings(targetMs: number): [string, string][] {
  return [
    ['recovery_target_time', new Date(targetMs).toISOString().replace('T', ' ').replace('Z', '+00')],
    ['recovery_target_action', 'pause'],
  ];
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

export function replayArgv(bin: string, connection: PostgresConnection): string[] {
  return psqlArgv(bin, connection, REPLAY_SQL, ASKED_DATABASE);
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

export function hasShutDown(log: string): boolean {
  return /LOG: {2}database system is shut down/.test(log);
}

/** What it answers to whoever asks too early is no failure. */
const TOO_EARLY = /the database system is (starting up|not yet accepting connections|shutting down)/;

/** Why a copy did not start or stopped, and what to do; its own words where they are clear enough. */
export function explainCopyFailure(log: string): { reason: string; next: string } {
  const found = KNOWN.find(({ pattern }) => pattern.test(log));
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
const KNOWN: { pattern: RegExp; reason: string; next: string }[] = [
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
    pattern: /No space left on device/,
    reason: 'the disk is full',
    next: 'name a folder on a bigger disk with --to',
  },
  {
    pattern: /could not map anonymous shared memory|Cannot allocate memory/,
    reason: 'there is not enough memory for as many connections as production allows',
    next: 'restore on a machine with more memory',
  },
  {
    pattern: /could not locate required checkpoint record|invalid checkpoint record/,
    reason: 'the WAL that the base backup itself needs is missing from the repository or unreadable',
    next: 'take an earlier moment, from an earlier base backup',
  },
  {
    pattern: /recovery target timeline \d+ does not exist|is not a child of database system timeline/,
    reason: 'the history of the timeline is missing from the repository',
    next: 'see whether its .history file is in the repository',
  },
];
