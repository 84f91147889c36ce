/** What several faults do alike: make a due moment, start a run, wait for its end or for a page. */
import { until } from '../until.ts';
import { borgmaticSays, SILENT_SUCCESS } from './borgmatic.ts';
import type { Host, Lab } from './lab.ts';
import type { Injected } from './types.ts';

const MINUTE_MS = 60_000;
const RUN_WITHIN_MS = 90_000;
/** How long a page is waited for beyond what is allowed: a late page is told apart from none. */
const LATE_PAGE_MS = 20_000;

export interface ApiRun {
  id: string;
  outcome: string | null;
  startedAt: string;
  finishedAt: string | null;
  logTail?: string;
}

export interface DueMinute {
  dueAtMs: number;
  /** Five fields, UTC, due once a year: nothing else comes due while the matrix runs. */
  cron: string;
}

/** The first full minute that is at least `leadMs` away. */
export function dueMinute(leadMs: number, nowMs = Date.now()): DueMinute {
  const dueAtMs = Math.ceil((nowMs + leadMs) / MINUTE_MS) * MINUTE_MS;
  const due = new Date(dueAtMs);
  const cron = `${due.getUTCMinutes()} ${due.getUTCHours()} ${due.getUTCDate()} ${due.getUTCMonth() + 1} *`;
  return { dueAtMs, cron };
}

/** Starts a run by hand and returns it finished. */
export async function runNow(host: Host, job = 'files'): Promise<ApiRun> {
  const before = await lastRun(host, job);
  await startRun(host, job);
  return finishedRun(host, job, before?.id);
}

/** Throws when the agent will not start it. */
export async function startRun(host: Host, job = 'files'): Promise<void> {
  const said = await host.agent.ask('start', job);
  if (said.code !== 0) throw new Error(`start ${job} on ${host.agent.host}: ${said.stderr || said.stdout}`);
}

/** The newest run, once it is finished and is not `exceptId`. */
export function finishedRun(host: Host, job: string, exceptId?: string, withinMs = RUN_WITHIN_MS) {
  return until(`a finished run of ${host.agent.host}/${job}`, withinMs, async () => {
    const run = await lastRun(host, job);
    return run && run.id !== exceptId && run.outcome !== null && run.finishedAt !== null ? run : null;
  });
}

export async function lastRun(host: Host, job: string): Promise<ApiRun | undefined> {
  const { collector } = host.installation;
  const [run] = await collector.api<ApiRun[]>(`/runs?host=${host.agent.host}&job=${job}&limit=1`);
  return run;
}

/** A healthy run before the fault: what breaks must have worked. */
export async function healthy(host: Host, job = 'files'): Promise<ApiRun> {
  const run = await runNow(host, job);
  if (run.outcome !== 'succeeded') {
    throw new Error(`${host.agent.host}/${job} was ${run.outcome} before the fault: ${run.logTail ?? ''}`);
  }
  return run;
}

/** Waits until the page about `subject` is there, or is not going to come. */
export async function pagedOrNot(
  host: Host,
  rule: string,
  subject: string,
  untilMs: number,
): Promise<boolean> {
  const { pager } = host.installation;
  const withinMs = Math.max(0, untilMs - Date.now()) + LATE_PAGE_MS;
  return until(`${rule} about ${subject}`, withinMs, () =>
    pager.about(subject).some((page) => page.rule === rule && page.event === 'trigger'),
  ).catch(() => false);
}

export interface BrokenRun {
  host: Host;
  twin: Host;
  job?: string;
  rule: string;
  allowedSeconds: number;
  /** The job's paths, where borgmatic can do the same work. */
  paths?: string[];
  lockWaitSeconds?: number;
  /** Breaks something; runs between a healthy run and the one that must be reported. */
  breaks: () => Promise<void> | void;
}

/** The shape of every fault that shows in the next run: healthy run, fault, run, page; the twin runs as well. */
export async function brokenRun(lab: Lab, broken: BrokenRun): Promise<Injected> {
  const { host, twin, job = 'files', rule } = broken;
  const before = await healthy(host, job);
  const asksBorgmatic = lab.compare && broken.paths !== undefined;
  const askBorgmatic = () => borgmaticSays(host, broken.paths!, broken.lockWaitSeconds ?? 1);
  if (asksBorgmatic) {
    const said = await askBorgmatic();
    if (said !== SILENT_SUCCESS) throw new Error(`borgmatic on ${host.agent.host} before the fault: ${said}`);
  }
  const earliestMs = Date.now();
  await broken.breaks();
  await startRun(host, job);
  const run = await finishedRun(host, job, before.id);
  const knownAtMs = Date.parse(run.finishedAt!);
  const subject = `job:${host.agent.host}/${job}`;
  await pagedOrNot(host, rule, subject, knownAtMs + broken.allowedSeconds * 1_000);
  return {
    pages: host.installation.pager.pages,
    host: host.agent.host,
    subject,
    twins: [twin.agent.host],
    earliestMs,
    knownAtMs,
    problems: await twinProblems(twin, job),
    ...(asksBorgmatic && { others: { borgmatic: await askBorgmatic() } }),
  };
}

/** The twin's run after the fault was injected; what is not as it should be. */
export async function twinProblems(twin: Host, job = 'files'): Promise<string[]> {
  const run = await runNow(twin, job);
  return outcomeProblems(twin, job, run);
}

export function outcomeProblems(twin: Host, job: string, run: ApiRun): string[] {
  return run.outcome === 'succeeded'
    ? []
    : [`the healthy twin ${twin.agent.host}/${job} was ${run.outcome}: ${run.logTail ?? ''}`];
}
