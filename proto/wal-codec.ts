/** A sample of a write-ahead log, to bytes and back. A part of codec.ts. */
import './protobuf.ts';
import { ProtocolError } from './errors.ts';
import * as field from './fields.ts';
import type { backproof } from './generated/backproof.js';
import { PROMISE_MS_MAX, WAL_BACKUPS_MAX, WAL_HOLES_MAX, WAL_WINDOWS_MAX } from './limits.ts';
import { WAL_ROLES, type WalSample } from './wal.ts';

/** 64 bits in decimal, or '' when it is not known. */
const SYSTEM_PATTERN = /^\d{0,20}$/;
/** Segment names, alone or `A to B`. */
const SEGMENTS_CHARS_MAX = 64;
const UINT32_MAX = 2 ** 32 - 1;

export function walSampleToWire(sample: WalSample): backproof.v1.WalSample.$Properties {
  return {
    ...sample,
    job: field.readName(sample.job, 'job'),
    atMs: field.wholeNumber(sample.atMs),
    databaseProblem: field.cutText(sample.databaseProblem),
    repositoryProblem: field.cutText(sample.repositoryProblem),
    lsn: field.amount(sample.lsn),
    savedLsn: field.amount(sample.savedLsn),
    exposureMs: Math.min(field.amount(sample.exposureMs), PROMISE_MS_MAX),
    archiveTimeoutMs: field.amount(sample.archiveTimeoutMs),
    archiverProblem: field.cutText(sample.archiverProblem),
    lost: field.cutText(sample.lost, SEGMENTS_CHARS_MAX),
    stray: field.cutText(sample.stray, SEGMENTS_CHARS_MAX),
    holes: sample.holes.slice(0, WAL_HOLES_MAX).map((hole) => field.cutText(hole, SEGMENTS_CHARS_MAX)),
    damaged: sample.damaged.slice(0, WAL_HOLES_MAX).map((one) => field.cutText(one, SEGMENTS_CHARS_MAX)),
    windows: sample.windows.slice(-WAL_WINDOWS_MAX).map(({ fromMs, toMs }) => ({
      fromMs: field.wholeNumber(fromMs),
      toMs: field.wholeNumber(toMs),
    })),
    backupsAtMs: sample.backupsAtMs.slice(-WAL_BACKUPS_MAX).map(field.amount),
    heartbeatAtMs: field.wholeNumber(sample.heartbeatAtMs),
  };
}

/** Throws ProtocolError. */
export function walSampleFromWire(said: backproof.v1.WalSample): WalSample {
  const role = WAL_ROLES.find((one) => one === said.role);
  if (role === undefined) throw new ProtocolError('role is not one this side knows');
  const segments = (text: string, name: string) => field.readText(text, name, SEGMENTS_CHARS_MAX);
  return {
    job: field.readName(said.job, 'job'),
    atMs: field.readInstant(said.atMs, 'at_ms'),
    databaseProblem: field.readText(said.databaseProblem, 'database_problem'),
    repositoryProblem: field.readText(said.repositoryProblem, 'repository_problem'),
    role,
    systemIdentifier: field.readPattern(said.systemIdentifier, 'system_identifier', SYSTEM_PATTERN),
    stanzaSystemIdentifier: field.readPattern(
      said.stanzaSystemIdentifier,
      'stanza_system_identifier',
      SYSTEM_PATTERN,
    ),
    timeline: field.readInt(said.timeline, 'timeline', 0, UINT32_MAX),
    repositoryTimeline: field.readInt(said.repositoryTimeline, 'repository_timeline', 0, UINT32_MAX),
    lsn: field.readInt(said.lsn, 'lsn'),
    savedLsn: field.readInt(said.savedLsn, 'saved_lsn'),
    exposureMs: field.readInt(said.exposureMs, 'exposure_ms', 0, PROMISE_MS_MAX),
    isArchiving: said.isArchiving,
    archiveTimeoutMs: field.readInt(said.archiveTimeoutMs, 'archive_timeout_ms'),
    archiverProblem: field.readText(said.archiverProblem, 'archiver_problem'),
    lost: segments(said.lost, 'lost'),
    stray: segments(said.stray, 'stray'),
    holes: field.readList(said.holes, 'holes', WAL_HOLES_MAX).map((hole) => segments(hole, 'holes')),
    damaged: field.readList(said.damaged, 'damaged', WAL_HOLES_MAX).map((one) => segments(one, 'damaged')),
    windows: field
      .readList(said.windows as backproof.v1.WalWindow[], 'windows', WAL_WINDOWS_MAX)
      .map((window) => ({
        fromMs: field.readInstant(window.fromMs, 'windows.from_ms'),
        toMs: field.readInstant(window.toMs, 'windows.to_ms'),
      })),
    backupsAtMs: field
      .readList(said.backupsAtMs as number[], 'backups_at_ms', WAL_BACKUPS_MAX)
      .map((atMs) => field.readInstant(atMs, 'backups_at_ms')),
    heartbeatAtMs: field.readInstant(said.heartbeatAtMs, 'heartbeat_at_ms'),
    isComplete: said.isComplete,
  };
}
