/** The six, and what they say together. A missing one does not compile. */
import { complete } from './complete.ts';
import { onTime } from './on-time.ts';
import { proven } from './proven.ts';
import { receiving } from './receiving.ts';
import { retained } from './retained.ts';
import {
  ASSURANCES,
  type Assurance,
  type AssuranceName,
  type Facts,
  type State,
  stateRank,
  type Verdict,
} from './types.ts';
import { untouched } from './untouched.ts';

export const assurances: Record<AssuranceName, Assurance> = {
  onTime,
  receiving,
  complete,
  proven,
  retained,
  untouched,
};

/** All six verdicts about a job. */
export function judgeJob(facts: Facts, nowMs: number): Record<AssuranceName, Verdict> {
  return {
    onTime: assurances.onTime.judge(facts, nowMs),
    receiving: assurances.receiving.judge(facts, nowMs),
    complete: assurances.complete.judge(facts, nowMs),
    proven: assurances.proven.judge(facts, nowMs),
    retained: assurances.retained.judge(facts, nowMs),
    untouched: assurances.untouched.judge(facts, nowMs),
  };
}

/**
 * A job's state: the worst verdict among the assurances this version watches. The unwatched ones say
 * `unknown` in their own column; as long as nothing could make them anything else, they decide nothing.
 */
export function jobState(verdicts: Record<AssuranceName, Verdict>): State {
  return worst(ASSURANCES.filter((name) => assurances[name].watched).map((name) => verdicts[name].state));
}

/** The worst of some states, `not-applicable` when there are none. */
export function worst(states: State[]): State {
  return states.reduce<State>((a, b) => (stateRank(b) > stateRank(a) ? b : a), 'not-applicable');
}
