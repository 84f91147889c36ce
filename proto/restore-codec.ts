/** Restores and what was decided about them, to bytes and back. A part of the codecs. */
import './protobuf.ts';
import { ProtocolError } from './errors.ts';
import * as field from './fields.ts';
import type { backproof } from './generated/backproof.js';
import * as limits from './limits.ts';
import {
  RESTORE_APPROVAL_MS,
  RESTORE_APPROVALS,
  RESTORE_OUTCOMES,
  type RestoreDecision,
  type RestoreFinished,
  type RestoreOrder,
  type RestoreRequested,
  type RestoreStarted,
} from './restore.ts';
import { RUN_ID_PATTERN } from './run.ts';

const DIGEST_PATTERN = /^[0-9a-f]{64}$/;

export function requestedToWire(value: RestoreRequested): backproof.v1.RestoreRequested.$Properties {
  return { order: orderToWire(value.order), requestedAtMs: field.amount(value.requestedAtMs) };
}

export function requestedFromWire(said: backproof.v1.RestoreRequested): RestoreRequested {
  return {
    order: orderFromWire(said.order as never),
    requestedAtMs: field.readInstant(said.requestedAtMs, 'requested_at_ms'),
  };
}

export function startedToWire(value: RestoreStarted): backproof.v1.RestoreStarted.$Properties {
  return {
    order: orderToWire(value.order),
    startedAtMs: field.amount(value.startedAtMs),
    approval: field.wordNumber(RESTORE_APPROVALS, value.approval),
    approvedBy: field.cutText(value.approvedBy, limits.NAME_CHARS_MAX),
  };
}

export function startedFromWire(said: backproof.v1.RestoreStarted): RestoreStarted {
  return {
    order: orderFromWire(said.order as never),
    startedAtMs: field.readInstant(said.startedAtMs, 'started_at_ms'),
    approval: field.readWord(RESTORE_APPROVALS, said.approval, 'approval'),
    approvedBy: field.readText(said.approvedBy, 'approved_by', limits.NAME_CHARS_MAX),
  };
}

export function finishedToWire(value: RestoreFinished): backproof.v1.RestoreFinished.$Properties {
  return {
    order: orderToWire(value.order),
    startedAtMs: field.amount(value.startedAtMs ?? 0),
    finishedAtMs: field.amount(value.finishedAtMs),
    durationMs: field.amount(value.durationMs),
    approval: field.wordNumber(RESTORE_APPROVALS, value.approval),
    approvedBy: field.cutText(value.approvedBy, limits.NAME_CHARS_MAX),
    outcome: field.wordNumber(RESTORE_OUTCOMES, value.outcome),
    result: field.cutText(value.result),
    restoredBytes: field.amount(value.restoredBytes),
  };
}

export function finishedFromWire(said: backproof.v1.RestoreFinished): RestoreFinished {
  return {
    order: orderFromWire(said.order as never),
    startedAtMs: field.readInstant(said.startedAtMs, 'started_at_ms') || null,
    finishedAtMs: field.readInstant(said.finishedAtMs, 'finished_at_ms'),
    durationMs: field.readInt(said.durationMs, 'duration_ms'),
    approval: field.readWord(RESTORE_APPROVALS, said.approval, 'approval'),
    approvedBy: field.readText(said.approvedBy, 'approved_by', limits.NAME_CHARS_MAX),
    outcome: field.readWord(RESTORE_OUTCOMES, said.outcome, 'outcome'),
    result: field.readText(said.result, 'result'),
    restoredBytes: field.readInt(said.restoredBytes, 'restored_bytes'),
  };
}

function orderToWire(order: RestoreOrder): backproof.v1.RestoreOrder.$Properties {
  const names = (list: string[]) =>
    list.slice(0, limits.RESTORE_NAMES_MAX).map((name) => field.cutText(name, limits.ARCHIVE_NAME_CHARS_MAX));
  return {
    restoreId: field.readPattern(order.restoreId, 'restore_id', RUN_ID_PATTERN),
    job: field.readName(order.job, 'job'),
    by: field.cutText(order.by, limits.NAME_CHARS_MAX),
    login: field.cutText(order.login, limits.NAME_CHARS_MAX),
    reason: field.cutText(order.reason),
    atMs: field.amount(order.atMs ?? 0),
    archives: names(order.archives),
    pointAtMs: field.amount(order.pointAtMs),
    subjects: names(order.subjects),
    paths: names(order.paths),
    destination: field.cutText(order.destination),
    inPlace: order.inPlace,
    overwrite: order.overwrite,
    role: field.cutText(order.role, limits.NAME_CHARS_MAX),
    noOwner: order.noOwner,
    noPrivileges: order.noPrivileges,
  };
}

function orderFromWire(said: backproof.v1.RestoreOrder | null | undefined): RestoreOrder {
  if (!said) throw new ProtocolError('a restore without its order');
  const names = (list: string[], name: string) =>
    field
      .readList(list, name, limits.RESTORE_NAMES_MAX)
      .map((text) => field.readText(text, name, limits.ARCHIVE_NAME_CHARS_MAX));
  return {
    restoreId: field.readPattern(said.restoreId, 'restore_id', RUN_ID_PATTERN),
    job: field.readName(said.job, 'job'),
    by: field.readText(said.by, 'by', limits.NAME_CHARS_MAX),
    login: field.readText(said.login, 'login', limits.NAME_CHARS_MAX),
    reason: field.readText(said.reason, 'reason'),
    atMs: field.readInstant(said.atMs, 'at_ms') || null,
    archives: names(said.archives, 'archives'),
    pointAtMs: field.readInstant(said.pointAtMs, 'point_at_ms'),
    subjects: names(said.subjects, 'subjects'),
    paths: names(said.paths, 'paths'),
    destination: field.readText(said.destination, 'destination'),
    inPlace: said.inPlace,
    overwrite: said.overwrite,
    role: field.readText(said.role, 'role', limits.NAME_CHARS_MAX),
    noOwner: said.noOwner,
    noPrivileges: said.noPrivileges,
  };
}

export function decisionToWire(decision: RestoreDecision): backproof.v1.RestoreDecided.$Properties {
  return {
    ...decision,
    by: field.cutText(decision.by, limits.NAME_CHARS_MAX),
    note: field.cutText(decision.note),
    validMs: field.amount(decision.validMs),
  };
}

export function decisionFromWire(said: backproof.v1.RestoreDecided): RestoreDecision {
  return {
    restoreId: field.readPattern(said.restoreId, 'restore_id', RUN_ID_PATTERN),
    digest: field.readPattern(said.digest, 'digest', DIGEST_PATTERN),
    approved: said.approved,
    by: field.readText(said.by, 'by', limits.NAME_CHARS_MAX),
    note: field.readText(said.note, 'note'),
    validMs: field.readInt(said.validMs, 'valid_ms', 0, RESTORE_APPROVAL_MS),
  };
}
