/**
 * A borgmatic configuration, as far as it can be understood: sections (up to 1.7) or flat (from 1.8). Reads the
 * text and nothing else; what it cannot carry over, it names.
 */
import { parseDocument } from 'yaml';
import { messageOf, UserError } from '../../../proto/errors.ts';

export interface BorgmaticRepository {
  path: string;
  label: string | null;
}

export interface BorgmaticDatabases {
  kind: 'postgres-dump' | 'mysql-dump';
  names: 'all' | string[];
  host: string | null;
  port: number | null;
  user: string | null;
}

/** What one file says. */
export interface Borgmatic {
  file: string;
  sectioned: boolean;
  repositories: BorgmaticRepository[];
  sources: string[];
  excludes: string[];
  databases: BorgmaticDatabases[];
  /** `archive_name_format`, or borgmatic's default. */
  nameFormat: string;
  passphrase: string | null;
  passcommand: string | null;
  sshCommand: string | null;
  localPath: string | null;
  remotePath: string | null;
  lockWaitSeconds: number | null;
  uploadKibPerSecond: number | null;
  checkpointSeconds: number | null;
  keepWithin: string | null;
  keepDaily: number | null;
  /** `key: why`, of what has no counterpart here. */
  left: string[];
}

const SECTIONS = ['location', 'storage', 'retention', 'consistency', 'output', 'hooks'];
const DEFAULT_NAME_FORMAT = '{hostname}-{now:%Y-%m-%dT%H:%M:%S.%f}';
/** Tags of borgmatic's own; what they stand for is in other files. */
const TAGS = ['!include', '!retain', '!omit'];

/** Keys that are understood, or that change nothing about what a job has to promise. */
const UNDERSTOOD = new Set([
  ...['repositories', 'source_directories', 'exclude_patterns', 'postgresql_databases', 'mysql_databases'],
  ...['mariadb_databases', 'archive_name_format', 'encryption_passphrase', 'encryption_passcommand'],
  ...['ssh_command', 'local_path', 'remote_path', 'lock_wait', 'upload_rate_limit', 'remote_rate_limit'],
  ...['checkpoint_interval', 'keep_within', 'keep_daily', 'healthchecks'],
  ...['color', 'retries', 'retry_wait', 'umask', 'temporary_directory', 'compression', 'chunker_params'],
  ...[
    'relocated_repo_access_is_ok',
    'unknown_unencrypted_repo_access_is_ok',
    'verbosity',
    'syslog_verbosity',
  ],
  ...['log_file', 'log_file_verbosity', 'monitoring_verbosity', 'statistics', 'list_details', 'log_json'],
  ...['progress', 'files_cache', 'flags', 'atime', 'ctime', 'birthtime', 'borgmatic_source_directory'],
  ...['borgmatic_runtime_directory', 'user_runtime_directory', 'user_state_directory', 'store_config_files'],
]);

/** What people ask about first, and what is to be done about it. */
const ADVICE: Record<string, string> = {
  patterns: 'write what they leave out as `exclude`, and what they take in as `paths`',
  patterns_from: 'write what the files say as `paths` and `exclude`',
  exclude_from: 'copy the patterns of those files into `exclude`',
  before_backup: 'wrap it: a job of `kind: command`, or keep it in borgmatic and only watch',
  working_directory: 'write absolute paths',
  checks: 'a steward checks and restores; `borg check` is not run by jobs',
  check_last: 'a steward checks and restores',
  keep_hourly: 'give it to the steward that prunes',
  keep_weekly: 'give it to the steward that prunes',
  keep_monthly: 'give it to the steward that prunes',
  keep_yearly: 'give it to the steward that prunes',
  constants: 'values that use them are copied as they stand; put the text in',
  mongodb_databases: 'dumped by no kind of job yet: keep borgmatic for it',
  sqlite_databases: 'dumped by no kind of job yet: keep borgmatic for it',
};

/** @throws UserError for what is no YAML, or no borgmatic configuration. */
export function readBorgmatic(text: string, file: string): Borgmatic {
  const left: string[] = [];
  const document = parseDocument(text, {
    merge: true,
    customTags: TAGS.map((tag) => ({
      tag,
      resolve: (value: string) => {
        left.push(`${tag} ${value}: other files are not read; give the whole text`);
        return null;
      },
    })),
    logLevel: 'silent',
  });
  const [problem] = document.errors;
  if (problem)
    throw new UserError(`${file}: ${problem.message.split('\n', 1)[0]}`, {
      next: 'borgmatic config validate',
    });
  let root: Record<string, unknown>;
  try {
    root = record(document.toJS({ maxAliasCount: 100 }));
  } catch (error) {
    throw new UserError(`${file}: ${messageOf(error)}`, { cause: error });
  }
  const sectioned = record(root.location).repositories !== undefined;
  const flat = sectioned ? Object.assign({}, root, ...SECTIONS.map((name) => record(root[name]))) : root;
  const repositories = list(flat.repositories).map(repositoryOf);
  if (repositories.length === 0) {
    throw new UserError(`${file} names no repository: is it a configuration of borgmatic?`, {
      next: 'backproof-agent adopt /etc/borgmatic/config.yaml',
    });
  }
  for (const key of Object.keys(flat)) {
    if (UNDERSTOOD.has(key) || (sectioned && SECTIONS.includes(key))) continue;
    const advice =
      ADVICE[key] ??
      (/^(before|after|on)_|^commands$/.test(key) ? ADVICE.before_backup! : 'has no counterpart');
    left.push(`${key}: ${advice}`);
  }
  return {
    file,
    sectioned,
    repositories,
    sources: list(flat.source_directories).map(String),
    excludes: list(flat.exclude_patterns).map(String),
    databases: [
      ...databasesOf(flat.postgresql_databases, 'postgres-dump', left),
      ...databasesOf(flat.mysql_databases, 'mysql-dump', left),
      ...databasesOf(flat.mariadb_databases, 'mysql-dump', left),
    ],
    nameFormat: textOrNull(flat.archive_name_format) ?? DEFAULT_NAME_FORMAT,
    passphrase: textOrNull(flat.encryption_passphrase),
    passcommand: textOrNull(flat.encryption_passcommand),
    sshCommand: textOrNull(flat.ssh_command),
    localPath: textOrNull(flat.local_path),
    remotePath: textOrNull(flat.remote_path),
    lockWaitSeconds: countOrNull(flat.lock_wait),
    uploadKibPerSecond: countOrNull(flat.upload_rate_limit ?? flat.remote_rate_limit),
    checkpointSeconds: countOrNull(flat.checkpoint_interval),
    keepWithin: textOrNull(flat.keep_within),
    keepDaily: countOrNull(flat.keep_daily),
    left,
  };
}

function repositoryOf(value: unknown): BorgmaticRepository {
  if (typeof value === 'string') return { path: value, label: null };
  const { path, label } = record(value);
  return { path: String(path ?? ''), label: textOrNull(label) };
}

/** One a server, whatever order they are listed in. */
function databasesOf(value: unknown, kind: BorgmaticDatabases['kind'], left: string[]): BorgmaticDatabases[] {
  const servers = new Map<string, BorgmaticDatabases>();
  for (const one of list(value).map(record)) {
    const { name, hostname, port, username, password, ...rest } = one;
    const [host, user] = [textOrNull(hostname), textOrNull(username)];
    const key = `${host} ${port} ${user}`;
    const known = servers.get(key) ?? { kind, names: [], host, port: countOrNull(port), user };
    servers.set(key, known);
    if (name === 'all') known.names = 'all';
    else if (known.names !== 'all') known.names.push(String(name));
    if (password !== undefined) {
      const where = kind === 'postgres-dump' ? '~/.pgpass of the agent' : 'the agent’s ~/.my.cnf';
      left.push(`password of ${String(name)}: put it into ${where}`);
    }
    for (const option of Object.keys(rest)) {
      if (!option.startsWith('restore_'))
        left.push(`${option} of database ${String(name)}: has no counterpart`);
    }
  }
  return [...servers.values()];
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function countOrNull(value: unknown): number | null {
  const count = Number(value);
  return value !== null && value !== undefined && Number.isSafeInteger(count) && count > 0 ? count : null;
}
