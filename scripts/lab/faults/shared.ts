/** Faults of storage that several hosts back up. */
import { rmSync } from 'node:fs';
import { type Host, type HostSettings, NOT_TODAY } from './lab.ts';
import { finishedRun, healthy, lastRun, outcomeProblems, pagedOrNot, runNow, startRun } from './steps.ts';
import type { Fault } from './types.ts';

const sharing = (name: string): HostSettings => ({
  jobs: (host) => ({
    files: {
      kind: 'files',
      repository: 'main',
      schedule: NOT_TODAY,
      paths: [host.tree],
      shared_as: name,
    },
  }),
});

/** The storage as one host sees it is gone. */
function lose(host: Host): void {
  rmSync(host.tree, { recursive: true });
}

const sharedUnsaved: Fault = {
  name: 'shared-unsaved',
  done: 'storage that two hosts declare as shared is gone on both: neither run succeeds',
  rule: 'sync_failed',
  severity: 'critical',
  allowedSeconds: 2,
  from: 'the second run ended, by the agent’s record',
  twin: 'only one of two hosts fails; and the second of the failing pair gets no page of its own',
  takesSeconds: 25,
  async inject(lab) {
    const name = this.name;
    const lost = await lab.hosts(name, sharing('lost'));
    const half = await lab.hosts(`${name}-half`, sharing('half'));
    const all = [lost.host, lost.twin, half.host, half.twin];
    for (const host of all) await healthy(host);
    const earliestMs = Date.now();
    lose(half.host);
    await runNow(half.host);
    lose(lost.host);
    await runNow(lost.host);
    lose(lost.twin);
    const before = await lastRun(lost.twin, 'files');
    await startRun(lost.twin);
    const run = await finishedRun(lost.twin, 'files', before?.id);
    const knownAtMs = Date.parse(run.finishedAt!);
    const subject = `job:${lost.host.agent.host}/files`;
    await pagedOrNot(lost.host, this.rule!, subject, knownAtMs + this.allowedSeconds * 1_000);
    return {
      pages: lab.pager.pages,
      host: lost.host.agent.host,
      subject,
      twins: [lost.twin, half.host, half.twin].map(({ agent }) => agent.host),
      earliestMs,
      knownAtMs,
      problems: outcomeProblems(half.twin, 'files', await runNow(half.twin)),
    };
  },
};

export const sharedFaults: Fault[] = [sharedUnsaved];
