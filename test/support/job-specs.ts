/** Ordinary jobs of a host, for tests that care about something else. */
import type {
  ArchiveDirectoryJob,
  CommandJob,
  FilesJob,
  MysqlDumpJob,
  PgBackRestJob,
  PostgresDumpJob,
  PruneJob,
  RepositorySpec,
} from '../../agent/config/job-spec.ts';
import type { EngineContext } from '../../agent/engines/types.ts';
import { parseVersion } from '../../agent/tools/borg.ts';
import type { MysqlPrograms } from '../../agent/tools/mysql.ts';
import { SAMPLE_AT_MS } from './samples.ts';

export function repositorySpec(change: Partial<RepositorySpec> = {}): RepositorySpec {
  return {
    name: 'acme',
    customer: null,
    location: '/tmp/record-borg/r',
    passphraseFile: '/etc/backproof/keys/acme',
    passphraseCommand: null,
    unencrypted: false,
    lockWaitMs: 600_000,
    uploadBytesPerSecond: null,
    checkpointEveryMs: null,
    sshCommand: null,
    remotePath: null,
    program: 'borg',
    restoreApproval: 'none' as const,
    ...change,
  };
}

const common = {
  schedule: null,
  startedByAgent: true,
  timeoutMs: 3_600_000,
  longestSilenceMs: 86_400_000,
  keepMs: 0,
};

export function filesJob(change: Partial<FilesJob> = {}): FilesJob {
  return {
    ...common,
    name: 'files',
    kind: 'files',
    repository: repositorySpec(),
    paths: ['/tmp/record-borg/src'],
    excludes: [],
    requireMounted: [],
    allowEmpty: false,
    dumpCrontabs: false,
    sharedAs: '',
    ...change,
  };
}

export function postgresJob(change: Partial<PostgresDumpJob> = {}): PostgresDumpJob {
  return {
    ...common,
    name: 'shop',
    kind: 'postgres-dump',
    repository: repositorySpec(),
    connection: { host: '/run/postgresql', port: null, user: 'backproof' },
    databases: 'all',
    excludes: [],
    takeFrom: 'any',
    replicaLagMaxMs: 300_000,
    fallback: null,
    ...change,
  };
}

/** Debian 12's. */
export const MARIADB: MysqlPrograms = {
  flavour: 'MariaDB',
  version: '10.11.19',
  client: '/usr/bin/mariadb',
  dump: '/usr/bin/mariadb-dump',
};

export function mysqlJob(change: Partial<MysqlDumpJob> = {}): MysqlDumpJob {
  return {
    ...common,
    name: 'cms',
    kind: 'mysql-dump',
    repository: repositorySpec(),
    connection: {
      socket: '/run/mysqld/mysqld.sock',
      host: null,
      port: null,
      user: 'backproof',
      defaultsFile: null,
    },
    programs: null,
    databases: 'all',
    excludes: [],
    takeFrom: 'any',
    replicaLagMaxMs: 300_000,
    fallback: null,
    ...change,
  };
}

export function commandJob(change: Partial<CommandJob> = {}): CommandJob {
  return {
    ...common,
    name: 'legacy',
    kind: 'command',
    repository: null,
    command: ['/bin/legacy'],
    ...change,
  };
}

export function pruneJob(change: Partial<PruneJob> = {}): PruneJob {
  const keepMs = 7 * 86_400_000;
  return {
    ...common,
    name: 'prune-web1',
    kind: 'prune',
    repository: repositorySpec({ name: 'web1', location: '/srv/borg/acme/web1' }),
    policy: { host: 'web1', otherHosts: [], keepMs, daily: 0, weekly: 0, monthly: 0 },
    memoryFile: '/var/lib/backproof/steward/web1.json',
    keepMs,
    ...change,
  };
}

export function postgresPitrJob(change: Partial<PgBackRestJob> = {}): PgBackRestJob {
  return {
    ...common,
    name: 'shop-pitr',
    kind: 'postgres-pitr',
    repository: null,
    store: { engine: 'pgbackrest', stanza: 'shop', program: 'pgbackrest', configFile: null },
    connection: { host: '/var/run/postgresql', port: 5432, user: 'backproof' },
    staleWarningMs: 900_000,
    staleCriticalMs: 3_600_000,
    heartbeatMs: null,
    restoreApproval: 'none',
    ...change,
  };
}

/** The same, with a plain archive directory. */
export function archiveDirectoryJob(change: Partial<ArchiveDirectoryJob> = {}): ArchiveDirectoryJob {
  const repository = repositorySpec({ name: 'wal' });
  return {
    ...postgresPitrJob(),
    repository,
    store: { engine: 'archive-directory', directory: '/srv/wal/shop', repository },
    ...change,
  };
}

export function engineContext(change: Partial<EngineContext> = {}): EngineContext {
  return {
    host: 'web1',
    startedAtMs: SAMPLE_AT_MS,
    environment: { PATH: '/usr/bin' },
    borg: parseVersion('borg 1.2.4'),
    borgProblem: null,
    postgresBins: { 15: '/usr/lib/postgresql/15/bin' },
    dumpGuard: ['/usr/bin/node', '/usr/lib/backproof/dist/dump-guard.js'],
    isRoot: false,
    mysql: MARIADB,
    mysqlProblem: null,
    crontabs: ['/usr/bin/backproof-agent', 'dump-crontabs'],
    baseBackup: [],
    inventoryDue: false,
    ...change,
  };
}
