/**
 * Spool records to bytes and back. What `encodeRecord` makes, `decodeRecord` accepts: a record the collector
 * refuses would stand at the head of a spool for ever, so everything that can be too long is cut here.
 */
import './protobuf.ts';
import { ProtocolError } from './errors.ts';
import * as field from './fields.ts';
import { backproof } from './generated/backproof.js';
import type { JobDeclaration } from './job.ts';
import * as limits from './limits.ts';
import type { HostFacts, RecordBody, SpoolRecord } from './messages.ts';
import { repositoryFromWire, repositoryToWire } from './repository-codec.ts';
import * as restores from './restore-codec.ts';
import {
  OUTCOMES,
  type RecoveryPoint,
  RUN_ID_PATTERN,
  type RunFinished,
  type RunStarted,
  TRIGGERS,
} from './run.ts';
import { shrink } from './shrink.ts';
import { storageFromWire, storageToWire } from './storage-codec.ts';

const wire = backproof.v1;

const KIND_PATTERN = /^[a-z][a-z0-9-]{0,63}$/;
const SIGNAL_PATTERN = /^[A-Z0-9]{0,20}$/;
const ID_CHARS_MAX = 128;
const UINT32_MAX = 2 ** 32 - 1;
/** Halving twenty times makes anything small. */
const SHRINKS_MAX = 40;

/**
 * At most RECORD_BYTES_MAX bytes: texts are cut to their bounds, then, if that is not enough, log and
 * warnings. Throws ProtocolError for what cannot be cut (a job's name, a run's id, an impossible number).
 */
export function encodeRecord(record: SpoolRecord): Uint8Array {
  let body = record.body;
  for (let shrinks = 0; shrinks < SHRINKS_MAX; shrinks += 1) {
    const bytes = wire.Record.encode(recordToWire(record.recordedAtMs, body)).finish();
    if (bytes.length <= limits.RECORD_BYTES_MAX) return bytes;
    body = shrink(body);
  }
  throw new ProtocolError(`a ${record.body.type} record cannot be made to fit`);
}

/** Throws ProtocolError. */
export function decodeRecord(bytes: Uint8Array): SpoolRecord {
  if (bytes.length > limits.RECORD_BYTES_MAX) throw new ProtocolError('record is too large');
  const record = decodeWith(wire.Record.decode, bytes, 'record');
  return {
    recordedAtMs: field.readInstant(record.recordedAtMs, 'recorded_at_ms'),
    body: bodyFromWire(record),
  };
}

/** Whatever the generated decoder throws (truncated, nested too deep, invalid UTF-8) is a ProtocolError. */
export function decodeWith<T>(decode: (bytes: Uint8Array) => T, bytes: Uint8Array, what: string): T {
  try {
    return decode(bytes);
  } catch (error) {
    throw new ProtocolError(`${what} cannot be decoded`, { cause: error });
  }
}

function recordToWire(recordedAtMs: number, body: RecordBody): backproof.v1.Record.$Properties {
  const at = { recordedAtMs: field.readInstant(field.wholeNumber(recordedAtMs), 'recorded_at_ms') };
  switch (body.type) {
    case 'job-declared':
      return { ...at, jobDeclared: declarationToWire(body.value) };
    case 'job-removed':
      return { ...at, jobRemoved: { job: field.readName(body.value.job, 'job') } };
    case 'run-started':
      return { ...at, runStarted: startedToWire(body.value) };
    case 'run-finished':
      return { ...at, runFinished: finishedToWire(body.value) };
    case 'recovery-points-seen':
      return {
        ...at,
        recoveryPointsSeen: {
          job: field.readName(body.value.job, 'job'),
          recoveryPoints: pointsToWire(body.value.recoveryPoints),
          complete:
            body.value.complete && body.value.recoveryPoints.length <= limits.RECOVERY_POINTS_PER_RECORD_MAX,
        },
      };
    case 'host-facts':
      return { ...at, hostFacts: factsToWire(body.value) };
    case 'repository-seen':
      return { ...at, repositorySeen: repositoryToWire(body.value) };
    case 'storage-seen':
      return { ...at, storageSeen: storageToWire(body.value) };
    case 'restore-requested':
      return { ...at, restoreRequested: restores.requestedToWire(body.value) };
    case 'restore-started':
      return { ...at, restoreStarted: restores.startedToWire(body.value) };
    case 'restore-finished':
      return { ...at, restoreFinished: restores.finishedToWire(body.value) };
    case 'gap':
      return { ...at, gap: { ...body.value, reason: field.cutText(body.value.reason) } };
  }
}

function bodyFromWire(record: backproof.v1.Record): RecordBody {
  switch (record.body) {
    case 'jobDeclared':
      return { type: 'job-declared', value: declarationFromWire(record.jobDeclared as never) };
    case 'jobRemoved':
      return { type: 'job-removed', value: { job: field.readName(record.jobRemoved!.job ?? '', 'job') } };
    case 'runStarted':
      return { type: 'run-started', value: startedFromWire(record.runStarted as never) };
    case 'runFinished':
      return { type: 'run-finished', value: finishedFromWire(record.runFinished as never) };
    case 'recoveryPointsSeen': {
      const seen = record.recoveryPointsSeen as backproof.v1.RecoveryPointsSeen;
      return {
        type: 'recovery-points-seen',
        value: {
          job: field.readName(seen.job, 'job'),
          recoveryPoints: pointsFromWire(seen.recoveryPoints as never),
          complete: seen.complete,
        },
      };
    }
    case 'hostFacts':
      return { type: 'host-facts', value: factsFromWire(record.hostFacts as never) };
    case 'repositorySeen':
      return { type: 'repository-seen', value: repositoryFromWire(record.repositorySeen as never) };
    case 'storageSeen':
      return { type: 'storage-seen', value: storageFromWire(record.storageSeen as never) };
    case 'restoreRequested':
      return {
        type: 'restore-requested',
        value: restores.requestedFromWire(record.restoreRequested as never),
      };
    case 'restoreStarted':
      return { type: 'restore-started', value: restores.startedFromWire(record.restoreStarted as never) };
    case 'restoreFinished':
      return { type: 'restore-finished', value: restores.finishedFromWire(record.restoreFinished as never) };
    case 'gap': {
      const gap = record.gap as backproof.v1.Gap;
      const fromSeq = field.readInt(gap.fromSeq, 'gap.from_seq', 1);
      return {
        type: 'gap',
        value: {
          fromSeq,
          toSeq: field.readInt(gap.toSeq, 'gap.to_seq', fromSeq),
          reason: field.readText(gap.reason, 'gap.reason'),
          oldestAtMs: field.readInstant(gap.oldestAtMs, 'gap.oldest_at_ms'),
          newestAtMs: field.readInstant(gap.newestAtMs, 'gap.newest_at_ms'),
        },
      };
    }
    default:
      throw new ProtocolError('record has no body this side knows');
  }
}

function declarationToWire(job: JobDeclaration): backproof.v1.JobDeclared.$Properties {
  return {
    ...job,
    job: field.readName(job.job, 'job'),
    kind: field.readPattern(job.kind, 'kind', KIND_PATTERN),
    repository: field.cutText(job.repository, limits.NAME_CHARS_MAX),
    sources: job.sources.slice(0, limits.SOURCES_PER_JOB_MAX).map((source) => field.cutText(source)),
    excludes: job.excludes.slice(0, limits.SOURCES_PER_JOB_MAX).map((exclude) => field.cutText(exclude)),
    schedule: job.schedule,
    sharedAs: job.sharedAs === '' ? '' : field.readName(job.sharedAs, 'shared_as'),
    staleAfter: job.staleAfter,
  };
}

function declarationFromWire(job: backproof.v1.JobDeclared): JobDeclaration {
  const promise = (value: number, name: string) => field.readInt(value, name, 0, limits.PROMISE_MS_MAX);
  let schedule: JobDeclaration['schedule'] = null;
  if (job.schedule) {
    const said = job.schedule as backproof.v1.Schedule;
    schedule = {
      cron: field.readText(said.cron, 'schedule.cron', limits.CRON_CHARS_MAX),
      zone: field.readText(said.zone, 'schedule.zone', limits.NAME_CHARS_MAX),
      spreadMs: promise(said.spreadMs, 'schedule.spread_ms'),
      startGraceMs: promise(said.startGraceMs, 'schedule.start_grace_ms'),
      finishWithinMs: promise(said.finishWithinMs, 'schedule.finish_within_ms'),
    };
    // Whether it can be followed is the reader's to see: a newer agent may know zones that this side does not.
  }
  const texts = (values: string[], name: string) =>
    field.readList(values, name, limits.SOURCES_PER_JOB_MAX).map((text) => field.readText(text, name));
  return {
    job: field.readName(job.job, 'job'),
    kind: field.readPattern(job.kind, 'kind', KIND_PATTERN),
    schedule,
    longestSilenceMs: promise(job.longestSilenceMs, 'longest_silence_ms'),
    keepMs: promise(job.keepMs, 'keep_ms'),
    repository: field.readText(job.repository, 'repository', limits.NAME_CHARS_MAX),
    sources: texts(job.sources, 'sources'),
    excludes: texts(job.excludes, 'excludes'),
    startedByAgent: job.startedByAgent,
    sharedAs: job.sharedAs === '' ? '' : field.readName(job.sharedAs, 'shared_as'),
    staleAfter: job.staleAfter
      ? {
          warningMs: promise(job.staleAfter.warningMs as number, 'stale_after.warning_ms'),
          criticalMs: promise(job.staleAfter.criticalMs as number, 'stale_after.critical_ms'),
        }
      : null,
  };
}

function startedToWire(run: RunStarted): backproof.v1.RunStarted.$Properties {
  return {
    job: field.readName(run.job, 'job'),
    runId: field.readPattern(run.runId, 'run_id', RUN_ID_PATTERN),
    dueAtMs: field.amount(run.dueAtMs ?? 0),
    startedAtMs: field.readInstant(field.wholeNumber(run.startedAtMs), 'started_at_ms'),
    trigger: field.wordNumber(TRIGGERS, run.trigger),
  };
}

function startedFromWire(run: backproof.v1.RunStarted | backproof.v1.RunFinished): RunStarted {
  return {
    job: field.readName(run.job, 'job'),
    runId: field.readPattern(run.runId, 'run_id', RUN_ID_PATTERN),
    dueAtMs: field.readInstant(run.dueAtMs, 'due_at_ms') || null,
    startedAtMs: field.readInstant(run.startedAtMs, 'started_at_ms'),
    trigger: field.readWord(TRIGGERS, run.trigger, 'trigger'),
  };
}

function finishedToWire(run: RunFinished): backproof.v1.RunFinished.$Properties {
  const { job, runId, dueAtMs, startedAtMs, trigger } = startedToWire(run);
  return {
    job,
    runId,
    dueAtMs,
    startedAtMs,
    trigger,
    finishedAtMs: field.amount(run.finishedAtMs),
    durationMs: field.amount(run.durationMs),
    outcome: field.wordNumber(OUTCOMES, run.outcome),
    exitCode: run.exitCode ?? undefined,
    signal: SIGNAL_PATTERN.test(run.signal ?? '') ? (run.signal ?? '') : 'SIGNAL',
    reason: field.cutText(run.reason),
    recoveryPoints: pointsToWire(run.recoveryPoints),
    stats: {
      originalBytes: field.amount(run.stats.originalBytes),
      compressedBytes: field.amount(run.stats.compressedBytes),
      deduplicatedBytes: field.amount(run.stats.deduplicatedBytes),
      files: field.amount(run.stats.files),
      excluded: field.amount(run.stats.excluded),
    },
    warnings: run.warnings.slice(0, limits.WARNINGS_PER_RUN_MAX).map((warning) => ({
      code: field.cutText(warning.code, limits.NAME_CHARS_MAX),
      message: field.cutText(warning.message),
      path: field.cutText(warning.path),
      harmless: warning.harmless,
    })),
    warningsTotal: Math.min(field.amount(run.warningsTotal), UINT32_MAX),
    logTail: field.cutTail(run.logTail, limits.LOG_TAIL_CHARS_MAX),
  };
}

function finishedFromWire(run: backproof.v1.RunFinished): RunFinished {
  const stats = run.stats as backproof.v1.RunStats | null | undefined;
  const warnings = field.readList(run.warnings, 'warnings', limits.WARNINGS_PER_RUN_MAX);
  // Named one by one: V8 makes a slow object of a spread with so many more fields (20 us against 4).
  const { job, runId, dueAtMs, startedAtMs, trigger } = startedFromWire(run);
  return {
    job,
    runId,
    dueAtMs,
    startedAtMs,
    trigger,
    finishedAtMs: field.readInstant(run.finishedAtMs, 'finished_at_ms'),
    durationMs: field.readInt(run.durationMs, 'duration_ms'),
    outcome: field.readWord(OUTCOMES, run.outcome, 'outcome'),
    exitCode: run.exitCode ?? null,
    signal: field.readPattern(run.signal, 'signal', SIGNAL_PATTERN) || null,
    reason: field.readText(run.reason, 'reason'),
    recoveryPoints: pointsFromWire(run.recoveryPoints as never),
    stats: {
      originalBytes: field.readInt(stats?.originalBytes ?? 0, 'stats.original_bytes'),
      compressedBytes: field.readInt(stats?.compressedBytes ?? 0, 'stats.compressed_bytes'),
      deduplicatedBytes: field.readInt(stats?.deduplicatedBytes ?? 0, 'stats.deduplicated_bytes'),
      files: field.readInt(stats?.files ?? 0, 'stats.files'),
      excluded: field.readInt(stats?.excluded ?? 0, 'stats.excluded'),
    },
    warnings: (warnings as backproof.v1.Warning[]).map((warning) => ({
      code: field.readText(warning.code, 'warning.code', limits.NAME_CHARS_MAX),
      message: field.readText(warning.message, 'warning.message'),
      path: field.readText(warning.path, 'warning.path'),
      harmless: warning.harmless,
    })),
    warningsTotal: run.warningsTotal,
    logTail: field.readText(run.logTail, 'log_tail', limits.LOG_TAIL_CHARS_MAX),
  };
}

function pointsToWire(points: RecoveryPoint[]): backproof.v1.RecoveryPoint.$Properties[] {
  return points.slice(0, limits.RECOVERY_POINTS_PER_RECORD_MAX).map((point) => ({
    repository: field.cutText(point.repository, limits.NAME_CHARS_MAX),
    name: field.cutText(point.name, limits.ARCHIVE_NAME_CHARS_MAX),
    id: field.cutText(point.id, ID_CHARS_MAX),
    subject: field.cutText(point.subject, limits.ARCHIVE_NAME_CHARS_MAX),
    createdAtMs: field.amount(point.createdAtMs),
    sizeBytes: field.amount(point.sizeBytes),
  }));
}

function pointsFromWire(points: backproof.v1.RecoveryPoint[]): RecoveryPoint[] {
  return field.readList(points, 'recovery_points', limits.RECOVERY_POINTS_PER_RECORD_MAX).map((point) => ({
    repository: field.readText(point.repository, 'recovery_point.repository', limits.NAME_CHARS_MAX),
    name: field.readText(point.name, 'recovery_point.name', limits.ARCHIVE_NAME_CHARS_MAX),
    id: field.readText(point.id, 'recovery_point.id', ID_CHARS_MAX),
    subject: field.readText(point.subject, 'recovery_point.subject', limits.ARCHIVE_NAME_CHARS_MAX),
    createdAtMs: field.readInstant(point.createdAtMs, 'recovery_point.created_at_ms'),
    sizeBytes: field.readInt(point.sizeBytes, 'recovery_point.size_bytes'),
  }));
}

function factsToWire(facts: HostFacts): backproof.v1.HostFacts.$Properties {
  return {
    hostname: field.cutText(facts.hostname),
    os: field.cutText(facts.os),
    kernel: field.cutText(facts.kernel),
    nodeVersion: field.cutText(facts.nodeVersion),
    agentVersion: field.cutText(facts.agentVersion),
    zone: field.cutText(facts.zone),
    cpus: field.amount(facts.cpus),
    memoryBytes: field.amount(facts.memoryBytes),
    tools: facts.tools
      .slice(0, limits.TOOLS_PER_HOST_MAX)
      .map((tool) => ({ name: field.cutText(tool.name), version: field.cutText(tool.version) })),
    notBackedUp: facts.notBackedUp
      .slice(0, limits.NOT_BACKED_UP_MAX)
      .map((thing) => ({ name: field.cutText(thing.name), why: field.cutText(thing.why) })),
  };
}

function factsFromWire(facts: backproof.v1.HostFacts): HostFacts {
  const tools = field.readList(facts.tools, 'tools', limits.TOOLS_PER_HOST_MAX);
  const notBackedUp = field.readList(facts.notBackedUp, 'not_backed_up', limits.NOT_BACKED_UP_MAX);
  return {
    hostname: field.readText(facts.hostname, 'hostname'),
    os: field.readText(facts.os, 'os'),
    kernel: field.readText(facts.kernel, 'kernel'),
    nodeVersion: field.readText(facts.nodeVersion, 'node_version'),
    agentVersion: field.readText(facts.agentVersion, 'agent_version'),
    zone: field.readText(facts.zone, 'zone'),
    cpus: facts.cpus,
    memoryBytes: field.readInt(facts.memoryBytes, 'memory_bytes'),
    tools: (tools as backproof.v1.Tool[]).map((tool) => ({
      name: field.readText(tool.name, 'tool.name'),
      version: field.readText(tool.version, 'tool.version'),
    })),
    notBackedUp: (notBackedUp as backproof.v1.NotBackedUp[]).map((thing) => ({
      name: field.readText(thing.name, 'not_backed_up.name'),
      why: field.readText(thing.why, 'not_backed_up.why'),
    })),
  };
}
