/**
 * A collector without a page: the real store, listener, commit, evaluator and deliverer, wrapped in steps.
 * Started by the chaos test; killed by it, or by itself inside a step.
 */
import { join } from 'node:path';
import { pino } from 'pino';
import { Alerting } from '../../../collector/alerting.ts';
import { Authority } from '../../../collector/authority/authority.ts';
import { Deliverer } from '../../../collector/deliver.ts';
import { Evaluator } from '../../../collector/evaluate.ts';
import { Feed } from '../../../collector/feed.ts';
import { newCounters } from '../../../collector/ingest/context.ts';
import { startAgentListener } from '../../../collector/ingest/listener.ts';
import { Sessions } from '../../../collector/ingest/sessions.ts';
import { createNotifier } from '../../../collector/notifiers/index.ts';
import type { Notifier } from '../../../collector/notifiers/types.ts';
import type { Route } from '../../../collector/settings.ts';
import { openStore } from '../../../collector/store/open.ts';
import { Unwell } from '../../../collector/unwell.ts';
import { fastClock, onOrders, Steps } from './steps.ts';
import { type NotifierSabotage, watchedNotifier } from './watched-notifier.ts';
import { type StoreSabotage, watchedStore } from './watched-store.ts';

export interface CollectorProcessSettings {
  folder: string;
  port: number;
  clock: { rate: number; originMs: number };
  /** Receiver by receiver: where it listens. */
  receivers: Record<string, string>;
  secret: string;
  sabotage: StoreSabotage | NotifierSabotage;
}

const PUBLIC_URL = 'https://chaos.example.net';
/** By the fast clock. Long enough that an agent's own deaths are no silence. */
const SILENT_AFTER_MS = 600_000;
const STARTUP_GRACE_MS = 120_000;

const steps = new Steps();

async function run(settings: CollectorProcessSettings): Promise<void> {
  const clock = fastClock(settings.clock.rate, settings.clock.originMs);
  const log = pino({ level: 'info', base: { side: 'collector' } }, pino.destination({ dest: 2, sync: true }));
  const store = watchedStore(
    openStore(join(settings.folder, 'collector.db')),
    steps,
    settings.sabotage as StoreSabotage,
  );
  const feed = new Feed();
  const notifiers = new Map<string, Notifier>();
  for (const [name, url] of Object.entries(settings.receivers)) {
    const real = createNotifier({
      kind: 'webhook',
      url,
      secret: settings.secret,
      allowAddresses: ['127.0.0.0/8'],
    });
    notifiers.set(name, watchedNotifier(real, steps, settings.sabotage as NotifierSabotage));
  }
  const routes: Route[] = [
    { match: {}, to: Object.keys(settings.receivers), remindEveryMs: null, continue: false },
  ];
  const alerting = new Alerting({ store, routes, publicUrl: PUBLIC_URL });
  const unwell = new Unwell({ clock, log, notifiers, routes, publicUrl: PUBLIC_URL });
  const deliverer = new Deliverer({ store, clock, log, feed, notifiers, alerting, random: Math.random });
  const authority = Authority.open(settings.folder);
  const sessions = new Sessions({
    store,
    authority,
    clock,
    log,
    feed,
    counters: newCounters(),
    onChanged: () => evaluator.wake(),
    onCloned: (hostId) => evaluator.cloned(hostId),
    onStore: (problem) => {
      if (problem) unwell.report('database', `The collector cannot store: ${problem.message}.`);
      else unwell.clear('database', 'The collector stores again.');
    },
  });
  const evaluator = new Evaluator({
    store,
    clock,
    log,
    feed,
    settings: {
      agents: { silentAfterMs: SILENT_AFTER_MS, clockSkewMaxMs: SILENT_AFTER_MS },
      startupGraceMs: STARTUP_GRACE_MS,
    },
    sessions: {
      liveness: (hostId) => {
        const live = sessions.liveness(hostId);
        if (live?.connected) steps.at('evaluate:looked');
        return live;
      },
    },
    alerting,
    unwell,
    onNotifications: () => deliverer.wake(),
    owner: 'chaos',
  });
  evaluator.start();
  deliverer.start();
  sessions.start();
  const address = { host: '127.0.0.1', port: settings.port };
  await startAgentListener({ address, context: sessions.context, sessions });
  steps.say(['ready']);
}

onOrders<CollectorProcessSettings>((order) => {
  if (order.do === 'go') void run(order.settings);
  else if (order.do === 'arm') steps.arm(order.step, order.nth);
});
