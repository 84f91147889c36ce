/** One run: everything it said. */
import { formatDuration, formatSize } from '../../../proto/duration.ts';
import type { JobRow, RunDetails, RunRow, StoredPoint } from '../../store/types.ts';
import { outcomeWord } from '../../views.ts';
import { jobHref } from './job-table.tsx';
import { Document, type Frame } from './layout.tsx';
import { Log } from './log.tsx';
import { PointTable } from './point-table.tsx';
import { OutcomeMark } from './run-table.tsx';
import { number, utc } from './words.ts';

export interface RunProps {
  frame: Frame;
  job: JobRow;
  run: RunRow;
  details: RunDetails;
  points: StoredPoint[];
}

export function RunPage({ frame, job, run, details, points }: RunProps) {
  const live = new URLSearchParams({ host: job.host, job: job.job, progress: 'false' }).toString();
  const hidden = run.warningsTotal - details.warnings.length;
  return (
    <Document title={`Run of ${job.host} / ${job.job}`} frame={frame} section="jobs" live={live}>
      <div data-live="run">
        <header class="titled">
          <p class="crumbs">
            <a href="/">Jobs</a> <span aria-hidden="true">›</span>{' '}
            <a href={`/hosts/${encodeURIComponent(job.host)}`}>{job.host}</a>{' '}
            <span aria-hidden="true">›</span> <a href={jobHref(job)}>{job.job}</a>
          </p>
          <h1>
            Run of {utc(run.startedAtMs)} <OutcomeMark word={outcomeWord(run)} />
          </h1>
          {run.reason !== '' && <p class="lead">{run.reason}</p>}
        </header>
        <dl class="facts">
          <dt>Why it ran</dt>
          <dd>
            {run.trigger}
            {run.dueAtMs !== null && `, due ${utc(run.dueAtMs)}`}
          </dd>
          <dt>Finished</dt>
          <dd>{run.finishedAtMs === null ? 'not yet' : utc(run.finishedAtMs)}</dd>
          {run.durationMs !== null && (
            <>
              <dt>Took</dt>
              <dd>{formatDuration(run.durationMs)}</dd>
            </>
          )}
          <dt>Exit</dt>
          <dd>{run.signal ?? (run.exitCode === null ? 'none' : `code ${run.exitCode}`)}</dd>
          <dt>Read</dt>
          <dd>
            {formatSize(run.originalBytes)} in {number(run.files)} files; {formatSize(run.deduplicatedBytes)}{' '}
            of it new
          </dd>
          {run.excluded > 0 && (
            <>
              <dt>Left out</dt>
              <dd>{number(run.excluded)} entries, by exclude patterns; a folder counts once</dd>
            </>
          )}
        </dl>
        {details.warnings.length > 0 && (
          <section aria-labelledby="warnings">
            <h2 id="warnings">Warnings</h2>
            <ul class="warnings">
              {details.warnings.map((warning, index) => (
                <li key={index} class={warning.harmless ? 'harmless' : ''}>
                  <code>{warning.code}</code> {warning.message}
                  {warning.path !== '' && <span class="sub">{warning.path}</span>}
                  {warning.harmless && <span class="sub">harmless</span>}
                </li>
              ))}
            </ul>
            {hidden > 0 && <p class="hint">And {number(hidden)} more that were not kept.</p>}
          </section>
        )}
        {points.length > 0 && (
          <section aria-labelledby="points">
            <h2 id="points">Recovery points</h2>
            <PointTable
              points={points}
              kind={job.declaration.kind}
              nowMs={frame.nowMs}
              caption="Recovery points of this run"
            />
          </section>
        )}
        {details.logTail !== '' && (
          <section aria-labelledby="log">
            <h2 id="log">End of the log</h2>
            <Log text={details.logTail} />
          </section>
        )}
      </div>
    </Document>
  );
}
