/** Faults of a host, its agent and what they need to be heard. */

import { until } from '../until.ts';
import { BlackHole } from './blackhole.ts';
import { clockAhead, faketimeNeeds } from './faketime.ts';
import { type Host, type HostSettings, type Lab, NOT_TODAY, SILENT_AFTER_MS } from './lab.ts';
import { fillDisk, mountNeeds, smallDisk } from './mounts.ts';
import { toolsGone } from './processes.ts';
import { healthy, pagedOrNot, startRun, twinProblems } from './steps.ts';
import type { Fault, Injected } from './types.ts';

/** An agent is heard every 15 s: its silence is counted from its last word, which is up to so much older. */
const SILENT_ALLOWED_SECONDS = SILENT_AFTER_MS / 1_000 + 1;

const filesJob: HostSettings = {
  jobs: (host) => ({
    files: { kind: 'files', repository: 'main', schedule: NOT_TODAY, paths: [host.tree] },
  }),
};

type Pair = Awaited<ReturnType<Lab['hosts']>>;

/** Healthy runs, the fault, and a page about the host; the twin runs once more after it. */
async function brokenHost(
  lab: Lab,
  fault: Fault,
  { host, twin }: Pair,
  breaks: () => Promise<number> | number,
): Promise<Injected> {
  await healthy(host);
  const earliestMs = Date.now();
  const knownAtMs = await breaks();
  const subject = `host:${host.agent.host}`;
  const [problems] = await Promise.all([
    twinProblems(twin),
    pagedOrNot(host, fault.rule!, subject, knownAtMs + fault.allowedSeconds * 1_000),
  ]);
  const { pages } = lab.pager;
  return {
    pages,
    host: host.agent.host,
    subject,
    twins: [twin.agent.host],
    earliestMs,
    knownAtMs,
    problems,
  };
}

const agentKilled: Fault = {
  name: 'agent-killed',
  done: 'the agent is ended by SIGKILL and does not come back',
  rule: 'agent_silent',
  severity: 'critical',
  allowedSeconds: SILENT_ALLOWED_SECONDS,
  from: `the process was gone (silent_after is ${SILENT_AFTER_MS / 1_000} s here)`,
  twin: 'its agent runs on',
  takesSeconds: 50,
  async inject(lab) {
    const pair = await lab.hosts(this.name, filesJob);
    return brokenHost(lab, this, pair, async () => {
      await pair.host.agent.program!.kill();
      return Date.now();
    });
  },
};

const hostUnreachable: Fault = {
  name: 'host-unreachable',
  done: 'the network between agent and collector swallows everything; both sides’ connections stay open',
  rule: 'agent_silent',
  severity: 'critical',
  allowedSeconds: SILENT_ALLOWED_SECONDS,
  from: `the network went dead (silent_after is ${SILENT_AFTER_MS / 1_000} s here)`,
  twin: 'behind a proxy that lets everything through',
  takesSeconds: 51,
  async inject(lab) {
    const [hole, sound] = await Promise.all([0, 1].map(() => BlackHole.start(lab.collector.ports.agents)));
    lab.onStop(() => hole!.stop());
    lab.onStop(() => sound!.stop());
    const through = (proxy: BlackHole): HostSettings => ({
      ...filesJob,
      collectorUrl: `wss://localhost:${proxy.port}`,
    });
    const pair = await lab.hosts(this.name, through(hole!), through(sound!));
    return brokenHost(lab, this, pair, () => {
      hole!.swallow();
      return Date.now();
    });
  },
};

const CLOCK_AHEAD_MS = 2 * 3_600_000;

const clockWrong: Fault = {
  name: 'clock-two-hours-ahead',
  done: 'the host’s clock is set two hours ahead (libfaketime under the agent and all it starts)',
  rule: 'clock_skew',
  severity: 'warning',
  allowedSeconds: 2,
  from: 'the agent with the wrong clock was connected',
  twin: 'restarted alike, with the right clock',
  takesSeconds: 25,
  needs: faketimeNeeds,
  async inject(lab) {
    const pair = await lab.hosts(this.name, filesJob);
    return brokenHost(lab, this, pair, async () => {
      for (const one of [pair.twin, pair.host]) await one.agent.program!.stop();
      pair.host.agent.settings.env = clockAhead(CLOCK_AHEAD_MS);
      for (const one of [pair.twin, pair.host]) await lab.start(one);
      return Date.now();
    });
  },
};

const SPOOL_MEBIBYTES = 48;
const RUN_WITHIN_MS = 90_000;

const spoolFull: Fault = {
  name: 'spool-disk-full',
  done: 'the file system of the agent’s state has no byte left, and a run starts',
  rule: 'spool_gap',
  severity: 'warning',
  allowedSeconds: 2,
  from: 'the run had ended, and its result could not be recorded',
  twin: 'a file system of the same size with room',
  takesSeconds: 30,
  needs: mountNeeds,
  async inject(lab) {
    const onSmallDisk: HostSettings = {
      ...filesJob,
      prepare: ({ agent }) => smallDisk(lab, agent.data, SPOOL_MEBIBYTES),
    };
    const pair = await lab.hosts(this.name, onSmallDisk);
    const { host } = pair;
    return brokenHost(lab, this, pair, async () => {
      fillDisk(host.agent.data, 0);
      await startRun(host);
      const { pid } = host.agent.program!.child;
      return toolsGone(pid!, 'borg', RUN_WITHIN_MS);
    });
  },
};

const CUT_OFF_WITHIN_MS = 30_000;

const certificateRevoked: Fault = {
  name: 'certificate-revoked',
  done: 'the host’s certificate is revoked while its agent is connected; the agent keeps trying',
  rule: null,
  severity: null,
  instead: 'the session ends; whoever revoked it said why, so nobody is called',
  allowedSeconds: 1,
  from: 'the revocation was answered',
  twin: 'its certificate stays valid',
  takesSeconds: 30,
  async inject(lab) {
    const { host, twin } = await lab.hosts(this.name, filesJob);
    await healthy(host);
    const earliestMs = Date.now();
    const { collector, pager } = lab;
    const revoke = ['revoke', host.agent.host, '--reason', 'the machine was stolen'];
    await collector.command(...revoke, '--config', collector.configFile);
    const knownAtMs = Date.now();
    await until('the revoked host cut off', CUT_OFF_WITHIN_MS, async () => !(await isConnected(host)));
    const actedAfterSeconds = (Date.now() - knownAtMs) / 1_000;
    const problems = await twinProblems(twin);
    if (await isConnected(host)) problems.push('the revoked agent came back');
    const subject = `host:${host.agent.host}`;
    return {
      pages: pager.pages,
      host: host.agent.host,
      subject,
      twins: [twin.agent.host],
      earliestMs,
      knownAtMs,
      actedAfterSeconds,
      problems,
    };
  },
};

async function isConnected({ agent, installation }: Host): Promise<boolean> {
  const hosts = await installation.collector.api<{ host: string; connected: boolean }[]>('/hosts');
  return hosts.some((row) => row.host === agent.host && row.connected);
}

export const hostFaults: Fault[] = [agentKilled, hostUnreachable, clockWrong, spoolFull, certificateRevoked];
