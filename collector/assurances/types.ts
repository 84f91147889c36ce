/** What an assurance is: `(facts, nowMs) -> Verdict`, and pure. */
import type {
  JobRow,
  NewestPoint,
  SubjectPoints,
  SubjectSizes,
  WalServer,
  WalState,
} from '../store/types.ts';
import type { Verdict } from '../verdict.ts';

export * from '../verdict.ts';

/** What is known about the host's line: absences are judged by it, never by the database alone. */
export interface Presence {
  /** Since when the host is connected and has handed in all it had recorded; null while it has not. */
  caughtUpSinceMs: number | null;
  /** The same of the first of a row of returns that all ended too soon to settle; that time by default. */
  returnedAtMs?: number;
  /** Connected, but still handing in what it recorded while it was away. */
  catchingUp: boolean;
  /** While it is catching up: since when nothing more has arrived. */
  behindSinceMs?: number;
  /** When anything was last heard from it; null when never. */
  lastSeenAtMs: number | null;
  /** Why nothing that is missing may be called so at this moment: the collector's own clock is wrong. */
  doubt?: string;
  /** What it says cannot be taken, again and again; absent or null while that is not so. */
  refused?: Refused | null;
}

/** Sessions of a host that were ended because of what it said (a protocol error, a record that cannot be stored). */
export interface Refused {
  /** Of an unbroken row of refusals. */
  firstAtMs: number;
  lastAtMs: number;
  /** Of the last one. */
  reason: string;
}

/** Another host's job for the same shared storage, of the same customer. */
export interface Peer {
  job: JobRow;
  presence: Presence;
  points: SubjectPoints[];
}

/** All an assurance may look at. The promise is `job.declaration`. */
export interface Facts {
  job: JobRow;
  presence: Presence;
  /** Recovery points within the promised window, by subject; none for a job that promises none. */
  points: SubjectPoints[];
  /** Sizes of its newest recovery points, by subject. */
  sizes: SubjectSizes[];
  /** Of a job of kind `observed`: the newest archive that is still there; null when there is none. */
  newestPoint: NewestPoint | null;
  /** The other jobs with the same `shared_as`, of hosts that are not revoked; none for what is not shared. */
  peers: Peer[];
  /** The write-ahead log of a job that receives one; null for every other job. */
  wal: { state: WalState | null; servers: WalServer[] } | null;
}

export interface Assurance {
  /** The question it answers, for people. */
  question: string;
  /** Whether this version gathers evidence for it. What nobody looks at cannot be part of a job's state. */
  watched: boolean;
  /** The alert rules its verdicts may raise; at most one of them at a time. */
  rules: readonly string[];
  judge(facts: Facts, nowMs: number): Verdict;
}
