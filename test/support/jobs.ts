/** Ordinary jobs, as an agent's configuration describes them. */
import type {
  CommandJob,
  FilesJob,
  ObservedJob,
  PostgresDumpJob,
  RepositorySpec,
} from '../../agent/config/job-spec.ts';

export const REPOSITORY: RepositorySpec = {
  name: 'acme',
  customer: null,
  location: 'ssh://acme@storage.example.net/./web1',
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
};

const COMMON = {
  schedule: null,
  startedByAgent: true,
  timeoutMs: 3_600_000,
  longestSilenceMs: 93_600_000,
  keepMs: 0,
};

export const FILES_JOB: FilesJob = {
  ...COMMON,
  kind: 'files',
  name: 'files',
  repository: REPOSITORY,
  paths: ['/etc', '/home'],
  excludes: ['*/cache/*'],
  requireMounted: [],
  allowEmpty: false,
  dumpCrontabs: false,
  sharedAs: '',
};

export const POSTGRES_DUMP_JOB: PostgresDumpJob = {
  ...COMMON,
  kind: 'postgres-dump',
  name: 'shop',
  repository: REPOSITORY,
  connection: { host: '/var/run/postgresql', port: 5432, user: 'backproof' },
  databases: 'all',
  excludes: [],
  takeFrom: 'any',
  replicaLagMaxMs: 300_000,
  fallback: null,
};

export const COMMAND_JOB: CommandJob = {
  ...COMMON,
  kind: 'command',
  name: 'legacy',
  repository: null,
  command: ['/usr/local/bin/legacy-backup'],
};

export const OBSERVED_JOB: ObservedJob = {
  ...COMMON,
  kind: 'observed',
  name: 'offsite',
  repository: REPOSITORY,
  archives: 'offsite-*',
};
