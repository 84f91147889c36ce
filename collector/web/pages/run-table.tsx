/** Runs with their durations drawn to one scale, and the promise as a line across them. */
import { formatDuration, formatSize } from '../../../proto/duration.ts';
import type { RunRow } from '../../store/types.ts';
import { outcomeWord } from '../../views.ts';
import { When } from './marks.tsx';
import { utc } from './words.ts';

/** In the units of the drawing. */
const SCALE_WIDTH = 160;
const SCALE_HEIGHT = 10;

interface RunTableProps {
  runs: RunRow[];
  nowMs: number;
  /** How long a run may take; null when nothing is promised. */
  promisedMs: number | null;
  caption: string;
}

export function RunTable({ runs, nowMs, promisedMs, caption }: RunTableProps) {
  const longestMs = Math.max(1, ...runs.map((run) => run.durationMs ?? nowMs - run.startedAtMs));
  // The promise is drawn when it is near enough to mean something at this scale.
  const scaleMs =
    promisedMs !== null && promisedMs < longestMs * 3 ? Math.max(longestMs, promisedMs) : longestMs;
  return (
    <div class="scroller">
      <table class="runs">
        <caption class="vh">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">Outcome</th>
            <th scope="col">Took</th>
            <th scope="col" class="num">
              Read
            </th>
            <th scope="col" class="num">
              New
            </th>
            <th scope="col">What happened</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => {
            const tookMs = run.durationMs ?? Math.max(0, nowMs - run.startedAtMs);
            const word = outcomeWord(run);
            return (
              <tr key={run.id} class={`run-${word}`}>
                <th scope="row">
                  <a href={`/runs/${run.id}`} title={utc(run.startedAtMs)}>
                    <When atMs={run.startedAtMs} nowMs={nowMs} />
                  </a>
                  {run.trigger !== 'schedule' && <span class="sub">{run.trigger}</span>}
                </th>
                <td>
                  <OutcomeMark word={word} />
                </td>
                <td class="took">
                  <svg aria-hidden="true" viewBox={`0 0 ${SCALE_WIDTH} ${SCALE_HEIGHT}`}>
                    <rect
                      class={`length length-${word}`}
                      y="2"
                      height="6"
                      rx="1.5"
                      width={Math.max(1.5, (tookMs / scaleMs) * SCALE_WIDTH)}
                    />
                    {promisedMs !== null && promisedMs <= scaleMs && (
                      <line
                        class="promise"
                        x1={(promisedMs / scaleMs) * SCALE_WIDTH - 0.5}
                        x2={(promisedMs / scaleMs) * SCALE_WIDTH - 0.5}
                        y1="0"
                        y2={SCALE_HEIGHT}
                      />
                    )}
                  </svg>
                  <span>{formatDuration(tookMs)}</span>
                </td>
                <td class="num">{run.outcome ? formatSize(run.originalBytes) : ''}</td>
                <td class="num">{run.outcome ? formatSize(run.deduplicatedBytes) : ''}</td>
                <td class="said">{run.reason}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const SHAPES: Record<string, string> = {
  succeeded: 'ok',
  warning: 'late',
  failed: 'broken',
  'timed-out': 'broken',
  running: 'unknown',
};

export function OutcomeMark({ word }: { word: string }) {
  return (
    <span class={`state outcome-${word}`}>
      <svg aria-hidden="true" viewBox="0 0 16 16">
        <use href={`#s-${SHAPES[word] ?? 'not-applicable'}`} />
      </svg>
      <span>{word}</span>
    </span>
  );
}
