/** A restore as it is asked for, agreed to and recorded: who, why, what, from when, to where. Pure. */
import { createHash } from 'node:crypto';

export const RESTORE_OUTCOMES = ['succeeded', 'warning', 'failed', 'cancelled'] as const;
export type RestoreOutcome = (typeof RESTORE_OUTCOMES)[number];

/** not-needed: the configuration asks for none. bypassed: it does, and somebody went on without. */
export const RESTORE_APPROVALS = ['not-needed', 'second-person', 'bypassed'] as const;
export type RestoreApproval = (typeof RESTORE_APPROVALS)[number];

/** How long a request waits for a second person, and how long an approval may be used: once. */
export const RESTORE_APPROVAL_MS = 3_600_000;

export interface RestoreOrder {
  /** Made on the host; unique there; RUN_ID_PATTERN. */
  restoreId: string;
  job: string;
  /** Who restores, by the name they go by. */
  by: string;
  /** The account they used. */
  login: string;
  reason: string;
  /** The moment that was asked for; null: the newest. */
  atMs: number | null;
  /** Names of the archives it reads. */
  archives: string[];
  /** When the newest of them was made. */
  pointAtMs: number;
  /** Databases, 'globals'; empty for files. */
  subjects: string[];
  /** Absolute; empty: everything. */
  paths: string[];
  /** Where to, for people: `/srv/restored`, `in place`, `database shop2 at /run/postgresql`. */
  destination: string;
  /** It overwrites what is there. */
  inPlace: boolean;
  /** The folder may hold something, which is overwritten. */
  overwrite: boolean;
  /** The role or user a server is restored with, '' where there is none, or the client chooses it. */
  role: string;
  /** Everything belongs to that role. */
  noOwner: boolean;
  /** Nothing is granted to anybody. */
  noPrivileges: boolean;
}

export interface RestoreRequested {
  order: RestoreOrder;
  requestedAtMs: number;
}

export interface RestoreStarted {
  order: RestoreOrder;
  startedAtMs: number;
  approval: RestoreApproval;
  /** Who agreed, '' when nobody had to. */
  approvedBy: string;
}

export interface RestoreFinished {
  order: RestoreOrder;
  /** Null when it never began: refused, withdrawn, expired. */
  startedAtMs: number | null;
  finishedAtMs: number;
  durationMs: number;
  approval: RestoreApproval;
  approvedBy: string;
  outcome: RestoreOutcome;
  /** One sentence: what came of it. */
  result: string;
  restoredBytes: number;
}

/** What a second person said to a request. */
export interface RestoreDecision {
  restoreId: string;
  /** digestOf the order they saw: it allows nothing else. */
  digest: string;
  approved: boolean;
  by: string;
  note: string;
  /** For how long it may be used, from now on. */
  validMs: number;
}

/** 64 hexadecimal digits: the same order, the same digest, on both sides. */
export function digestOf(order: RestoreOrder): string {
  const said = [
    [order.restoreId, order.job, order.by, order.login, order.reason],
    [order.atMs, order.archives, order.pointAtMs, order.subjects],
    [order.paths, order.destination, order.inPlace, order.overwrite],
    [order.role, order.noOwner, order.noPrivileges],
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

/** Whether two names are of one person, as far as names tell. */
export function isSamePerson(a: string, b: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').trim().toLowerCase();
  return plain(a) !== '' && plain(a) === plain(b);
}
