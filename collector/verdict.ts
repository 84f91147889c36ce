/** The vocabulary of a verdict: what assurances say, the store keeps, and the page shows. */

export const ASSURANCES = ['onTime', 'receiving', 'complete', 'proven', 'retained', 'untouched'] as const;
export type AssuranceName = (typeof ASSURANCES)[number];

/** Worst first. Unknown is not green: it ranks above ok. */
export const STATES = ['broken', 'late', 'unknown', 'ok', 'not-applicable'] as const;
export type State = (typeof STATES)[number];

/** 4 broken, 3 late, 2 unknown, 1 ok, 0 not-applicable. */
export function stateRank(state: State): number {
  return STATES.length - 1 - STATES.indexOf(state);
}

export type Severity = 'critical' | 'warning' | 'info';

export interface Verdict {
  state: State;
  /** The alert rule (decide/rules.ts) this verdict raises, null when it raises none. */
  rule: string | null;
  sinceMs: number;
  /** A full sentence with the figures that decided it. Stored, shown and sent as it stands. */
  reason: string;
  /** When the verdict may change although no fact does; null when only a fact can change it. */
  nextCheckAtMs: number | null;
  /** Where this verdict is worse, or less bad, than its rule by default. */
  severity?: Severity;
  /** Nobody can know right now, so what was said before stands: no alert opens, none resolves. */
  undecided?: true;
}
