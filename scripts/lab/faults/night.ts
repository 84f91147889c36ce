/**
 * The two nights of the year on which 02:30 in Berlin does not exist or comes twice. Collector and agents live
 * in that night (libfaketime); the harness stays in the present and converts.
 */
import { nextDue } from '../../../proto/schedule.ts';
import { cronLine, execJob } from './exec.ts';
import { clockAhead, faketimeNeeds } from './faketime.ts';
import type { Host, Installation, Lab } from './lab.ts';
import { momentOf } from './runs.ts';
import { type ApiRun, finishedRun, healthy, outcomeProblems, pagedOrNot } from './steps.ts';
import type { Fault, Injected } from './types.ts';

const HOUR_MS = 3_600_000;
const ZONE = 'Europe/Berlin';
const CRON = '30 2 * * *';
const START_GRACE_MS = 10_000;
/** The hosts are set up on the evening before, and asleep until shortly before 02:30. */
const EVENING_BEFORE_MS = 4 * HOUR_MS;
const WAKE_BEFORE_MS = 30_000;
/** How long they are watched after 02:30 has come again. */
const SECOND_WATCH_MS = 15_000;

const SCHEDULE = { cron: CRON, start_grace: `${START_GRACE_MS / 1_000}s`, finish_within: '1h' };

interface Night {
  installation: Installation;
  /** Its cron line is forgotten. */
  host: Host;
  /** Its agent runs the backup. */
  twin: Host;
}

/** Sets a night's clock so that it is `atMs` there now; returns real time minus the night's. */
function setClock(night: Night, atMs: number): number {
  const offsetMs = atMs - Date.now();
  const env = clockAhead(offsetMs);
  for (const one of [night.installation.collector, night.host.agent, night.twin.agent])
    one.settings.env = env;
  return -offsetMs;
}

async function setUp(lab: Lab, name: string, dueAtMs: number): Promise<Night> {
  const env = clockAhead(dueAtMs - EVENING_BEFORE_MS - Date.now());
  // The webhook's receiver lives in the present, and rightly refuses a signature of another year.
  const installation = await lab.installation(name, { env, config: { routes: [{ to: ['oncall'] }] } });
  await installation.collector.start();
  const common = { installation, env, config: { timezone: ZONE } };
  const [host, twin] = await Promise.all([
    lab.host(name, { ...common, jobs: () => execJob(SCHEDULE) }),
    lab.host(`${name}-twin`, {
      ...common,
      jobs: ({ tree }) => ({
        files: { kind: 'files', repository: 'main', schedule: SCHEDULE, paths: [tree] },
      }),
    }),
  ]);
  await Promise.all([lab.start(host), lab.start(twin)]);
  return { installation, host, twin };
}

/** Everything sleeps, and wakes up when it is `atMs` in the night. Returns real time minus the night's. */
async function wakeAt(lab: Lab, night: Night, atMs: number): Promise<number> {
  const { installation, host, twin } = night;
  await Promise.all([host, twin].map(({ agent }) => agent.program!.stop()));
  await installation.collector.program!.stop();
  const behindMs = setClock(night, atMs);
  await installation.collector.start();
  await Promise.all([lab.start(host), lab.start(twin)]);
  return behindMs;
}

/** On both nights: the host whose run is forgotten is paged, the one whose run takes place is not. */
async function firstHalf(lab: Lab, fault: Fault, afterMs: number) {
  const schedule = { cron: CRON, zone: ZONE, spreadMs: 0, startGraceMs: 0, finishWithinMs: 0 };
  const { dueAtMs } = nextDue(schedule, '', '', afterMs)!;
  const night = await setUp(lab, fault.name, dueAtMs);
  const { installation, host, twin } = night;
  await cronLine(host);
  const before = await healthy(twin);
  const behindMs = await wakeAt(lab, night, dueAtMs - WAKE_BEFORE_MS);
  await momentOf(dueAtMs + behindMs);
  const run = await finishedRun(twin, 'files', before.id);
  const deadlineMs = dueAtMs + behindMs + START_GRACE_MS;
  const subject = `job:${fault.name}/sync`;
  await pagedOrNot(host, fault.rule!, subject, deadlineMs + fault.allowedSeconds * 1_000);
  const injected: Injected = {
    pages: installation.pager.pages,
    host: fault.name,
    subject,
    twins: [twin.agent.host],
    earliestMs: deadlineMs,
    knownAtMs: deadlineMs,
    problems: outcomeProblems(twin, 'files', run),
    wholeInstallation: true,
  };
  return { injected, night, dueAtMs };
}

const common = {
  rule: 'sync_not_started',
  severity: 'critical' as const,
  allowedSeconds: 1,
  from: `the start deadline passed (${START_GRACE_MS / 1_000} s after the run was due)`,
  needs: faketimeNeeds,
};

const spring: Fault = {
  ...common,
  name: 'dst-spring',
  done: 'a run due at 02:30 Europe/Berlin on 28 March 2027, when 02:30 does not exist, is forgotten',
  twin: 'its agent runs the backup at the next instant that exists',
  takesSeconds: 115,
  async inject(lab) {
    const { injected } = await firstHalf(lab, this, Date.parse('2027-03-27T20:00:00Z'));
    return injected;
  },
};

const autumn: Fault = {
  ...common,
  name: 'dst-autumn',
  done: 'a run due at 02:30 Europe/Berlin on 31 October 2027, when 02:30 comes twice, is forgotten; then 02:30 comes again',
  twin: 'its agent runs the backup the first time, and not again the second time',
  takesSeconds: 165,
  async inject(lab) {
    const { injected, night, dueAtMs } = await firstHalf(lab, this, Date.parse('2027-10-30T20:00:00Z'));
    const runs = await runsOf(night.twin);
    const behindMs = await wakeAt(lab, night, dueAtMs + HOUR_MS - WAKE_BEFORE_MS);
    await momentOf(dueAtMs + HOUR_MS + behindMs + SECOND_WATCH_MS);
    const more = (await runsOf(night.twin)).length - runs.length;
    if (more > 0) injected.problems.push(`the twin ran ${more} times more when 02:30 came again`);
    return injected;
  },
};

function runsOf(host: Host): Promise<ApiRun[]> {
  return host.installation.collector.api<ApiRun[]>(`/runs?host=${host.agent.host}&job=files&limit=20`);
}

export const nightFaults: Fault[] = [spring, autumn];
