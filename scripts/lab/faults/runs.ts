/** Faults of a run itself: it does not begin, does not end, or is ended. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../until.ts';
import { cronLine, execJob } from './exec.ts';
import { type Host, type HostSettings, type Lab, NOT_TODAY } from './lab.ts';
import { memoryLimit, memoryLimitNeeds } from './mounts.ts';
import { gone, toolOf } from './processes.ts';
import { promised } from './sources.ts';
import {
  dueMinute,
  finishedRun,
  healthy,
  outcomeProblems,
  pagedOrNot,
  startRun,
  twinProblems,
} from './steps.ts';
import type { Fault, Injected } from './types.ts';

/** Restarting two agents, with other rows beside. */
export const LEAD_MS = 20_000;
const START_GRACE_SECONDS = 10;
const FINISH_WITHIN_SECONDS = 20;
const DEADLINE_ALLOWED_SECONDS = 1;
const TOOL_WITHIN_MS = 60_000;
const RUN_WITHIN_MS = 120_000;

const neverStarts: Fault = {
  name: 'job-never-starts',
  done: 'the agent is well, but the cron line that starts the job through `exec` is forgotten',
  rule: 'sync_not_started',
  severity: 'critical',
  allowedSeconds: DEADLINE_ALLOWED_SECONDS,
  from: `the start deadline passed (${START_GRACE_SECONDS} s after the run was due)`,
  twin: 'its cron line runs borg in time',
  takesSeconds: 110,
  async inject(lab) {
    const { host, twin } = await lab.hosts(this.name, { jobs: () => execJob(NOT_TODAY) });
    await cronLine(host);
    await cronLine(twin);
    const { dueAtMs, cron } = dueMinute(LEAD_MS);
    const schedule = { cron, start_grace: `${START_GRACE_SECONDS}s`, finish_within: '50s' };
    await Promise.all([host, twin].map((one) => lab.reconfigure(one, () => execJob(schedule))));
    const deadlineMs = dueAtMs + START_GRACE_SECONDS * 1_000;
    await momentOf(dueAtMs);
    await cronLine(twin);
    return watched(lab, this, host, twin, 'sync', deadlineMs, []);
  },
};

const filesJob = (schedule: Record<string, unknown>): HostSettings => ({
  jobs: ({ tree }) => ({ files: { kind: 'files', repository: 'main', schedule, paths: [tree] } }),
});

/** Both have made a healthy run; now the next is due at a full minute that is still to come. */
async function dueSoon(lab: Lab, hosts: Host[]): Promise<number> {
  const { dueAtMs, cron } = dueMinute(LEAD_MS);
  const schedule = { cron, start_grace: '10s', finish_within: `${FINISH_WITHIN_SECONDS}s` };
  await Promise.all(hosts.map((one) => lab.reconfigure(one, filesJob(schedule).jobs)));
  return dueAtMs;
}

const hangs: Fault = {
  name: 'job-hangs',
  done: 'borg is stopped by SIGSTOP in the middle of a scheduled run',
  rule: 'sync_overdue',
  severity: 'critical',
  allowedSeconds: DEADLINE_ALLOWED_SECONDS,
  from: `the finish deadline passed (${FINISH_WITHIN_SECONDS} s after the run was due)`,
  twin: 'its borg runs on',
  takesSeconds: 120,
  async inject(lab) {
    const { host, twin } = await lab.hosts(this.name, filesJob(NOT_TODAY));
    const before = await Promise.all([healthy(host), healthy(twin)]);
    const dueAtMs = await dueSoon(lab, [host, twin]);
    await momentOf(dueAtMs);
    const borg = await toolOf(host.agent.program!.child.pid!, 'borg', 'create', TOOL_WITHIN_MS);
    process.kill(borg.pid, 'SIGSTOP');
    const run = await finishedRun(twin, 'files', before[1].id);
    const deadlineMs = dueAtMs + FINISH_WITHIN_SECONDS * 1_000;
    const problems = outcomeProblems(twin, 'files', run);
    return watched(lab, this, host, twin, 'files', deadlineMs, problems);
  },
};

const SLOW_KIBIBYTES_PER_SECOND = 64;
const SLOW_BYTES = 8 * 1024 * 1024;

const tooLong: Fault = {
  name: 'run-too-long',
  done: `the source grows by 8 MiB before a scheduled run whose upload is limited to ${SLOW_KIBIBYTES_PER_SECOND} KiB/s`,
  rule: 'sync_overdue',
  severity: 'critical',
  allowedSeconds: DEADLINE_ALLOWED_SECONDS,
  from: `the finish deadline passed (${FINISH_WITHIN_SECONDS} s after the run was due)`,
  twin: 'the same growth without the limit',
  takesSeconds: 121,
  async inject(lab) {
    const slow = { repositoryConfig: { upload_limit: `${SLOW_KIBIBYTES_PER_SECOND}KiB` } };
    const { host, twin } = await lab.hosts(
      this.name,
      { ...filesJob(NOT_TODAY), ...slow },
      filesJob(NOT_TODAY),
    );
    const before = await Promise.all([healthy(host), healthy(twin)]);
    for (const { tree } of [host, twin]) writeFileSync(join(tree, 'grown'), randomBytes(SLOW_BYTES));
    const dueAtMs = await dueSoon(lab, [host, twin]);
    await momentOf(dueAtMs);
    const run = await finishedRun(twin, 'files', before[1].id);
    const deadlineMs = dueAtMs + FINISH_WITHIN_SECONDS * 1_000;
    const problems = outcomeProblems(twin, 'files', run);
    return watched(lab, this, host, twin, 'files', deadlineMs, problems);
  },
};

const killedByKernel: Fault = {
  name: 'killed-by-kernel',
  done: 'borg needs more memory than its cgroup has, and the kernel’s OOM killer ends it (SIGKILL)',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: 2,
  from: 'the process was gone',
  twin: 'the same run without the limit',
  takesSeconds: 20,
  needs: memoryLimitNeeds,
  async inject(lab) {
    const { host, twin } = await lab.hosts(this.name, filesJob(NOT_TODAY));
    const before = await healthy(host);
    const limit = memoryLimit(lab, this.name, 4 * 1024 * 1024);
    const earliestMs = Date.now();
    await startRun(host);
    const borg = await toolOf(host.agent.program!.child.pid!, 'borg', 'create', TOOL_WITHIN_MS);
    limit.take(borg.pid);
    const knownAtMs = await gone(borg.pid, TOOL_WITHIN_MS);
    await finishedRun(host, 'files', before.id, RUN_WITHIN_MS);
    const subject = `job:${host.agent.host}/files`;
    await pagedOrNot(host, this.rule!, subject, knownAtMs + this.allowedSeconds * 1_000);
    const problems = await twinProblems(twin);
    if (limit.kills() === 0) problems.push('the kernel killed nothing');
    return {
      pages: lab.pager.pages,
      host: host.agent.host,
      subject,
      twins: [twin.agent.host],
      earliestMs,
      knownAtMs,
      problems,
    };
  },
};

/** Throws when setting up took longer than planned: the due moment would be missed by everybody. */
export async function momentOf(atMs: number): Promise<void> {
  if (Date.now() > atMs) throw new Error('setting up took longer than the time until the run was due');
  await pause(atMs - Date.now());
}

async function watched(
  lab: Lab,
  fault: Fault,
  host: Host,
  twin: Host,
  job: string,
  deadlineMs: number,
  problems: string[],
): Promise<Injected> {
  const subject = `job:${host.agent.host}/${job}`;
  const { rule, allowedSeconds } = promised(fault);
  await pagedOrNot(host, rule, subject, deadlineMs + allowedSeconds * 1_000);
  return {
    pages: lab.pager.pages,
    host: host.agent.host,
    subject,
    twins: [twin.agent.host],
    earliestMs: deadlineMs,
    knownAtMs: deadlineMs,
    problems,
  };
}

export const runFaults: Fault[] = [neverStarts, hangs, tooLong, killedByKernel];
