/**
 * What `start`, `exec` and `status` say to the running agent over its unix socket: a JSON object a line, in
 * both directions. Whoever may open the socket (mode 0660) may do exactly this and nothing else.
 */
import { decodeRecord, encodeRecord } from '../../proto/codec.ts';
import type { RecordBody } from '../../proto/messages.ts';
import type { RestoreDecision } from '../../proto/restore.ts';
import { RUN_ID_PATTERN, type RunFinished } from '../../proto/run.ts';
import type { RestoreBody } from '../restore/records.ts';
import type { ExecReport } from '../runner/exec.ts';
import { parseBorgReport } from './borg-report.ts';

/** Room for a report with the longest log tail and all warnings, even when every character needs an escape. */
export const LOCAL_LINE_BYTES_MAX = 4 * 1024 * 1024;

export interface JobStatus {
  job: string;
  kind: string;
  repository: string | null;
  startedByAgent: boolean;
  /** UTC epoch milliseconds. */
  nextDueAtMs: number | null;
  runningSinceMs: number | null;
  waiting: boolean;
  lastRun: Pick<RunFinished, 'runId' | 'outcome' | 'startedAtMs' | 'finishedAtMs' | 'reason'> | null;
}

export interface AgentStatus {
  host: string;
  customer: string;
  agentVersion: string;
  upSinceMs: number;
  collector: { url: string; connected: boolean; sinceMs: number; lastError: string; unacked: number };
  spool: { records: number; bytes: number; error: string };
  certificateNotAfterMs: number;
  jobs: JobStatus[];
}

export type FromClient =
  | { type: 'status' }
  | { type: 'start'; job: string; wait: boolean }
  | { type: 'accept-repository'; repository: string }
  | { type: 'exec-started'; runId: string; job: string; startedAtMs: number }
  | { type: 'exec-finished'; report: ExecReport }
  | { type: 'restore'; body: RestoreBody };

export type FromAgent =
  | { type: 'status'; status: AgentStatus }
  | { type: 'accepted'; reason: string }
  | { type: 'begun'; runId: string }
  | { type: 'finished'; run: RunFinished }
  | { type: 'refused'; reason: string }
  /** Whether the collector is connected, and so will know of it soon. */
  | { type: 'recorded'; connected: boolean }
  | { type: 'restore-decided'; decision: RestoreDecision };

/** Null for anything that is not a message of ours, whole and within bounds. */
export function parseFromClient(line: string): FromClient | null {
  const value = parseObject(line);
  if (!value) return null;
  switch (value.type) {
    case 'status':
      return { type: 'status' };
    case 'start':
      return isText(value.job) ? { type: 'start', job: value.job, wait: value.wait === true } : null;
    case 'accept-repository':
      return isText(value.repository) ? { type: 'accept-repository', repository: value.repository } : null;
    case 'exec-started': {
      const { runId, job, startedAtMs } = value;
      return isRunId(runId) && isText(job) && isInstant(startedAtMs)
        ? { type: 'exec-started', runId, job, startedAtMs }
        : null;
    }
    case 'exec-finished': {
      const report = parseReport(value.report);
      return report ? { type: 'exec-finished', report } : null;
    }
    case 'restore': {
      const body = parseRestore(value.body);
      return body ? { type: 'restore', body } : null;
    }
    default:
      return null;
  }
}

/** The wire's own codec knows what a record may hold; what it cuts is cut here already. */
function parseRestore(body: unknown): RestoreBody | null {
  try {
    const record = encodeRecord({ recordedAtMs: 0, body: body as RestoreBody });
    const known = decodeRecord(record).body;
    return isRestore(known) ? known : null;
  } catch {
    return null;
  }
}

function isRestore(body: RecordBody): body is RestoreBody {
  return body.type.startsWith('restore-');
}

function parseReport(value: unknown): ExecReport | null {
  if (value === null || typeof value !== 'object') return null;
  const { runId, job, startedAtMs, durationMs, program, exitCode, signal, startError, logTail, borg } =
    value as Record<string, unknown>;
  if (!isRunId(runId) || !isText(job) || !isInstant(startedAtMs) || !isInstant(durationMs)) return null;
  if (!isText(program) || !isText(logTail)) return null;
  if (exitCode !== null && !Number.isInteger(exitCode)) return null;
  if (!isTextOrNull(signal) || !isTextOrNull(startError)) return null;
  const heard = parseBorgReport(borg);
  if (heard === undefined) return null;
  return {
    runId,
    job,
    startedAtMs,
    durationMs,
    program,
    exitCode: exitCode as number | null,
    signal,
    startError,
    logTail,
    borg: heard,
  };
}

/** The client trusts its agent for the shape, not for the JSON: a version may differ. */
export function parseFromAgent(line: string): FromAgent | null {
  const value = parseObject(line);
  return value && isText(value.type) ? (value as FromAgent) : null;
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isRunId(value: unknown): value is string {
  return typeof value === 'string' && RUN_ID_PATTERN.test(value);
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
