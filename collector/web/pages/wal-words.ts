/** What can be restored from a write-ahead log, and how exposed it was, in sentences: the page without its drawing. Pure. */
import { formatDuration } from '../../../proto/duration.ts';
import type { Stretch } from '../../assurances/recovery-windows.ts';
import { counted, moment } from '../../assurances/wording.ts';
import type { WalHour } from './wal-hours.ts';
import { utc } from './words.ts';

/** Windows and gaps that are named; older ones are counted. */
const SENTENCES_MAX = 9;

export interface WindowSentence {
  said: string;
  isGap: boolean;
}

/** Newest first: a sentence for each window, and for each gap. */
export function windowSentences(windows: readonly Stretch[], gaps: readonly Stretch[]): WindowSentence[] {
  if (windows.length === 0)
    return [{ said: 'Nothing can be restored: there is no base backup that can be used.', isGap: true }];
  const sentences = [
    ...windows.map(({ fromMs, toMs }) => ({
      atMs: fromMs,
      said: `Restorable to any second from ${moment(fromMs)} to ${moment(toMs)}.`,
      isGap: false,
    })),
    ...gaps.map(({ fromMs, toMs }) => ({
      atMs: fromMs,
      said: `Nothing between ${moment(fromMs)} and ${moment(toMs)}: a gap of ${formatDuration(toMs - fromMs)}.`,
      isGap: true,
    })),
  ].toSorted((a, b) => b.atMs - a.atMs);
  const shown = sentences.slice(0, SENTENCES_MAX).map(({ said, isGap }) => ({ said, isGap }));
  const more = sentences.length - shown.length;
  return more > 0 ? [...shown, { said: `${more} more before that.`, isGap: false }] : shown;
}

/** How the week was, in one sentence. */
export function exposureSentence(hours: readonly WalHour[]): string {
  const count = (...kinds: WalHour['kind'][]) => hours.filter(({ kind }) => kinds.includes(kind)).length;
  const worst = hours.reduce((a, b) => (b.exposureMs > a.exposureMs ? b : a));
  if (count('ok', 'late', 'broken') === 0) return 'Exposure: nobody has looked in the last 7 days.';
  const said = [
    worst.exposureMs === 0
      ? 'none'
      : `${formatDuration(worst.exposureMs)} at worst, in the hour of ${utc(worst.atMs)}`,
  ];
  const over = count('late', 'broken');
  if (over > 0) said.push(`over the promise in ${counted(over, 'hour')}`);
  const unseen = count('unseen');
  if (unseen > 0) said.push(`not looked at in ${counted(unseen, 'hour')}`);
  return `Exposure in the last 7 days: ${said.join('; ')}.`;
}
