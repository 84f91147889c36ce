/** `backproof-agent status`: what the running agent knows about itself and its jobs. */
import type { Clock } from '../../proto/clock.ts';
import { formatSize } from '../../proto/duration.ts';
import { UserError } from '../../proto/errors.ts';
import { printable } from '../../proto/printable.ts';
import { LocalClient } from '../local-socket/client.ts';
import type { AgentStatus, JobStatus } from '../local-socket/protocol.ts';
import { moment, table } from './output.ts';

/** @returns the exit code: 1 when a job's last run left nothing, or results cannot be written down. */
export async function showStatus(
  options: { socket: string; json: boolean },
  clock: Clock,
  print: (text: string) => void,
): Promise<0 | 1> {
  const client = await LocalClient.open(options.socket);
  client.send({ type: 'status' });
  const answer = await client.receive();
  client.close();
  if (answer?.type !== 'status') throw new UserError('the agent gave no status', { next: 'look at its log' });
  const { status } = answer;
  print(options.json ? JSON.stringify(withTimes(status), null, 2) : printable(textOf(status, clock.nowMs())));
  const unwell = status.spool.error !== '' || status.jobs.some((job) => job.lastRun && !isGood(job));
  return unwell ? 1 : 0;
}

function isGood(job: JobStatus): boolean {
  return job.lastRun?.outcome === 'succeeded' || job.lastRun?.outcome === 'warning';
}

function textOf(status: AgentStatus, nowMs: number): string {
  const { collector, spool } = status;
  const connected = collector.connected
    ? `connected since ${moment(collector.sinceMs, nowMs)}`
    : `not connected since ${moment(collector.sinceMs, nowMs)}${collector.lastError ? `: ${collector.lastError}` : ''}`;
  const head = table([
    ['host', `${status.host} of ${status.customer}`],
    ['agent', `${status.agentVersion}, up since ${moment(status.upSinceMs, nowMs)}`],
    ['collector', `${collector.url}, ${connected}`],
    [
      'waiting',
      `${spool.records} results, ${formatSize(spool.bytes)}${spool.error ? `; ${spool.error}` : ''}`,
    ],
    ['certificate', `valid until ${moment(status.certificateNotAfterMs, nowMs)}`],
  ]);
  const jobs = status.jobs.map((job) => [job.job, job.kind, stateOf(job, nowMs), nextOf(job, nowMs)]);
  return `${head}\n\n${table([['JOB', 'KIND', 'LAST RUN', 'NEXT'], ...jobs])}`;
}

function stateOf(job: JobStatus, nowMs: number): string {
  if (job.runningSinceMs !== null) return `running since ${moment(job.runningSinceMs, nowMs)}`;
  if (!job.lastRun) return 'none yet';
  const { outcome, finishedAtMs, reason } = job.lastRun;
  return `${outcome} ${moment(finishedAtMs, nowMs)}${outcome === 'succeeded' ? '' : `: ${reason}`}`;
}

function nextOf(job: JobStatus, nowMs: number): string {
  if (job.waiting) return 'waits for its repository';
  if (job.nextDueAtMs !== null) return moment(job.nextDueAtMs, nowMs);
  return job.startedByAgent ? 'when started' : 'from outside, by exec';
}

/** JSON for programs: instants as RFC 3339 UTC, as the API has them. */
function withTimes(status: AgentStatus): unknown {
  const time = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString());
  const { collector } = status;
  return {
    host: status.host,
    customer: status.customer,
    agentVersion: status.agentVersion,
    upSince: time(status.upSinceMs),
    collector: {
      url: collector.url,
      connected: collector.connected,
      since: time(collector.sinceMs),
      lastError: collector.lastError,
      unacked: collector.unacked,
    },
    spool: status.spool,
    certificateNotAfter: time(status.certificateNotAfterMs),
    jobs: status.jobs.map((job) => ({
      job: job.job,
      kind: job.kind,
      repository: job.repository,
      startedByAgent: job.startedByAgent,
      nextDueAt: time(job.nextDueAtMs),
      runningSince: time(job.runningSinceMs),
      waiting: job.waiting,
      lastRun: job.lastRun && {
        id: job.lastRun.runId,
        outcome: job.lastRun.outcome,
        startedAt: time(job.lastRun.startedAtMs),
        finishedAt: time(job.lastRun.finishedAtMs),
        reason: job.lastRun.reason,
      },
    })),
  };
}
