/** Faults in which time is the matter: base backups that stop, a clock that is off, an agent that says no more. */

import { until } from '../until.ts';
import { clockAhead, faketimeNeeds, resumeWithClock } from './faketime.ts';
import { type Host, SILENT_AFTER_MS } from './lab.ts';
import { allRight, clusters, JOB, lookedAgain, needs, otherThanOk, receiving, seen } from './pitr-lab.ts';
import { BACKUP_AGE_MAX } from './pitr-others.ts';
import { healthy, outcomeProblems, runNow } from './steps.ts';
import type { Fault } from './types.ts';

const DAY_MS = 86_400_000;
const SILENCE_MS = 8 * DAY_MS;
/** The hosts wake up that long before the eight days are over. */
const WAKE_BEFORE_MS = 60_000;

const backupMissing: Fault = {
  name: 'base-backup-missing',
  done: `no base backup is made for ${BACKUP_AGE_MAX}, while WAL is archived: clocks go from the last backup to the end of that time, and the machines sleep in between`,
  rule: 'sync_silent',
  severity: 'critical',
  allowedSeconds: 1,
  from: `the last base backup is ${BACKUP_AGE_MAX} old, which is its longest_silence`,
  twin: 'asleep as long, and makes one when it wakes up',
  takesSeconds: 430,
  needs: () => needs() ?? faketimeNeeds(),
  async inject(lab) {
    // The webhook's receiver lives in the present, and rightly refuses a signature of another week.
    const installation = await lab.installation(this.name, { config: { routes: [{ to: ['oncall'] }] } });
    await installation.collector.start();
    const pair = await clusters(lab, this.name, { installation, job: { longest_silence: BACKUP_AGE_MAX } });
    const { host, twin, cluster, twinCluster } = pair;
    const [last] = await Promise.all([healthy(host, JOB), healthy(twin, JOB)]);

    await Promise.all([host, twin].map(({ agent }) => agent.program!.stop()));
    await installation.collector.program!.stop();
    await Promise.all([cluster, twinCluster].map(({ cluster }) => cluster.pause('fast')));
    const deadlineMs = Date.parse(last.finishedAt!) + SILENCE_MS;
    const aheadMs = deadlineMs - WAKE_BEFORE_MS - Date.now();
    const env = clockAhead(aheadMs);
    for (const one of [installation.collector, host.agent, twin.agent]) one.settings.env = env;
    await Promise.all([cluster, twinCluster].map(({ cluster }) => resumeWithClock(cluster, env)));
    await installation.collector.start();
    await Promise.all([lab.start(host), lab.start(twin)]);
    const problems = outcomeProblems(twin, JOB, await runNow(twin, JOB));

    const knownAtMs = deadlineMs - aheadMs;
    const injected = await seen(this, pair, { knownAtMs });
    return { ...injected, problems, wholeInstallation: true };
  },
};

const AHEAD_MS = 3_600_000;

/** The segment that was written under the new clock is seen by one of them. */
async function looks(host: Host): Promise<void> {
  await lookedAgain(host);
  await lookedAgain(host);
}

const clockWrong: Fault = {
  name: 'primary-clock-hour-ahead',
  done: 'the primary’s clock is set an hour ahead: its server, its agent and all they start; it goes on writing',
  rule: 'clock_skew',
  severity: 'warning',
  allowedSeconds: 2,
  from: 'the agent with the wrong clock was connected; receiving stays good, for ages are by one clock',
  twin: 'restarted alike, with the right clock',
  takesSeconds: 370,
  needs: () => needs() ?? faketimeNeeds(),
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    const { host, twin, cluster, twinCluster } = pair;
    await cluster.write();
    await cluster.archived();
    const earliestMs = Date.now();
    const env = clockAhead(AHEAD_MS);
    await Promise.all([host, twin].map(({ agent }) => agent.program!.stop()));
    host.agent.settings.env = env;
    await Promise.all([cluster, twinCluster].map(({ cluster }) => cluster.pause('fast')));
    await Promise.all([resumeWithClock(cluster.cluster, env), twinCluster.cluster.resume()]);
    await Promise.all([host, twin].map((one) => lab.start(one)));
    const knownAtMs = Date.now();
    await cluster.write();
    return seen(this, pair, {
      knownAtMs,
      earliestMs,
      subject: `host:${host.agent.host}`,
      afterwards: () => otherThanOk(host, looks(host)),
    });
  },
};

const UNKNOWN_WITHIN_MS = 400_000;

const agentKilled: Fault = {
  name: 'pitr-agent-killed',
  done: 'the agent that watches the log is ended by SIGKILL and does not come back; the server archives on',
  rule: 'agent_silent',
  severity: 'critical',
  allowedSeconds: SILENT_AFTER_MS / 1_000 + 1,
  from: `the process was gone (silent_after is ${SILENT_AFTER_MS / 1_000} s here); one page, and receiving becomes unknown`,
  twin: 'its agent runs on',
  takesSeconds: 450,
  needs,
  async inject(lab) {
    const pair = await clusters(lab, this.name);
    const { host } = pair;
    await allRight(host);
    const earliestMs = Date.now();
    await host.agent.program!.kill();
    const knownAtMs = Date.now();
    return seen(this, pair, {
      knownAtMs,
      earliestMs,
      subject: `host:${host.agent.host}`,
      afterwards: async () => {
        const isUnknown = async () => (await receiving(host))?.state === 'unknown';
        return until('unknown', UNKNOWN_WITHIN_MS, isUnknown).then(
          () => [],
          async () => [`receiving is still ${(await receiving(host))?.state}`],
        );
      },
    });
  },
};

export const pitrTimeFaults: Fault[] = [backupMissing, clockWrong, agentKilled];
