/** Jobs by the six assurances: the table of the fleet's page and of a host's page. */
import { nextDue } from '../../../proto/schedule.ts';
import { assurances } from '../../assurances/index.ts';
import { OBSERVED_KIND } from '../../assurances/observed.ts';
import { ASSURANCES, type State, stateRank } from '../../assurances/types.ts';
import type { JobRow, RunRow } from '../../store/types.ts';
import { dayBars } from './day-bars.ts';
import { DayBars, StateMark, When } from './marks.tsx';
import { ASSURANCE_WORDS } from './words.ts';

export interface JobTableProps {
  jobs: JobRow[];
  /** Runs of the days shown, by job id, oldest first. */
  recent: Map<number, RunRow[]>;
  nowMs: number;
  caption: string;
}

export function JobTable({ jobs, recent, nowMs, caption }: JobTableProps) {
  return (
    <div class="scroller">
      <table class="jobs">
        <caption class="vh">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Job</th>
            {ASSURANCES.map((name) => (
              <th key={name} scope="col" class="mid" title={ASSURANCE_WORDS[name].question}>
                {ASSURANCE_WORDS[name].title}
              </th>
            ))}
            <th scope="col">Last 14 days</th>
            <th scope="col" class="num">
              Last success
            </th>
            <th scope="col" class="num">
              Next run
            </th>
          </tr>
        </thead>
        {jobs.map((job) => (
          <JobRows key={job.id} job={job} runs={recent.get(job.id) ?? []} nowMs={nowMs} />
        ))}
      </table>
    </div>
  );
}

export function jobHref(job: { host: string; job: string }): string {
  return `/jobs/${encodeURIComponent(job.host)}/${encodeURIComponent(job.job)}`;
}

/** The sentence that decided the job's state, when it is worth a line. */
export function worstReason(job: JobRow): string | null {
  if (stateRank(job.state) <= stateRank('ok')) return null;
  const decisive = ASSURANCES.map((name) => job.verdicts[name]).find(
    (verdict) => verdict?.state === job.state,
  );
  return decisive?.reason ?? 'Not judged yet.';
}

/** The columns beside the six. */
const OTHER_COLUMNS = 4;

/** A row group a job: its row, and below it the reason where one is needed. */
function JobRows({ job, runs, nowMs }: { job: JobRow; runs: RunRow[]; nowMs: number }) {
  const reason = worstReason(job);
  return (
    <tbody class={`row-${job.state}`} data-live={`job ${job.host}/${job.job}`}>
      <tr>
        <th scope="row">
          <a class="job" href={jobHref(job)}>
            {job.host}
            <span class="slash"> / </span>
            {job.job}
          </a>
          <span class="sub">
            {job.customer} · {job.declaration.kind}
            {job.removedAtMs !== null && ' · removed'}
          </span>
        </th>
        {ASSURANCES.map((name) => {
          const state: State = job.verdicts[name]?.state ?? 'unknown';
          return (
            <td
              key={name}
              class={`mid assurance is-${state}${assurances[name].watched ? '' : ' unwatched'}`}
              data-label={ASSURANCE_WORDS[name].title}
              title={job.verdicts[name]?.reason ?? 'Not judged yet.'}
            >
              <StateMark state={state} quiet />
            </td>
          );
        })}
        <td class="days">
          <DayBars bars={dayBars(runs, nowMs)} />
        </td>
        <td class="num when" data-label="Last success">
          <When atMs={lastEvidenceMs(job)} nowMs={nowMs} />
        </td>
        <td class="num when" data-label="Next run">
          <NextRun job={job} nowMs={nowMs} />
        </td>
      </tr>
      {reason && (
        <tr class="reason">
          <td colSpan={ASSURANCES.length + OTHER_COLUMNS}>{reason}</td>
        </tr>
      )}
    </tbody>
  );
}

export function isRunning(job: JobRow): boolean {
  return job.lastStarted !== null && job.lastStarted.finishedAtMs === null;
}

export function NextRun({ job, nowMs }: { job: JobRow; nowMs: number }) {
  if (isRunning(job)) return <span class="running">running</span>;
  const { schedule } = job.declaration;
  const next = schedule && job.removedAtMs === null ? nextDue(schedule, job.host, job.job, nowMs) : null;
  return next ? <When atMs={next.dueAtMs} nowMs={nowMs} /> : <span class="never">—</span>;
}

/** Of a repository that others write to, the newest archive: that somebody looked is no success. */
function lastEvidenceMs(job: JobRow): number | null {
  if (job.declaration.kind !== OBSERVED_KIND) return job.lastSuccess?.finishedAtMs ?? null;
  const { onTime } = job.verdicts;
  return onTime?.state === 'ok' ? onTime.sinceMs : null;
}
