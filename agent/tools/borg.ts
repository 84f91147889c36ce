/** borg's command lines and answers. Pure: builds argv and parses output, runs nothing. */
import type { RunStats } from '../../proto/run.ts';

/** How a repository is reached; `passphrase` says whether one is given on BORG_PASSPHRASE_FD. */
export interface BorgAccess {
  /** Name or path of the program. */
  program: string;
  /** ssh://user@host/path, user@host:path or an absolute path. */
  location: string;
  encrypted: boolean;
  lockWaitMs: number;
  /** Bytes per second, null for no limit. */
  uploadBytesPerSecond: number | null;
  /** How often an unfinished archive is saved, null for borg's own half hour. */
  checkpointEveryMs: number | null;
  /** The ssh command line borg uses, null for its default. */
  sshCommand: string | null;
  /** borg's path on the storage host, null for its default. */
  remotePath: string | null;
}

export interface BorgVersion {
  major: number;
  minor: number;
  patch: number;
  text: string;
}

/** `borg 1.2.4` -> its parts; null when that is no version. */
export function parseVersion(stdout: string): BorgVersion | null {
  const match = /^borg(?:2)? (\d+)\.(\d+)(?:\.(\d+))?(\S*)/m.exec(stdout);
  if (!match) return null;
  const [, major, minor, patch = '0', rest] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    text: `${major}.${minor}${match[3] === undefined ? '' : `.${patch}`}${rest}`,
  };
}

function isAtLeast(version: BorgVersion, major: number, minor: number, patch: number): boolean {
  return version.major * 1e6 + version.minor * 1e3 + version.patch >= major * 1e6 + minor * 1e3 + patch;
}

/** Null when this version can be used, otherwise why not and what to do. */
export function versionProblem(version: BorgVersion, forDumps: boolean): string | null {
  if (version.major >= 2)
    return `borg ${version.text} is not supported: borg 2 changes its repositories and commands; install borg 1.4.`;
  if (!isAtLeast(version, 1, 1, 0))
    return `borg ${version.text} is too old: it has no JSON output; install borg 1.2.5 or newer.`;
  if (forDumps && !isAtLeast(version, 1, 2, 0))
    return `borg ${version.text} cannot tell a dump that failed from one that ended (--content-from-command came with 1.2); install borg 1.2.5 or newer.`;
  return null;
}

/** CVE-2023-36811: archives could be spoofed by whoever may write to the repository; fixed in 1.2.5. */
export function versionIsVulnerable(version: BorgVersion): boolean {
  return version.major === 1 && !isAtLeast(version, 1, 2, 5);
}

/** File descriptor of the passphrase, as the runner hands it to the child. */
const PASSPHRASE_FD = 3;

/** borg asks this when it knew a repository at another place; also the msgid of its question. */
export const RELOCATED_VARIABLE = 'BORG_RELOCATED_REPO_ACCESS_IS_OK';

/** Variables that would change what borg does behind the configuration's back. */
const FORBIDDEN_VARIABLES =
  /^BORG_(PASSPHRASE|PASSCOMMAND|PASSPHRASE_FD|NEW_PASSPHRASE|REPO|DISPLAY_PASSPHRASE)$/;

/** borg's environment on top of the agent's own: fixed language, time zone and answers. */
export function borgEnvironment(base: Record<string, string>, access: BorgAccess): Record<string, string> {
  const kept = Object.fromEntries(Object.entries(base).filter(([name]) => !FORBIDDEN_VARIABLES.test(name)));
  return {
    ...kept,
    // borg 1.x prints local times without an offset.
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    PYTHONUTF8: '1',
    BORG_EXIT_CODES: 'modern',
    [RELOCATED_VARIABLE]: 'no',
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: access.encrypted ? 'no' : 'yes',
    BORG_CHECK_I_KNOW_WHAT_I_AM_DOING: 'no',
    BORG_DELETE_I_KNOW_WHAT_I_AM_DOING: 'no',
    // ssh without a terminal would open a window wherever a DISPLAY is set, and wait for somebody to come by.
    SSH_ASKPASS_REQUIRE: 'never',
    ...(access.encrypted ? { BORG_PASSPHRASE_FD: String(PASSPHRASE_FD) } : {}),
  };
}

/** What every command of ours has. */
export function commonOptions(access: BorgAccess): string[] {
  return [
    '--log-json',
    '--lock-wait',
    String(Math.ceil(access.lockWaitMs / 1_000)),
    ...(access.sshCommand === null ? [] : ['--rsh', access.sshCommand]),
    ...(access.remotePath === null ? [] : ['--remote-path', access.remotePath]),
  ];
}

/** An archive to be made. */
export interface NewArchive {
  name: string;
  /** Whose work it is, stored as its comment: names alone can be read in more than one way. */
  maker: string;
}

function createOptions(access: BorgAccess, version: BorgVersion, archive: NewArchive): string[] {
  const limit = isAtLeast(version, 1, 2, 0) ? '--upload-ratelimit' : '--remote-ratelimit';
  return [
    '--json',
    '--progress',
    ...commonOptions(access),
    '--comment',
    archive.maker,
    ...(access.uploadBytesPerSecond === null
      ? []
      : [limit, String(Math.max(1, Math.round(access.uploadBytesPerSecond / 1024)))]),
    ...(access.checkpointEveryMs === null
      ? []
      : ['--checkpoint-interval', String(Math.max(1, Math.round(access.checkpointEveryMs / 1_000)))]),
  ];
}

export function createFilesArgv(
  access: BorgAccess,
  version: BorgVersion,
  archive: NewArchive,
  paths: string[],
  excludes: string[],
): string[] {
  const patterns = excludes.flatMap((pattern) => ['--exclude', pattern]);
  return [
    access.program,
    'create',
    ...createOptions(access, version, archive),
    // Names what the patterns leave out, and nothing else.
    ...(excludes.length > 0 ? ['--list', '--filter', 'x'] : []),
    ...patterns,
    '--',
    `${access.location}::${archive.name}`,
    ...paths,
  ];
}

/** The archive holds one file, `fileName`, with the command's standard output; none at all when it fails. */
export function createFromCommandArgv(
  access: BorgAccess,
  version: BorgVersion,
  archive: NewArchive,
  fileName: string,
  command: string[],
): string[] {
  return [
    access.program,
    'create',
    ...createOptions(access, version, archive),
    '--content-from-command',
    '--stdin-name',
    fileName,
    `${access.location}::${archive.name}`,
    '--',
    ...command,
  ];
}

/** The archive holds one file, `fileName`, with what is given on standard input. */
export function createFromStdinArgv(
  access: BorgAccess,
  version: BorgVersion,
  archive: NewArchive,
  fileName: string,
): string[] {
  const options = createOptions(access, version, archive);
  return [
    access.program,
    'create',
    ...options,
    '--stdin-name',
    fileName,
    `${access.location}::${archive.name}`,
    '-',
  ];
}

/**
 * Archives whose names fit a shell glob.
 * @param comments with theirs: borg fetches every archive for it, which takes a round trip each.
 */
export function listArchivesArgv(access: BorgAccess, glob: string, comments = false): string[] {
  return [
    access.program,
    'list',
    '--json',
    ...commonOptions(access),
    ...(comments ? ['--format', '{comment}'] : []),
    '--glob-archives',
    glob,
    access.location,
  ];
}

/** The same with what interrupted runs left, which `borg list` shows only when asked. */
export function listAllArchivesArgv(access: BorgAccess, glob: string, comments = false): string[] {
  const [program, list, ...options] = listArchivesArgv(access, glob, comments);
  return [program!, list!, '--consider-checkpoints', ...options];
}

/** Who made an archive, on which host, with which comment: borg reads that archive's own record for it. */
export function listOriginArgv(access: BorgAccess, archive: string): string[] {
  return [
    access.program,
    'list',
    '--json',
    ...commonOptions(access),
    '--format',
    '{hostname}{username}{comment}',
    '--glob-archives',
    archive.replace(/[*?[]/g, '[$&]'),
    access.location,
  ];
}

/**
 * Removes archives by name. The first stands behind `::`: without any name borg would remove the repository.
 * @param archives at least one.
 */
export function deleteArchivesArgv(access: BorgAccess, archives: readonly [string, ...string[]]): string[] {
  const [first, ...others] = archives;
  return [access.program, 'delete', ...commonOptions(access), `${access.location}::${first}`, ...others];
}

/** Whether freeing the space of removed archives is a step of its own; before 1.2, `delete` does it. */
export function compactsApart(version: BorgVersion): boolean {
  return isAtLeast(version, 1, 2, 0);
}

export function compactArgv(access: BorgAccess): string[] {
  return [access.program, 'compact', '--info', ...commonOptions(access), access.location];
}

/** The entries of one archive, a JSON object a line. */
export function listEntriesArgv(access: BorgAccess, archive: string): string[] {
  return [access.program, 'list', '--json-lines', ...commonOptions(access), `${access.location}::${archive}`];
}

export interface CreatedArchive {
  name: string;
  id: string;
  createdAtMs: number;
  stats: RunStats;
}

/** What `borg create --json` printed; null when it is not that. */
export function parseCreated(stdout: string): CreatedArchive | null {
  return readCreated(parseJson(stdout));
}

/** The same, of what was JSON. */
export function readCreated(value: unknown): CreatedArchive | null {
  const archive = objectAt(value, 'archive');
  const stats = objectAt(archive, 'stats');
  if (!archive || !stats || typeof archive.name !== 'string' || typeof archive.id !== 'string') return null;
  return {
    name: archive.name,
    id: archive.id,
    createdAtMs: parseTime(archive.start),
    stats: {
      originalBytes: count(stats.original_size),
      compressedBytes: count(stats.compressed_size),
      deduplicatedBytes: count(stats.deduplicated_size),
      files: count(stats.nfiles),
      // Not in borg's statistics; whoever reads its log knows.
      excluded: 0,
    },
  };
}

export interface ListedArchive {
  name: string;
  id: string;
  createdAtMs: number;
  /** Only when it was asked for. */
  comment?: string;
}

/** What `borg list --json` printed; null when it is not that. */
export function parseArchives(stdout: string): ListedArchive[] | null {
  const root = parseJson(stdout);
  const archives =
    root !== null && typeof root === 'object' ? (root as Record<string, unknown>).archives : null;
  if (!Array.isArray(archives)) return null;
  return archives.flatMap((one: Record<string, unknown>) =>
    typeof one.name === 'string' && typeof one.id === 'string'
      ? [
          {
            name: one.name,
            id: one.id,
            createdAtMs: parseTime(one.start ?? one.time),
            ...(typeof one.comment === 'string' ? { comment: one.comment } : {}),
          },
        ]
      : [],
  );
}

/** What `listOriginArgv` printed; null when it is not that. */
export function parseOrigin(stdout: string): { hostname: string; username: string; comment: string } | null {
  const archives = (parseJson(stdout) as { archives?: unknown } | null)?.archives;
  const archive: unknown = Array.isArray(archives) ? archives[0] : null;
  if (archive === null || typeof archive !== 'object') return null;
  const { hostname, username, comment } = archive as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { hostname: text(hostname), username: text(username), comment: text(comment) };
}

/** The kinds of an archive's entries, one a line. */
export function listKindsArgv(access: BorgAccess, archive: string): string[] {
  const location = `${access.location}::${archive}`;
  return [access.program, 'list', ...commonOptions(access), '--format', '{type}{NL}', location];
}

/** Whether a file is among the kinds that `listKindsArgv` printed: `d` is a folder, `l` a link. */
export function holdsFile(stdout: string): boolean {
  return stdout.split('\n').some((kind) => kind !== '' && kind !== 'd' && kind !== 'l');
}

/** Sizes of the files `borg list --json-lines` printed, by path. */
export function parseEntrySizes(stdout: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const line of stdout.split('\n')) {
    const entry = line === '' ? null : parseJson(line);
    if (entry === null || typeof entry !== 'object') continue;
    const { path, size } = entry as Record<string, unknown>;
    if (typeof path === 'string') sizes.set(path, count(size));
  }
  return sizes;
}

/** Stands for a time that borg printed and nobody can read; no archive was made then. */
export const UNREADABLE_AT_MS = 0;

/** borg 1.x prints naive times; borgEnvironment() makes them UTC. NaN never leaves here. */
function parseTime(text: unknown): number {
  if (typeof text !== 'string') return UNREADABLE_AT_MS;
  const atMs = Date.parse(/[Z+]|-\d\d:\d\d$/.test(text) ? text : `${text.replace(/(\.\d{3})\d*$/, '$1')}Z`);
  return Number.isNaN(atMs) ? UNREADABLE_AT_MS : atMs;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function objectAt(value: unknown, key: string): Record<string, unknown> | null {
  if (value === null || typeof value !== 'object') return null;
  const found = (value as Record<string, unknown>)[key];
  return found !== null && typeof found === 'object' ? (found as Record<string, unknown>) : null;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** A folder on this machine, null for a repository behind ssh. */
export function localFolder(location: string): string | null {
  if (location.startsWith('file://')) return location.slice('file://'.length);
  return location.startsWith('/') ? location : null;
}

/** `host.example@42.4711-0` in REPO/lock.exclusive -> host and process; null for another form. */
export function parseLockName(name: string): { host: string; pid: number } | null {
  const match = /^(.+)\.(\d+)-[0-9a-f]+$/.exec(name);
  if (!match) return null;
  return { host: match[1]!.replace(/@\d+$/, ''), pid: Number(match[2]) };
}

/** `repokey-blake2`, 'none' ... as `borg list --json` names it; null when it does not. */
export function parseEncryption(stdout: string): string | null {
  const mode = objectAt(parseJson(stdout), 'encryption')?.mode;
  return typeof mode === 'string' ? mode : null;
}
