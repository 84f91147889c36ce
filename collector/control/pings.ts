/** Ping URLs: who may report a job's runs without an agent. Made, listed and ended by the command line. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../proto/clock.ts';
import { UserError } from '../../proto/errors.ts';
import type { JobDeclaration } from '../../proto/job.ts';
import { PROMISE_MS_MAX } from '../../proto/limits.ts';
import { impliedSilenceMs, type Schedule, scheduleProblem } from '../../proto/schedule.ts';
import { PING_KIND } from '../decide/ping.ts';
import { hashOf } from '../secrets.ts';
import type { CollectorSettings } from '../settings.ts';
import type { PingRow, Store } from '../store/types.ts';
import { iso } from '../views.ts';

/** What making one needs of the command line's context. */
export interface PingContext {
  store: Store;
  clock: Clock;
  settings: Pick<CollectorSettings, 'publicUrl'>;
  running: { wake(): void } | null;
}

export interface PingOrder {
  host: string;
  job: string;
  customer: string;
  /** Longest time between two successes, before the grace; null when `cron` says when they are due. */
  everyMs: number | null;
  cron: string | null;
  zone: string;
  graceMs: number;
}

/** A fixed instant, so that the promise of an unchanged schedule never changes with the season. */
const SILENCE_REFERENCE_MS = Date.UTC(2026, 0, 1);

/** @throws UserError for a schedule that cannot be followed, a host that was revoked, and what is somebody else's. */
export function createPing(context: PingContext, order: PingOrder): { url: string } {
  const { store, clock, settings, running } = context;
  const declaration = declarationOf(order);
  const { host, job, customer } = order;
  const uuid = randomUUID();
  const nowMs = clock.nowMs();
  store.transaction(() => {
    const known = store.hosts.byName(host);
    if (known && known.revokedAtMs !== null) {
      throw new UserError(`host ${host} was revoked: ${known.revokedReason ?? 'no reason given'}`, {
        next: `enroll its agent anew (backproof-collector enroll ${host} --customer ${known.customer}), or choose another host name`,
      });
    }
    const { id } =
      known?.customer === customer ? known : store.hosts.enroll(host, customer, nowMs, { hasAgent: false });
    const before = store.jobs.byName(host, job);
    if (before && before.removedAtMs === null && before.declaration.kind !== PING_KIND) {
      throw new UserError(`the agent on ${host} reports the job ${job} already`, {
        next: 'choose another name for what is reported by ping',
      });
    }
    const { id: jobId } = store.jobs.declare(id, declaration, '', nowMs);
    store.pings.create({ hash: hashOf(uuid), jobId }, nowMs);
    note(context, 'ping-create', { host, job });
  });
  running?.wake();
  return { url: `${settings.publicUrl}/ping/${uuid}` };
}

function declarationOf({ job, everyMs, cron, zone, graceMs }: PingOrder): JobDeclaration {
  const schedule: Schedule | null =
    cron === null ? null : { cron, zone, spreadMs: 0, startGraceMs: graceMs, finishWithinMs: graceMs };
  const problem = schedule && scheduleProblem(schedule.cron, schedule.zone);
  if (problem) throw new UserError(problem, { exitCode: 2 });
  return {
    job,
    kind: PING_KIND,
    schedule,
    longestSilenceMs: Math.min(
      schedule ? impliedSilenceMs(schedule, SILENCE_REFERENCE_MS) : everyMs! + graceMs,
      PROMISE_MS_MAX,
    ),
    keepMs: 0,
    repository: '',
    sources: [],
    excludes: [],
    sharedAs: '',
    staleAfter: null,
    startedByAgent: false,
  };
}

export function listPings({ store }: PingContext) {
  return store.pings.list().map(pingView);
}

/**
 * A job none of whose URLs works any more is not expected any more: that somebody said so is no alert.
 * @throws UserError when there is no such ping
 */
export function revokePing(context: PingContext, id: number) {
  const { store, clock, running } = context;
  const nowMs = clock.nowMs();
  const ping = store.transaction(() => {
    const row = store.pings.byId(id);
    if (!row || !store.pings.revoke(id, nowMs)) {
      throw new UserError(`there is no ping ${id}, or it was revoked already`, {
        next: 'backproof-collector ping list',
      });
    }
    const job = store.jobs.byId(row.jobId)!;
    if (job.declaration.kind === PING_KIND && store.pings.countLive(row.jobId) === 0) {
      store.jobs.remove(job.hostId, job.job, nowMs);
      store.jobs.accept(job.id);
    }
    note(context, 'ping-revoke', row);
    return store.pings.byId(id)!;
  });
  running?.wake();
  return pingView(ping);
}

function note({ store, clock }: PingContext, action: string, { host, job }: { host: string; job: string }) {
  const subject = `job:${host}/${job}`;
  store.system.journal({ actor: 'command line', action, subject, detail: '' }, clock.nowMs());
}

function pingView(ping: PingRow) {
  return {
    id: ping.id,
    host: ping.host,
    job: ping.job,
    customer: ping.customer,
    createdAt: iso(ping.createdAtMs),
    lastUsedAt: iso(ping.lastUsedAtMs),
    revokedAt: iso(ping.revokedAtMs),
  };
}
