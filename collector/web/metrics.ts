/** Prometheus: what the collector counts, and what it reads from the store when it is asked. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { assurances } from '../assurances/index.ts';
import { walSource } from '../assurances/recovery-windows.ts';
import { ASSURANCES, stateRank } from '../assurances/types.ts';
import type { JobRow, Store } from '../store/types.ts';
import { WAL_FAMILIES } from './wal-metrics.ts';

/** Jobs read from the store between two turns of the event loop. */
const JOBS_PER_TURN = 200;

export class Metrics {
  readonly registry = new Registry();
  readonly signInFailures = new Counter({
    name: 'backproof_sign_in_failures_total',
    help: 'Sign-ins refused.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'backproof_' });
  }

  /** Read from elsewhere whenever somebody asks. */
  gauge<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    collect: (gauge: Gauge<L>) => void,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        this.reset();
        collect(this);
      },
    });
  }

  /** Counts kept elsewhere: `collect` sets what they have come to. */
  counter<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    collect: (counter: Counter<L>) => void,
  ): void {
    new Counter({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        this.reset();
        collect(this);
      },
    });
  }
}

/** Gauges about the whole collector, for tokens that see every customer. */
export function watchStore(
  metrics: Metrics,
  store: Store,
  sessionCount: () => number,
  nowMs: () => number,
): void {
  metrics.gauge('backproof_jobs', 'Jobs by state.', ['state'], (gauge) => {
    for (const [state, count] of Object.entries(store.jobs.counts({}))) gauge.set({ state }, count);
  });
  metrics.gauge('backproof_alerts_firing', 'Alerts firing, by severity.', ['severity'], (gauge) => {
    for (const [severity, count] of Object.entries(store.alerts.countFiring({})))
      gauge.set({ severity }, count);
  });
  for (const [name, help, of] of [
    ['backproof_storage_free_bytes', 'Free on file systems that hold repositories.', 'freeBytes'],
    ['backproof_storage_total_bytes', 'Size of file systems that hold repositories.', 'totalBytes'],
  ] as const) {
    metrics.gauge(name, help, ['customer', 'host', 'path'], (gauge) => {
      for (const { customer, host, path, ...sizes } of store.storage.newest({}))
        gauge.set({ customer, host, path }, sizes[of]);
    });
  }
  metrics.gauge('backproof_sessions', 'Agents connected.', [], (gauge) => gauge.set(sessionCount()));
  metrics.gauge('backproof_outbox_pending', 'Notifications waiting, by receiver.', ['receiver'], (gauge) => {
    for (const { receiver, pending } of store.outbox.pendingByReceiver()) gauge.set({ receiver }, pending);
  });
  metrics.gauge(
    'backproof_outbox_oldest_seconds',
    'Age of the oldest waiting notification, by receiver.',
    ['receiver'],
    (gauge) => {
      for (const { receiver, oldestAtMs } of store.outbox.pendingByReceiver()) {
        gauge.set({ receiver }, (nowMs() - oldestAtMs) / 1000);
      }
    },
  );
}

const JOB_FAMILIES: { name: string; help: string; of(job: JobRow): number | null }[] = [
  {
    name: 'backproof_job_last_success_timestamp_seconds',
    help: 'When the newest run that left evidence finished.',
    of: (job) => seconds(job.lastSuccess?.finishedAtMs ?? null),
  },
  {
    name: 'backproof_job_last_run_timestamp_seconds',
    help: 'When the newest run started.',
    of: (job) => seconds(job.lastStarted?.startedAtMs ?? null),
  },
  {
    name: 'backproof_job_last_run_duration_seconds',
    help: 'How long the newest finished run took.',
    of: (job) => seconds(job.lastFinished?.durationMs ?? null),
  },
  {
    name: 'backproof_job_last_run_original_bytes',
    help: 'What the newest finished run read.',
    of: (job) => job.lastFinished?.originalBytes ?? null,
  },
  {
    name: 'backproof_job_last_run_excluded_entries',
    help: 'What exclude patterns left out of the newest finished run; a folder counts once.',
    of: (job) => job.lastFinished?.excluded ?? null,
  },
  {
    name: 'backproof_job_state',
    help: '4 broken, 3 late, 2 unknown, 1 ok, 0 not applicable: the worst of its assurances.',
    of: (job) => stateRank(job.state),
  },
];

/** What is not watched says unknown for every job: five series a job that say nothing. */
const WATCHED = ASSURANCES.filter((name) => assurances[name].watched);

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

function label(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

function headOf({ name, help }: { name: string; help: string }): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`];
}

/**
 * The series of every job, a family after the other. Written by hand and in turns: 30,000 jobs through
 * prom-client would hold the event loop for a second.
 */
export async function* jobSeries(
  store: Store,
  scope: { customer?: string },
  nowMs: number,
): AsyncGenerator<string> {
  const lines = JOB_FAMILIES.map(headOf);
  const walLines = WAL_FAMILIES.map(headOf);
  const assurances = [
    '# HELP backproof_job_assurance 4 broken, 3 late, 2 unknown, 1 ok, 0 not applicable.',
    '# TYPE backproof_job_assurance gauge',
  ];
  let cursor: string | undefined;
  do {
    const page = store.jobs.list({ ...scope, limit: JOBS_PER_TURN, ...(cursor ? { cursor } : {}) });
    for (const job of page.items) {
      const labels = `customer="${label(job.customer)}",host="${label(job.host)}",job="${label(job.job)}"`;
      JOB_FAMILIES.forEach(({ name, of }, index) => {
        const value = of(job);
        if (value !== null) lines[index]!.push(`${name}{${labels}} ${value}`);
      });
      const source = walSource(store.wal.known(job.id), nowMs);
      WAL_FAMILIES.forEach(({ name, of }, index) => {
        const value = source?.primary === null ? of(source.state, nowMs) : null;
        if (value !== null) walLines[index]!.push(`${name}{${labels}} ${value}`);
      });
      for (const name of WATCHED) {
        const verdict = job.verdicts[name];
        if (!verdict || verdict.state === 'not-applicable') continue;
        assurances.push(`backproof_job_assurance{${labels},assurance="${name}"} ${stateRank(verdict.state)}`);
      }
    }
    cursor = page.nextCursor ?? undefined;
    await new Promise((resolve) => setImmediate(resolve));
  } while (cursor);
  for (const family of [...lines, ...walLines, assurances]) yield `${family.join('\n')}\n`;
}
