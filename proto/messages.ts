/** What travels between the two sides, as plain objects. `codec.ts` turns them into frames and back. */
import type { JobDeclaration } from './job.ts';
import type { RestoreDecision, RestoreFinished, RestoreRequested, RestoreStarted } from './restore.ts';
import type { RecoveryPoint, RunFinished, RunProgress, RunStarted } from './run.ts';
import type { WalSample } from './wal.ts';

export interface HostFacts {
  hostname: string;
  os: string;
  kernel: string;
  nodeVersion: string;
  agentVersion: string;
  zone: string;
  cpus: number;
  memoryBytes: number;
  tools: { name: string; version: string }[];
  notBackedUp: { name: string; why: string }[];
}

/** What borg itself said about a repository of this host's configuration. */
export interface RepositorySeen {
  /** Its name in the configuration. */
  repository: string;
  /** borg's own id, 64 hex digits. */
  borgId: string;
  location: string;
  /** borg's word: 'repokey-blake2', 'none' ... */
  encryption: string;
  /** Whose it is by the configuration when it is not this host's own customer's; otherwise ''. A claim, no identity. */
  heldFor: string;
}

/** Takes the place of the records `fromSeq..toSeq` that a spool had to give up. */
export interface Gap {
  fromSeq: number;
  toSeq: number;
  reason: string;
  oldestAtMs: number;
  newestAtMs: number;
}

/** A file system that holds borg repositories. */
export interface FileSystem {
  /** Its mount point. */
  path: string;
  totalBytes: number;
  /** For whoever is not root. */
  freeBytes: number;
}

/** All of a host's, as they are now. */
export interface StorageSeen {
  fileSystems: FileSystem[];
}

export type RecordBody =
  | { type: 'job-declared'; value: JobDeclaration }
  | { type: 'job-removed'; value: { job: string } }
  | { type: 'run-started'; value: RunStarted }
  | { type: 'run-finished'; value: RunFinished }
  | {
      type: 'recovery-points-seen';
      value: { job: string; recoveryPoints: RecoveryPoint[]; complete: boolean };
    }
  | { type: 'host-facts'; value: HostFacts }
  | { type: 'repository-seen'; value: RepositorySeen }
  | { type: 'storage-seen'; value: StorageSeen }
  | { type: 'restore-requested'; value: RestoreRequested }
  | { type: 'restore-started'; value: RestoreStarted }
  | { type: 'restore-finished'; value: RestoreFinished }
  | { type: 'gap'; value: Gap };

/** What the spool holds: durable, numbered, acked. */
export interface SpoolRecord {
  recordedAtMs: number;
  body: RecordBody;
}

export interface Hello {
  epoch: number;
  firstSeq: number;
  lastSeq: number;
  agentVersion: string;
  instance: string;
  capabilities: string[];
  sentAtMs: number;
  /** The numbering before this one, when this one holds the same records; 0: the spool was begun empty. */
  continuesEpoch: number;
}

export interface Heartbeat {
  sentAtMs: number;
  spoolRecords: number;
  spoolBytes: number;
  /** '' while the spool can be written. */
  spoolError: string;
  runningJobs: string[];
  certificateExpiresAtMs: number;
}

export type ToCollector =
  | { type: 'hello'; value: Hello }
  /** `record` stays encoded: it is stored and forwarded byte for byte. */
  | { type: 'spooled-record'; value: { seq: number; chain: Uint8Array; record: Uint8Array } }
  | { type: 'heartbeat'; value: Heartbeat }
  | { type: 'run-progress'; value: RunProgress }
  | { type: 'request-answered'; value: { id: string; accepted: boolean; reason: string } }
  | { type: 'certificate-requested'; value: { csrPem: string } }
  | { type: 'wal-sample'; value: WalSample };

export const REFUSED_CODES = [
  'protocol',
  'overloaded',
  'store-unavailable',
  'revoked',
  'cloned',
  'superseded',
  'stopping',
] as const;
export type RefusedCode = (typeof REFUSED_CODES)[number];

export type Ask =
  | { type: 'run-job'; job: string }
  | { type: 'renew-certificate' }
  | { type: 'restore-decided'; decision: RestoreDecision };

export type ToAgent =
  | {
      type: 'welcome';
      value: {
        epoch: number;
        committedSeq: number;
        /** Empty when committedSeq is 0. */
        committedChain: Uint8Array;
        credit: number;
        heartbeatMs: number;
        serverTimeMs: number;
      };
    }
  | { type: 'ack'; value: { seq: number } }
  | { type: 'request'; value: { id: string; ask: Ask } }
  | { type: 'refused'; value: { code: RefusedCode; reason: string; retryAfterMs: number } }
  | { type: 'certificate-issued'; value: { certificatePem: string } };
