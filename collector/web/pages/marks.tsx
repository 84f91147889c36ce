/** Marks: each state has a shape of its own besides its colour. Drawn once a page, used by reference. */
import type { State } from '../../assurances/types.ts';
import { BAR_WORDS, barsSentence, type DayBar } from './day-bars.ts';
import { relative, STATE_WORDS, utc } from './words.ts';

/** Width of a bar with its gap, and height, in the units of the drawing. */
const BAR_STEP = 9;
const BAR_WIDTH = 6;
const BAR_HEIGHT = 22;

export function Symbols() {
  return (
    <svg class="symbols" aria-hidden="true">
      <symbol id="mark" viewBox="0 0 24 24">
        <path
          d="M12 2.5 20 5.6v6.1c0 4.7-3.3 8.2-8 9.8-4.7-1.6-8-5.1-8-9.8V5.6Z"
          fill="none"
          stroke="currentColor"
          stroke-width="1.8"
          stroke-linejoin="round"
        />
        <path
          d="M15.6 9.6a4.2 4.2 0 1 0 .3 4.2M16 6.9v3h-3"
          fill="none"
          stroke="currentColor"
          stroke-width="1.8"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </symbol>
      <symbol id="s-ok" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="7" fill="currentColor" />
        <path d="m4.8 8.3 2.2 2.2 4.2-4.6" class="cut" />
      </symbol>
      <symbol id="s-late" viewBox="0 0 16 16">
        <path d="M8 1.2 15.2 14H.8Z" fill="currentColor" stroke="currentColor" stroke-linejoin="round" />
        <path d="M8 6v3.6M8 11.8v.2" class="cut" />
      </symbol>
      <symbol id="s-broken" viewBox="0 0 16 16">
        <rect x="1" y="1" width="14" height="14" rx="2.5" fill="currentColor" />
        <path d="m5.2 5.2 5.6 5.6M10.8 5.2l-5.6 5.6" class="cut" />
      </symbol>
      <symbol id="s-unknown" viewBox="0 0 16 16">
        <circle
          cx="8"
          cy="8"
          r="6.3"
          fill="none"
          stroke="currentColor"
          stroke-width="1.4"
          stroke-dasharray="2.4 1.9"
        />
        <path
          d="M6.2 6.4A1.9 1.9 0 1 1 8.6 8.2c-.4.2-.6.5-.6.9M8 11.3v.1"
          fill="none"
          stroke="currentColor"
          stroke-width="1.4"
          stroke-linecap="round"
        />
      </symbol>
      <symbol id="s-not-applicable" viewBox="0 0 16 16">
        <path d="M5 8h6" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
      </symbol>
      <symbol id="b-succeeded" viewBox="0 0 6 22">
        <rect width="6" height="22" rx="1.2" fill="currentColor" />
      </symbol>
      <symbol id="b-warning" viewBox="0 0 6 22">
        <rect y="8" width="6" height="14" rx="1.2" fill="currentColor" />
        <circle cx="3" cy="3" r="2.4" fill="currentColor" />
      </symbol>
      <symbol id="b-failed" viewBox="0 0 6 22">
        <rect
          x=".6"
          y=".6"
          width="4.8"
          height="20.8"
          rx="1.2"
          fill="none"
          stroke="currentColor"
          stroke-width="1.2"
        />
        <path
          d="m1.6 8.6 2.8 4.8M4.4 8.6l-2.8 4.8"
          stroke="currentColor"
          stroke-width="1.3"
          stroke-linecap="round"
        />
      </symbol>
      <symbol id="b-mixed" viewBox="0 0 6 22">
        <rect y="12" width="6" height="10" rx="1.2" fill="currentColor" />
        <path d="m1 2.5 4 5M5 2.5l-4 5" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" />
      </symbol>
      <symbol id="b-skipped" viewBox="0 0 6 22">
        <rect
          x=".6"
          y="12.6"
          width="4.8"
          height="8.8"
          rx="1.2"
          fill="none"
          stroke="currentColor"
          stroke-width="1.2"
        />
      </symbol>
      <symbol id="b-running" viewBox="0 0 6 22">
        <circle cx="3" cy="19" r="2.2" fill="currentColor" />
        <circle cx="3" cy="12" r="2.2" fill="currentColor" />
        <circle cx="3" cy="5" r="2.2" fill="currentColor" />
      </symbol>
      <symbol id="b-none" viewBox="0 0 6 22">
        <rect y="20.5" width="6" height="1.5" rx=".7" fill="currentColor" />
      </symbol>
    </svg>
  );
}

/** A state as mark and word; `quiet` leaves the word to screen readers. */
export function StateMark({ state, quiet = false }: { state: State; quiet?: boolean }) {
  return (
    <span class={`state state-${state}`}>
      <svg aria-hidden="true" viewBox="0 0 16 16">
        <use href={`#s-${state}`} />
      </svg>
      <span class={quiet ? 'vh' : undefined}>{STATE_WORDS[state]}</span>
    </span>
  );
}

export function DayBars({ bars }: { bars: DayBar[] }) {
  return (
    <svg
      class="bars"
      role="img"
      aria-label={barsSentence(bars)}
      viewBox={`0 0 ${bars.length * BAR_STEP} ${BAR_HEIGHT}`}
      preserveAspectRatio="xMinYMid meet"
    >
      {bars.map((bar, index) => (
        <use
          key={bar.day}
          href={`#b-${bar.kind}`}
          class={`bar-${bar.kind}`}
          x={index * BAR_STEP}
          width={BAR_WIDTH}
          height={BAR_HEIGHT}
        >
          <title>{`${bar.day}: ${BAR_WORDS[bar.kind]}${bar.runs > 1 ? ` (${bar.runs} runs)` : ''}`}</title>
        </use>
      ))}
    </svg>
  );
}

/** A moment, as far away as it is; the moment itself on hover and for programs. */
export function When({
  atMs,
  nowMs,
  whole = false,
}: {
  atMs: number | null;
  nowMs: number;
  whole?: boolean;
}) {
  if (atMs === null) return <span class="never">never</span>;
  const said = relative(atMs, nowMs);
  return (
    <time dateTime={new Date(atMs).toISOString()} title={utc(atMs)}>
      {whole ? `${utc(atMs)} (${said})` : said}
    </time>
  );
}
