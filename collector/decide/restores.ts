/** Where a restore stands, and whether somebody may decide about it. Pure. */
import {
  isSamePerson,
  RESTORE_APPROVAL_MS,
  type RestoreOrder,
  type RestoreOutcome,
} from '../../proto/restore.ts';
import type { RestoreRow } from '../store/restore-types.ts';

export const RESTORE_STATES = [
  'waiting',
  'approved',
  'refused',
  'expired',
  'running',
  'succeeded',
  'warning',
  'failed',
  'cancelled',
] as const;
export type RestoreState = 'waiting' | 'approved' | 'refused' | 'expired' | 'running' | RestoreOutcome;

export function restoreState(row: RestoreRow, nowMs: number): RestoreState {
  if (row.finishedAtMs !== null)
    return row.decision?.approved === false ? 'refused' : (row.outcome ?? 'failed');
  if (row.startedAtMs !== null) return 'running';
  if (row.decision) {
    if (!row.decision.approved) return 'refused';
    return nowMs - row.decision.atMs < RESTORE_APPROVAL_MS ? 'approved' : 'expired';
  }
  return row.requestedAtMs !== null && nowMs - row.requestedAtMs < RESTORE_APPROVAL_MS
    ? 'waiting'
    : 'expired';
}

/** What else a yes allows, in words. */
export function termsOf({
  inPlace,
  overwrite,
  role,
  noOwner,
  noPrivileges,
}: Pick<RestoreOrder, 'inPlace' | 'overwrite' | 'role' | 'noOwner' | 'noPrivileges'>): string[] {
  return [
    inPlace || overwrite ? 'over what is there' : '',
    role === '' ? '' : `as ${role}`,
    noOwner ? 'without owners' : '',
    noPrivileges ? 'without privileges' : '',
  ].filter((term) => term !== '');
}

/** Why this person may not decide so, null when they may. */
export function objection(row: RestoreRow, by: string, approved: boolean, nowMs: number): string | null {
  const state = restoreState(row, nowMs);
  if (state === 'expired') return 'The request has expired; whoever asked has to ask again.';
  if (state !== 'waiting') {
    const who = row.decision ? ` by ${row.decision.by}` : '';
    return `It is not waiting any more: it is ${state}${who}.`;
  }
  if (approved && (isSamePerson(by, row.order.by) || isSamePerson(by, row.order.login)))
    return `${by} asked for it; a second person has to agree.`;
  return null;
}
