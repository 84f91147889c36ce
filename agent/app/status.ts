/** What `backproof-agent status` shows. */
import type { AgentConfig } from '../config.ts';
import type { IdentityStore } from '../identity.ts';
import type { Link } from '../link.ts';
import type { AgentStatus, JobStatus } from '../local-socket/protocol.ts';
import type { ExecRuns } from '../runner/exec.ts';
import type { Runner } from '../runner.ts';
import type { Scheduler } from '../scheduler.ts';
import type { SpoolWriter } from '../spool/writer.ts';
import type { Spool } from '../spool.ts';

export interface StatusDeps {
  config: AgentConfig;
  identity: IdentityStore;
  spool: Spool;
  writer: SpoolWriter;
  link: Link;
  scheduler: Scheduler;
  runner: Runner;
  execRuns: ExecRuns;
  agentVersion: string;
  upSinceMs: number;
}

export function statusOf(deps: StatusDeps): AgentStatus {
  const { config, identity, spool, writer, link, scheduler, runner, execRuns } = deps;
  const running = [...runner.running(), ...execRuns.running()];
  const waiting = scheduler.waitingJobs();
  const { records, bytes } = spool.backlog();
  return {
    host: identity.host,
    customer: identity.customer,
    agentVersion: deps.agentVersion,
    upSinceMs: deps.upSinceMs,
    collector: { url: config.collectorUrl, ...link.status() },
    spool: { records: records + writer.held(), bytes, error: writer.error() },
    certificateNotAfterMs: identity.certificateNotAfterMs,
    jobs: config.jobs.map((job): JobStatus => {
      const last = spool.lastFinished(job.name);
      return {
        job: job.name,
        kind: job.kind,
        repository: job.repository?.name ?? null,
        startedByAgent: job.startedByAgent,
        nextDueAtMs: scheduler.nextDueAtMs(job),
        runningSinceMs: running.find((run) => run.job === job.name)?.startedAtMs ?? null,
        waiting: waiting.includes(job.name),
        lastRun: last && {
          runId: last.runId,
          outcome: last.outcome,
          startedAtMs: last.startedAtMs,
          finishedAtMs: last.finishedAtMs,
          reason: last.reason,
        },
      };
    }),
  };
}
