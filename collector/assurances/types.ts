/** The vocabulary of a verdict. Every assurance is `(facts, nowMs) -> Verdict`, and pure. */
import type { JobRow } from '../store/types.ts';

export const ASSURANCES = ['onTime', 'receiving', 'complete', 'proven', 'retained', 'untouched'] as const;
export type AssuranceName = (typeof ASSURANCES)[number];

/** Worst first. Unknown is not green: it ranks above ok. */
export const STATES = ['broken', 'late', 'unknown', 'ok', 'not-applicable'] as const;
export type State = (typeof STATES)[number];

/** 4 broken, 3 late, 2 unknown, 1 ok, 0 not-applicable. */
export function stateRank(state: State): number {
  return STATES.length - 1 - STATES.indexOf(state);
}

export interface Verdict {
  state: State;
  /** The alert rule (decide/rules.ts) this verdict raises, null when it raises none. */
  rule: string | null;
  sinceMs: number;
  /** A full sentence with the figures that decided it. Stored, shown and sent as it stands. */
  reason: string;
  /** When the verdict may change although no fact does; null when only a fact can change it. */
  nextCheckAtMs: number | null;
  /** Nobody can know right now, so what was said before stands: no alert opens, none resolves. */
  undecided?: true;
}

/** What is known about the host's line: absences are judged by it, never by the database alone. */
export interface Presence {
  /** Since when the host is connected and has handed in all it had recorded; null while it has not. */
  caughtUpSinceMs: number | null;
  /** Connected, but still handing in what it recorded while it was away. */
  catchingUp: boolean;
  /** When anything was last heard from it; null when never. */
  lastSeenAtMs: number | null;
}

/** All an assurance may look at. The promise is `job.declaration`. */
export interface Facts {
  job: JobRow;
  presence: Presence;
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
