/**
 * The two nights of the year on which 02:30 in Berlin does not exist or comes twice. Collector and agents live
 * in that night (libfaketime); the harness stays in the present and converts.
 */
import { nextDue } from '../../../proto/schedule.ts';
import { pause } from '../until.ts';
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
/** Between the beginning of the faked night and 02:30: two enrollments and two healthy runs. */
const LEAD_MS = 50_000;
/** How long before the second 02:30 the hosts come back, and how long they are watched after it. */
const SECOND_LEAD_MS = 25_000;
const SECOND_WATCH_MS = 15_000;

const SCHEDULE = { cron: CRON, start_grace: `${START_GRACE_MS / 1_000}s`, finish_within: '1h' };

interface Night {
  /** 02:30 is due for the first time that night, UTC. */
  dueAtMs: number;
  /** Real time + this = the night's time. */
  offsetMs: number;
}

function nightAfter(afterMs: number): Night {
  const schedule = { cron: CRON, zone: ZONE, spreadMs: 0, startGraceMs: 0, finishWithinMs: 0 };
  const { dueAtMs } = nextDue(schedule, '', '', afterMs)!;
  return { dueAtMs, offsetMs: dueAtMs - LEAD_MS - Date.now() };
}

/** On both nights: the host whose run is forgotten is paged, the one whose run takes place is not. */
async function night(lab: Lab, fault: Fault, afterMs: number) {
  // The collector starts before the clock of the night is fixed, so that its start costs no lead.
  const { dueAtMs, offsetMs } = nightAfter(afterMs);
  const env = clockAhead(offsetMs);
  const installation = await lab.installation(fault.name, { env });
  await installation.collector.start();
  const [host, twin] = await Promise.all([
    lab.host(fault.name, { installation, env, config: { timezone: ZONE }, jobs: () => execJob(SCHEDULE) }),
    lab.host(`${fault.name}-twin`, {
      installation,
      env,
      config: { timezone: ZONE },
      jobs: ({ tree }) => ({
        files: { kind: 'files', repository: 'main', schedule: SCHEDULE, paths: [tree] },
      }),
    }),
  ]);
  await Promise.all([lab.start(host), lab.start(twin)]);
  await cronLine(host);
  const before = await healthy(twin);
  const realDueMs = dueAtMs - offsetMs;
  await momentOf(realDueMs);
  const run = await finishedRun(twin, 'files', before.id);
  const deadlineMs = realDueMs + START_GRACE_MS;
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
  return { injected, installation, host, twin, offsetMs };
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
    const { injected } = await night(lab, this, Date.parse('2027-03-27T20:00:00Z'));
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
    const { injected, installation, host, twin, offsetMs } = await night(
      lab,
      this,
      Date.parse('2027-10-30T20:00:00Z'),
    );
    const runs = await runsOf(twin);
    await sleepUntilSecond(lab, installation, [host, twin], injected, offsetMs);
    const more = (await runsOf(twin)).length - runs.length;
    if (more > 0) injected.problems.push(`the twin ran ${more} times more when 02:30 came again`);
    return injected;
  },
};

/** The machines sleep through most of the hour and wake up shortly before 02:30 comes again. */
async function sleepUntilSecond(
  lab: Lab,
  { collector }: Installation,
  hosts: Host[],
  injected: Injected,
  offsetMs: number,
): Promise<void> {
  for (const { agent } of hosts) await agent.program!.stop();
  await collector.program!.stop();
  const firstDueMs = injected.knownAtMs - START_GRACE_MS;
  const asleepMs = HOUR_MS - SECOND_LEAD_MS - (Date.now() - firstDueMs);
  const env = clockAhead(offsetMs + asleepMs);
  collector.settings.env = env;
  for (const { agent } of hosts) agent.settings.env = env;
  await collector.start();
  const secondDueMs = firstDueMs + HOUR_MS - asleepMs;
  for (const host of hosts) await lab.start(host);
  await pause(Math.max(0, secondDueMs + SECOND_WATCH_MS - Date.now()));
}

function runsOf(host: Host): Promise<ApiRun[]> {
  return host.installation.collector.api<ApiRun[]>(`/runs?host=${host.agent.host}&job=files&limit=20`);
}

export const nightFaults: Fault[] = [spring, autumn];
