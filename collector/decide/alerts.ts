/**
 * The life of an alert. Pure.
 *
 *   (nothing) --verdict names a rule--> firing --verdict names it again--> firing, with the newer reason
 *   firing --verdict names no rule, or another one of the same family--> resolved, for good
 *
 * There is no way back from resolved: the same condition later is a new alert. A family is the set of rules
 * one question may raise; at most one of them is open, because they are answers to the same question. While a
 * verdict is undecided, what stands stands: an alert does not resolve because nobody looks any more.
 */
import type { Verdict } from '../assurances/types.ts';
import type { AlertRow, Severity } from '../store/types.ts';
import { severityOf } from './rules.ts';

/** One question's answer about a subject, and the rules it may raise. */
export interface Judged {
  rules: readonly string[];
  verdict: Pick<Verdict, 'rule' | 'reason' | 'severity' | 'undecided'>;
}

export type Change =
  | { do: 'resolve'; alert: AlertRow; reason: string }
  | { do: 'update'; alert: AlertRow; severity: Severity; reason: string }
  | { do: 'open'; rule: string; severity: Severity; reason: string };

/** What must change so that the open alerts of a subject say what was judged. Resolutions come first. */
export function changesFor(open: AlertRow[], judged: Judged[]): Change[] {
  const resolve: Change[] = [];
  const raise: Change[] = [];
  for (const { rules, verdict } of judged) {
    if (verdict.undecided) continue;
    const { rule, reason } = verdict;
    for (const alert of open) {
      if (rules.includes(alert.rule) && alert.rule !== rule) resolve.push({ do: 'resolve', alert, reason });
    }
    if (rule === null) continue;
    const standing = open.find((alert) => alert.rule === rule);
    const severity = verdict.severity ?? severityOf(rule);
    if (!standing) raise.push({ do: 'open', rule, severity, reason });
    else if (standing.reason !== reason || standing.severity !== severity)
      raise.push({ do: 'update', alert: standing, severity, reason });
  }
  return [...resolve, ...raise];
}
