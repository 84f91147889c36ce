/**
 * The collector, put together: what receives, what judges, what tells, what shows. Started and stopped as a
 * whole; tests start it inside themselves.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../proto/clock.ts';
import { UserError } from '../proto/errors.ts';
import { Alerting } from './alerting.ts';
import { Authority } from './authority/authority.ts';
import { Consent } from './consent.ts';
import { acknowledgeWith } from './control/acknowledge.ts';
import { DATABASE } from './control/backup.ts';
import type { OperationContext } from './control/operations.ts';
import { refuseSecond, startControl } from './control/server.ts';
import { Deliverer } from './deliver.ts';
import { Evaluator } from './evaluate.ts';
import { Feed } from './feed.ts';
import { Heartbeat } from './heartbeat.ts';
import { newCounters } from './ingest/context.ts';
import { startEnrollmentListener } from './ingest/enrollment.ts';
import { type RunningListener, startAgentListener } from './ingest/listener.ts';
import { Sessions } from './ingest/sessions.ts';
import { Janitor } from './janitor.ts';
import { createNotifier } from './notifiers/index.ts';
import type { Address, CollectorSettings } from './settings.ts';
import { startCheckpointer } from './store/checkpointer.ts';
import { StoreUnavailable } from './store/errors.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/types.ts';
import { Unwell } from './unwell.ts';
import { VERSION } from './version.ts';
import type { WebContext } from './web/context.ts';
import { watchIngest } from './web/ingest-metrics.ts';
import { Metrics } from './web/metrics.ts';
import { ProgressBoard } from './web/progress-board.ts';
import { startWeb } from './web/server.ts';

/** A certificate of one's own may have been renewed on the disk. */
const CERTIFICATE_CHECK_MS = 3_600_000;
const STORE_RETRY_MS = 2_000;
/** Meta key: one installation, one owner of the leases, over every restart. */
const INSTALLATION = 'installation';

export interface RunningCollector {
  addresses: { agents: Address; enrollment: Address; web: Address };
  /** The web listener's own address, for people on this machine. */
  url: string;
  /** Whether the evaluator ticks: what systemd's watchdog is fed with. */
  isTicking(): boolean;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Default: the system's. */
  clock?: Clock;
  log: Logger;
  /** Called once when the start has to wait for a database that cannot be written. */
  onWaiting?: () => void;
}

/**
 * A database that cannot be written (a full disk) makes the start wait, and calls the pager: ending here
 * would be a crash loop that nobody hears.
 * @throws UserError when there is no installation in `settings.data`, an address is taken, another collector
 *   runs on the same folder, or a certificate cannot be read
 */
export async function startCollector(
  settings: CollectorSettings,
  { clock = systemClock, log, onWaiting = () => {} }: StartOptions,
): Promise<RunningCollector> {
  // What was started is stopped in the opposite order, also when a later part cannot start.
  const stops: (() => void | Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) {
      await Promise.resolve()
        .then(each)
        .catch((error: unknown) => log.error({ err: error }, 'a part did not stop cleanly'));
    }
  };
  try {
    const running = await start(settings, { clock, log, onWaiting }, stops);
    return { ...running, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  settings: CollectorSettings,
  { clock, log, onWaiting }: Required<StartOptions>,
  stops: (() => void | Promise<void>)[],
): Promise<Omit<RunningCollector, 'stop'>> {
  // Before anything is touched: the evaluator's start calls every host disconnected.
  await refuseSecond(settings.data);
  const authority = Authority.open(settings.data);
  try {
    authority.renewServerCertificate(clock.nowMs());
  } catch (error) {
    // A full disk: the listeners try again every hour, and the old certificate has months left.
    log.error({ err: error }, 'the server certificate could not be renewed');
  }
  const file = join(settings.data, DATABASE);
  if (!existsSync(file)) {
    throw new UserError(`there is no database in ${settings.data}`, {
      next: `backproof-collector init --data ${settings.data} --host ${authority.collector}`,
    });
  }
  const feed = new Feed();
  const notifiers = new Map(
    Object.entries(settings.receivers).map(([name, receiver]) => [name, createNotifier(receiver)]),
  );
  stops.push(async () => {
    await Promise.all([...notifiers.values()].map((notifier) => notifier.close()));
  });
  const { routes, publicUrl } = settings;
  const unwell = new Unwell({ clock, log, notifiers, routes, publicUrl });
  stops.push(() => unwell.stop());
  const untilWritable = untilWritableWith(clock, unwell, onWaiting);
  const store = await untilWritable(() => openStore(file));
  stops.push(() => store.close());
  stops.push(
    startCheckpointer(file, (error) => log.error({ err: error }, 'commits fold the log back alone')),
  );
  const owner = await untilWritable(() => installationOf(store));
  const alerting = new Alerting({ store, routes, publicUrl });
  const deliverer = new Deliverer({ store, clock, log, feed, notifiers, alerting, random: Math.random });
  const onNotifications = () => deliverer.wake();

  const counters = newCounters();
  const sessions = new Sessions({
    store,
    authority,
    clock,
    log,
    feed,
    counters,
    onChanged: () => evaluator.wake(),
    onCloned: (hostId) => evaluator.cloned(hostId),
    onStore: (problem) => {
      if (problem) unwell.report('database', `Agents’ records cannot be stored: ${problem.message}.`);
      else unwell.clear('database', 'Agents’ records are stored again.');
    },
  });
  const evaluator = new Evaluator({
    store,
    clock,
    log,
    feed,
    settings,
    sessions,
    alerting,
    unwell,
    onNotifications,
    owner,
  });
  const acknowledge = acknowledgeWith(store, alerting, clock, (alert) => {
    onNotifications();
    evaluator.wake();
    feed.publish({ type: 'alert', customer: alert.customer, alertId: alert.id });
  });
  const problems = () => {
    const reasons = unwell.reasons();
    return reasons.length > 0 || evaluator.isTicking() ? reasons : ['The evaluator does not judge.'];
  };

  const consent = new Consent({ store, clock, log, feed, sessions });
  consent.start();
  stops.push(() => consent.stop());
  const decideRestore: WebContext['decideRestore'] = (...args) => consent.decide(...args);

  await untilWritable(() => evaluator.start());
  stops.push(() => evaluator.stop());
  deliverer.start();
  stops.push(() => deliverer.stop());
  const isClockTrusted = () => evaluator.isClockTrusted();
  const janitor = new Janitor({
    store,
    clock,
    log,
    feed,
    alerting,
    settings,
    isClockTrusted,
    onNotifications,
  });
  janitor.start();
  stops.push(() => janitor.stop());

  const context = sessions.context;
  const enrollment = await listening('listen.enrollment', settings.listen.enrollment, (address) =>
    startEnrollmentListener({ address, context, sessions }),
  );
  stops.push(() => enrollment.close());

  const web: WebContext = {
    store,
    clock,
    log,
    feed,
    metrics: new Metrics(),
    progress: new ProgressBoard(feed),
    version: VERSION,
    startedAtMs: clock.nowMs(),
    secure: publicUrl.startsWith('https:'),
    sessions,
    acknowledge,
    onChanged: () => evaluator.wake(),
    problems,
    decideRestore,
  };
  watchIngest(web.metrics, counters);
  const page = await startWeb(web, settings, authority);
  stops.push(() => page.stop());
  keepCertificateFresh(clock, log, page.renewCertificate, stops);

  const operations: OperationContext = {
    store,
    clock,
    settings,
    authority,
    acknowledge,
    running: {
      enrollmentPort: enrollment.port,
      sessionCount: () => sessions.count(),
      endHost: (hostId, reason) => sessions.endHost(hostId, 'revoked', reason),
      problems,
      wake: () => evaluator.wake(),
      decideRestore,
    },
  };
  const control = await startControl(operations, log);
  stops.push(() => control.stop());

  if (settings.heartbeat) {
    const isHealthy = () => evaluator.isHealthy();
    const heartbeat = new Heartbeat({ settings: settings.heartbeat, clock, log, isHealthy });
    heartbeat.start();
    stops.push(() => heartbeat.stop());
  }

  // Agents come last: everything that judges and tells them is up.
  const agents = await listening('listen.agents', settings.listen.agents, (address) =>
    startAgentListener({ address, context, sessions }),
  );
  sessions.start();
  stops.push(async () => {
    const closed = agents.close();
    sessions.stop();
    await closed;
  });

  const { address } = page;
  const bracketed = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    addresses: {
      agents: { host: agents.host, port: agents.port },
      enrollment: { host: enrollment.host, port: enrollment.port },
      web: { host: address.address, port: address.port },
    },
    url: `${settings.listen.web.plain ? 'http' : 'https'}://${bracketed}:${address.port}`,
    isTicking: () => evaluator.isTicking(),
  };
}

/** Does something again and again until the database takes it; any other failure is passed on. */
function untilWritableWith(clock: Clock, unwell: Unwell, onWaiting: () => void) {
  return async <T>(work: () => T): Promise<T> => {
    for (;;) {
      try {
        const done = work();
        unwell.clear('start', 'The database can be used; the collector starts.');
        return done;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        unwell.report('start', `The collector cannot start: ${error.message}.`);
        onWaiting();
        await new Promise<void>((resolve) => clock.after(STORE_RETRY_MS, resolve));
      }
    }
  };
}

function installationOf(store: Store): string {
  const known = store.system.getMeta(INSTALLATION);
  if (known !== null) return known;
  const made = randomUUID();
  store.system.setMeta(INSTALLATION, made);
  return made;
}

async function listening(
  key: string,
  address: Address,
  start: (address: Address) => Promise<RunningListener>,
): Promise<RunningListener> {
  try {
    return await start(address);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be bound: ${message}`;
    throw new UserError(`${key}: ${address.host}:${address.port} ${why}`, {
      next: 'name another address in collector.yaml, or stop the other program',
      cause: error,
    });
  }
}

function keepCertificateFresh(
  clock: Clock,
  log: Logger,
  renew: () => void,
  stops: (() => void | Promise<void>)[],
): void {
  let cancel = () => {};
  const later = () => {
    cancel = clock.after(CERTIFICATE_CHECK_MS, () => {
      try {
        renew();
      } catch (error) {
        log.error({ err: error }, 'the page goes on with its old certificate');
      }
      later();
    });
  };
  later();
  stops.push(() => cancel());
}
