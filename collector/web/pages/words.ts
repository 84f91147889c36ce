/** How figures and times are said on the page. Pure. */
import { formatDuration } from '../../../proto/duration.ts';
import { assurances } from '../../assurances/index.ts';
import { ASSURANCES, type State } from '../../assurances/types.ts';

/** `2026-11-22 21:40 UTC`, to the minute: the seconds are in the datetime attribute. */
export function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `3h ago`, `in 20m`, `just now`. One unit. */
export function relative(atMs: number, nowMs: number): string {
  const distanceMs = Math.abs(nowMs - atMs);
  if (distanceMs < 5_000) return 'just now';
  const [largest] = formatDuration(distanceMs).split(' ');
  return atMs <= nowMs ? `${largest} ago` : `in ${largest}`;
}

export const STATE_WORDS: Record<State, string> = {
  broken: 'broken',
  late: 'late',
  unknown: 'unknown',
  ok: 'ok',
  'not-applicable': 'not applicable',
};

export const ASSURANCE_WORDS = {
  onTime: { title: 'On time', question: 'Did the last due run start, finish and succeed inside its window?' },
  receiving: {
    title: 'Receiving',
    question: 'How old is the oldest change that is not in the repository yet?',
  },
  complete: { title: 'Complete', question: 'Is a new file in the newest archive, byte for byte?' },
  proven: { title: 'Proven', question: 'When was a recovery point last restored and checked?' },
  retained: { title: 'Retained', question: 'Do the recovery points cover the promised days without a hole?' },
  untouched: { title: 'Untouched', question: 'Could anyone have altered or removed what is stored?' },
} as const;

/** What a recovery point is of: one without a subject is of all that its job backs up. */
export function subjectWord(subject: string, kind: string): string {
  if (subject !== '') return subject;
  return kind === 'postgres-pitr' ? 'the cluster' : 'files';
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}

/** The answer to the product's question in one sentence. */
export function headline(counts: Record<State, number>): string {
  const judged = counts.ok + counts.late + counts.broken + counts.unknown;
  if (judged === 0) return counts['not-applicable'] > 0 ? 'Nothing is promised.' : 'No job has reported yet.';
  const jobs = judged === 1 ? 'job' : 'jobs';
  if (counts.ok === judged) {
    return judged === 1
      ? 'The one job keeps its promises.'
      : `All ${number(judged)} jobs keep their promises.`;
  }
  const rest = (['broken', 'late', 'unknown'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${number(counts[state])} ${are(counts[state])} ${state}`);
  const last = rest.pop();
  const said = rest.length > 0 ? `${rest.join(', ')} and ${last}` : last;
  return `${number(counts.ok)} of ${number(judged)} ${jobs} keep${judged === 1 ? 's' : ''} their promises; ${said}.`;
}

/** What the sentence above does not speak about, so that nobody takes silence for proof. */
export function unwatchedSentence(): string | null {
  const titles = ASSURANCES.filter((name) => !assurances[name].watched).map((name) =>
    ASSURANCE_WORDS[name].title.toLowerCase(),
  );
  const last = titles.pop();
  if (last === undefined) return null;
  return `Not watched by this version, and so unknown: ${titles.length > 0 ? `${titles.join(', ')} and ${last}` : last}.`;
}

/** 12345 -> `12,345`. */
export function number(value: number): string {
  return value.toLocaleString('en');
}
