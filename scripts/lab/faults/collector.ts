/** Faults of the collector itself. Each has an installation of its own. */

import { join } from 'node:path';
import { pause, until } from '../until.ts';
import { cronLine, execJob } from './exec.ts';
import { clockAhead, faketimeNeeds } from './faketime.ts';
import { type HostSettings, NOT_TODAY } from './lab.ts';
import { fillDisk, mountNeeds, relieveDisk, smallDisk } from './mounts.ts';
import { LEAD_MS, momentOf } from './runs.ts';
import {
  dueMinute,
  finishedRun,
  healthy,
  outcomeProblems,
  pagedOrNot,
  runNow,
  twinProblems,
} from './steps.ts';
import type { Fault } from './types.ts';

const START_GRACE_MS = 10_000;
const STOP_BEFORE_DUE_MS = 5_000;
const BACK_AFTER_DEADLINE_MS = 5_000;

const overDeadline: Fault = {
  name: 'collector-down',
  done: 'the collector is killed before two runs are due and comes back after their deadline; one of them was forgotten',
  rule: 'sync_not_started',
  severity: 'critical',
  // An agent tries again within a minute at the latest, and then has a minute to make up for what was missed.
  allowedSeconds: 122,
  from: 'the collector was back',
  twin: 'its agent ran the backup while nobody listened',
  takesSeconds: 200,
  async inject(lab) {
    // The default: agents may take a minute to come back.
    const installation = await lab.installation(this.name, { config: { startup_grace: '2m' } });
    const { collector, pager } = installation;
    await collector.start();
    const files = (schedule: Record<string, unknown>): HostSettings['jobs'] => {
      return ({ tree }) => ({ files: { kind: 'files', repository: 'main', schedule, paths: [tree] } });
    };
    const { host, twin } = await lab.hosts(
      this.name,
      { installation, jobs: () => execJob(NOT_TODAY) },
      { installation, jobs: files(NOT_TODAY) },
    );
    await cronLine(host);
    const before = await healthy(twin);
    const { dueAtMs, cron } = dueMinute(LEAD_MS + STOP_BEFORE_DUE_MS);
    const schedule = { cron, start_grace: `${START_GRACE_MS / 1_000}s`, finish_within: '50s' };
    await Promise.all([
      lab.reconfigure(host, () => execJob(schedule)),
      lab.reconfigure(twin, files(schedule)),
    ]);
    await momentOf(dueAtMs - STOP_BEFORE_DUE_MS);
    await collector.program!.kill();
    await pause(dueAtMs + START_GRACE_MS + BACK_AFTER_DEADLINE_MS - Date.now());
    await collector.start();
    const knownAtMs = Date.now();
    const subject = `job:${host.agent.host}/sync`;
    const run = await finishedRun(twin, 'files', before.id);
    await pagedOrNot(host, this.rule!, subject, knownAtMs + this.allowedSeconds * 1_000);
    return {
      pages: pager.pages,
      host: host.agent.host,
      subject,
      twins: [twin.agent.host],
      earliestMs: knownAtMs - BACK_AFTER_DEADLINE_MS,
      knownAtMs,
      problems: outcomeProblems(twin, 'files', run),
      wholeInstallation: true,
    };
  },
};

const filesJob = (): HostSettings => ({
  jobs: (host) => ({
    files: { kind: 'files', repository: 'main', schedule: NOT_TODAY, paths: [host.tree] },
  }),
});

const DISK_MEBIBYTES = 64;

const diskFull: Fault = {
  name: 'collector-disk-full',
  done: 'the collector’s file system is filled while agents report; after a run nobody could record, it is freed',
  rule: 'collector_unwell',
  severity: 'critical',
  // A look at the disk each minute. A write that fails is told within 9 s, but while there is room left in the files of the
  // database nothing fails, and nothing is lost.
  allowedSeconds: 70,
  from: 'the file system was full',
  twin: 'the hosts that report to it: none may be called missed, and no run may be lost',
  takesSeconds: 60,
  needs: mountNeeds,
  async inject(lab) {
    const data = join(lab.folder, this.name, 'collector');
    await smallDisk(lab, data, DISK_MEBIBYTES);
    const installation = await lab.installation(this.name);
    const { collector, pager } = installation;
    await collector.start();
    const { host, twin } = await lab.hosts(this.name, { installation, ...filesJob() });
    const before = await healthy(host);
    const earliestMs = Date.now();
    fillDisk(data, 0);
    const knownAtMs = Date.now();
    await host.agent.ask('start', 'files', '--wait');
    const subject = await until('a page about the disk', (this.allowedSeconds + 20) * 1_000, () =>
      ['collector:database', 'collector'].find((one) =>
        pager.about(one).some(({ rule, event }) => rule === this.rule && event === 'trigger'),
      ),
    ).catch(() => 'collector:database');
    relieveDisk(data);
    const run = await finishedRun(host, 'files', before.id);
    return {
      pages: pager.pages,
      host: 'collector',
      subject,
      // Of the disk and of the database, one after the other.
      mayFollow: [this.rule!],
      twins: [host.agent.host, twin.agent.host],
      earliestMs,
      knownAtMs,
      problems: [...outcomeProblems(host, 'files', run), ...(await twinProblems(twin))],
      wholeInstallation: true,
    };
  },
};

const DAY_MS = 86_400_000;
const AWAY_MS = 31 * DAY_MS;

const certificateExpired: Fault = {
  name: 'certificate-expired',
  done: 'hosts and collector were off for a month: the certificate ran out, the agent is refused',
  rule: 'certificate_expiring',
  severity: 'warning',
  allowedSeconds: 2,
  from: 'the collector was up',
  twin: 'enrolled after the month: its certificate is new',
  takesSeconds: 90,
  needs: faketimeNeeds,
  async inject(lab) {
    const installation = await lab.installation(this.name, { env: clockAhead(-AWAY_MS) });
    const { collector, pager } = installation;
    await collector.start();
    const host = await lab.host(this.name, { installation, env: clockAhead(-AWAY_MS), ...filesJob() });
    await lab.start(host);
    await healthy(host);
    await host.agent.program!.stop();
    await collector.program!.stop();
    const earliestMs = Date.now();
    for (const one of [collector, host.agent]) one.settings.env = undefined;
    await collector.start();
    const knownAtMs = Date.now();
    host.agent.start();
    lab.onStop(async () => host.agent.program?.kill());
    const twin = await lab.host(`${this.name}-twin`, { installation, ...filesJob() });
    await lab.start(twin);
    const subject = `host:${host.agent.host}`;
    await pagedOrNot(host, this.rule!, subject, knownAtMs + this.allowedSeconds * 1_000);
    const run = await runNow(twin);
    return {
      pages: pager.pages,
      host: host.agent.host,
      subject,
      twins: [twin.agent.host],
      earliestMs,
      knownAtMs,
      problems: outcomeProblems(twin, 'files', run),
      mayFollow: ['agent_silent'],
      wholeInstallation: true,
    };
  },
};

export const collectorFaults: Fault[] = [overDeadline, diskFull, certificateExpired];
