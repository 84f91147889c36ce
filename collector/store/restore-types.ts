/** Restores as the store keeps them. A part of types.ts. */
import type {
  RestoreApproval,
  RestoreFinished,
  RestoreOrder,
  RestoreOutcome,
  RestoreRequested,
  RestoreStarted,
} from '../../proto/restore.ts';
import type { Page } from './page-types.ts';

export interface RestoreRow {
  id: number;
  hostId: number;
  host: string;
  customer: string;
  /** As it was first heard of; what comes later under the same id changes nothing in it. */
  order: RestoreOrder;
  /** Null when nobody was asked. */
  requestedAtMs: number | null;
  decision: { approved: boolean; by: string; note: string; atMs: number } | null;
  startedAtMs: number | null;
  /** Null before it began. */
  approval: RestoreApproval | null;
  approvedBy: string;
  finishedAtMs: number | null;
  durationMs: number | null;
  outcome: RestoreOutcome | null;
  result: string;
  restoredBytes: number;
  receivedAtMs: number;
}

export interface RestoreStore {
  /** All three return whether it was news; said again, nothing changes. */
  request(hostId: number, value: RestoreRequested, nowMs: number): boolean;
  start(hostId: number, value: RestoreStarted, nowMs: number): boolean;
  finish(hostId: number, value: RestoreFinished, nowMs: number): boolean;
  /** Once: null when somebody was quicker, it was asked before `sinceMs`, has begun, or has ended. */
  decide(
    id: number,
    decision: { approved: boolean; by: string; note: string },
    sinceMs: number,
    nowMs: number,
  ): RestoreRow | null;
  byId(id: number): RestoreRow | null;
  /** Newest first. */
  list(filter: {
    host?: string;
    job?: string;
    customer?: string;
    limit: number;
    cursor?: string;
  }): Page<RestoreRow>;
  /** Asked since `sinceMs`, and neither decided nor withdrawn; oldest first. */
  waiting(filter: { customer?: string }, sinceMs: number): RestoreRow[];
  /** Decided since `sinceMs`, and not begun or ended; of one host, or of all. */
  decided(host: string | null, sinceMs: number): RestoreRow[];
  /** Removes at most `limit` that were received before `beforeMs`; returns how many. */
  expire(beforeMs: number, limit: number): number;
}
