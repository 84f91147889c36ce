/**
 * Whether a fault was detected, how soon, and who was called for nothing. Pure: from pages and instants.
 *
 * A false alarm is every page about a healthy twin; every page about the broken host that came before the
 * fault could be known, by another rule, about another subject, or a second time; and, in an installation of
 * its own, every page about the collector that is not the one expected.
 */
import type { Page } from '../pager.ts';
import type { Fault, Injected, Judgement } from './types.ts';

type Promised = Pick<Fault, 'rule' | 'severity' | 'allowedSeconds'>;

export function judge(promised: Promised, injected: Injected): Judgement {
  const triggers = injected.pages.filter((page) => page.event === 'trigger' && page.via === 'pagerduty');
  const right = triggers.find((page) => isExpected(promised, injected, page));
  const falseAlarms = triggers.filter((page) => page !== right && isFalseAlarm(injected, page));
  const problems = [...injected.problems];
  const afterSeconds = right
    ? Math.max(0, right.atMs - injected.knownAtMs) / 1_000
    : (injected.actedAfterSeconds ?? null);
  if (promised.rule !== null) {
    if (!right) problems.push(`no page by ${promised.rule} about ${injected.subject}`);
    else if (right.severity !== promised.severity)
      problems.push(`paged as ${right.severity} instead of ${promised.severity}`);
  }
  if (afterSeconds !== null && afterSeconds > promised.allowedSeconds)
    problems.push(`only after ${afterSeconds.toFixed(1)} s; allowed are ${promised.allowedSeconds} s`);
  return {
    detected: right !== undefined,
    afterSeconds,
    reason: right?.reason ?? null,
    falseAlarms,
    others: injected.others ?? {},
    problems,
    holds: problems.length === 0 && falseAlarms.length === 0,
  };
}

function isExpected(promised: Promised, injected: Injected, page: Page): boolean {
  return page.rule === promised.rule && page.subject === injected.subject && page.atMs >= injected.earliestMs;
}

function isFalseAlarm(injected: Injected, page: Page): boolean {
  const host = hostOf(page.subject);
  if (host !== null && injected.twins.includes(host)) return true;
  const concerned = host === null ? injected.wholeInstallation : host === injected.host;
  if (!concerned) return false;
  const follows = injected.mayFollow?.includes(page.rule) ?? false;
  return !(follows && page.atMs >= injected.earliestMs);
}

/** `job:web1/files` and `host:web1` are about web1, `collector` about no host. */
export function hostOf(subject: string): string | null {
  return /^(?:job|host):([^/]+)/.exec(subject)?.[1] ?? null;
}

/** Pages about nobody's host and no row's subject: nothing in the installation gave a reason for them. */
export function strays(
  pages: readonly Page[],
  hosts: ReadonlySet<string>,
  subjects: ReadonlySet<string> = new Set(),
): Page[] {
  return pages.filter((page) => {
    const host = hostOf(page.subject);
    const ours = (host !== null && hosts.has(host)) || subjects.has(page.subject);
    return page.via === 'pagerduty' && page.event === 'trigger' && !ours;
  });
}
