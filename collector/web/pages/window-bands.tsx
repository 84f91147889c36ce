/** The recovery window as bands: a mark for each point, the holes between them, one band a subject. */
import { formatDuration } from '../../../proto/duration.ts';
import type { Coverage } from '../../assurances/coverage.ts';
import { moment } from '../../assurances/wording.ts';

/** Subjects drawn, those with holes first; the others are counted. */
const BANDS_MAX = 8;
/** Marks of one band: more points than that cannot be told apart. */
const MARKS_MAX = 400;
const WIDTH = 1_000;
const HEIGHT = 14;
const MARK_WIDTH = 3;

export interface WindowProps {
  coverages: Coverage[];
  startMs: number;
  nowMs: number;
}

export function WindowBands({ coverages, startMs, nowMs }: WindowProps) {
  const shown = coverages
    .toSorted((a, b) => b.holes.length - a.holes.length || (a.subject < b.subject ? -1 : 1))
    .slice(0, BANDS_MAX);
  const more = coverages.length - shown.length;
  return (
    <>
      <dl class="facts">
        {shown.map((coverage) => (
          <>
            <dt>{coverage.subject === '' ? 'Archives' : coverage.subject}</dt>
            <dd>
              <Band coverage={coverage} startMs={startMs} nowMs={nowMs} />
              {sentenceOf(coverage)}
            </dd>
          </>
        ))}
      </dl>
      {more > 0 && <p class="hint">{more} more without a hole.</p>}
    </>
  );
}

function Band({ coverage, startMs, nowMs }: { coverage: Coverage; startMs: number; nowMs: number }) {
  const widthMs = Math.max(1, nowMs - startMs);
  const at = (ms: number) => Math.round(((ms - startMs) / widthMs) * WIDTH);
  return (
    <svg
      class="window"
      role="img"
      aria-label={sentenceOf(coverage)}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <rect
        class="window-kept"
        x={at(coverage.startMs)}
        width={WIDTH - at(coverage.startMs)}
        height={HEIGHT}
      />
      {coverage.holes.map((hole) => (
        <rect
          key={hole.fromMs}
          class="window-hole"
          x={at(hole.fromMs)}
          width={Math.max(MARK_WIDTH, at(hole.toMs) - at(hole.fromMs))}
          height={HEIGHT}
        >
          <title>{`A hole of ${formatDuration(hole.toMs - hole.fromMs)} from ${moment(hole.fromMs)}`}</title>
        </rect>
      ))}
      {coverage.atMs.slice(-MARKS_MAX).map((atMs) => (
        <rect key={atMs} class="window-point" x={at(atMs) - 1} width={MARK_WIDTH} height={HEIGHT}>
          <title>{moment(atMs)}</title>
        </rect>
      ))}
    </svg>
  );
}

function sentenceOf({ atMs, startMs, holes }: Coverage): string {
  const points = `${atMs.length} ${atMs.length === 1 ? 'point' : 'points'} since ${moment(startMs)}`;
  if (holes.length === 0) return `${points}, no hole`;
  return `${points}, ${holes.length} ${holes.length === 1 ? 'hole' : 'holes'}`;
}
