/** Every alert rule of this version: how bad it is by default, and what it means. Pure. */
import type { Severity } from '../store/types.ts';

export interface Rule {
  severity: Severity;
  /** One line for the documentation and the page. */
  about: string;
}

export const RULES = {
  sync_not_started: {
    severity: 'critical',
    about: 'A due run had not started by the end of its start_grace.',
  },
  sync_overdue: {
    severity: 'critical',
    about: 'A run did not finish within finish_within, or was ended by its time limit.',
  },
  sync_failed: {
    severity: 'critical',
    about: 'The newest run failed, or was cancelled or skipped and nothing took its place in time.',
  },
  sync_warning: {
    severity: 'warning',
    about: 'The newest run left a recovery point, but with warnings that matter: something is not in it.',
  },
  sync_silent: {
    severity: 'critical',
    about: 'Nothing has succeeded for longer than longest_silence.',
  },
  size_anomaly: {
    severity: 'warning',
    about:
      'The newest recovery point is empty or less than half the median of those before it (3 to 7). Ends when ' +
      'sizes are usual again or a person acknowledges.',
  },
  pitr_stale: {
    severity: 'critical',
    about:
      'The oldest change that is not in the PITR repository is older than stale_after. A warning until it is critical.',
  },
  pitr_gap: {
    severity: 'critical',
    about: 'The repository lacks WAL segments in between, or one that the server says is archived.',
  },
  pitr_timeline: {
    severity: 'critical',
    about: 'Two primaries, a timeline that the primary has not come to, or a repository of another cluster.',
  },
  pitr_unobserved: {
    severity: 'critical',
    about: 'Nobody could look at the log, its server or its repository for five minutes.',
  },
  pitr_unbounded: {
    severity: 'critical',
    about: 'Nothing is archived, or (a warning) archive_timeout is 0 and the loss has no bound.',
  },
  retention_short: {
    severity: 'warning',
    about:
      'The recovery points or windows in the repository do not cover the promised days, or nobody has looked for ' +
      'three days. Critical when archives or base backups that were there are gone.',
  },
  job_removed: {
    severity: 'warning',
    about: "A job vanished from its host's configuration. Ends when it comes back or a person acknowledges.",
  },
  promise_weakened: {
    severity: 'warning',
    about: 'A job promises less than before. Ends when it promises as much again or a person acknowledges.',
  },
  repository_full: {
    severity: 'warning',
    about:
      'A file system that holds repositories has less than 5 % free, or fills up within 7 days at the rate of ' +
      'the last 7, or nobody has measured for 6 hours. Critical under 2 %, or within 2 days.',
  },
  agent_silent: {
    severity: 'critical',
    about:
      'An agent has not been heard for longer than agents.silent_after, or is connected and hands in nothing of ' +
      'what it has recorded. Speaks for every job of its host. Ends when it has stayed for a minute.',
  },
  fleet_silent: {
    severity: 'critical',
    about: 'All agents, two or more, fell silent together: most likely the network or the collector itself.',
  },
  clock_skew: {
    severity: 'warning',
    about:
      "A host's clock differs from the collector's by more than agents.clock_skew_max. Critical, and about the " +
      'collector, when its agents agree with each other and not with it.',
  },
  spool_gap: {
    severity: 'warning',
    about: 'An agent cannot write its spool, or had to give up records: what happened then is not known.',
  },
  certificate_expiring: {
    severity: 'warning',
    about: "A host's certificate ends within days and has not been renewed.",
  },
  agent_cloned: {
    severity: 'critical',
    about: 'Two live agents use the identity of one host. The newcomer is refused.',
  },
  key_unsafe: {
    severity: 'warning',
    about: 'A repository is not encrypted, or two customers share one, and with it a key.',
  },
  delivery_failing: {
    severity: 'critical',
    about: 'Notifications do not reach a receiver. Sent to the other receivers.',
  },
  collector_unwell: {
    severity: 'critical',
    about: "The collector's database cannot be written, or its disk is nearly full.",
  },
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

/** The default severity of a rule; critical for one this version does not know. */
export function severityOf(rule: string): Severity {
  return (RULES as Record<string, Rule>)[rule]?.severity ?? 'critical';
}
