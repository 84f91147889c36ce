/**
 * What the collector's own commands can ask for, each a function of what it needs and of checked arguments.
 * The running collector carries them out over its socket; without one, the command does it on the database
 * itself, where that is possible.
 */
import { z } from 'zod';
import type { Clock } from '../../proto/clock.ts';
import { UserError } from '../../proto/errors.ts';
import { NAME_PATTERN } from '../../proto/job.ts';
import {
  CRON_CHARS_MAX,
  ENROLLMENT_TOKEN_TTL_MAX_MS,
  PROMISE_MS_MAX,
  TEXT_CHARS_MAX,
} from '../../proto/limits.ts';
import { walSource } from '../assurances/recovery-windows.ts';
import { STATES } from '../assurances/types.ts';
import type { Authority } from '../authority/authority.ts';
import { newEnrollmentToken } from '../authority/tokens.ts';
import { hashOf, newApiToken, newSecret } from '../secrets.ts';
import type { CollectorSettings } from '../settings.ts';
import type { AlertRow, ApiTokenRow, Store } from '../store/types.ts';
import { alertView, hostView, iso, jobView, pointView, runView, tokenView } from '../views.ts';
import type { WebContext } from '../web/context.ts';
import { restoreView } from '../web/restore-view.ts';
import { writeBackup } from './backup.ts';
import { testReceivers } from './pager-test.ts';
import { createPing, listPings, revokePing } from './pings.ts';

export interface OperationContext {
  store: Store;
  clock: Clock;
  settings: CollectorSettings;
  authority: Authority;
  /** Of the running collector; null when the command works on the database alone. */
  running: {
    enrollmentPort: number;
    sessionCount(): number;
    endHost(hostId: number, reason: string): void;
    problems(): string[];
    /** Something changed that may have to be judged or delivered. */
    wake(): void;
    /** A second person's yes or no to a restore. Throws UserError. */
    decideRestore: WebContext['decideRestore'];
  } | null;
  acknowledge(id: number, by: string, note: string): AlertRow;
}

/** A sign-in link's life. */
const LINK_MS = 10 * 60_000;
const ROWS_MAX = 10_000;
const RUNS_MAX = 1_000;

const name = z.string().regex(NAME_PATTERN, 'a name of letters, digits, ".", "_" and "-"');
const person = z.string().min(1).max(64);
const text = z.string().max(TEXT_CHARS_MAX);
const filter = z.strictObject({
  host: name.optional(),
  job: name.optional(),
  customer: name.optional(),
  state: z.string().optional(),
  missing: z.boolean().optional(),
  limit: z.number().int().min(1).max(ROWS_MAX).default(100),
});

function operation<S extends z.ZodType, R>(
  schema: S,
  run: (context: OperationContext, given: z.output<S>) => R | Promise<R>,
) {
  return {
    schema,
    run(context: OperationContext, given: unknown): R | Promise<R> {
      const parsed = schema.safeParse(given);
      if (parsed.success) return run(context, parsed.data);
      const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      throw new UserError(wrong.join('; '), { exitCode: 2 });
    },
  };
}

function journal(
  context: OperationContext,
  action: string,
  subject: string,
  detail = '',
  actor = 'command line',
) {
  context.store.system.journal({ actor, action, subject, detail }, context.clock.nowMs());
}

function hostOf(store: Store, host: string) {
  const row = store.hosts.byName(host);
  if (!row) throw new UserError(`there is no host ${host}`, { next: 'backproof-collector hosts' });
  return row;
}

function tokenOf(store: Store, named: string): ApiTokenRow {
  const token = store.access.listTokens().find((one) => one.name === named);
  if (token && token.revokedAtMs === null) return token;
  throw new UserError(`there is no token ${named}`, { next: 'backproof-collector api-token list' });
}

export const operations = {
  status: operation(z.strictObject({ customer: name.optional() }), (context, { customer }) => {
    const scope = customer === undefined ? {} : { customer };
    const counts = context.store.jobs.counts(scope);
    const { running, store } = context;
    return {
      state: running === null ? 'not running' : (STATES.find((state) => counts[state] > 0) ?? 'ok'),
      counts,
      alerts: store.alerts.countFiring(scope),
      hosts: store.hosts.summary(scope).hosts,
      sessions: running?.sessionCount() ?? 0,
      problems: running?.problems() ?? ['The collector is not running: nothing is received or judged.'],
      outbox: store.outbox.pendingByReceiver().map(({ receiver, pending, oldestAtMs }) => ({
        receiver,
        pending,
        oldestAt: iso(oldestAtMs),
      })),
    };
  }),

  hosts: operation(filter, ({ store }, { host, customer, limit }) => {
    const scope = customer === undefined ? {} : { customer };
    if (host === undefined) return store.hosts.list({ ...scope, limit }).items.map(hostView);
    const row = store.hosts.byName(host);
    return row && (customer === undefined || row.customer === customer) ? [hostView(row)] : [];
  }),

  jobs: operation(filter, ({ store, clock }, { state, job, ...rest }) => {
    const known = STATES.find((one) => one === state);
    const nowMs = clock.nowMs();
    return store.jobs
      .list({ ...rest, ...(known ? { state: known } : {}) })
      .items.filter((row) => job === undefined || row.job === job)
      .map((row) => jobView(row, walSource(store.wal.known(row.id), nowMs), nowMs));
  }),

  runs: operation(filter, ({ store }, { host, job, customer, limit }) =>
    store.runs.list({ host, job, customer, limit: Math.min(limit, RUNS_MAX) }).items.map((run) => {
      const whole = store.runs.byId(run.id);
      return runView(run, whole?.details ?? { warnings: [], logTail: '' }, whole?.recoveryPoints ?? []);
    }),
  ),

  'recovery-points': operation(filter, ({ store }, { host, job, customer, limit, missing }) =>
    store.runs.recoveryPoints({ host, job, customer, limit, missing }).items.map((point) => ({
      host: point.host,
      job: point.job,
      customer: point.customer,
      ...pointView(point),
      seenAt: iso(point.seenAtMs),
    })),
  ),

  alerts: operation(filter, ({ store }, { host, job, customer, state, limit }) => {
    const known = state === 'firing' || state === 'resolved' ? { state } : {};
    return store.alerts
      .list({ host, job, customer, limit, ...known } as Parameters<Store['alerts']['list']>[0])
      .items.map((alert) => alertView(alert, store.outbox.ofAlert(alert.id)));
  }),

  restores: operation(filter, ({ store, clock }, { host, job, customer, limit }) => {
    const nowMs = clock.nowMs();
    return store.restores.list({ host, job, customer, limit }).items.map((one) => restoreView(one, nowMs));
  }),

  'restore-decide': operation(
    z.strictObject({ id: z.number().int().min(1), approved: z.boolean(), by: person, note: text }),
    async ({ running, clock }, { id, approved, by, note }) => {
      if (!running)
        throw new UserError('the collector is not running, and nobody could be told', { next: 'start it' });
      const { restore, told } = await running.decideRestore(id, approved, by, note);
      return { ...restoreView(restore, clock.nowMs()), told };
    },
  ),

  /** This version makes none. */
  verifications: operation(filter, () => []),

  enroll: operation(
    z.strictObject({
      host: name,
      customer: name,
      ttlMs: z.number().int().min(1_000).max(ENROLLMENT_TOKEN_TTL_MAX_MS),
    }),
    (context, { host, customer, ttlMs }) => {
      const { store, authority, settings, running, clock } = context;
      const known = store.hosts.byName(host);
      if (known && known.customer !== customer) {
        throw new UserError(`host ${host} belongs to customer ${known.customer}, not to ${customer}`, {
          next: 'choose another host name; a host keeps its customer for good',
        });
      }
      const { token, hash } = newEnrollmentToken();
      const nowMs = clock.nowMs();
      const expiresAtMs = nowMs + ttlMs;
      store.certificates.createToken({ hash, host, customer, createdAtMs: nowMs, expiresAtMs });
      journal(context, 'enroll', `host:${host}`, `for ${customer}, until ${iso(expiresAtMs)}`);
      const [reached = authority.collector] = authority.hostNames;
      const bracketed = reached.includes(':') ? `[${reached}]` : reached;
      const url = `https://${bracketed}:${running?.enrollmentPort ?? settings.listen.enrollment.port}`;
      return {
        line: `backproof-agent enroll --collector ${url} --token ${token} --ca-pin ${authority.caPin()}`,
        expiresAt: iso(expiresAtMs),
      };
    },
  ),

  revoke: operation(z.strictObject({ host: name, reason: text.min(1) }), (context, { host, reason }) => {
    const { store, running, clock } = context;
    const row = hostOf(store, host);
    store.transaction(() => {
      store.hosts.revoke(row.id, reason, clock.nowMs());
      store.certificates.revokeAll(row.id, clock.nowMs());
      journal(context, 'revoke', `host:${host}`, reason);
    });
    running?.endHost(row.id, reason);
    running?.wake();
    return { host, revoked: true };
  }),

  acknowledge: operation(
    z.strictObject({ id: z.number().int().min(1), by: person, note: text }),
    (context, { id, by, note }) => {
      const alert = context.acknowledge(id, by, note);
      return alertView(alert, context.store.outbox.ofAlert(id));
    },
  ),

  'pager-test': operation(
    z.strictObject({ receiver: name.optional() }),
    ({ settings, clock }, { receiver }) => testReceivers(settings, receiver, clock.nowMs()),
  ),

  'token-create': operation(
    z.strictObject({
      name,
      role: z.enum(['viewer', 'operator', 'admin']),
      customer: name.nullable(),
    }),
    (context, { name: named, role, customer }) => {
      const { store, clock } = context;
      if (store.access.listTokens().some((token) => token.name === named)) {
        throw new UserError(`there is a token ${named} already, or there was`, {
          next: 'choose another name',
        });
      }
      const token = newApiToken();
      const row = store.access.createToken(
        { name: named, hash: hashOf(token), role, customer },
        clock.nowMs(),
      );
      journal(context, 'token-create', `token:${named}`, `${role}${customer ? ` of ${customer}` : ''}`);
      return { ...tokenView(row), token };
    },
  ),

  'token-list': operation(z.strictObject({}), ({ store }) => store.access.listTokens().map(tokenView)),

  'token-revoke': operation(z.strictObject({ name }), (context, { name: named }) => {
    tokenOf(context.store, named);
    context.store.access.revokeToken(named, context.clock.nowMs());
    journal(context, 'token-revoke', `token:${named}`);
    return { name: named, revoked: true };
  }),

  'sign-in-link': operation(z.strictObject({ name }), (context, { name: named }) => {
    const token = tokenOf(context.store, named);
    const code = newSecret();
    const expiresAtMs = context.clock.nowMs() + LINK_MS;
    context.store.access.createSession({ hash: hashOf(code), kind: 'link', tokenId: token.id, expiresAtMs });
    journal(context, 'sign-in-link', `token:${named}`);
    return { url: `${context.settings.publicUrl}/sign-in?link=${code}`, expiresAt: iso(expiresAtMs) };
  }),

  'ping-create': operation(
    z.strictObject({
      host: name,
      job: name,
      customer: name,
      everyMs: z.number().int().min(1).max(PROMISE_MS_MAX).nullable(),
      cron: z.string().max(CRON_CHARS_MAX).nullable(),
      zone: z.string().max(64),
      graceMs: z.number().int().min(1).max(PROMISE_MS_MAX),
    }),
    createPing,
  ),
  'ping-list': operation(z.strictObject({}), listPings),
  'ping-revoke': operation(z.strictObject({ id: z.number().int().min(1) }), (context, { id }) =>
    revokePing(context, id),
  ),

  /** Into the data folder, where a confined collector may write; the command takes it from there. */
  backup: operation(z.strictObject({}), (context) => writeBackup(context.store, context.settings.data)),
};

export type Operations = typeof operations;
export type OperationName = keyof Operations;
export type ResultOf<N extends OperationName> = Awaited<ReturnType<Operations[N]['run']>>;
