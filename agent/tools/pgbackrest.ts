/** Command lines and answers of pgBackRest. Pure. Checked against 2.45; https://pgbackrest.org/command.html */
import type { FolderSeen } from '../decide/wal-folder.ts';
import type { ListedEntry } from './pgbackrest-listing.ts';
import { parseLsn, parseSegment, type SegmentSeen } from './wal.ts';

export interface PgBackRestAccess {
  /** Name or path of the program. */
  program: string;
  stanza: string;
  /** Its configuration file, null for its own default. */
  configFile: string | null;
  /** argv in front of it: pgBackRest belongs to the server's user, and refuses root since 2.59. */
  prefix: string[];
}

export type BackupType = 'full' | 'diff' | 'incr';

/** A base backup in the repository. */
export interface BackupSet {
  /** `20261123-010616F`, with `_20261123-010630I` behind it for one that builds on it. */
  label: string;
  type: BackupType;
  startedAtMs: number;
  stoppedAtMs: number;
  /** Names of the WAL segments it needs; null when none was recorded. */
  walStart: string | null;
  walStop: string | null;
  /** Where in the log it begins, as a byte offset; null when it does not say (before 2.33). */
  startLsn: number | null;
  /** Of the database as it was, before compression. */
  sizeBytes: number;
  /** Bytes it added to the repository. */
  addedBytes: number;
  /** pgBackRest met broken pages in the cluster. */
  hasErrors: boolean;
  /** Of `archives`: the cluster it belongs to. */
  databaseId: number;
}

export interface StanzaInfo {
  /** 0 ok, 1 no stanza, 2 no backups, 3 something missing, 4 mixed, 5 another cluster, 6 not found, 99 other. */
  code: number;
  message: string;
  backups: BackupSet[];
  /** `15-1`: the folders of WAL, one for each cluster that the stanza has had; the newest last. */
  archives: ArchiveInfo[];
  /** Its cluster's system identifier, as text since it takes 64 bits; null when the stanza has none yet. */
  systemIdentifier: string | null;
  version: string;
  isEncrypted: boolean;
}

/** A folder of WAL. */
export interface ArchiveInfo {
  id: string;
  databaseId: number;
  /** The lexically first and last segment in it; null when it holds none. The last may be another server's. */
  min: string | null;
  max: string | null;
}

/** Statuses with which the rest of the answer is of use. */
export const STANZA_OK = 0;
export const STANZA_NO_BACKUPS = 2;

/** What encryption adds to a file: a header and padding, 16 bytes each. */
const CIPHER_BYTES_MAX = 32;

/** Quiet where it is read by a program; its log file belongs to runs. */
const QUIET = ['--log-level-console=off', '--log-level-stderr=error', '--log-level-file=off'];

function command({ prefix, program, configFile }: PgBackRestAccess): string[] {
  return [...prefix, program, ...(configFile === null ? [] : [`--config=${configFile}`])];
}

export function infoArgv(access: PgBackRestAccess): string[] {
  return [...command(access), `--stanza=${access.stanza}`, '--output=json', ...QUIET, 'info'];
}

/** @param type `incr` becomes a full one by itself as long as there is none. */
export function backupArgv(access: PgBackRestAccess, type: BackupType): string[] {
  return [
    ...command(access),
    `--stanza=${access.stanza}`,
    `--type=${type}`,
    '--log-level-console=info',
    'backup',
  ];
}

/** Makes the stanza in the repository, or finds that it is there and right. */
export function stanzaCreateArgv(access: PgBackRestAccess): string[] {
  return [...command(access), `--stanza=${access.stanza}`, '--log-level-console=off', 'stanza-create'];
}

/** @param path below `archive/STANZA/`. @param isDeep with all that lies in its folders. */
export function listArgv(access: PgBackRestAccess, path: string, isDeep = false): string[] {
  const deep = isDeep ? ['--recurse'] : [];
  return [
    ...command(access),
    // The stanza may have a repository, and a passphrase, of its own.
    `--stanza=${access.stanza}`,
    '--output=json',
    ...QUIET,
    ...deep,
    'repo-ls',
    `archive/${access.stanza}/${path}`,
  ];
}

/** @param path below `archive/STANZA/`, of a file that is no segment. */
export function getArgv(access: PgBackRestAccess, path: string): string[] {
  const file = ['archive', access.stanza, path].join('/');
  return [...command(access), `--stanza=${access.stanza}`, ...QUIET, 'repo-get', file];
}

/** What `info --output=json` printed about one stanza; null when it is not that. */
export function parseInfo(stdout: string, stanza: string): StanzaInfo | null {
  const found = list(parse(bigIntegersAsText(stdout))).find((one) => one.name === stanza);
  const status = object(found?.status);
  if (!found || typeof status.code !== 'number') return null;
  const databases = list(found.db);
  const current = databases.at(-1);
  const repositoryStatus = object(object(list(found.repo)[0]).status);
  const message = typeof repositoryStatus.message === 'string' ? repositoryStatus.message : status.message;
  return {
    code: status.code,
    message: firstLine(String(message ?? '')),
    backups: list(found.backup).flatMap(backupSet),
    archives: list(found.archive).flatMap((one) =>
      typeof one.id === 'string'
        ? [
            {
              id: one.id,
              databaseId: number(object(one.database).id),
              min: textOrNull(one.min),
              max: textOrNull(one.max),
            },
          ]
        : [],
    ),
    systemIdentifier: current ? String(current['system-id']) : null,
    version: current ? String(current.version) : '',
    isEncrypted: typeof found.cipher === 'string' && found.cipher !== 'none',
  };
}

function backupSet(raw: Record<string, unknown>): BackupSet[] {
  const { label, type } = raw;
  if (typeof label !== 'string' || (type !== 'full' && type !== 'diff' && type !== 'incr')) return [];
  const archive = object(raw.archive);
  const timestamp = object(raw.timestamp);
  const info = object(raw.info);
  return [
    {
      label,
      type,
      startedAtMs: number(timestamp.start) * 1_000,
      stoppedAtMs: number(timestamp.stop) * 1_000,
      walStart: textOrNull(archive.start),
      walStop: textOrNull(archive.stop),
      startLsn: parseLsn(String(object(raw.lsn).start)),
      sizeBytes: number(info.size),
      addedBytes: number(object(info.repository).delta),
      hasErrors: raw.error === true,
      databaseId: number(object(raw.database).id),
    },
  ];
}

/**
 * The segment that an entry of a WAL folder is, null for everything else: `NAME-CHECKSUM`, compressed or not. An
 * uncompressed one has the size of a segment, with 16 to 32 bytes more when it is encrypted.
 */
export function segmentIn(
  { name, isFolder, sizeBytes, changedAtMs }: ListedEntry,
  segmentBytes: number,
): SegmentSeen | null {
  const match = /^([0-9A-F]{24})-[0-9a-f]{40}(\.[a-z0-9]+)?$/.exec(name);
  const segment = match && !isFolder ? parseSegment(match[1]!, segmentBytes) : null;
  if (!segment) return null;
  const isCompressed = match![2] !== undefined;
  const isWhole = isCompressed
    ? sizeBytes > 0
    : sizeBytes >= segmentBytes && sizeBytes <= segmentBytes + CIPHER_BYTES_MAX;
  return { index: segment.index, sizeBytes, changedAtMs, isWhole };
}

/** `0000000100000002`: of timeline 1, the segments of 4 GiB of log. Null for anything else. */
export function walFolder(name: string, segmentBytes: number): Omit<FolderSeen, 'segments'> | null {
  if (!/^[0-9A-F]{16}$/.test(name)) return null;
  const first = parseSegment(`${name}00000000`, segmentBytes);
  if (first === null) return null;
  const { timeline, index } = first;
  return { name, timeline, range: { from: index, to: index + 2 ** 32 / segmentBytes - 1 } };
}

/** System identifiers take 64 bits, which JSON.parse would round. */
function bigIntegersAsText(json: string): string {
  return json.replace(/("system-id":)(\d+)/g, '$1"$2"');
}

/** With a wrong passphrase 2.45 quotes what it read as it is, control characters and all. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/\p{Cc}/gu, ' '));
  } catch {
    return null;
  }
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function object(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}
