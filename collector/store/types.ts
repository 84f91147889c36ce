/**
 * The seam between the collector and its database: few coarse functions, plain objects in and out. No
 * SQLite type and no SQL leaves this folder, so that another database can take its place.
 * Every function is synchronous; `transaction` makes several of them one.
 */
import type { JobDeclaration } from '../../proto/job.ts';
import type { HostFacts } from '../../proto/messages.ts';
import type {
  Outcome,
  RecoveryPoint,
  RunFinished,
  RunStarted,
  RunWarning,
  Trigger,
} from '../../proto/run.ts';
import type { AssuranceName, Severity, State, Verdict } from '../verdict.ts';
import type { AccessStore } from './access-types.ts';
import type { CertificateStore } from './certificate-types.ts';
import type { HoldingStore } from './holding-types.ts';
import type { Page } from './page-types.ts';
import type { PingStore } from './ping-types.ts';
import type { RepositoryStore } from './repository-types.ts';
import type { RestoreStore } from './restore-types.ts';
import type { SpoolStore } from './spool-types.ts';
import type { StorageStore } from './storage-types.ts';
import type { SystemStore } from './system-types.ts';
import type { WalStore } from './wal-types.ts';

export type { Severity } from '../verdict.ts';
export type { AccessStore, ApiTokenRow, Role } from './access-types.ts';
export type { CertificateStore } from './certificate-types.ts';
export type { HoldingStore, NewestPoint, SubjectPoints, SubjectSizes } from './holding-types.ts';
export type { Page } from './page-types.ts';
export type { PingRow, PingStore } from './ping-types.ts';
export type { RepositoryRow, RepositoryStore } from './repository-types.ts';
export type { SpoolStore } from './spool-types.ts';
export type { FileSystemHistory, StorageSample, StorageStore } from './storage-types.ts';
export type { SystemStore } from './system-types.ts';
export type { WalServer, WalState, WalStore } from './wal-types.ts';

export interface HostRow {
  id: number;
  host: string;
  customer: string;
  enrolledAtMs: number;
  /** False: it reports by ping alone. */
  hasAgent: boolean;
  revokedAtMs: number | null;
  revokedReason: string | null;
  agentVersion: string;
  connected: boolean;
  lastSeenAtMs: number | null;
  /** Agent clock minus collector clock. */
  clockOffsetMs: number;
  spoolRecords: number;
  spoolBytes: number;
  spoolError: string;
  certificateExpiresAtMs: number | null;
  facts: HostFacts | null;
  verdicts: Record<string, Verdict>;
  state: State;
  nextCheckAtMs: number;
}

/** What the sessions learn between two flushes. */
export interface HostLiveness {
  hostId: number;
  connected: boolean;
  lastSeenAtMs: number;
  clockOffsetMs: number;
  spoolRecords: number;
  spoolBytes: number;
  spoolError: string;
  certificateExpiresAtMs: number | null;
  agentVersion: string;
}

export interface FleetLine {
  hosts: number;
  connected: number;
  /** The earliest and the latest moment at which one of them was last heard. */
  firstLostAtMs: number | null;
  lastLostAtMs: number | null;
}

export interface RunRow {
  id: number;
  jobId: number;
  runId: string;
  trigger: Trigger;
  dueAtMs: number | null;
  startedAtMs: number;
  /** Null while it runs; then `outcome` is null too. */
  finishedAtMs: number | null;
  durationMs: number | null;
  outcome: Outcome | null;
  exitCode: number | null;
  signal: string | null;
  reason: string;
  originalBytes: number;
  compressedBytes: number;
  deduplicatedBytes: number;
  files: number;
  /** Entries left out by exclude patterns; a folder counts once. */
  excluded: number;
  warningsTotal: number;
  receivedAtMs: number;
}

export interface StoredPoint extends RecoveryPoint {
  /** Since when a complete inventory no longer shows it; null while it can be restored. */
  missingSinceMs: number | null;
}

export interface RunDetails {
  warnings: RunWarning[];
  logTail: string;
}

export interface JobRow {
  id: number;
  hostId: number;
  host: string;
  customer: string;
  job: string;
  declaration: JobDeclaration;
  /** What `weakened` is measured against: the strongest declaration that nobody agreed to weaken. */
  promised: JobDeclaration;
  /** Also when it came back after having been removed. */
  firstDeclaredAtMs: number;
  /** When the declaration last changed; saying the same again does not count. */
  declaredAtMs: number;
  /** Since when the present schedule (cron, zone, spread) holds: nothing is due by it before. */
  scheduledSinceMs: number;
  /** From here on recovery points are promised: since the job promises them, or as far back as it did before. */
  keptFromMs: number;
  /** Sizes before this instant are no measure: a person has acknowledged that they fell. */
  sizesSinceMs: number;
  /** When the newest complete inventory of its repository was taken; null when none ever was. */
  inventoriedAtMs: number | null;
  removedAtMs: number | null;
  /** A person has acknowledged that the job is gone. */
  removalAccepted: boolean;
  weakened: string;
  lastStarted: RunRow | null;
  lastFinished: RunRow | null;
  /** Succeeded or warning. */
  lastSuccess: RunRow | null;
  /** Failed or timed out. */
  lastFailure: RunRow | null;
  verdicts: Partial<Record<AssuranceName, Verdict>>;
  state: State;
  nextCheckAtMs: number;
}

export interface AlertRow {
  id: number;
  rule: string;
  subject: string;
  host: string | null;
  job: string | null;
  customer: string | null;
  severity: Severity;
  state: 'firing' | 'resolved';
  reason: string;
  startedAtMs: number;
  updatedAtMs: number;
  resolvedAtMs: number | null;
  resolvedReason: string | null;
  acknowledgedBy: string | null;
  acknowledgedAtMs: number | null;
  acknowledgedNote: string | null;
}

export type NotificationEvent = 'trigger' | 'acknowledge' | 'resolve' | 'reminder' | 'test';
export interface NotificationRow {
  id: number;
  alertId: number;
  receiver: string;
  event: NotificationEvent;
  /** A Notification (collector/notifiers/types.ts) as JSON, fixed when the alert changed. */
  payload: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  createdAtMs: number;
  nextAttemptAtMs: number;
  finishedAtMs: number | null;
  lastError: string;
}

export interface JobFilter {
  host?: string;
  customer?: string;
  state?: State;
  /** Part of a host or job name. */
  search?: string;
  includeRemoved?: boolean;
  limit: number;
  /** From the `nextCursor` of the page before. */
  cursor?: string;
}
export interface HostFilter {
  customer?: string;
  /** Part of a host's name. */
  search?: string;
  limit: number;
  /** From the `nextCursor` of the page before. */
  cursor?: string;
}

export interface Store {
  /** Runs `work` in one immediate transaction; everything it wrote is undone when it throws. Nests flat. */
  transaction<T>(work: () => T): T;
  close(): void;
  hosts: HostStore;
  spools: SpoolStore;
  certificates: CertificateStore;
  jobs: JobStore;
  pings: PingStore;
  repositories: RepositoryStore;
  restores: RestoreStore;
  runs: RunStore;
  holdings: HoldingStore;
  storage: StorageStore;
  wal: WalStore;
  alerts: AlertStore;
  outbox: OutboxStore;
  access: AccessStore;
  system: SystemStore;
}

export interface HostStore {
  /**
   * Enrolls a host or takes a revoked one back; an agent it once had stays expected. Throws UserError when it
   * belongs to another customer.
   */
  enroll(host: string, customer: string, nowMs: number, options?: { hasAgent?: boolean }): HostRow;
  byName(host: string): HostRow | null;
  byId(id: number): HostRow | null;
  /** Worst first, then by name. */
  list(filter: HostFilter): Page<HostRow>;
  /** How many hosts, and whose, without reading them. */
  summary(filter: { customer?: string }): { hosts: number; customers: string[] };
  revoke(hostId: number, reason: string, nowMs: number): void;
  saveFacts(hostId: number, facts: HostFacts): void;
  /** Touches every host that came, went, or reports something else worth judging. */
  saveLiveness(batch: HostLiveness[]): void;
  /** At start: no session has survived. Touches those that were connected, and returns how many. */
  markAllDisconnected(): number;
  /** All hosts that were ever heard, are not revoked and have no agent_silent of their own, as one line. */
  fleetLine(): FleetLine;
  /** Agent's clock minus collector's, of every host that is connected, in order. */
  clockOffsets(): number[];
  due(nowMs: number, limit: number): HostRow[];
  saveVerdicts(hostId: number, verdicts: Record<string, Verdict>, state: State, nextCheckAtMs: number): void;
  /** To be evaluated at once, with every job of it. */
  touch(hostId: number): void;
  earliestCheckAtMs(): number | null;
}

export interface JobStore {
  /**
   * `weakened` is decide/promise.ts's weakening(before.promised, declaration), '' for a job not known yet.
   * With '' the declaration becomes what is promised.
   */
  declare(hostId: number, declaration: JobDeclaration, weakened: string, nowMs: number): JobRow;
  /** A person agrees to what stands now: removed it stays removed, weaker it becomes what is promised. */
  accept(jobId: number): void;
  /** A person agrees to the sizes that stand now: what was before is no measure any more. */
  acceptSizes(jobId: number, nowMs: number): void;
  remove(hostId: number, job: string, nowMs: number): void;
  byName(host: string, job: string): JobRow | null;
  byId(id: number): JobRow | null;
  ofHost(hostId: number): JobRow[];
  /** Removed ones included. */
  countOfHost(hostId: number): number;
  /** Worst first. */
  list(filter: JobFilter): Page<JobRow>;
  counts(filter: { customer?: string }): Record<State, number>;
  due(nowMs: number, limit: number): JobRow[];
  /** Jobs with this `shared_as` of a customer's hosts, by host and name; neither removed nor of a revoked host. */
  sharing(customer: string, sharedAs: string, limit: number): JobRow[];
  saveVerdicts(
    jobId: number,
    verdicts: Record<AssuranceName, Verdict>,
    state: State,
    nextCheckAtMs: number,
  ): void;
  touch(jobId: number): void;
  earliestCheckAtMs(): number | null;
}

export interface RunStore {
  /** Both return false when the run was stored already (a replay into a new epoch), and then change nothing. */
  start(jobId: number, run: RunStarted, nowMs: number): boolean;
  finish(jobId: number, run: RunFinished, nowMs: number): boolean;
  /** Puts text behind the run's log, whose end is kept. */
  addLog(runId: number, text: string): void;
  /** The newest of a job's runs, the newest first. */
  newest(jobId: number, limit: number): RunRow[];
  byId(id: number): { run: RunRow; details: RunDetails; recoveryPoints: StoredPoint[] } | null;
  /** The last received first: runs that an agent hands in late stand where they were handed in. */
  list(filter: {
    host?: string;
    job?: string;
    customer?: string;
    limit: number;
    cursor?: string;
  }): Page<RunRow & { host: string; job: string; customer: string }>;
  /** For the bars: outcome and times of each job's runs since `sinceMs`, oldest first. */
  recent(jobIds: number[], sinceMs: number): Map<number, RunRow[]>;
  /**
   * A page of what the job's repository holds. With the last one, `complete`, the job's points in its present
   * repository that no page of this inventory showed are missing from now on, until they are seen again.
   * `takenAtMs`: what was made later is not missing from an old inventory that is handed in again.
   */
  saveSeenPoints(
    jobId: number,
    points: RecoveryPoint[],
    inventory: { complete: boolean; takenAtMs: number },
    nowMs: number,
  ): void;
  recoveryPoints(filter: {
    /** Also those that are no longer in their repository. */
    missing?: boolean;
    host?: string;
    job?: string;
    customer?: string;
    limit: number;
    cursor?: string;
  }): Page<StoredPoint & { host: string; job: string; customer: string; seenAtMs: number }>;
}

export interface AlertStore {
  open(subject: string): AlertRow[];
  insert(
    alert: Omit<
      AlertRow,
      | 'id'
      | 'state'
      | 'updatedAtMs'
      | 'resolvedAtMs'
      | 'resolvedReason'
      | 'acknowledgedBy'
      | 'acknowledgedAtMs'
      | 'acknowledgedNote'
    >,
  ): AlertRow;
  update(id: number, change: { reason: string; severity: Severity }, nowMs: number): void;
  /** Throws when it is not firing: exactly one row must change. */
  resolve(id: number, reason: string, nowMs: number): void;
  acknowledge(id: number, by: string, note: string, nowMs: number): AlertRow;
  byId(id: number): AlertRow | null;
  list(filter: {
    state?: 'firing' | 'resolved';
    host?: string;
    job?: string;
    customer?: string;
    limit: number;
    cursor?: string;
  }): Page<AlertRow>;
  countFiring(filter: { customer?: string }): Record<Severity, number>;
}

export interface OutboxStore {
  add(
    notification: { alertId: number; receiver: string; event: NotificationEvent; payload: string },
    nowMs: number,
  ): void;
  /** Due rows that are the oldest pending of their (receiver, alert): a resolve never overtakes its trigger. */
  due(nowMs: number, limit: number, receiver?: string): NotificationRow[];
  delivered(id: number, nowMs: number): void;
  retry(id: number, error: string, nextAttemptAtMs: number): void;
  failed(id: number, error: string, nowMs: number): void;
  /** What waits, of one receiver or of all, need wait no longer. */
  allDue(nowMs: number, receiver?: string): void;
  /** Whether something waits that this receiver was sent and did not take. */
  isAnyUntaken(receiver: string): boolean;
  ofAlert(alertId: number): NotificationRow[];
  /** Of the rows `due` may return one day; those behind an older one do not count. */
  earliestAttemptAtMs(): number | null;
  pendingByReceiver(): { receiver: string; pending: number; oldestAtMs: number }[];
}
