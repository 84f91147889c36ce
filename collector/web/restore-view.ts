/** A restore as programs see it. Pure. */
import { restoreState } from '../decide/restores.ts';
import type { RestoreRow } from '../store/restore-types.ts';
import { iso } from '../views.ts';

export function restoreView(restore: RestoreRow, nowMs: number) {
  const { order, decision } = restore;
  return {
    id: restore.id,
    host: restore.host,
    customer: restore.customer,
    job: order.job,
    state: restoreState(restore, nowMs),
    by: order.by,
    login: order.login,
    reason: order.reason,
    at: iso(order.atMs),
    pointAt: iso(order.pointAtMs),
    archives: order.archives,
    subjects: order.subjects,
    paths: order.paths,
    destination: order.destination,
    inPlace: order.inPlace,
    overwrite: order.overwrite,
    role: order.role,
    noOwner: order.noOwner,
    noPrivileges: order.noPrivileges,
    requestedAt: iso(restore.requestedAtMs),
    decision: decision && {
      approved: decision.approved,
      by: decision.by,
      note: decision.note,
      at: iso(decision.atMs),
    },
    approval: restore.approval,
    startedAt: iso(restore.startedAtMs),
    finishedAt: iso(restore.finishedAtMs),
    durationSeconds: restore.durationMs === null ? null : restore.durationMs / 1000,
    result: restore.result,
    restoredBytes: restore.restoredBytes,
  };
}
