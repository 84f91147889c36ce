/** The real store, with a step at everything that moves inside a transaction and around its COMMIT. */
import type { OutboxStore, Store } from '../../../collector/store/types.ts';
import type { Steps } from './steps.ts';

/** How a store can be broken, to see the checker notice. */
export type StoreSabotage =
  /** Says it has committed a batch that it has undone: acked, and not stored. */
  | 'commit-undone'
  /** Leaves a run out of a commit: the watermark says more than the tables. */
  | 'run-skipped'
  /** Stores a run under a second id as well. */
  | 'run-twice'
  /** Leaves a notification out of the transaction that changes its alert. */
  | 'notification-skipped'
  | null;

class Undone extends Error {}
/** Sabotage strikes once in so many calls. */
const EVERY = 7;

export function watchedStore(store: Store, steps: Steps, sabotage: StoreSabotage): Store {
  let depth = 0;
  /** What the transaction that is open turned out to be. */
  let kind: 'commit' | 'evaluate' | null = null;
  let calls = 0;
  const strikes = (when: StoreSabotage): boolean => {
    if (sabotage !== when) return false;
    calls += 1;
    return calls % EVERY === 0;
  };

  function transaction<T>(work: () => T): T {
    if (depth > 0) return store.transaction(work);
    depth += 1;
    kind = null;
    let result: T | undefined;
    try {
      store.transaction(() => {
        result = work();
        if (kind) steps.at(`${kind}:before`);
        if (kind === 'commit' && strikes('commit-undone')) throw new Undone();
      });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
    } finally {
      depth -= 1;
    }
    if (kind) steps.at(`${kind}:after`);
    return result as T;
  }

  return {
    ...store,
    transaction,
    runs: {
      ...store.runs,
      start(...args) {
        if (kind === null) steps.at('commit:started');
        const news = store.runs.start(...args);
        const [jobId, run, nowMs] = args;
        if (strikes('run-twice')) store.runs.start(jobId, { ...run, runId: `${run.runId}-again` }, nowMs);
        kind = 'commit';
        steps.at('commit:run');
        return news;
      },
      finish(...args) {
        if (kind === null) steps.at('commit:started');
        const news = strikes('run-skipped') ? true : store.runs.finish(...args);
        kind = 'commit';
        steps.at('commit:run');
        return news;
      },
    },
    spools: {
      ...store.spools,
      setWatermark(...args) {
        store.spools.setWatermark(...args);
        kind = 'commit';
        steps.at('commit:watermark');
      },
    },
    alerts: {
      ...store.alerts,
      insert(...args) {
        const alert = store.alerts.insert(...args);
        kind = 'evaluate';
        steps.at('evaluate:opened');
        return alert;
      },
      resolve(...args) {
        store.alerts.resolve(...args);
        kind = 'evaluate';
        steps.at('evaluate:resolved');
      },
    },
    outbox: watchedOutbox(store.outbox, steps, () => strikes('notification-skipped')),
  };
}

function watchedOutbox(outbox: OutboxStore, steps: Steps, skips: () => boolean): OutboxStore {
  return {
    ...outbox,
    add(...args) {
      if (!skips()) outbox.add(...args);
      steps.at('evaluate:outbox');
    },
    due(...args) {
      const rows = outbox.due(...args);
      if (rows.length > 0) steps.at('deliver:due');
      return rows;
    },
    delivered(...args) {
      steps.at('deliver:before');
      outbox.delivered(...args);
      steps.at('deliver:after');
    },
  };
}
