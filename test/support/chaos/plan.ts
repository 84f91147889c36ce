/** Draws who dies next, when and how. Pure, given the random numbers. */
import { AGENT_STEPS, COLLECTOR_STEPS, type Step } from './steps.ts';

export type Way =
  /** At no particular moment. */
  | { how: 'random'; delayMs: number }
  /** By its own hand, inside the nth time it comes to the step. */
  | { how: 'inside'; step: Step; nth: number }
  /** By the parent's hand, as soon as it reads of the step. */
  | { how: 'seen'; step: Step };

export interface Death {
  victim: 'agent' | 'collector' | 'both';
  way: Way;
  /** Acks to wait for before: 0 strikes while things are still being opened. */
  afterAcks: number;
}

const BOTH_SHARE = 0.15;
const AGENT_SHARE = 0.4;
const UNSETTLED_SHARE = 0.2;
const INSIDE_SHARE = 0.6;
const SEEN_SHARE = 0.15;
const DELAY_MAX_MS = 120;
const ACKS_MAX = 6;
const NTH_MAX = 4;

export class Plan {
  readonly #random: () => number;
  /** Steps of each side that have not had their turn in this round. */
  readonly #bags = { agent: [] as Step[], collector: [] as Step[] };

  constructor(random: () => number) {
    this.#random = random;
  }

  next(): Death {
    const who = this.#random();
    const victim = who < BOTH_SHARE ? 'both' : who < BOTH_SHARE + AGENT_SHARE ? 'agent' : 'collector';
    const afterAcks = this.#random() < UNSETTLED_SHARE ? 0 : 1 + Math.floor(this.#random() * ACKS_MAX);
    const how = this.#random();
    if (how >= INSIDE_SHARE + SEEN_SHARE) {
      return { victim, afterAcks, way: { how: 'random', delayMs: this.#random() * DELAY_MAX_MS } };
    }
    const step = this.#step(victim === 'agent' ? 'agent' : 'collector');
    // Comes once a connection, so there is nothing to wait for first.
    if (step === 'link:welcomed') return { victim, afterAcks: 0, way: { how: 'inside', step, nth: 1 } };
    if (how >= INSIDE_SHARE) return { victim, afterAcks, way: { how: 'seen', step } };
    return { victim, afterAcks, way: { how: 'inside', step, nth: 1 + Math.floor(this.#random() * NTH_MAX) } };
  }

  /** Each step once a round, in an order of the round's own. */
  #step(side: 'agent' | 'collector'): Step {
    const bag = this.#bags[side];
    if (bag.length === 0) bag.push(...(side === 'agent' ? AGENT_STEPS : COLLECTOR_STEPS));
    return bag.splice(Math.floor(this.#random() * bag.length), 1)[0]!;
  }
}
