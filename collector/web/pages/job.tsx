/** One job: what is promised, what was judged, what happened. */
import { formatDuration, formatSize } from '../../../proto/duration.ts';
import type { JobDeclaration } from '../../../proto/job.ts';
import type { RunProgress } from '../../../proto/run.ts';
import { assurances } from '../../assurances/index.ts';
import { ASSURANCES } from '../../assurances/types.ts';
import { PING_KIND } from '../../decide/ping.ts';
import type { RestoreRow } from '../../store/restore-types.ts';
import type { AlertRow, JobRow, RunDetails, RunRow } from '../../store/types.ts';
import { AlertList } from './alerts.tsx';
import { isRunning, NextRun } from './job-table.tsx';
import { Csrf, Document, type Frame } from './layout.tsx';
import { Log } from './log.tsx';
import { StateMark, When } from './marks.tsx';
import { PointTable, type ShownPoint } from './point-table.tsx';
import { RestoreList } from './restores.tsx';
import { RunTable } from './run-table.tsx';
import { WalBand, type WalProps } from './wal-band.tsx';
import { WindowBands, type WindowProps } from './window-bands.tsx';
import { ASSURANCE_WORDS, number, utc } from './words.ts';

export interface JobProps {
  frame: Frame;
  job: JobRow;
  runs: RunRow[];
  newest: { run: RunRow; details: RunDetails } | null;
  points: ShownPoint[];
  alerts: AlertRow[];
  /** Of a job that receives a write-ahead log. */
  wal: WalProps | null;
  restores: RestoreRow[];
  /** Of a job that promises one. */
  window: WindowProps | null;
  progress: RunProgress | null;
  mayRun: boolean;
  /** What came of a click on "Run now". */
  said: string | null;
}

export function JobPage(props: JobProps) {
  const { frame, job, runs, newest } = props;
  const name = `${job.host} / ${job.job}`;
  const live = new URLSearchParams({ host: job.host, job: job.job }).toString();
  return (
    <Document title={name} frame={frame} section="jobs" live={live}>
      <header class="titled" data-live="title">
        <p class="crumbs">
          <a href="/">Jobs</a> <span aria-hidden="true">›</span>{' '}
          <a href={`/hosts/${encodeURIComponent(job.host)}`}>{job.host}</a>
        </p>
        <h1>
          {job.job} <StateMark state={job.state} />
        </h1>
        <p class="sub">
          {job.declaration.kind} of {job.customer}
          {job.removedAtMs !== null && (
            <>
              , removed from the host’s configuration <When atMs={job.removedAtMs} nowMs={frame.nowMs} />
            </>
          )}
        </p>
      </header>
      {props.said && (
        <p class="notice" role="status">
          {props.said}
        </p>
      )}
      <Running {...props} />
      <section aria-labelledby="verdicts">
        <h2 id="verdicts">Assurances</h2>
        <dl class="verdicts" data-live="verdicts">
          {ASSURANCES.map((assurance) => {
            const verdict = job.verdicts[assurance];
            return (
              <div key={assurance} class={`verdict is-${verdict?.state ?? 'unknown'}`}>
                <dt>
                  {ASSURANCE_WORDS[assurance].title}
                  <StateMark state={verdict?.state ?? 'unknown'} />
                </dt>
                <dd>
                  {verdict?.reason ?? 'Not judged yet.'}
                  {verdict && assurances[assurance].watched && verdict.state !== 'not-applicable' && (
                    <span class="since">
                      {' '}
                      Since <When atMs={verdict.sinceMs} nowMs={frame.nowMs} whole />.
                    </span>
                  )}
                </dd>
              </div>
            );
          })}
        </dl>
      </section>
      {props.wal && <WalBand {...props.wal} />}
      {props.window && (
        <section aria-labelledby="window" data-live="window">
          <h2 id="window">Recovery window of {formatDuration(job.declaration.keepMs)}</h2>
          <WindowBands {...props.window} />
        </section>
      )}
      {props.alerts.length > 0 && (
        <section aria-labelledby="alerts" data-live="alerts">
          <h2 id="alerts">Alerts</h2>
          <AlertList alerts={props.alerts} nowMs={frame.nowMs} caption={`Alerts of ${name}`} />
        </section>
      )}
      <section aria-labelledby="runs" data-live="runs">
        <h2 id="runs">Runs</h2>
        {runs.length > 0 ? (
          <RunTable
            runs={runs}
            nowMs={frame.nowMs}
            promisedMs={job.declaration.schedule?.finishWithinMs ?? null}
            caption={`Newest runs of ${name}`}
          />
        ) : (
          <p class="empty">It has not run yet.</p>
        )}
      </section>
      {newest && newest.details.logTail !== '' && (
        <section aria-labelledby="log" data-live="log">
          <h2 id="log">End of the log of the newest run</h2>
          <Log text={newest.details.logTail} />
        </section>
      )}
      <section aria-labelledby="points" data-live="points">
        <h2 id="points">Recovery points</h2>
        {props.points.length > 0 ? (
          <PointTable
            points={props.points}
            kind={job.declaration.kind}
            nowMs={frame.nowMs}
            caption={`Newest recovery points of ${name}`}
          />
        ) : (
          <p class="empty">None has been seen yet.</p>
        )}
      </section>
      {props.restores.length > 0 && (
        <section aria-labelledby="restores" data-live="restores">
          <h2 id="restores">Restores</h2>
          <RestoreList restores={props.restores} nowMs={frame.nowMs} caption={`Newest restores of ${name}`} />
        </section>
      )}
      <Promised job={job} nowMs={frame.nowMs} />
    </Document>
  );
}

function Running({ job, frame, progress, mayRun }: JobProps) {
  const running = isRunning(job) ? job.lastStarted : null;
  return (
    <div class="now" data-live="now">
      {running ? (
        <p>
          <span class="running">Running</span> since{' '}
          <When atMs={running.startedAtMs} nowMs={frame.nowMs} whole />
          <span class="progress" data-progress={`${job.host}/${job.job}`}>
            {progress ? ` · ${progressSentence(progress)}` : ''}
          </span>
        </p>
      ) : (
        <p>
          Next run <NextRun job={job} nowMs={frame.nowMs} />
        </p>
      )}
      {mayRun && job.removedAtMs === null && job.declaration.kind !== PING_KIND && (
        <form
          method="post"
          action={`/jobs/${encodeURIComponent(job.host)}/${encodeURIComponent(job.job)}/run`}
        >
          <Csrf principal={frame.principal} />
          <button type="submit" disabled={running !== null}>
            Run now
          </button>
        </form>
      )}
    </div>
  );
}

/** The same words as in assets/live.js. */
function progressSentence(progress: RunProgress): string {
  return `${number(progress.files)} files, ${formatSize(progress.originalBytes)} read, ${formatSize(progress.deduplicatedBytes)} new · ${progress.current}`;
}

function Promised({ job, nowMs }: { job: JobRow; nowMs: number }) {
  const { declaration } = job;
  const { schedule } = declaration;
  return (
    <section aria-labelledby="promise">
      <h2 id="promise">What is promised</h2>
      <dl class="facts">
        {schedule ? (
          <>
            <dt>Due</dt>
            <dd>
              <code>{schedule.cron}</code> {schedule.zone}
              {schedule.spreadMs > 0 && `, spread over ${formatDuration(schedule.spreadMs)}`}
            </dd>
            <dt>Starts within</dt>
            <dd>{formatDuration(schedule.startGraceMs)}</dd>
            <dt>Finishes within</dt>
            <dd>{formatDuration(schedule.finishWithinMs)}</dd>
          </>
        ) : (
          <>
            <dt>Due</dt>
            <dd>at no fixed time</dd>
          </>
        )}
        {declaration.longestSilenceMs > 0 && (
          <>
            <dt>Longest silence</dt>
            <dd>{formatDuration(declaration.longestSilenceMs)}</dd>
          </>
        )}
        {declaration.keepMs > 0 && (
          <>
            <dt>Kept for</dt>
            <dd>{formatDuration(declaration.keepMs)}</dd>
          </>
        )}
        {declaration.staleAfter && (
          <>
            <dt>Exposure</dt>
            <dd>
              late from {formatDuration(declaration.staleAfter.warningMs)}, broken from{' '}
              {formatDuration(declaration.staleAfter.criticalMs)}
            </dd>
          </>
        )}
        <dt>Started by</dt>
        <dd>{starterOf(declaration)}</dd>
        {declaration.repository !== '' && (
          <>
            <dt>Repository</dt>
            <dd>{declaration.repository}</dd>
          </>
        )}
        {declaration.sharedAs !== '' && (
          <>
            <dt>Shared storage</dt>
            <dd>{declaration.sharedAs}: one success of any host that declares it suffices</dd>
          </>
        )}
        {declaration.sources.length > 0 && (
          <>
            <dt>Of</dt>
            <dd>
              <NameList names={declaration.sources} />
            </dd>
          </>
        )}
        {declaration.excludes.length > 0 && (
          <>
            <dt>Without</dt>
            <dd>
              <NameList names={declaration.excludes} />
            </dd>
          </>
        )}
        <dt>Declared</dt>
        <dd>
          {utc(job.declaredAtMs)}
          {job.declaredAtMs !== job.firstDeclaredAtMs && (
            <>
              , first <When atMs={job.firstDeclaredAtMs} nowMs={nowMs} />
            </>
          )}
        </dd>
      </dl>
    </section>
  );
}

function NameList({ names }: { names: string[] }) {
  return (
    <ul class="names">
      {names.map((name) => (
        <li key={name}>
          <code>{name}</code>
        </li>
      ))}
    </ul>
  );
}

function starterOf({ startedByAgent, kind }: JobDeclaration): string {
  if (startedByAgent) return 'the agent';
  return kind === PING_KIND
    ? 'somebody else, who reports it by ping'
    : 'somebody else, through backproof-agent exec';
}
