/** What tidy says: where, which rule, what was found, why the rule exists, and what to do about it. */
import type { House } from './house.ts';

export interface Finding {
  file: string;
  /** From 1. */
  line: number;
  rule: string;
  what: string;
  why: string;
  todo: string;
}

/** A rule reads a house and does no IO: so that its tests can show it small, badly built houses. */
export interface Rule {
  name: string;
  /** The reason, for whoever runs into it. */
  why: string;
  /** What to do when it is broken. */
  todo: string;
  check(house: House): Place[];
}

export interface Place {
  file: string;
  line: number;
  what: string;
}

export function findingsOf(rule: Rule, house: House): Finding[] {
  return rule.check(house).map((place) => ({ ...place, rule: rule.name, why: rule.why, todo: rule.todo }));
}

export function sentence(finding: Finding): string {
  return `${finding.file}:${finding.line} ${finding.rule}: ${finding.what}. Why: ${finding.why}. What to do: ${finding.todo}.`;
}
