/**
 * Rows as programs see them: the JSON of the API and of the control socket. Times are RFC 3339 UTC, sizes
 * bytes, durations seconds. Pure.
 */
import { isReadable } from '../proto/repository.ts';
import { leavesEvidence } from '../proto/run.ts';
import { nextDue } from '../proto/schedule.ts';
import { exposedMs, recoveryWindows, type WalSource } from './assurances/recovery-windows.ts';
import { ASSURANCES } from './assurances/types.ts';
import type {
  AlertRow,
  ApiTokenRow,
  HostRow,
  JobRow,
  NotificationRow,
  RepositoryRow,
  RunDetails,
  RunRow,
  StorageSample,
  StoredPoint,
} from './store/types.ts';

export function iso(atMs: number): string;
export function iso(atMs: number | null): string | null;
export function iso(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

export function runSummary(run: RunRow) {
  return {
    id: run.id,
    runId: run.runId,
    /** Null while it runs. */
    outcome: run.outcome,
    trigger: run.trigger,
    dueAt: iso(run.dueAtMs),
    startedAt: iso(run.startedAtMs),
    finishedAt: iso(run.finishedAtMs),
    durationSeconds: run.durationMs === null ? null : run.durationMs / 1000,
    exitCode: run.exitCode,
    signal: run.signal,
    reason: run.reason,
    stats: {
      originalBytes: run.originalBytes,
      compressedBytes: run.compressedBytes,
      deduplicatedBytes: run.deduplicatedBytes,
      files: run.files,
      excluded: run.excluded,
    },
    warningsTotal: run.warningsTotal,
  };
}

export function runView(
  run: RunRow & { host: string; job: string; customer: string },
  details: RunDetails,
  points: StoredPoint[],
) {
  const { id, ...rest } = runSummary(run);
  return {
    id,
    host: run.host,
    job: run.job,
    customer: run.customer,
    ...rest,
    recoveryPoints: points.map(pointView),
    warnings: details.warnings,
    logTail: details.logTail,
  };
}

export function pointView(point: StoredPoint) {
  return {
    repository: point.repository,
    name: point.name,
    id: point.id,
    subject: point.subject,
    createdAt: iso(point.createdAtMs),
    sizeBytes: point.sizeBytes,
    missingSince: iso(point.missingSinceMs),
  };
}

/** What can be restored from a write-ahead log, oldest first; null where none is received, or nobody looks. */
export function walView(source: WalSource | null, nowMs: number) {
  if (source === null) return { recoveryWindows: null, exposureSeconds: null, logSeenAt: null };
  const { state } = source;
  return {
    recoveryWindows: recoveryWindows(state).map(({ fromMs, toMs }) => ({ from: iso(fromMs), to: iso(toMs) })),
    /** Of the oldest change that is not in the repository. */
    exposureSeconds: exposedMs(state, nowMs) / 1000,
    logSeenAt: iso(state.receivedAtMs),
  };
}

/** @param source what is known of its write-ahead log. */
export function jobView(job: JobRow, source: WalSource | null, nowMs: number) {
  const { schedule } = job.declaration;
  const next = schedule && job.removedAtMs === null ? nextDue(schedule, job.host, job.job, nowMs) : null;
  const verdicts = ASSURANCES.map((name) => {
    const verdict = job.verdicts[name];
    const said = verdict
      ? { state: verdict.state, since: iso(verdict.sinceMs), reason: verdict.reason, rule: verdict.rule }
      : { state: 'unknown', since: null, reason: 'Not judged yet.', rule: null };
    return [name, said] as const;
  });
  return {
    host: job.host,
    customer: job.customer,
    job: job.job,
    kind: job.declaration.kind,
    /** Shared storage that other hosts back up as well; null for what is this host's own. */
    sharedAs: job.declaration.sharedAs || null,
    state: job.state,
    schedule: schedule
      ? {
          cron: schedule.cron,
          zone: schedule.zone,
          spreadSeconds: schedule.spreadMs / 1000,
          startGraceSeconds: schedule.startGraceMs / 1000,
          finishWithinSeconds: schedule.finishWithinMs / 1000,
        }
      : null,
    nextRunAt: iso(next?.dueAtMs ?? null),
    removedAt: iso(job.removedAtMs),
    running: job.lastStarted !== null && job.lastStarted.finishedAtMs === null,
    lastRun: job.lastStarted ? runSummary(job.lastStarted) : null,
    lastSuccessAt: iso(job.lastSuccess?.finishedAtMs ?? null),
    ...walView(source, nowMs),
    assurances: Object.fromEntries(verdicts),
  };
}

export function fileSystemView(sample: StorageSample & { host: string; customer: string }) {
  return {
    host: sample.host,
    customer: sample.customer,
    path: sample.path,
    totalBytes: sample.totalBytes,
    freeBytes: sample.freeBytes,
    measuredAt: iso(sample.atMs),
  };
}

export function hostView(host: HostRow) {
  return {
    host: host.host,
    customer: host.customer,
    state: host.state,
    /** False: it reports by ping alone. */
    hasAgent: host.hasAgent,
    connected: host.connected,
    lastSeenAt: iso(host.lastSeenAtMs),
    enrolledAt: iso(host.enrolledAtMs),
    revokedAt: iso(host.revokedAtMs),
    revokedReason: host.revokedReason,
    agentVersion: host.agentVersion,
    clockOffsetSeconds: host.clockOffsetMs / 1000,
    spool: { records: host.spoolRecords, bytes: host.spoolBytes, error: host.spoolError },
    certificateExpiresAt: iso(host.certificateExpiresAtMs),
    facts: host.facts,
    verdicts: Object.fromEntries(
      Object.entries(host.verdicts).map(([name, verdict]) => [
        name,
        { state: verdict.state, since: iso(verdict.sinceMs), reason: verdict.reason, rule: verdict.rule },
      ]),
    ),
  };
}

export function repositoryView(row: RepositoryRow) {
  return {
    host: row.host,
    repository: row.name,
    customer: row.owner,
    id: row.borgId,
    location: row.location,
    encryption: row.encryption,
    encrypted: !isReadable(row.encryption),
    inUse: row.inUse,
    firstSeenAt: iso(row.firstSeenAtMs),
    lastSeenAt: iso(row.lastSeenAtMs),
  };
}

export function alertView(alert: AlertRow, notifications: NotificationRow[]) {
  return {
    id: alert.id,
    rule: alert.rule,
    subject: alert.subject,
    host: alert.host,
    job: alert.job,
    customer: alert.customer,
    severity: alert.severity,
    state: alert.state,
    reason: alert.reason,
    startedAt: iso(alert.startedAtMs),
    resolvedAt: iso(alert.resolvedAtMs),
    resolvedReason: alert.resolvedReason,
    acknowledgedBy: alert.acknowledgedBy,
    acknowledgedAt: iso(alert.acknowledgedAtMs),
    acknowledgedNote: alert.acknowledgedNote,
    notifications: notifications.map((notification) => ({
      receiver: notification.receiver,
      event: notification.event,
      state: notification.state,
      attempts: notification.attempts,
      createdAt: iso(notification.createdAtMs),
      finishedAt: iso(notification.finishedAtMs),
      lastError: notification.lastError,
    })),
  };
}

export function tokenView(token: ApiTokenRow) {
  return {
    name: token.name,
    role: token.role,
    customer: token.customer,
    createdAt: iso(token.createdAtMs),
    revokedAt: iso(token.revokedAtMs),
  };
}

/** A run that goes on, or the run's outcome as one word. */
export function outcomeWord(run: { outcome: RunRow['outcome'] }): string {
  return run.outcome ?? 'running';
}

/** Whether a bar or a figure of this run stands for something that can be restored. */
export function isEvidence(run: RunRow): boolean {
  return run.outcome !== null && leavesEvidence(run.outcome);
}

export type JobView = ReturnType<typeof jobView>;
export type HostView = ReturnType<typeof hostView>;
export type AlertView = ReturnType<typeof alertView>;
export type RunView = ReturnType<typeof runView>;
